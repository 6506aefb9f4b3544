"""The second generation: whom the nearest contacts met after their own exposure, under one look; names of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jejak.kernel.periods import Period
from jejak.people import queries as people
from jejak.tracing import exposures, tiers
from jejak.tracing.exposures import Exposed, stretch
from jejak.tracing.models import Case, Contact, Exposure, Onward
from jejak.tracing.windows import DAY
from jejak.visits import queries as visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from jejak.access.actions import Look
    from jejak.tracing.models import Run, RunCase
    from jejak.visits.rules import Meeting

NEAREST: Final = 2
MOST: Final = 100
"""Of each case's contacts the nearest so many, of the two nearest tiers, are followed onward."""


def onward(*, run: Run, rows: Sequence[RunCase], look: Look) -> dict[int, int]:
    """Write whom the contacts of some cases met onward; return how many people that are for each case."""
    counts = {row.case_id: _of_case(run, row, look=look) for row in rows}
    return {case: found for case, found in counts.items() if found}


def _of_case(run: Run, row: RunCase, *, look: Look) -> int:
    first = Exposure.objects.filter(case=row.case_id, contact__agency=run.agency_id, ended_at=None, tier__lte=NEAREST)
    nearest = list(
        first.filter(contact__person__isnull=False, contact__closed_at=None, first__lt=row.end)
        .select_related("contact")
        .order_by("tier", "-minutes", "pk")[:MOST]
    )
    if not nearest:
        return 0
    read_as = people.same_as(one.contact.person_id or 0 for one in nearest)
    of = {read_as[one.contact.person_id or 0]: one for one in nearest}
    look.shows(people.together(of), detail={})
    ends = {person: _end(run, row, one) for person, one in of.items()}
    period = Period(min(one.first for one in nearest), max(ends.values()))
    met = visits.meetings_of(
        persons=[*of],
        period=period,
        minutes=int(run.settings["minutes"]),
        by=look.by,
        purpose=look.purpose,
        look=look,
    )
    known = _known(run, row.case)
    found: dict[tuple[int, int], list[Meeting]] = {}
    for meeting in met:
        after = meeting.period.end > of[meeting.case].first and meeting.period.start < ends[meeting.case]
        if after and meeting.person not in known:
            found.setdefault((meeting.case, meeting.person), []).append(meeting)
    Onward.objects.bulk_create(_rows(run, row, found, of), batch_size=2000, ignore_conflicts=True)
    return len({person for _contact, person in found})


def _end(run: Run, row: RunCase, one: Exposure) -> datetime:
    """Return until when a contact is followed onward: they may infect later than their case does."""
    return max(row.end, min(run.asked_at, one.first + run.profile.after * DAY))


def _rows(
    run: Run,
    row: RunCase,
    found: Mapping[tuple[int, int], Sequence[Meeting]],
    of: Mapping[int, Exposure],
) -> list[Onward]:
    asked: dict[int, list[Period]] = {}
    for own in found.values():
        for meeting in own:
            asked.setdefault(meeting.premises, []).append(meeting.period)
    crowds, rules = visits.crowds(asked=asked), tiers.read(run.profile.tiers)
    made = []
    for (contact, person), own in found.items():
        stretches = tuple(stretch(each, zone=None, crowds=crowds) for each in own)
        exposed = Exposed(stretches)
        made.append(
            Onward(
                run=run,
                case_id=row.case_id,
                contact=of[contact].contact,
                person_id=person,
                minutes=exposures.together(stretches),
                crowd=max(one.crowd for one in stretches),
                first=exposed.period.start,
                last=exposed.period.end,
                tier=exposed.tier(rules),
            )
        )
    return made


def _known(run: Run, case: Case) -> frozenset[int]:
    """Return who is a case of the disease or a contact already: they are no second generation."""
    ill = Case.objects.filter(disease=case.disease, closed_at=None, person__isnull=False)
    ill = ill.exclude(classification="discarded")
    lines = Contact.objects.filter(
        agency=run.agency_id, disease=case.disease, closed_at=None, person__isnull=False, exposures__ended_at=None
    )
    numbers = {*ill.values_list("person_id", flat=True), *lines.values_list("person_id", flat=True)}
    return frozenset(people.same_as(number for number in numbers if number is not None).values())
