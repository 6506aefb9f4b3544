"""Notices as letters: where each goes, handing it to messaging, and holding its batch; for sending and withdrawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.messaging import actions as messaging
from jejak.messaging.actions import Link, Mailbox, Phone
from jejak.messaging.errors import RecipientInvalid
from jejak.people import queries as people
from jejak.tracing import noticerules
from jejak.tracing.actions.choosing import mail_of
from jejak.tracing.actions.naming import named
from jejak.tracing.models import NoticeBatch
from jejak.tracing.noticerules import EMAIL, PAGE, SMS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jejak.access.actions import Look, User
    from jejak.tracing.answers import Named
    from jejak.tracing.models import Notice

NO_ADDRESS: Final = "no-address"


@dataclass(slots=True)
class Letter:
    """A notice with where it goes; nowhere, if it is given by hand."""

    notice: Notice
    to: Phone | Mailbox | None


def hold_notices(*, number: int, why: str, until: datetime | None = None) -> None:
    """Hold a batch with a reason: until a moment, or until somebody lets it go on."""
    NoticeBatch.objects.filter(pk=number).update(held_why=why, held_until=until)


def held(number: int) -> NoticeBatch:
    """Return a batch, held until the transaction ends."""
    return NoticeBatch.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=number)


def go_on_or_hold(number: int, *, why: str, at: datetime) -> None:
    """Let a batch go on, or hold it for a while with a reason."""
    hold_notices(number=number, why=why, until=at + noticerules.HELD if why else None)


def letters_of(rows: Sequence[Notice], *, look: Look) -> list[Letter]:
    """Return notices with where each goes, opened within a look."""
    who = named([one.contact for one in rows if one.way != PAGE], look=look)
    return [Letter(one, _recipient(one, who.get(one.contact_id))) for one in rows]


def _recipient(notice: Notice, who: Named | None) -> Phone | Mailbox | None:
    try:
        if who is not None and notice.way == SMS:
            return Phone(who.phone or _other_number(notice))
        if who is not None and notice.way == EMAIL:
            return Mailbox(mail_of(who.reach))
    except RecipientInvalid:
        notice.failed = NO_ADDRESS
    return None


def _other_number(notice: Notice) -> str:
    """Return the number of whom a contact is read as, who has none themselves."""
    person = notice.contact.person_id
    return people.number_of(person=person) if person is not None else ""


def queue(notice: Notice, to: Phone | Mailbox, *, template: str, by: User, at: datetime) -> messaging.Taken:
    """Hand one message about a notice to messaging."""
    return messaging.queue(
        template=template,
        recipient=to,
        language=notice.language,
        slots={"day": notice.day, "link": Link("notice", notice.uuid)},
        source=f"account:{by.uuid}",
        now=at,
        subject=notice.uuid,
    )


def persons_of(rows: Sequence[Notice]) -> set[int]:
    """Return everybody whom notices are about, with who is read as one of them."""
    return set(people.together({one.contact.person_id for one in rows if one.contact.person_id is not None}))
