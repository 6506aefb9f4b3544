"""Pages that none of somebody's roles opens: kept as a refused look is, and reported once there are many."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.access.actions import alerts
from jejak.access.rules import AccountKind
from jejak.trail import actions as trail
from jejak.trail import queries as looked

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.models import User

ACTION: Final = "access.page"
READING: Final = frozenset({"GET", "HEAD"})
ONCE_IN: Final = timedelta(minutes=1)
"""A page that is loaded again and again by itself fills no trail; what changes something is kept each time."""


def refuse_page(*, by: User, route: str, method: str, now: datetime) -> None:
    """Keep that a member of staff asked for a page of others; ``route`` is its pattern, which names nobody's object."""
    if by.kind != AccountKind.STAFF:
        return
    if method in READING and looked.was_refused(by_id=by.pk, action=ACTION, purpose=route, since=now - ONCE_IN):
        return
    trail.refuse(by=by, action=ACTION, purpose=route, why="role", detail={"method": method}, at=now)
    alerts.refused(by=by, at=now)
