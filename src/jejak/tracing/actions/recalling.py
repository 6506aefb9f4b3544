"""Telling readers that their notice was withdrawn, over the way it came and only where it went, as part of the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.access.actions import User
from jejak.access.errors import AccessError
from jejak.messaging import actions as messaging
from jejak.tracing import noticerules
from jejak.tracing.actions.letters import Letter, go_on_or_hold, held, letters_of, persons_of, queue
from jejak.tracing.models import Notice, NoticeBatch
from jejak.tracing.models.notices import UNTOLD
from jejak.tracing.noticepurposes import WITHDREW, purpose_of
from jejak.tracing.noticerules import CROWDED, PASSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from jejak.messaging.actions import Mailbox, Phone

WITHDRAWN_TEMPLATE: Final = "notice.contact-withdrawn"
CHUNK: Final = noticerules.LARGE_BATCH


def tell_all_withdrawn(number: int, *, by: int | None, clock: Callable[[], datetime]) -> str:
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


def withdrawers(number: int) -> list[int | None]:
    """Return who withdrew notices of a batch whose readers were not told of it."""
    untold = untold_notices().filter(batch=number).order_by("withdrawn_by")
    return list(untold.values_list("withdrawn_by", flat=True).distinct())


def _tell_withdrawn(number: int, *, by: int | None, voice: int | None, at: datetime) -> bool:
    """Tell the next of those whose notice ``by`` withdrew, over the way it came; return whether there may be more.

    On record is ``voice``, in whose name they are told.
    """
    with transaction.atomic():
        batch = held(number)
        untold = untold_notices().filter(batch=batch, withdrawn_by=by).order_by("pk")
        rows = list(untold.select_related("contact__said")[:CHUNK])
        if not rows:
            return False
        who = User.objects.get(pk=voice) if voice is not None else batch.asked_by
        with access.look(by=who, action=WITHDREW, purpose=purpose_of(batch), at=at) as look:
            why = _send_withdrawn(letters_of(rows, look=look), by=who, at=at)
            told = [one for one in rows if one.withdrawal_message]
            look.shows(persons_of(told), detail={"batch": str(batch.uuid), "notices": len(told)})
        Notice.objects.bulk_update(rows, ("withdrawal_sent_at", "withdrawal_message"))
        sending = batch.confirmed_at is not None and batch.finished_at is None and batch.stopped_at is None
        if not sending or why in PASSING:  # what holds the sending is no concern of this
            go_on_or_hold(number, why=why, at=at)
        return not why


def _send_withdrawn(letters: Sequence[Letter], *, by: User, at: datetime) -> str:
    """Hand to messaging that notices are withdrawn; return why it takes some of them only later, if so.

    Whose number or mailbox is another now is not written to: it may be somebody else's.
    """
    crowded = ""
    for one in letters:
        to = one.to if one.to is not None and _same(one.notice, one.to) else None
        taken = queue(one.notice, to, template=WITHDRAWN_TEMPLATE, by=by, at=at) if to else None
        if taken and taken.reason in PASSING:
            return taken.reason
        if taken and taken.reason in CROWDED:
            crowded = taken.reason
            continue
        one.notice.withdrawal_sent_at, one.notice.withdrawal_message = at, taken.message if taken else None
    return crowded


def _same(notice: Notice, to: Phone | Mailbox) -> bool:
    return notice.recipient_key is None or bytes(notice.recipient_key) == messaging.recipient_key(to)


def untold_notices() -> QuerySet[Notice]:
    """Return the notices that reached messaging and were withdrawn since, and whose reader was not told of it."""
    return Notice.objects.filter(UNTOLD)
