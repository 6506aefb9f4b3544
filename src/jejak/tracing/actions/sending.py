"""Sending notices as a job, a hundred at a time, each hundred one transaction: what a killed worker began never was.

A chunk holds its batch, so a stop waits for the chunk at hand and then nothing more leaves. Messaging is asked first;
rows, events, follow-ups and the trail's entry are then of exactly those it took, and stand or fall with their messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jejak.access import actions as access
from jejak.access.actions import User
from jejak.access.errors import AccessError
from jejak.messaging import actions as messaging
from jejak.messaging.actions import Link, Mailbox, Phone
from jejak.messaging.errors import RecipientInvalid
from jejak.people import queries as people
from jejak.tracing import noticerules
from jejak.tracing.actions import following
from jejak.tracing.actions.choosing import mail_of
from jejak.tracing.actions.naming import named
from jejak.tracing.actions.rereading import read_through
from jejak.tracing.actions.stopping import hold_contacts
from jejak.tracing.models import Contact, ContactEvent, FollowUp, Notice, NoticeBatch
from jejak.tracing.models.notices import OPEN, UNTOLD
from jejak.tracing.noticepurposes import NOTICED, WITHDREW, purpose_of
from jejak.tracing.noticerules import CROWDED, EMAIL, NOTHING, PAGE, PASSING, SMS
from jejak.tracing.queries import notices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from jejak.access.actions import Look
    from jejak.tracing.answers import Named

CHUNK: Final = noticerules.LARGE_BATCH
"""Notices sent at once: a batch that needs nobody's word is one entry of the trail."""
SEND_JOB: Final = "tracing.send_notices"
"""The job that sends a batch; by name, because jobs stand above."""
TEMPLATE, WITHDRAWN_TEMPLATE = "notice.contact", "notice.contact-withdrawn"
TOLD_EVENT: Final = "noticed"
NO_ADDRESS: Final = "no-address"
COLUMNS: Final = ("contact", "day", "advice", "named", "message", "recipient_key", "failed", "sent_at", "ends_at")


@dataclass(slots=True)
class _Letter:
    """A notice with where it goes; nowhere, if it is given by hand."""

    notice: Notice
    to: Phone | Mailbox | None


def hand_over(*, number: int) -> bool:
    """Put a batch into the queue, once; return whether it was not there yet."""
    try:
        with transaction.atomic():
            app.configure_task(SEND_JOB, queueing_lock=f"tracing-notices-{number}").defer(number=number)
    except AlreadyEnqueued:
        return False
    return True


def send_notices(*, number: int, clock: Callable[[], datetime]) -> None:
    """Do what is left of a batch, chunk by chunk: send it, and tell whose notice was withdrawn.

    What is refused meanwhile (the officer lost the role, too many looks) holds the batch with that reason.
    """
    try:
        while _chunk(number, at=clock()):
            pass
    except AccessError as refused:
        hold_notices(number=number, why=refused.code)
    why = ""
    for by in _withdrawers(number):  # who may do it no more keeps nobody from hearing of what somebody else withdrew
        why = _told_withdrawn(number, by=by, clock=clock) or why
    if why:
        hold_notices(number=number, why=why)


def _told_withdrawn(number: int, *, by: int | None, clock: Callable[[], datetime]) -> str:
    """Tell all whose notice somebody withdrew, in their name or that of who let the batch go on; return why not."""
    voices = [by, NoticeBatch.objects.values_list("resumed_by", flat=True).get(pk=number)]
    why = ""
    for voice in dict.fromkeys(voices if voices[1] else voices[:1]):
        try:
            while _tell_withdrawn(number, by=by, voice=voice, at=clock()):
                pass
        except AccessError as refused:
            why = why or refused.code
        else:
            return ""
    return why


def hold_notices(*, number: int, why: str, until: datetime | None = None) -> None:
    """Hold a batch with a reason: until a moment, or until somebody lets it go on."""
    NoticeBatch.objects.filter(pk=number).update(held_why=why, held_until=until)


def unfinished_notices(*, at: datetime) -> list[int]:
    """Return the numbers of all batches that have something left to send and that nothing holds."""
    free = NoticeBatch.objects.filter(Q(held_why="") | Q(held_until__lte=at))
    sending = free.filter(OPEN).values_list("pk", flat=True)
    telling = _untold().filter(batch__in=free).values_list("batch", flat=True)
    return sorted({*sending, *telling})


def _chunk(number: int, *, at: datetime) -> bool:
    """Send the next notices of a batch; return whether there may be more."""
    waiting = notices.unsent().filter(batch=number)
    with transaction.atomic():
        coming = dict(waiting.order_by("pk").values_list("pk", "contact_id")[:CHUNK])
        hold_contacts(coming.values())
        batch = _held(number)
        if batch.confirmed_at is None or batch.stopped_at is not None or batch.finished_at is not None:
            return False
        free = waiting.filter(pk__in=list(coming)).order_by("pk").select_for_update(of=("self",), no_key=True)
        rows = read_through(list(free.select_related("contact__said")))
        if coming and not rows:
            return True  # somebody else sent or withdrew just these
        if not rows:
            NoticeBatch.objects.filter(pk=number).update(finished_at=at, held_why="", held_until=None)
            return False
        telling = _written(rows, at=at)
        why = _sent(telling, batch=batch, at=at) if telling else ""
        told = [one for one in rows if one.sent_at]
        _followed(told, by=batch.asked_by, at=at)
        Notice.objects.bulk_update([one for one in rows if one.sent_at or one.failed], COLUMNS)
        ContactEvent.objects.bulk_create(_event(one, by=batch.asked_by, at=at) for one in told)
        _go_on_or_hold(number, why=why, at=at)
        return not why


def _held(number: int) -> NoticeBatch:
    return NoticeBatch.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=number)


def _go_on_or_hold(number: int, *, why: str, at: datetime) -> None:
    hold_notices(number=number, why=why, until=at + noticerules.HELD if why else None)


def _written(rows: Sequence[Notice], *, at: datetime) -> list[Notice]:
    """Write into notices what they name now; return those that have anything left to say."""
    contacts = Contact.objects.filter(pk__in=[one.contact_id for one in rows], closed_at=None)
    now = notices.named_of(contacts.values_list("pk", flat=True))
    telling = [one for one in rows if one.contact_id in now]
    for one in rows:
        if one not in telling:
            one.failed = NOTHING
    for one in telling:
        own = now[one.contact_id]
        one.named, one.day = list(own.named), own.day
        one.ends_at = noticerules.ends_at(last=own.last, at=at)
    return telling


def _followed(told: Sequence[Notice], *, by: User, at: datetime) -> None:
    """Begin to follow up those who were told, and write what that says into their notices."""
    following.start_follow_ups(contacts=[one.contact for one in told], by=by, at=at)
    kept = FollowUp.objects.filter(contact__in=[one.contact_id for one in told]).select_related("table")
    follow_ups = {one.contact_id: one for one in kept}
    for one in told:
        one.advice = _advice(follow_ups.get(one.contact_id), way=one.way)


def _advice(follow_up: FollowUp | None, *, way: str) -> dict[str, object]:
    """Return what a notice advises: until which day apart, which days to test, by which row of which table.

    ``self`` says that the contact tells daily how they are, which takes a code to their phone.
    """
    if follow_up is None or follow_up.ended_at is not None:
        return {"until": None, "tests": [], "row": None, "table": None, "self": False}
    apart, table = follow_up.quarantine_until, follow_up.table
    return {
        "until": apart.isoformat() if apart else None,
        "tests": list(follow_up.tests),
        "row": follow_up.row,
        "table": str(table.uuid) if table else None,
        "self": way == SMS,
    }


def _sent(telling: Sequence[Notice], *, batch: NoticeBatch, at: datetime) -> str:
    """Open who is told, and tell them; the look names those who were. Return why no more is taken now, if so."""
    with access.look(by=batch.asked_by, action=NOTICED, purpose=purpose_of(batch), at=at) as look:
        why = _send(_letters(telling, look=look), batch=batch, at=at)
        told = [one for one in telling if one.sent_at]
        look.shows(_persons(told), detail={"batch": str(batch.uuid), "notices": len(told)})
        return why


def _letters(rows: Sequence[Notice], *, look: Look) -> list[_Letter]:
    who = named([one.contact for one in rows if one.way != PAGE], look=look)
    return [_Letter(one, _recipient(one, who.get(one.contact_id))) for one in rows]


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


def _send(letters: Sequence[_Letter], *, batch: NoticeBatch, at: datetime) -> str:
    """Hand notices to messaging; return why it takes no more now, if so: those not taken stay unsent."""
    for one in letters:
        notice = one.notice
        if notice.failed:
            continue
        if one.to is not None:
            taken = _queue(notice, one.to, template=TEMPLATE, by=batch.asked_by, at=at)
            if taken.reason in PASSING:
                return taken.reason
            notice.message, notice.failed = taken.message, taken.reason
            notice.recipient_key = messaging.recipient_key(one.to)
        notice.sent_at = None if notice.failed else at
    return ""


def _queue(notice: Notice, to: Phone | Mailbox, *, template: str, by: User, at: datetime) -> messaging.Taken:
    return messaging.queue(
        template=template,
        recipient=to,
        language=notice.language,
        slots={"day": notice.day, "link": Link("notice", notice.uuid)},
        source=f"account:{by.uuid}",
        now=at,
        subject=notice.uuid,
    )


def _event(notice: Notice, *, by: User, at: datetime) -> ContactEvent:
    facts = {"notice": str(notice.uuid), "way": notice.way}
    return ContactEvent(contact_id=notice.contact_id, at=at, by=by, kind=TOLD_EVENT, facts=facts)


def _withdrawers(number: int) -> list[int | None]:
    """Return who withdrew notices of a batch whose readers were not told of it."""
    untold = _untold().filter(batch=number).order_by("withdrawn_by")
    return list(untold.values_list("withdrawn_by", flat=True).distinct())


def _tell_withdrawn(number: int, *, by: int | None, voice: int | None, at: datetime) -> bool:
    """Tell the next of those whose notice ``by`` withdrew, over the way it came; return whether there may be more.

    On record is ``voice``, in whose name they are told.
    """
    with transaction.atomic():
        batch = _held(number)
        untold = _untold().filter(batch=batch, withdrawn_by=by).order_by("pk")
        rows = list(untold.select_related("contact__said")[:CHUNK])
        if not rows:
            return False
        who = User.objects.get(pk=voice) if voice is not None else batch.asked_by
        with access.look(by=who, action=WITHDREW, purpose=purpose_of(batch), at=at) as look:
            why = _send_withdrawn(_letters(rows, look=look), by=who, at=at)
            told = [one for one in rows if one.withdrawal_message]
            look.shows(_persons(told), detail={"batch": str(batch.uuid), "notices": len(told)})
        Notice.objects.bulk_update(rows, ("withdrawal_sent_at", "withdrawal_message"))
        sending = batch.confirmed_at is not None and batch.finished_at is None and batch.stopped_at is None
        if not sending or why in PASSING:  # what holds the sending is no concern of this
            _go_on_or_hold(number, why=why, at=at)
        return not why


def _send_withdrawn(letters: Sequence[_Letter], *, by: User, at: datetime) -> str:
    """Hand to messaging that notices are withdrawn; return why it takes some of them only later, if so.

    Whose number or mailbox is another now is not written to: it may be somebody else's.
    """
    crowded = ""
    for one in letters:
        to = one.to if one.to is not None and _same(one.notice, one.to) else None
        taken = _queue(one.notice, to, template=WITHDRAWN_TEMPLATE, by=by, at=at) if to else None
        if taken and taken.reason in PASSING:
            return taken.reason
        if taken and taken.reason in CROWDED:
            crowded = taken.reason
            continue
        one.notice.withdrawal_sent_at, one.notice.withdrawal_message = at, taken.message if taken else None
    return crowded


def _same(notice: Notice, to: Phone | Mailbox) -> bool:
    return notice.recipient_key is None or bytes(notice.recipient_key) == messaging.recipient_key(to)


def _untold() -> QuerySet[Notice]:
    return Notice.objects.filter(UNTOLD)


def _persons(rows: Sequence[Notice]) -> set[int]:
    return set(people.together({one.contact.person_id for one in rows if one.contact.person_id is not None}))
