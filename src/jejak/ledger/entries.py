"""The kinds of entries that belong to no single room: what was deleted when, and for how long things are kept.

A room adds a kind of its own by a module like this one: ``entries.py``, holding `Kind` values. A number is never used
again for something else.
"""

from jejak.ledger.rules import Kind

RETENTION_RUN = Kind(2, "retention.run", opened=True)
"""``{"class": "visits", "day": "2022-01-21" or null, "kept_from": "2022-01-22", "rows": 12345}``: how many rows of a
class were deleted, of a day where whole days go, and that nothing of it before ``kept_from`` is left."""

RETENTION_PERIODS = Kind(3, "retention.periods", opened=True)
"""``{"days": {"visits": 90, …}}``: for how many days each class is kept, from this entry to the next of its kind."""
