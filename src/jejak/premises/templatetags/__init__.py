"""Template filters of the premises room."""
