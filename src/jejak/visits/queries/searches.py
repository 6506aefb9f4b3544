"""Reading the visit log: who met whom, who was where; always for somebody and a purpose, and on the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jejak.kernel.periods import Period
from jejak.trail import actions as trail
from jejak.trail.rules import checked_purpose
from jejak.visits import rules
from jejak.visits.queries.statements import rows as _rows
from jejak.visits.rules import Meeting, Stay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jejak.trail.rules import Actor
    from jejak.visits.rules import Contact


def contacts_of(
    *, persons: Sequence[int], period: Period, minutes: int, by: Actor, purpose: str, recorded: bool = False
) -> list[Contact]:
    """Return who was at the same premises as any of ``persons`` for at least ``minutes`` on end, ranked.

    Only meetings within ``period`` count; none of ``persons`` is a contact. ``recorded`` says that the caller writes
    the trail entry itself, in the same transaction.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        rows = _rows("meetings", persons=list(persons), since=period.start, until=period.end, minutes=minutes)
        found = rules.ranked(
            Meeting(case=case, person=person, premises=premises, period=Period(since, until), observed=observed)
            for case, premises, person, since, until, observed in rows
        )
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
        rows = _rows("visits_of_persons", persons=list(persons), since=period.start, until=period.end)
        found = _touching(rules.united(rules.trimmed(map(_stay, rows))), period=period)
        if not recorded:
            trail.record(by=by, action="visits.stays", purpose=purpose, persons=persons, detail=_window(period))
        return found


def visitors_of(*, premises: int, period: Period, by: Actor, purpose: str, recorded: bool = False) -> list[Stay]:
    """Return the stays of everybody at a premises that touch ``period``, in order of time: united, trimmed.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        rows = _rows("visitors", premises=premises, since=period.start, until=period.end)
        found = _touching(rules.united(map(_stay, rows)), period=period)
        if not recorded:
            detail = {"premises": premises, "found": len({stay.person for stay in found}), **_window(period)}
            trail.record(by=by, action="visits.visitors", purpose=purpose, detail=detail)
        return found


def _stay(row: tuple[int, int, datetime, datetime, int, int | None]) -> Stay:
    person, premises, checked_in, until, flags, zone = row
    return Stay(
        person=person,
        premises=premises,
        period=Period(checked_in, until),
        observed=bool(flags & rules.OBSERVED),
        flags=flags & ~rules.OBSERVED,
        zone=zone,
    )


def _touching(stays: list[Stay], *, period: Period) -> list[Stay]:
    found = [stay for stay in stays if stay.period.overlap(period)]
    return sorted(found, key=lambda stay: (stay.period, stay.premises, stay.person))


def _window(period: Period) -> dict[str, object]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
