"""Reading the visit log: who met whom, who was where; always for somebody and a purpose, and on the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.people import queries as people
from jejak.visits import rules, zones
from jejak.visits.queries import nearness, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.kernel.periods import Period
    from jejak.trail.rules import Purpose
    from jejak.visits.rules import Contact, Meeting, Stay


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
    *,
    persons: Sequence[int],
    period: Period,
    minutes: int,
    by: User,
    purpose: Purpose,
    look: Look | None = None,
    at: datetime | None = None,
) -> list[Contact]:
    """Return who was at the same premises as any of ``persons`` for at least ``minutes`` on end, the nearest first.

    Only meetings within ``period`` count; none of ``persons`` is a contact. Whoever has several records is one: whom
    they are read as. With a ``look`` of this transaction its caller says whom it shows; without, this is one of its
    own.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="visits.contacts", purpose=purpose, persons=persons, at=at) as going:
        records = people.records_of(persons)
        found = rules.ranked(nearness.met(records=records, period=period, minutes=minutes))
        going.shows(records, detail={"minutes": minutes, "found": len(found), **_window(period)})
        return found


def meetings_of(
    *,
    persons: Sequence[int],
    period: Period,
    minutes: int,
    by: User,
    purpose: Purpose,
    look: Look | None = None,
    at: datetime | None = None,
) -> list[Meeting]:
    """Return every meeting that `contacts_of` would rank, each with which of ``persons`` it was with.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="visits.contacts", purpose=purpose, persons=persons, at=at) as going:
        records = people.records_of(persons)
        found = nearness.met(records=records, period=period, minutes=minutes)
        going.shows(records, detail={"minutes": minutes, "meetings": len(found), **_window(period)})
        return found


def stays_of(
    *,
    persons: Sequence[int],
    period: Period,
    by: User,
    purpose: Purpose,
    look: Look | None = None,
    at: datetime | None = None,
) -> list[Stay]:
    """Return the stays of ``persons`` that touch ``period``, in order of time: united, estimated ends trimmed.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="visits.stays", purpose=purpose, persons=persons, at=at) as going:
        records = people.records_of(persons)
        stored = nearness.stays_of(records, period=period)
        found = _touching(rules.united(rules.trimmed(nearness.left(stored))), period=period)
        going.shows(records, detail=_window(period))
        return found


def check_ins_of(stays: Sequence[Stay], *, look: Look) -> dict[Stay, UUID]:
    """Return the check-in with which each stay began, within a look that read these stays; what is gone is left out."""
    look.covers(by=look.by, purpose=look.purpose)
    records = people.records_of({one.person for one in stays})
    premises, starts = [one.premises for one in stays], [one.period.start for one in stays]
    rows = statements.rows("first_visits", persons=[*records], premises=premises, starts=starts) if stays else []
    began = {(records[person], place, start): number for person, place, start, number in rows}
    return {one: began[key] for one in stays if (key := (one.person, one.premises, one.period.start)) in began}


def visitors_of(
    *,
    premises: int,
    period: Period,
    by: User,
    purpose: Purpose,
    look: Look | None = None,
    at: datetime | None = None,
) -> list[Stay]:
    """Return the stays of everybody at a premises, in order of time: visits that touch ``period``, trimmed, united.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="visits.visitors", purpose=purpose, at=at) as going:
        rooms = nearness.layout([premises])
        rows = statements.rows(
            "visitors",
            premises=premises,
            since=period.start,
            until=period.end,
            zoned=bool(rooms.typical),
            doors=list(rooms.doors),
        )
        left = zones.until_left(_with_twins(rows, premises=premises, period=period), layout=rooms)
        found = _touching(rules.united(_touching(left, period=period)), period=period)
        detail = {"premises": premises, "found": len({stay.person for stay in found}), **_window(period)}
        going.shows((), detail=detail)
        return found


def zone_times_of(
    *,
    persons: Sequence[int],
    period: Period,
    by: User,
    purpose: Purpose,
    look: Look | None = None,
    at: datetime | None = None,
) -> list[Stay]:
    """Return in which zones of premises ``persons`` were and when, within ``period``, in order of time.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="visits.zones", purpose=purpose, persons=persons, at=at) as going:
        records = people.records_of(persons)
        going.shows(records, detail=_window(period))
        return nearness.zone_times(records=records, period=period)


def said_of(
    *,
    persons: Sequence[int],
    premises: Sequence[int],
    period: Period,
    by: User,
    purpose: Purpose,
    look: Look | None = None,
    at: datetime | None = None,
) -> list[Said]:
    """Return what ``persons`` said of their visits to ``premises`` in ``period``, oldest first.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="visits.said", purpose=purpose, persons=persons, at=at) as going:
        records = people.records_of(persons)
        rows = statements.rows(
            "said", persons=[*records], premises=list(premises), since=period.start, until=period.end
        )  # fmt: skip
        going.shows(records, detail=_window(period))
        return [Said(records[row[0]], *row[1:]) for row in rows]


def _with_twins(
    rows: Sequence[tuple[int, int, datetime, datetime, int, int | None]], *, premises: int, period: Period
) -> list[Stay]:
    """Return rows of visits at a premises; whoever has several records is one, trimmed by what any of them tells."""
    twins = nearness.several(people.records_of({row[0] for row in rows}))
    if not twins:
        return [nearness.stay(row) for row in rows]
    theirs = rules.trimmed(nearness.stays_of(twins, period=period))
    others = [nearness.stay(row) for row in rows if row[0] not in twins]
    return others + [stay for stay in theirs if stay.premises == premises and stay.period.start < period.end]


def _touching(stays: Iterable[Stay], *, period: Period) -> list[Stay]:
    found = [stay for stay in stays if stay.period.overlap(period)]
    return sorted(found, key=lambda stay: (stay.period, stay.premises, stay.person))


def _window(period: Period) -> dict[str, object]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
