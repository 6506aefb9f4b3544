"""Notices in a test: an office whose contacts are on the work list, and what they would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jejak.kernel import clock
from jejak.kernel.places import local_day

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.access.models import User
    from jejak.tracing.models import Contact, Notice, NoticeBatch


def traced(town: Town, office: Office) -> list[Contact]:
    """Return the three contacts of Aminah's case, their names shown to the officer."""
    from jejak.tracing import actions
    from jejak.tracing.models import Contact

    office.case(town.persons["Aminah binti Ali"], onset=local_day(town.at(9)))
    run = office.run(minutes=10)
    actions.show_run(uuid=run.uuid, sliders=None, release=True, by=office.officer, at=clock.now())
    return list(Contact.objects.order_by("tier", "-last", "pk"))


def many(town: Town, office: Office, number: int, *, phones: bool = True) -> list[Contact]:
    """Return so many contacts on the work list who were all at one place with one case, written straight away."""
    from jejak.kernel.ids import uuid7
    from jejak.people import actions as people
    from jejak.people.models import Person
    from jejak.tracing.models import Contact, Exposure

    if not town.places:
        town.place("Dewan Besar")
    place, start, end = next(iter(town.places.values())), town.at(9), town.at(10)
    ill = office.case(None, onset=local_day(start), name_sealed=b"x", evidence="none")
    if phones:
        first = people.upsert_claimed(phone="0123450000", name="Kontak", at=start)
        one = Person.objects.get(pk=first)
        made = [
            Person(uuid=uuid7(), level=0, phone_key=bytes(one.phone_key or b""), phone_sealed=b"", created_at=start)
            for _ in range(number)
        ]
        for row in made:
            row.phone_sealed = sealed_phone(row, len(made))
    else:
        made = [Person(uuid=uuid7(), level=0, created_at=start) for _ in range(number)]
    persons = Person.objects.bulk_create(made)
    at = clock.now()
    contacts = Contact.objects.bulk_create(
        Contact(
            disease="covid-19", agency=office.agency, person=person, first=start, last=end, tier=1, found_at=at,
            released_at=at,
        )
        for person in persons
    )  # fmt: skip
    stretch = {
        "premises": place, "zone": None, "start": start.isoformat(), "end": end.isoformat(), "minutes": 60, "close": 60,
        "near": 1, "crowd": 9, "observed": True, "flags": 0,
    }  # fmt: skip
    Exposure.objects.bulk_create(
        Exposure(contact=one, case=ill, minutes=60, first=start, last=end, tier=1, observed=True, why=[stretch])
        for one in contacts
    )
    return contacts


_numbers = iter(range(10_000_000, 99_999_999))


def sealed_phone(row: Any, _many: int) -> bytes:
    """Return a number of its own, sealed for a person's row."""
    from jejak.kernel.sealing import sealer
    from jejak.people import rules

    number = f"+6012{next(_numbers):08d}"
    return sealer().seal(table=rules.TABLE, column=rules.PHONE_COLUMN, row=row.uuid, text=number)


def ask(
    office: Office, *contacts: Contact, by: User | None = None, at: datetime | None = None, reason: str = ""
) -> UUID:
    """Look at what would be sent to contacts, and ask for just that."""
    from jejak.tracing import actions

    by, at = by or office.officer, at or clock.now()
    chosen = actions.Chosen(uuids=tuple(one.uuid for one in contacts))
    seen = actions.preview_notices(chosen=chosen, by=by, at=at)
    return actions.ask_notices(chosen=chosen, digest=seen.digest, reason=reason, by=by, at=at)


def sent(office: Office, *contacts: Contact) -> list[Notice]:
    """Return the notices just sent to contacts."""
    from jejak.tracing import actions
    from jejak.tracing.models import Notice

    batch = batch_of(ask(office, *contacts))
    actions.send_notices(number=batch.pk, clock=clock.now)
    return list(Notice.objects.filter(batch=batch).order_by("pk"))


def batch_of(uuid: UUID) -> NoticeBatch:
    """Return a batch as it stands."""
    from jejak.tracing.models import NoticeBatch

    return NoticeBatch.objects.get(uuid=uuid)


def letters() -> list[tuple[str, str]]:
    """Return the recipients and words of all that the console twin would send, after sending it."""
    from jejak.messaging import actions, queries

    actions.send_due(clock=clock.now)
    return [(one.recipient, one.text) for one in queries.console(limit=20_000)]
