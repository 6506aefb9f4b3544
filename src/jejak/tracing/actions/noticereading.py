"""What the reader of a notice does: asks for a code, opens places and times with it, says what of a stay is wrong.

The link alone never leads to a place, a time or a name. Who opens them leaves a trace on the contact, also where it is
the contact; nobody's name is opened here, so no trail of a look is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from jejak.kernel.ids import uuid7
from jejak.messaging import actions as messaging
from jejak.messaging.actions import Phone
from jejak.people import queries as people
from jejak.tracing import caserules, noticerules, sealed
from jejak.tracing.actions.naming import SAID_TABLE
from jejak.tracing.errors import DisputeInvalid, NoticeOver
from jejak.tracing.models import Contact, ContactEvent, Notice, NoticeDispute
from jejak.tracing.queries.noticereading import live, outcome_of, stays_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.messaging.actions import Asked

PURPOSE: Final = "contact"
OPENED, DISPUTED = "notice-opened", "disputed"
DISPUTES: Final = "tracing_notice_dispute"


def seen(*, notice: Notice, at: datetime) -> None:
    """Note when the link of a notice was first followed."""
    if notice.opened_at is None:
        Notice.objects.filter(pk=notice.pk, opened_at=None).update(opened_at=at)


def ask_code(*, notice: Notice, language: str, source: str, at: datetime) -> Asked:
    """Send a code to the phone of whom a notice is for, and return its challenge; a reason if a budget is spent.

    :raises NoticeOver: it ended, was withdrawn, or nobody's phone is known.
    """
    if not live(notice, at=at):
        raise NoticeOver
    phone = same_phone(notice)
    if not phone:
        raise NoticeOver
    return messaging.send_code(purpose=PURPOSE, recipient=Phone(phone), language=language, source=source, now=at)


def open_notice(*, notice: Notice, challenge: UUID, typed: str, at: datetime) -> bool:
    """Return whether what was typed is the code of a challenge, which opens places and times and is kept as a trace."""
    phone = same_phone(notice) if live(notice, at=at) else ""
    if not phone:
        return False
    right = messaging.check_code(challenge=challenge, purpose=PURPOSE, recipient=Phone(phone), typed=typed, now=at)
    if right:
        with transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(proved_at=Coalesce(F("proved_at"), at))
            _tell(notice, OPENED, at=at)
    return right


def same_phone(notice: Notice) -> str:
    """Return the number to which codes of a notice go; empty where it is not the one any more that got the notice."""
    phone = phone_of(notice.contact)
    if not phone or notice.way != noticerules.SMS or notice.recipient_key is None:
        return phone
    return phone if messaging.recipient_key(Phone(phone)) == bytes(notice.recipient_key) else ""


def phone_of(contact: Contact) -> str:
    """Return the number to which a contact's notices and codes go, in E.164; empty where none is known."""
    if contact.person_id is not None:
        return people.number_of(person=contact.person_id)
    said = contact.said
    return sealed.opened(said.phone_sealed, table=SAID_TABLE, column="phone", row=said.uuid) if said else ""


def dispute(
    *, notice: Notice, number: int, says: str, start: datetime | None, end: datetime | None, note: str, at: datetime
) -> NoticeDispute:
    """Return what the reader of a notice says of one of its stays, counted from 1, just written down.

    :raises NoticeOver: it ended or was withdrawn. :raises DisputeInvalid: there is no such stay, its times cannot be,
        it is open already, or it was corrected, or looked at too often.
    """
    if not live(notice, at=at):
        raise NoticeOver
    stay = next((one.stay for one in stays_of(notice) if one.number == number), None)
    if stay is None:
        raise DisputeInvalid("stay")
    start, end = noticerules.other_times(says=says, kept=stay.period, start=start, end=end, at=at)
    uuid, text = uuid7(), caserules.checked_text(note, field="note")
    with transaction.atomic():
        Notice.objects.select_for_update().get(pk=notice.pk)
        before = next(one.said for one in stays_of(notice) if one.number == number)
        if problem := noticerules.problem_of([outcome_of(one) for one in before]):
            raise DisputeInvalid(problem)
        try:
            with transaction.atomic():
                made = NoticeDispute.objects.create(
                    uuid=uuid, notice=notice, exposure_id=stay.exposure, stay=stay.stay, says=says,
                    start=start, end=end, at=at, note_sealed=sealed.shut(text, table=DISPUTES, column="note", row=uuid),
                )  # fmt: skip
        except IntegrityError:
            raise DisputeInvalid("open") from None
        _tell(notice, DISPUTED, at=at, dispute=str(uuid), says=says)
    return made


def _tell(notice: Notice, kind: str, *, at: datetime, **facts: object) -> None:
    ContactEvent.objects.create(
        contact_id=notice.contact_id, at=at, by=None, kind=kind, facts={"notice": str(notice.uuid), **facts}
    )
