"""Writing what a run found: one line of contact for a person, one open exposure for each case, and what changed.

The same found again changes nothing. What a later run of the same direction finds no more ends, and stays readable;
of shorter times together than it looked for it says nothing, so those stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.kernel.periods import Period
from jejak.people import queries as people
from jejak.tracing import exposures, tiers
from jejak.tracing.actions import exposing
from jejak.tracing.actions.correcting import as_corrected
from jejak.tracing.actions.finding import PERSON, SAID
from jejak.tracing.actions.unexposing import end_unexposed
from jejak.tracing.exposures import Exposed
from jejak.tracing.models import Contact, Exposure, RunCase
from jejak.tracing.noticerules import DISCARDED
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.exposures import Stretch
    from jejak.tracing.models import Case, Run
    from jejak.tracing.tiers import Rule

    Who = tuple[str, int]
    Finds = Mapping[int, Mapping[Who, Exposed]]

AT_ONCE: Final = 2000


@dataclass(slots=True)
class _Writing:
    """What one chunk writes: the exposures that end, that begin, and that stay as they are."""

    run: Run
    rules: Sequence[Rule]
    over: list[Exposure]
    left: list[Exposure]
    kept: list[int]


def write(*, run: Run, found: Finds, at: datetime) -> dict[int, int]:
    """Write what a run found of some cases, in the transaction that is open; return how many people that is for each.

    What an officer corrected before is heeded.
    """
    exposing.alone(agency=run.agency_id, disease=run.profile.disease)
    minutes = int(run.settings["minutes"])
    found = as_corrected(found=found, disease=run.profile.disease, minutes=minutes)
    rules = tiers.read(run.profile.tiers)
    contacts, new = _contacts(run, found, rules=rules, at=at)
    writing = _Writing(run, rules, [], [], [])
    before = _before(run, found)
    windows = _windows(run, found)
    for case, own in found.items():
        for who, exposed in own.items():
            earlier = before.pop((case, contacts[who].pk), None)
            shorter = _shorter(earlier, run, windows[case], exposed) if earlier else ()
            whole = Exposed(tuple(sorted((*exposed.stretches, *shorter))), exposed.told) if shorter else exposed
            _expose(writing, case, contacts[who], whole, earlier)
    for one in before.values():
        if not _superseded(one, run):
            continue
        if shorter := _shorter(one, run, windows[one.case_id]):
            _expose(writing, one.case_id, one.contact, Exposed(shorter), one)
        else:
            writing.over.append(one)
    Exposure.objects.filter(pk__in=writing.kept).update(run=run)
    by, facts = run.asked_by_id, {"run": str(run.uuid)}
    exposing.replace(over=writing.over, left=writing.left, by=by, at=at, facts=facts, new=new)
    return {case: len(own) for case, own in found.items()}


def take_back_exposures(*, case: Case, by: User, at: datetime) -> int:
    """End every open exposure of a case that is none, in each office; return how many.

    Whom nobody has seen leaves the list; who was seen stays on it until an officer decides, with what happened. Whom
    nothing else exposes is told so, and followed no more.
    """
    offices = Exposure.objects.filter(case=case, ended_at=None).values_list("contact__agency", flat=True).distinct()
    for office in sorted(offices):
        exposing.alone(agency=office, disease=case.disease)
    over = list(Exposure.objects.filter(case=case, ended_at=None))
    exposing.replace(over=over, left=(), by=by.pk, at=at, facts={"case": case.pk})
    end_unexposed(contacts={one.contact_id for one in over}, why=DISCARDED, by=by, at=at)
    return len(over)


def _windows(run: Run, found: Finds) -> dict[int, Period]:
    rows = RunCase.objects.filter(run=run, case__in=[*found]).values_list("case", "start", "end")
    return {case: Period(start, end) for case, start, end in rows}


def _shorter(one: Exposure, run: Run, window: Period, exposed: Exposed | None = None) -> tuple[Stretch, ...]:
    """Return the times of an exposure that a run did not look for, being shorter than its least minutes."""
    if not _superseded(one, run):
        return ()
    least = int(run.settings["minutes"])
    anew = exposed.stretches if exposed else ()
    return tuple(
        each
        for each in exposures.read(one.why).stretches
        if each.period.minutes < least
        and each.period.overlap(window)
        and not any(each.premises == other.premises and each.period.overlap(other.period) for other in anew)
    )


def _contacts(run: Run, found: Finds, *, rules: Sequence[Rule], at: datetime) -> tuple[dict[Who, Contact], set[int]]:
    """Return the line of everybody found, made if not there; and which are new."""
    wanted: dict[Who, Exposed] = {who: exposed for own in found.values() for who, exposed in own.items()}
    records = people.records_of(number for kind, number in wanted if kind == PERSON)
    known = Contact.objects.filter(agency=run.agency_id, disease=run.profile.disease, closed_at=None)
    lines: dict[Who, Contact] = {}
    for one in known.filter(person__in=[*records]).order_by("-pk"):
        lines[PERSON, records[one.person_id or 0]] = one
    said = [number for kind, number in wanted if kind == SAID]
    lines |= {(SAID, one.said_id or 0): one for one in known.filter(said__in=said)}
    new = {who: _line(run, who, exposed, rules=rules, at=at) for who, exposed in wanted.items() if who not in lines}
    Contact.objects.bulk_create(new.values(), batch_size=AT_ONCE)
    return lines | new, {one.pk for one in new.values()}


def _line(run: Run, who: Who, exposed: Exposed, *, rules: Sequence[Rule], at: datetime) -> Contact:
    kind, number = who
    return Contact(
        disease=run.profile.disease,
        agency_id=run.agency_id,
        person_id=number if kind == PERSON else None,
        said_id=number if kind == SAID else None,
        first=exposed.period.start,
        last=exposed.period.end,
        tier=exposed.tier(rules),
        found_at=at,
    )


def _before(run: Run, found: Finds) -> dict[tuple[int, int], Exposure]:
    """Return the open exposures of these cases in this office, by case and contact."""
    rows = Exposure.objects.filter(case__in=[*found], contact__agency=run.agency_id, ended_at=None)
    return {(one.case_id, one.contact_id): one for one in rows.select_related("run", "contact")}


def _superseded(one: Exposure, run: Run) -> bool:
    """Return whether a run tells anew what an exposure says; what no run found is told anew by forward runs."""
    return (one.run.direction if one.run else Direction.FORWARD) == run.direction


def _expose(writing: _Writing, case: int, contact: Contact, exposed: Exposed, before: Exposure | None) -> None:
    """Keep one exposure as it is, change it, or make it."""
    run = writing.run
    if before is not None and before.run is not None and before.run.direction != run.direction == Direction.BACKWARD:
        return  # whom the case may have infected is followed up; that they met before is in that search's window
    tier = exposed.tier(writing.rules)
    if before is not None and (before.why, before.tier) == (exposed.why(), tier):
        writing.kept.append(before.pk)
        return
    if before is not None:
        writing.over.append(before)
    writing.left.append(exposing.exposure(contact=contact.pk, case=case, run=run.pk, exposed=exposed, tier=tier))
