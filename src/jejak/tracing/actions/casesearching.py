"""Searching from a case: its own window and its profile's minutes; its stays are kept with it at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.kernel.periods import Period
from jejak.tracing import queries, rules
from jejak.tracing.actions.cases import found, of, purpose_of, where
from jejak.tracing.actions.keeping import keep, part
from jejak.tracing.actions.opening import open_case_search
from jejak.tracing.errors import CaseOver
from jejak.tracing.records import CASE_CHANGED

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.tracing.records import Search
    from jejak.tracing.windows import Direction


def search_case(*, uuid: UUID, direction: Direction, days: int, by: User, at: datetime) -> Search | None:
    """Return the search just recorded in one of a case's windows; nothing if all of its visits are deleted.

    ``days`` is how long visits are kept.

    :raises CaseUnknown: there is none such. :raises CaseOver: it is closed. :raises AccessError: it may not search.
    """
    row = found(uuid=uuid, by=by, at=at)
    if row.closed_at is not None:
        raise CaseOver
    whole, kept = part(row, direction, at=at), rules.kept_from(now=at, days=days)
    if whole.end <= kept:
        return None
    said = purpose_of(row)
    with access.look(by=by, action=CASE_CHANGED, purpose=said, scope=where(row), persons=of(row), at=at) as look:
        fresh = keep(row, look=look, at=at)
        look.shows(of(row), detail={"case": row.number, "kind": "kept", "stays": fresh})
    window = Period(max(whole.start, kept), whole.end)
    minutes = row.profile.minutes
    return open_case_search(case=queries.ref_of(row), window=window, minutes=minutes, by=by, purpose=said.text, at=at)
