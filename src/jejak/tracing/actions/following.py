"""Following contacts up: beginning it, working out until when by the table of the day, and telling what happened.

A follow-up keeps the table that it was given until an officer works it out anew, or the last exposure changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.tracing import followrules, sealed
from jejak.tracing.followrules import FOLLOWING, Basis
from jejak.tracing.models import Contact, ContactEvent, FollowUp
from jejak.tracing.queries import followagain, sources, tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from jejak.access.actions import User
    from jejak.tracing.followrules import Plan
    from jejak.tracing.queries.tables import Tables

STARTED, CHANGED, RESUMED, NOTE_TABLE = "followed", "follow-up-changed", "follow-up-resumed", "tracing_contact_event"
PLANNED: Final = ("until", "quarantine_until", "table", "row", "tests", "due_on", "exposed_on", "version")
AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class _Worked:
    """What a table says of one follow-up."""

    plan: Plan
    table: int | None
    exposed_on: date


def start_follow_ups(*, contacts: Collection[Contact], by: User, at: datetime) -> int:
    """Follow contacts up from today, by the table of quarantine of their last exposure's day; return how many began.

    Who is followed already goes on, by a later exposure until later; whose follow-up ended begins anew
    if `followagain` says so. A contact who is a case is not followed.
    """
    with transaction.atomic():
        given = {one.pk for one in contacts}
        numbers = given - sources.among(given)
        rows = list(Contact.objects.filter(pk__in=numbers).order_by("pk").select_for_update(of=("self",)))
        there = FollowUp.objects.filter(contact__in=numbers).select_related("contact").order_by("contact")
        had = {one.contact_id: one for one in there.select_for_update(of=("self",))}
        read = tables.read(one.disease for one in rows)
        fresh = [_fresh(one, read=read, at=at) for one in rows if one.pk not in had]
        FollowUp.objects.bulk_create(fresh, batch_size=AT_ONCE)
        anew = followagain.beginning_anew(had.values())
        again = [one for one in had.values() if one.contact_id in anew]
        for one in again:
            _restart(one, read=read, at=at)
        FollowUp.objects.bulk_update(again, _COLUMNS, batch_size=AT_ONCE)
        ContactEvent.objects.bulk_create(
            [event(one, STARTED, by=by, at=at, told=facts(one)) for one in (*fresh, *again)], batch_size=AT_ONCE
        )
        going = [one for one in had.values() if one not in again]
        rederive(going, read=read, by=by, at=at)
        return len(fresh) + len(again)


def follow_exposures(*, contacts: Collection[int], by: User | int, at: datetime) -> int:
    """Work out anew who is followed among contacts whose last exposure may have changed; return how many changed.

    The table stays the one that each was given, if the day of the last exposure does.
    """
    rows = FollowUp.objects.filter(contact__in=contacts, state=FOLLOWING).select_related("contact").order_by("contact")
    with transaction.atomic():
        lock_lines(contacts)
        going = list(rows.select_for_update(of=("self",)))
        read = tables.read(one.contact.disease for one in going)
        return len(rederive(going, read=read, by=by, at=at))


def lock_lines(contacts: Iterable[int]) -> None:
    """Lock contacts, by number, before their follow-ups: whoever went the other way round would wait for ever."""
    rows = Contact.objects.filter(pk__in=list(contacts)).order_by("pk").values_list("pk")
    list(rows.select_for_update(of=("self",), no_key=True))


def rederive(
    rows: Iterable[FollowUp], *, read: Tables, by: User | int | None, at: datetime, anew: bool = False
) -> list[FollowUp]:
    """Work out locked follow-ups and store what changed, by the table each has, or ``anew`` by the one in force."""
    going = [one for one in rows if one.state == FOLLOWING]
    changed = [one for one in going if _apply(one, _worked(one, read=read, anew=anew))]
    FollowUp.objects.bulk_update(changed, PLANNED, batch_size=AT_ONCE)
    ContactEvent.objects.bulk_create(
        [event(one, CHANGED, by=by, at=at, told=facts(one)) for one in changed], batch_size=AT_ONCE
    )
    return changed


def keep(row: FollowUp, *, by: User | None, at: datetime) -> None:
    """Store a locked follow-up that somebody changed, and what follows from it by its table, as one new version."""
    before = row.version
    changed = _apply(row, _worked(row, read=tables.read([row.contact.disease]), anew=False))
    row.version = before + 1
    row.save()
    if changed:
        ContactEvent.objects.bulk_create([event(row, CHANGED, by=by, at=at, told=facts(row))])


def resume(row: FollowUp, *, by: User | None, at: datetime) -> None:
    """Go on with a locked follow-up that ended for what was not so; what was known and said of it stands."""
    row.state, row.ended_at, row.ended_by, row.ended_why = FOLLOWING, None, None, ""
    _apply(row, _worked(row, read=tables.read([row.contact.disease]), anew=False))
    row.due_on = local_day(at)  # nobody was due meanwhile
    row.version += 1
    row.save()
    ContactEvent.objects.bulk_create([event(row, RESUMED, by=by, at=at, told=facts(row))])


def event(
    row: FollowUp, kind: str, *, by: User | int | None, at: datetime, told: Mapping[str, object], note: str = ""
) -> ContactEvent:
    """Return something that happened to a follow-up, ready to be stored; its words are sealed."""
    uuid = uuid7()
    note_sealed = sealed.shut(note.strip(), table=NOTE_TABLE, column="note", row=uuid)
    who = by if by is None or isinstance(by, int) else by.pk
    return ContactEvent(
        uuid=uuid, contact_id=row.contact_id, at=at, by_id=who, kind=kind, facts=dict(told), note_sealed=note_sealed
    )


def facts(row: FollowUp) -> dict[str, object]:
    """Return the open facts of a follow-up for an event."""
    return {
        "until": row.until.isoformat(),
        "apart": row.quarantine_until.isoformat() if row.quarantine_until else "",
        "table": row.table_id,
        "row": row.row,
        "tests": list(row.tests),
    }


def heeded(row: FollowUp) -> dict[str, object]:
    """Return the open facts of a follow-up that what is said and decided adds up to, for an event."""
    return {"ill": row.ill, "known": dict(row.facts), "source": row.facts_from}


def _fresh(contact: Contact, *, read: Tables, at: datetime) -> FollowUp:
    row = FollowUp(contact=contact, started_at=at, due_on=local_day(at), state=FOLLOWING, version=0)
    _apply(row, _worked(row, read=read, anew=True))
    return row


def _restart(row: FollowUp, *, read: Tables, at: datetime) -> None:
    row.state, row.started_at, row.due_on = FOLLOWING, at, local_day(at)
    row.ended_at, row.ended_by, row.ended_why = None, None, ""
    row.extended_until, row.extended_apart, row.ill, row.heard_on = None, False, False, None
    row.apart_until, row.symptoms_from = None, ""
    row.facts, row.facts_from = followrules.lasting(facts=row.facts, source=row.facts_from)
    _apply(row, _worked(row, read=read, anew=True))


def _worked(row: FollowUp, *, read: Tables, anew: bool) -> _Worked:
    """Return what the table says; by the one in force on the day of the last exposure if it has none for that day."""
    disease, day = row.contact.disease, followrules.last_day(row.contact.last)
    moved = row.exposed_on is not None and row.exposed_on != day
    anew = anew or moved or row.table_id is None
    found = read.in_force(disease, on=day) if anew or row.table_id is None else read.by_number(row.table_id)
    basis = Basis(
        last_exposure=day,
        begun=local_day(row.started_at),
        days=read.followed_days(disease),
        facts=row.facts,
        extended_until=row.extended_until,
        extended_apart=row.extended_apart,
        apart_until=row.apart_until,
    )
    planned = followrules.plan(table=found.table if found else None, basis=basis)
    return _Worked(planned, found.number if found else None, day)


def _apply(row: FollowUp, worked: _Worked) -> bool:
    """Let a follow-up say what was worked out; return whether it says anything else than before."""
    plan = worked.plan
    tests = [day.isoformat() for day in plan.tests]
    before = (row.until, row.quarantine_until, row.table_id, row.row, row.tests, row.exposed_on or worked.exposed_on)
    if before == (plan.until, plan.quarantine_until, worked.table, plan.row, tests, worked.exposed_on):
        return False
    row.until, row.quarantine_until, row.table_id = plan.until, plan.quarantine_until, worked.table
    row.row, row.tests, row.exposed_on = plan.row, tests, worked.exposed_on
    row.due_on = due(row)
    row.version += 1
    return True


def due(row: FollowUp) -> date | None:
    """Return when somebody is due if the last day changed: who waited to be released may be due again."""
    return followrules.due_after(heard=row.heard_on, until=row.until) if row.heard_on else row.due_on


_COLUMNS: Final = (
    *PLANNED, "state", "started_at", "ended_at", "ended_by", "ended_why", "extended_until", "extended_apart", "ill",
    "heard_on", "facts", "facts_from", "apart_until", "symptoms_from",
)  # fmt: skip
