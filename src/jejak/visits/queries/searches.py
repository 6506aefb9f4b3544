"""Reading the visit log: who met whom, who was where; always for somebody and a purpose, and on the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from jejak.kernel.periods import Period
from jejak.trail import actions as trail
from jejak.trail.rules import checked_purpose
from jejak.visits import rules, zones
from jejak.visits.queries import nearness, statements
from jejak.visits.rules import Meeting, Stay

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jejak.trail.rules import Actor
    from jejak.visits.rules import Contact


@dataclass(frozen=True, slots=True)
class Said:
    """What a visitor said of a visit: ``not-me``, or other ``times``, one of which may be ``None``; it stands."""

    person: int
    premises: int
    checked_in: datetime
    kind: str
    came_at: datetime | None
    left_at: datetime | None
    made_at: datetime


def contacts_of(
    *, persons: Sequence[int], period: Period, minutes: int, by: Actor, purpose: str, recorded: bool = False
) -> list[Contact]:
    """Return who was at the same premises as any of ``persons`` for at least ``minutes`` on end, the nearest first.

    Only meetings within ``period`` count; none of ``persons`` is a contact. ``recorded`` says that the caller writes
    the trail entry itself, in the same transaction.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        rows = statements.rows("meetings", persons=list(persons), since=period.start, until=period.end, minutes=minutes)
        met = [
            Meeting(case, person, premises, Period(since, until), observed, flags)
            for case, premises, person, since, until, observed, flags, _more in rows
        ]
        if any(row[-1] for row in rows):
            met = nearness.refined(met, persons=persons, period=period, minutes=minutes)
        found = rules.ranked(met)
        if not recorded:
            detail = {"minutes": minutes, "found": len(found), **_window(period)}
            trail.record(by=by, action="visits.contacts", purpose=purpose, persons=persons, detail=detail)
        return found


def stays_of(*, persons: Sequence[int], period: Period, by: Actor, purpose: str, recorded: bool = False) -> list[Stay]:
    """Return the stays of ``persons`` that touch ``period``, in order of time: united, estimated ends trimmed.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        rows = statements.rows("visits_of_persons", persons=list(persons), since=period.start, until=period.end)
        found = _touching(rules.united(rules.trimmed(nearness.left(rows))), period=period)
        if not recorded:
            trail.record(by=by, action="visits.stays", purpose=purpose, persons=persons, detail=_window(period))
        return found


def visitors_of(*, premises: int, period: Period, by: Actor, purpose: str, recorded: bool = False) -> list[Stay]:
    """Return the stays of everybody at a premises, in order of time: visits that touch ``period``, trimmed, united.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        rooms = nearness.layout([premises])
        rows = statements.rows(
            "visitors",
            premises=premises,
            since=period.start,
            until=period.end,
            zoned=bool(rooms.typical),
            doors=list(rooms.doors),
        )
        left = zones.until_left(map(nearness.stay, rows), layout=rooms)
        found = _touching(rules.united(_touching(left, period=period)), period=period)
        if not recorded:
            detail = {"premises": premises, "found": len({stay.person for stay in found}), **_window(period)}
            trail.record(by=by, action="visits.visitors", purpose=purpose, detail=detail)
        return found


def zone_times_of(
    *, persons: Sequence[int], period: Period, by: Actor, purpose: str, recorded: bool = False
) -> list[Stay]:
    """Return in which zones of premises ``persons`` were and when, within ``period``, in order of time.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        found = nearness.zone_times(persons=persons, period=period)
        if not recorded:
            trail.record(by=by, action="visits.zones", purpose=purpose, persons=persons, detail=_window(period))
        return found


def said_of(
    *,
    persons: Sequence[int],
    premises: Sequence[int],
    period: Period,
    by: Actor,
    purpose: str,
    recorded: bool = False,
) -> list[Said]:
    """Return what ``persons`` said of their visits to ``premises`` in ``period``, oldest first.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        rows = statements.rows(
            "said", persons=list(persons), premises=list(premises), since=period.start, until=period.end
        )  # fmt: skip
        if not recorded:
            trail.record(by=by, action="visits.said", purpose=purpose, persons=persons, detail=_window(period))
        return [Said(*row) for row in rows]


def _touching(stays: Iterable[Stay], *, period: Period) -> list[Stay]:
    found = [stay for stay in stays if stay.period.overlap(period)]
    return sorted(found, key=lambda stay: (stay.period, stay.premises, stay.person))


def _window(period: Period) -> dict[str, object]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
