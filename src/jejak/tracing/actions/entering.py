"""Entering what a contact tells an officer of their stays, on the phone or face to face; somebody else decides it.

There may be no notice, and the stay may be one that only an interview tells of, so the stay is kept as it stood then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.access import actions as access
from jejak.kernel.ids import uuid7
from jejak.people import queries as people
from jejak.tracing import caserules, noticerules, sealed
from jejak.tracing.actions.locking import free_of_others
from jejak.tracing.actions.naming import named
from jejak.tracing.actions.noticereading import DISPUTES
from jejak.tracing.corrections import spoken, spoken_of
from jejak.tracing.errors import DisputeInvalid
from jejak.tracing.models import ContactEvent, NoticeDispute
from jejak.tracing.queries import disputes, runs, work
from jejak.tracing.queries.noticereading import places_of, same_stay
from jejak.tracing.runpurposes import CONTACT_SHOWN, DISPUTE_ENTERED, contact_purpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.premises.queries import Place
    from jejak.tracing.answers import Named
    from jejak.tracing.corrections import Spoken
    from jejak.tracing.models import Contact

ENTERED: Final = "dispute-entered"


@dataclass(frozen=True, slots=True)
class ShownStays:
    """The stays of a contact that stand now, of which any can be disputed; cases' numbers by their own."""

    contact: Contact
    who: Named
    stays: tuple[Spoken, ...]
    places: Mapping[int, Place]
    zones: Mapping[int, str]
    cases: Mapping[int, str]


def show_stays(*, uuid: UUID, by: User, at: datetime) -> ShownStays:
    """Return the stays of a contact of one's office that expose them, with who it is, on record.

    :raises ContactUnknown: it is none of this account's office. :raises AccessError: this account may not look.
    """
    contact = work.contact(uuid=uuid, by=by)
    with access.look(by=by, action=CONTACT_SHOWN, purpose=contact_purpose(contact), at=at) as look:
        look.shows(_persons(contact), detail={"contact": str(uuid)})
        stays = spoken(disputes.stays_now(contact))
        places, zones = places_of(stays)
        return ShownStays(
            contact=contact,
            who=named([contact], look=look)[contact.pk],
            stays=stays,
            places=places,
            zones=zones,
            cases=runs.case_numbers({one.case for one in stays if one.case}),
        )


def enter_dispute(
    *,
    contact: UUID,
    exposure: int,
    stay: int,
    says: str,
    start: datetime | None,
    end: datetime | None,
    note: str,
    by: User,
    at: datetime,
) -> NoticeDispute:
    """Return what a contact says of a stay that stands, as an officer just entered it, on record.

    :raises ContactUnknown: it is none of this account's office. :raises ContactHeld: a colleague is at it.
    :raises DisputeInvalid: there is no such stay (any more), its times cannot be, or it waits to be decided already.
    """
    found = work.contact(uuid=contact, by=by)
    uuid, text = uuid7(), caserules.checked_text(note, field="note")
    with access.look(by=by, action=DISPUTE_ENTERED, purpose=contact_purpose(found), at=at) as look:
        look.shows(_persons(found), detail={"contact": str(contact)})
        free_of_others(found, by=by, at=at)
        stands = disputes.stays_now(found)
        meant = spoken_of(stands, exposure=exposure, stay=stay)
        if meant is None:
            raise DisputeInvalid("stay")
        if any(same_stay(one, meant) for one in disputes.open_of(found)):
            raise DisputeInvalid("open")
        start, end = noticerules.other_times(says=says, kept=meant.period, start=start, end=end, at=at)
        made = NoticeDispute.objects.create(
            uuid=uuid, contact=found, entered_by=by, named=stands, exposure_id=exposure, stay=stay, says=says,
            start=start, end=end, at=at, note_sealed=sealed.shut(text, table=DISPUTES, column="note", row=uuid),
        )  # fmt: skip
        ContactEvent.objects.create(
            contact=found, at=at, by=by, kind=ENTERED, facts={"dispute": str(uuid), "says": says}
        )
        return made


def _persons(contact: Contact) -> tuple[int, ...]:
    return tuple(people.together([contact.person_id])) if contact.person_id else ()
