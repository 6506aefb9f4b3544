"""What people say: stays and contacts that no check-in shows, each with who said it; taken back, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.people import rules as names
from jejak.people.errors import PersonRefused
from jejak.tracing import caserules, rules, sealed
from jejak.tracing.actions.cases import changing
from jejak.tracing.actions.untelling import untell
from jejak.tracing.errors import CaseInvalid, StayUnknown
from jejak.tracing.models import CaseStay, SaidContact

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.actions import Look, User

SOURCES: Final = ("case", "household", "workplace", "other")
RELATIONS: Final = ("household", "workplace", "other")
LONGEST_STAY: Final = timedelta(days=14)
STAYS: Final = "tracing_case_stay"
SAID: Final = "tracing_said_contact"


@dataclass(frozen=True, slots=True)
class StaySaid:
    """A stay as somebody tells it: at a premises of the register, or at a place in words."""

    start: datetime
    end: datetime
    source: str
    premises: int | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContactSaid:
    """Somebody whom an interview names; without a phone, ``reach`` says how they are found."""

    name: str
    relation: str
    said_by: str
    first: date
    last: date
    phone: str = ""
    reach: str = ""


def add_stay(*, uuid: UUID, said: StaySaid, by: User, at: datetime) -> UUID:
    """Return the stay just written down.

    :raises CaseInvalid: it is nowhere, too long, in the future, or nobody said it. :raises CaseUnknown: no such case.
    """
    if said.source not in SOURCES:
        raise CaseInvalid("source", "unknown")
    if not said.start < said.end or said.end - said.start > LONGEST_STAY:
        raise CaseInvalid("end", "invalid")
    if said.start > at:
        raise CaseInvalid("start", "future")
    if local_day(said.start) < local_day(at) - caserules.OLDEST:
        raise CaseInvalid("start", "past")
    place = caserules.checked_text(said.place, field="place")
    if said.premises is None and not place:
        raise CaseInvalid("place", "missing")
    note = caserules.checked_text(said.note, field="note")
    number = uuid7()
    with changing(uuid=uuid, kind="interviewed", by=by, at=at) as (row, _look):
        CaseStay.objects.create(
            uuid=number, case=row, premises_id=said.premises, start=said.start, end=said.end, observed=False,
            source=said.source, added_by=by, added_at=at,
            place_sealed=sealed.shut(place, table=STAYS, column="place", row=number),
            note_sealed=sealed.shut(note, table=STAYS, column="note", row=number),
        )  # fmt: skip
    return number


def add_contact(*, uuid: UUID, said: ContactSaid, by: User, at: datetime) -> UUID:
    """Return the contact just written down; whoever wrote this number and name at a door is known by it.

    :raises CaseInvalid: no name, no such relation, days the wrong way round. :raises CaseUnknown: no such case.
    """
    if said.relation not in RELATIONS:
        raise CaseInvalid("relation", "unknown")
    if said.said_by not in SOURCES:
        raise CaseInvalid("said_by", "unknown")
    _checked_days(said, today=local_day(at))
    name, phone, reach = _who(said)
    number = uuid7()
    with changing(uuid=uuid, kind="interviewed", by=by, at=at) as (row, look):
        person = _known(name, phone, look=look)
        SaidContact.objects.create(
            uuid=number, case=row, relation=said.relation, person_id=person, first_day=said.first, last_day=said.last,
            said_by=said.said_by, added_by=by, added_at=at, phone_key=sealed.phone_key(phone),
            name_sealed=sealed.shut(name, table=SAID, column="name", row=number) or b"",
            phone_sealed=sealed.shut(phone, table=SAID, column="phone", row=number),
            reach_sealed=sealed.shut(reach, table=SAID, column="reach", row=number),
        )  # fmt: skip
        look.shows([person] if person else [])
    return number


def take_back(*, uuid: UUID, said: UUID, by: User, at: datetime) -> None:
    """Take back a stay or a contact that somebody said; what was decided with it stays readable.

    Whom nothing else makes a contact is none from now on; exposures by a stay end with the next run.

    :raises StayUnknown: this case has none such, or it was scanned. :raises CaseUnknown: no such case.
    """
    with changing(uuid=uuid, kind="interviewed", by=by, at=at) as (row, _look):
        ended = CaseStay.objects.filter(case=row, uuid=said, ended_at=None).exclude(source="scan").update(ended_at=at)
        named = SaidContact.objects.select_related("case").filter(case=row, uuid=said, ended_at=None).first()
        if named is not None:
            SaidContact.objects.filter(pk=named.pk).update(ended_at=at)
            untell(named, by=by, at=at)
        elif not ended:
            raise StayUnknown


def _checked_days(said: ContactSaid, *, today: date) -> None:
    """Return if somebody can have been met on these days; a slip in a year would break every run over the case."""
    if said.last < said.first:
        raise CaseInvalid("last", "invalid")
    if said.last > today:
        raise CaseInvalid("last", "future")
    if said.first.year < rules.FIRST_YEAR:
        raise CaseInvalid("first", "invalid")
    if said.last < today - caserules.OLDEST:
        raise CaseInvalid("last", "past")


def _who(said: ContactSaid) -> tuple[str, str, str]:
    try:
        name = names.tidy_name(name=said.name)
    except PersonRefused:
        raise CaseInvalid("name", "invalid") from None
    try:
        phone = names.e164(phone=said.phone) if said.phone.strip() else ""
    except PersonRefused:
        raise CaseInvalid("phone", "invalid") from None
    try:
        reach = names.tidy_reach(reach=said.reach) if said.reach.strip() else ""
    except PersonRefused:
        raise CaseInvalid("reach", "invalid") from None
    return name, phone, reach


def _known(name: str, phone: str, *, look: Look) -> int | None:
    (meant,) = people.meant_by([people.Reported(name, phone)], look=look)
    return meant.person
