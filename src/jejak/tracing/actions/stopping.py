"""Stopping a batch and taking back what messaging has not sent yet: what never left told nobody.

Whoever changes what is sent holds contacts, then batches, then notices, each in the order of their numbers, and asks
messaging last; so does the job that sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.access.errors import RequestOver
from jejak.messaging import actions as messaging
from jejak.tracing.errors import NoticesOver
from jejak.tracing.models import Contact, ContactEvent, Notice, NoticeBatch
from jejak.tracing.queries import notices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User

RECALLED: Final = "notice-recalled"
AT_ONCE: Final = 2000


def stop_notices(*, uuid: UUID, by: User, at: datetime) -> int:
    """Stop a batch of one's office, waiting, half or all sent; return how many notices do not leave any more.

    What is with messaging and did not leave is taken back too.

    :raises NoticesUnknown: there is none such. :raises NoticesOver: all of it left, or was stopped before.
    """
    number = notices.batch(uuid=uuid, by=by).pk
    open_before = stop(number=number, by=by, at=at)
    with transaction.atomic():
        sent = Notice.objects.filter(batch=number, message__isnull=False, withdrawn_at=None)
        back = recall(held(sent.values_list("pk", flat=True)), by=by, at=at)
        if back and not open_before:
            NoticeBatch.objects.filter(pk=number, stopped_at=None).update(
                finished_at=None, stopped_at=at, stopped_by=by, held_why="", held_until=None
            )
    if not back and not open_before:
        raise NoticesOver
    return notices.unsent().filter(batch=number).count()


@transaction.atomic
def stop(*, number: int, by: User, at: datetime) -> bool:
    """Let no more of a batch be handed to messaging; return whether any of it still might have been."""
    found = NoticeBatch.objects.select_for_update().get(pk=number)  # waits for the chunk that is just being sent
    if found.stopped_at is not None or found.finished_at is not None:
        return False
    NoticeBatch.objects.filter(pk=number).update(stopped_at=at, stopped_by=by, held_why="", held_until=None)
    if found.request is not None and found.confirmed_at is None and found.asked_by_id == by.pk:
        _take_back(found.request, by=by, at=at)
    return True


def hold_contacts(numbers: Iterable[int]) -> None:
    """Wait for whoever changes these contacts, and let nobody change them before the end of the transaction."""
    rows = Contact.objects.filter(pk__in=list(numbers)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def held(numbers: Collection[int]) -> list[Notice]:
    """Return notices, by number, held with their contacts and batches until the end of the transaction."""
    found = Notice.objects.filter(pk__in=list(numbers))
    hold_contacts(found.values_list("contact_id", flat=True))
    batches = NoticeBatch.objects.filter(pk__in=found.values("batch")).order_by("pk")
    list(batches.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return list(found.order_by("pk").select_for_update(of=("self",), no_key=True))


def recall(rows: Sequence[Notice], *, by: User, at: datetime) -> int:
    """Take back those of some notices, held by the caller, that did not leave; return how many that were."""
    stayed = messaging.cancel(messages=[one.message for one in rows if one.message is not None], now=at)
    back = [one for one in rows if one.message in stayed]
    Notice.objects.filter(pk__in=[one.pk for one in back]).update(message=None, sent_at=None)
    ContactEvent.objects.bulk_create(
        (
            ContactEvent(contact_id=one.contact_id, at=at, by=by, kind=RECALLED, facts={"notice": str(one.uuid)})
            for one in back
        ),
        batch_size=AT_ONCE,
    )
    for one in back:
        one.message = one.sent_at = None
    return len(back)


def _take_back(request: UUID, *, by: User, at: datetime) -> None:
    try:
        access.withdraw_request(by=by, uuid=request, now=at)
    except RequestOver:
        return
