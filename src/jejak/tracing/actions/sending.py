"""Sending notices as a job, a hundred at a time, each hundred one transaction: what a killed worker began never was.

A chunk holds its batch, so a stop waits for the chunk at hand and then nothing more leaves. Messaging is asked first;
rows, events, follow-ups and the trail's entry are then of exactly those it took, and stand or fall with their messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jejak.access import actions as access
from jejak.access.actions import User
from jejak.access.errors import AccessError
from jejak.messaging import actions as messaging
from jejak.tracing import noticerules
from jejak.tracing.actions import following
from jejak.tracing.actions.letters import Letter, go_on_or_hold, held, hold_notices, letters_of, persons_of, queue
from jejak.tracing.actions.recalling import tell_all_withdrawn, untold_notices, withdrawers
from jejak.tracing.actions.rereading import read_through
from jejak.tracing.actions.stopping import hold_contacts
from jejak.tracing.models import Contact, ContactEvent, FollowUp, Notice, NoticeBatch
from jejak.tracing.models.notices import OPEN
from jejak.tracing.noticepurposes import NOTICED, purpose_of
from jejak.tracing.noticerules import NOTHING, PASSING, SMS
from jejak.tracing.queries import notices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime


CHUNK: Final = noticerules.LARGE_BATCH
"""Notices sent at once: a batch that needs nobody's word is one entry of the trail."""
SEND_JOB: Final = "tracing.send_notices"
"""The job that sends a batch; by name, because jobs stand above."""
TEMPLATE: Final = "notice.contact"
TOLD_EVENT: Final = "noticed"
COLUMNS: Final = ("contact", "day", "advice", "named", "message", "recipient_key", "failed", "sent_at", "ends_at")


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
    for by in withdrawers(number):  # who may do it no more keeps nobody from hearing of what somebody else withdrew
        why = tell_all_withdrawn(number, by=by, clock=clock) or why
    if why:
        hold_notices(number=number, why=why)


def unfinished_notices(*, at: datetime) -> list[int]:
    """Return the numbers of all batches that have something left to send and that nothing holds."""
    free = NoticeBatch.objects.filter(Q(held_why="") | Q(held_until__lte=at))
    sending = free.filter(OPEN).values_list("pk", flat=True)
    telling = untold_notices().filter(batch__in=free).values_list("batch", flat=True)
    return sorted({*sending, *telling})


def _chunk(number: int, *, at: datetime) -> bool:
    """Send the next notices of a batch; return whether there may be more."""
    waiting = notices.unsent().filter(batch=number)
    with transaction.atomic():
        coming = dict(waiting.order_by("pk").values_list("pk", "contact_id")[:CHUNK])
        hold_contacts(coming.values())
        batch = held(number)
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
        go_on_or_hold(number, why=why, at=at)
        return not why


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
        why = _send(letters_of(telling, look=look), batch=batch, at=at)
        told = [one for one in telling if one.sent_at]
        look.shows(persons_of(told), detail={"batch": str(batch.uuid), "notices": len(told)})
        return why


def _send(letters: Sequence[Letter], *, batch: NoticeBatch, at: datetime) -> str:
    """Hand notices to messaging; return why it takes no more now, if so: those not taken stay unsent."""
    for one in letters:
        notice = one.notice
        if notice.failed:
            continue
        if one.to is not None:
            taken = queue(notice, one.to, template=TEMPLATE, by=batch.asked_by, at=at)
            if taken.reason in PASSING:
                return taken.reason
            notice.message, notice.failed = taken.message, taken.reason
            notice.recipient_key = messaging.recipient_key(one.to)
        notice.sent_at = None if notice.failed else at
    return ""


def _event(notice: Notice, *, by: User, at: datetime) -> ContactEvent:
    facts = {"notice": str(notice.uuid), "way": notice.way}
    return ContactEvent(contact_id=notice.contact_id, at=at, by=by, kind=TOLD_EVENT, facts=facts)
