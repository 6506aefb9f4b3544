"""Pictures of a run under a look: the tree of its second generation, and where several of its cases were together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.access import actions as access
from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR, local_day
from jejak.people import queries as people
from jejak.premises import queries as premises
from jejak.tracing import gatherings as shared
from jejak.tracing.actions.finding import persons_of
from jejak.tracing.exposures import crowd
from jejak.tracing.gatherings import CaseTime, Gathering
from jejak.tracing.models import CaseStay, Onward, RunCase
from jejak.tracing.queries import runs
from jejak.tracing.runpurposes import RUN_PLACES, RUN_SHOWN, run_purpose
from jejak.tracing.trees import Link, tree
from jejak.trail import queries as trail
from jejak.visits import queries as visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.premises.queries import Place
    from jejak.tracing.gatherings import Ranked
    from jejak.tracing.queries.runs import RunRow
    from jejak.tracing.trees import Tree

AT_ONCE: Final = 100
MOST_WEIGHED: Final = 60
"""Gatherings whose usual visits are read: those with the most cases for how many people were there."""
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Grown:
    """A run's second generation; ``numbers`` are those of its cases."""

    run: RunRow
    tree: Tree
    numbers: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """Where and when several cases of a run were, those first that chance explains least."""

    run: RunRow
    ranked: tuple[Ranked, ...]
    places: Mapping[int, Place]
    numbers: Mapping[int, str]
    total: int


def show_tree(*, uuid: UUID, by: User, at: datetime) -> Grown:
    """Return the tree of a run of the second generation; it names nobody.

    :raises RunUnknown: it is no run of this account's office. :raises AccessError: this account may not look.
    """
    run = runs.kept(uuid=uuid, by=by)
    with access.look(by=by, action=RUN_SHOWN, purpose=run_purpose(run), at=at) as look:
        rows = Onward.objects.filter(run=run).values_list("case_id", "contact_id", "person_id", "tier", "minutes")
        grown = tree(Link(*row) for row in rows)
        look.shows((), detail={"onward": grown.people})
        numbers = runs.case_numbers(one.case for one in grown.trunks)
        return Grown(runs.run_of(uuid=uuid, by=by), grown, dict(numbers))


def show_shared(*, uuid: UUID, by: User, at: datetime) -> Shared:
    """Return where and when several cases of a run were, on record as a look at those cases.

    :raises RunUnknown: it is no run of this account's office. :raises AccessError: this account may not look.
    """
    run = runs.kept(uuid=uuid, by=by)
    with access.look(by=by, action=RUN_PLACES, purpose=run_purpose(run), at=at) as look:
        rows = list(RunCase.objects.filter(run=run).select_related("case").order_by("start", "end", "pk"))
        found = shared.gatherings(_times(rows, look=look))
        weighed = [one.gathering for one in shared.ranked(found, expected=_there(found))[:MOST_WEIGHED]]
        usual = {one: many for one in weighed if (many := _expected(one)) is not None}
        ranked = shared.ranked(weighed, expected=usual)
        seen = trail.shown_for(by_id=by.pk, reference=str(run.uuid), actions=(RUN_PLACES,), since=run.asked_at)
        look.shows(set(people.together(_theirs(rows, ranked))) - seen, detail={"gatherings": len(found)})
        numbers = runs.case_numbers({case for one in ranked for case in one.gathering.cases})
        return Shared(
            run=runs.run_of(uuid=uuid, by=by),
            ranked=tuple(ranked),
            places=premises.places({one.gathering.premises for one in ranked}),
            numbers=dict(numbers),
            total=len(found),
        )


def _times(rows: list[RunCase], *, look: Look) -> list[CaseTime]:
    """Return where the cases were in their windows, as scanned and as remembered."""
    found: list[CaseTime] = []
    for start, end in dict.fromkeys((row.start, row.end) for row in rows):
        period = Period(start, end)
        own = [row for row in rows if (row.start, row.end) == (start, end)]
        cases = persons_of(own)
        everybody = [*cases]
        for first in range(0, len(everybody), AT_ONCE):
            part = everybody[first : first + AT_ONCE]
            stays = visits.stays_of(persons=part, period=period, by=look.by, purpose=look.purpose, look=look)
            found += [CaseTime(case, stay.premises, stay.period) for stay in stays for case in cases[stay.person]]
        found += _remembered(own, period)
    return found


def _remembered(rows: Iterable[RunCase], period: Period) -> list[CaseTime]:
    said = CaseStay.objects.filter(case__in=[row.case_id for row in rows], ended_at=None, premises_id__isnull=False)
    return [
        CaseTime(stay.case_id, stay.premises_id, part)
        for stay in said.exclude(source="scan")
        if stay.premises_id is not None and (part := Period(stay.start, stay.end).overlap(period))
    ]


def _there(found: Iterable[Gathering]) -> dict[Gathering, float]:
    """Return how many people were at each gathering at once; one statement reads it, unlike what is usual there."""
    asked: defaultdict[int, list[Period]] = defaultdict(list)
    for one in found:
        asked[one.premises].append(one.period)
    crowds = visits.crowds(asked=asked) if asked else {}
    return {one: crowd(one.premises, one.period, crowds) for one in found}


def _expected(one: Gathering) -> float | None:
    """Return how many check-ins a premises usually has in the hours that a gathering touches, if any day says so."""
    usual: dict[date, list[float] | None] = {}
    moment, found = one.period.start.astimezone(KUALA_LUMPUR).replace(minute=0, second=0, microsecond=0), 0.0
    while moment < one.period.end:
        day = local_day(moment)
        if day not in usual:
            usual[day] = visits.usual_or_near(premises=one.premises, before=day)
        hours = usual[day]
        found += hours[moment.hour] if hours else 0.0
        moment += HOUR
    return found if any(usual.values()) else None


def _theirs(rows: Iterable[RunCase], ranked: Iterable[Ranked]) -> list[int]:
    shown = {case for one in ranked for case in one.gathering.cases}
    return [person for person, cases in persons_of(rows).items() if shown & set(cases)]
