"""Reading searches back from the trail, and cases, reports and profiles; who is named is named under a look."""

from jejak.tracing.queries.searches import recent, search

__all__ = ["recent", "search"]
