"""The kinds of entries that belong to no single room: what was deleted when, and for how long things are kept.

A room adds a kind of its own by a module like this one: ``entries.py``, holding `Kind` values. A number is never used
again for something else.
"""

from jejak.ledger.rules import Kind

RETENTION_RUN = Kind(2, "retention.run", schema=2, opened=True)
"""``{"class": "visits", "day": "2022-01-21" or null, "kept_from": "2022-01-22", "on": "2022-04-22", "rows": 123}``:
``on`` a day so many rows of a class were deleted, those of a ``day`` where whole days go, and nothing of it before
``kept_from`` is left. Schema 1 did not say ``on``."""

RETENTION_PERIODS = Kind(3, "retention.periods", opened=True)
"""``{"days": {"visits": 90, …}}``: for how many days each class is kept, from this entry to the next of its kind."""

RESTORED = Kind(6, "backup.restored", opened=True)
"""``{"taken": "…", "restored": "…", "known": 120, "published": 125}``: the node came back from a backup taken then,
which knew so many entries of so many that were published."""
