"""Writing what a run found: one line of contact for a person, one open exposure for each case, and what changed.

The same found again changes nothing. What a later run of the same direction finds no more ends, and stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, OuterRef

from jejak.people import queries as people
from jejak.store import sql
from jejak.tracing import tiers
from jejak.tracing.actions.finding import PERSON, SAID
from jejak.tracing.models import Contact, ContactEvent, Exposure
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from jejak.tracing.exposures import Exposed
    from jejak.tracing.models import Run
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


def write(*, run: Run, found: Finds, at: datetime) -> None:
    """Write what a run found of some cases, in the transaction that is open."""
    _alone(run)
    rules = tiers.read(run.profile.tiers)
    contacts, fresh = _contacts(run, found, rules=rules, at=at)
    writing = _Writing(run, at, rules, contacts, fresh, [], [], [], [], set())
    before = _before(run, found)
    for case, own in found.items():
        for who, exposed in own.items():
            _expose(writing, case, contacts[who], exposed, before.pop((case, contacts[who].pk), None))
    gone = [one for one in before.values() if _superseded(one, run)]
    for one in gone:
        writing.event(one.contact, ENDED, case=one.case_id, tier=one.tier, minutes=one.minutes)
    _save(writing, gone)
    touched = {one.contact_id for one in (*writing.made, *writing.ended, *gone)}
    _roll_up(touched, at=at, run=run)


def _alone(run: Run) -> None:
    """Wait for whoever writes contacts of this office and disease: two runs may find the same person."""
    with connection.cursor() as cursor:
        key = f"jejak contacts {run.agency_id} {run.profile.disease}"
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


def _roll_up(touched: Collection[int], *, at: datetime, run: Run) -> None:
    """Let lines say what their open exposures say; who has none, and was shown to nobody, is off the list."""
    with connection.cursor() as cursor:
        cursor.execute(sql.load("tracing", "roll_up"), {"contacts": [*touched]})
    unseen = Contact.objects.filter(pk__in=touched, released_at=None, said=None, closed_at=None)
    closed = list(unseen.exclude(Exists(Exposure.objects.filter(contact=OuterRef("pk"), ended_at=None))))
    Contact.objects.filter(pk__in=[line.pk for line in closed]).update(closed_at=at)
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=line, at=at, by_id=run.asked_by_id, kind=CLOSED, facts={"run": str(run.uuid)})
        for line in closed
    )
