"""What a part of a premises is, a room or a door, and for how long a scan there holds: pure rules."""

from __future__ import annotations

import re
from typing import Final

from jejak.premises.errors import DetailsWrong

ROOM, ENTRANCE, EXIT = "room", "entrance", "exit"
ZONE_KINDS: Final = (ROOM, ENTRANCE, EXIT)
"""What a part of a premises is: a place to be, or a door; who scans at an exit is about to leave the premises."""
ROOM_MINUTES: Final = 45
"""For how long somebody is taken to be in a room, at most, of which nobody said how long people stay."""
DOOR_MINUTES: Final = 5
"""For how long somebody is still on the premises after a scan at an exit, and at a door after a scan there."""

_LEADS_IN: Final = frozenset(("masuk", "entrance", "entry", "pintu", "door", "gate", "lobi", "lobby"))
_LEADS_OUT: Final = frozenset(("keluar", "exit"))
_SAYS_IN: Final = _LEADS_IN - {"pintu", "door", "gate"}  # beside "keluar", a door is not one that leads in


def zone_kind(*, name: str, given: str = "") -> str:
    """Return a zone's kind as ``given``, else as its name says; a door that leads both ways is an entrance.

    :raises DetailsWrong: there is no such kind.
    """
    if given:
        if given not in ZONE_KINDS:
            raise DetailsWrong("kind", "unknown")
        return given
    words = set(re.findall(r"[^\W\d_]+", name.casefold()))
    if words & _LEADS_OUT and not words & _SAYS_IN:
        return EXIT
    return ENTRANCE if words & (_LEADS_IN | _LEADS_OUT) else ROOM


def zone_minutes(*, kind: str, own: int | None, stay: int, longest: int) -> int:
    """Return for how long after a scan at a zone a visit without check-out counts on the premises.

    A zone without a stay of its own does not shorten that of its premises, ``stay``.
    """
    return min(DOOR_MINUTES if kind == EXIT else stay if own is None else own, longest)


def zone_room_minutes(*, kind: str, own: int | None, stay: int) -> int:
    """Return for how long after a scan somebody is taken to be in the zone itself."""
    if kind != ROOM:
        return DOOR_MINUTES
    return min(stay, ROOM_MINUTES) if own is None else own
