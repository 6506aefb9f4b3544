"""Who is read as whom: over all merges that stand, so that undoing one takes away just its own evidence.

Nothing was moved when two persons were merged: whoever reads a log asks here for everybody who is one with somebody.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection

from jejak.people.models import Merge
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def same_as(ids: Iterable[int]) -> Mapping[int, int]:
    """Return for each person the one it is read as: of all who are one, the best proved, and of these the oldest."""
    return {person: read_as(group) for person, group in groups(ids).items()}


def together(ids: Iterable[int]) -> tuple[int, ...]:
    """Return every person who is read as the same as one of ``ids``, these among them, in order."""
    return tuple(sorted({person for group in groups(ids).values() for person in group}))


def records_of(ids: Iterable[int]) -> Mapping[int, int]:
    """Return every record of these persons, theirs and of whoever is read as the same, with whom it is read as."""
    return {record: read_as(group) for group in groups(ids).values() for record in group}


def groups(ids: Iterable[int], *, doubted: bool = False) -> Mapping[int, Mapping[int, int]]:
    """Return for each person everybody who is one with them, themselves among them, each with their level.

    ``doubted`` follows also merges that something shown since contradicts.
    """
    wanted = set(ids)
    if not wanted or not Merge.objects.filter(undone_at=None).exists():
        return {person: {person: 0} for person in wanted}
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql.load("people", "together"), {"persons": sorted(wanted), "doubted": doubted})
        for asked, person, level in cursor.fetchall():
            found[asked][person] = level
    return {person: found[person] or {person: 0} for person in wanted}


def read_as(group: Mapping[int, int]) -> int:
    """Return who of a group (person → level) stands for all."""
    return min(group, key=lambda person: (-group[person], person))
