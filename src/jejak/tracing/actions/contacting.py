"""Writing what a run found: one line of contact for a person, one open exposure for each case, and what changed.

The same found again changes nothing. What a later run of the same direction finds no more ends, and stays readable;
of shorter times together than it looked for it says nothing, so those stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, OuterRef

from jejak.kernel.periods import Period
from jejak.people import queries as people
from jejak.store import sql
from jejak.tracing import exposures, tiers
from jejak.tracing.actions.correcting import as_corrected
from jejak.tracing.actions.finding import PERSON, SAID
from jejak.tracing.actions.following import follow_exposures
from jejak.tracing.exposures import Exposed
from jejak.tracing.models import Contact, ContactEvent, Exposure, RunCase
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.exposures import Stretch
    from jejak.tracing.models import Case, Run
    from jejak.tracing.tiers import Rule

    Who = tuple[str, int]
    Finds = Mapping[int, Mapping[Who, Exposed]]

FOUND, EXPOSED, CHANGED, ENDED, CLOSED = "found", "exposed-again", "exposure-changed", "exposure-ended", "unfounded"
AT_ONCE: Final = 2000


@dataclass(slots=True)
class _Writing:
    """What one chunk writes: rows to add and events to keep."""

    run: Run
    at: datetime
    rules: Sequence[Rule]
    contacts: dict[Who, Contact]
    fresh: set[int]
    made: list[Exposure]
    events: list[ContactEvent]
    ended: list[Exposure]
    kept: list[int]
    again: set[int]

    def event(self, contact: Contact, kind: str, **facts: object) -> None:
        """Keep that something happened to a contact."""
        told = {"run": str(self.run.uuid), **facts}
        self.events.append(ContactEvent(contact=contact, at=self.at, by_id=self.run.asked_by_id, kind=kind, facts=told))


def write(*, run: Run, found: Finds, at: datetime) -> dict[int, int]:
    """Write what a run found of some cases, in the transaction that is open; return how many people that is for each.

    What an officer corrected before is heeded.
    """
    alone(agency=run.agency_id, disease=run.profile.disease)
    minutes = int(run.settings["minutes"])
    found = as_corrected(found=found, agency=run.agency_id, disease=run.profile.disease, minutes=minutes)
    rules = tiers.read(run.profile.tiers)
    contacts, fresh = _contacts(run, found, rules=rules, at=at)
    writing = _Writing(run, at, rules, contacts, fresh, [], [], [], [], set())
    before = _before(run, found)
    windows = _windows(run, found)
    for case, own in found.items():
        for who, exposed in own.items():
            earlier = before.pop((case, contacts[who].pk), None)
            shorter = _shorter(earlier, run, windows[case], exposed) if earlier else ()
            whole = Exposed(tuple(sorted((*exposed.stretches, *shorter))), exposed.told) if shorter else exposed
            _expose(writing, case, contacts[who], whole, earlier)
    gone = []
    for one in before.values():
        if not _superseded(one, run):
            continue
        if shorter := _shorter(one, run, windows[one.case_id]):
            _expose(writing, one.case_id, one.contact, Exposed(shorter), one)
            continue
        gone.append(one)
        writing.event(one.contact, ENDED, case=one.case_id, tier=one.tier, minutes=one.minutes)
    _save(writing, gone)
    touched = {one.contact_id for one in (*writing.made, *writing.ended, *gone)}
    roll_up(touched, at=at, by=run.asked_by_id, facts={"run": str(run.uuid)})
    return {case: len(own) for case, own in found.items()}


def take_back_exposures(*, case: Case, by: User, at: datetime) -> int:
    """End every open exposure of a case that is none, in each office; return how many.

    Whom nobody has seen leaves the list; who was seen stays on it until an officer decides, with what happened.
    """
    offices = Exposure.objects.filter(case=case, ended_at=None).values_list("contact__agency", flat=True).distinct()
    for office in sorted(offices):
        alone(agency=office, disease=case.disease)
    over = list(Exposure.objects.filter(case=case, ended_at=None).select_related("contact"))
    Exposure.objects.filter(pk__in=[one.pk for one in over]).update(ended_at=at)
    ContactEvent.objects.bulk_create(
        ContactEvent(
            contact=one.contact, at=at, by=by, kind=ENDED,
            facts={"case": one.case_id, "tier": one.tier, "minutes": one.minutes},
        )
        for one in over
    )  # fmt: skip
    roll_up({one.contact_id for one in over}, at=at, by=by.pk, facts={"case": case.pk})
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


def alone(*, agency: int, disease: str) -> None:
    """Wait for whoever writes contacts of this office and disease: two runs may find the same person."""
    with connection.cursor() as cursor:
        key = f"jejak contacts {agency} {disease}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7620220301))", [key])


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
    why, period = exposed.why(), exposed.period
    tier = exposed.tier(writing.rules)
    if before is not None and (before.why, before.tier) == (why, tier):
        writing.kept.append(before.pk)
        return
    facts = {"case": case, "tier": tier, "minutes": exposed.minutes}
    if before is not None:
        writing.ended.append(before)
        writing.event(contact, CHANGED, **facts)
    elif contact.pk in writing.fresh:
        writing.event(contact, FOUND, **facts)
        writing.fresh.discard(contact.pk)  # of the next case of the same run it is told as of any other
    else:
        writing.again.add(contact.pk)
        writing.event(contact, EXPOSED, **facts)
    writing.made.append(
        Exposure(
            contact=contact,
            case_id=case,
            run=run,
            minutes=exposed.minutes,
            first=period.start,
            last=period.end,
            tier=tier,
            observed=exposed.observed,
            flags=exposed.flags,
            why=why,
            made_at=writing.at,
        )
    )


def _save(writing: _Writing, gone: Iterable[Exposure]) -> None:
    over = [one.pk for one in (*writing.ended, *gone)]
    Exposure.objects.filter(pk__in=over).update(ended_at=writing.at)
    Exposure.objects.filter(pk__in=writing.kept).update(run=writing.run)
    Exposure.objects.bulk_create(writing.made, batch_size=AT_ONCE)
    # Whoever was done with and is exposed again is worked on anew.
    Contact.objects.filter(pk__in=writing.again, work="done", closed_at=None).update(work="new")
    ContactEvent.objects.bulk_create(writing.events, batch_size=AT_ONCE)


def add_up(touched: Collection[int]) -> None:
    """Let lines say what their open exposures say."""
    with connection.cursor() as cursor:
        cursor.execute(sql.load("tracing", "roll_up"), {"contacts": [*touched]})


def roll_up(touched: Collection[int], *, at: datetime, by: int, facts: Mapping[str, object]) -> None:
    """Let lines say what their open exposures say; who has none, and was shown to nobody, is off the list."""
    add_up(touched)
    follow_exposures(contacts=touched, by=by, at=at)
    unseen = Contact.objects.filter(pk__in=touched, released_at=None, said=None, closed_at=None)
    closed = list(unseen.exclude(Exists(Exposure.objects.filter(contact=OuterRef("pk"), ended_at=None))))
    Contact.objects.filter(pk__in=[line.pk for line in closed]).update(closed_at=at)
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=line, at=at, by_id=by, kind=CLOSED, facts=dict(facts)) for line in closed
    )
