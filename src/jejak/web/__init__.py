"""Pages that join domains: the front page, the language switch, what went wrong."""
