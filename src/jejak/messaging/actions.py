"""What other rooms may ask for: queue a fixed text, send and check a one-time code, close a breaker, delete."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connections, transaction

from jejak.kernel.places import local_midnight
from jejak.messaging import pending, wording
from jejak.messaging.cancelling import cancel
from jejak.messaging.codes import Asked, check_code, end_codes, send_code
from jejak.messaging.delivery import record_delivery, send, send_due
from jejak.messaging.errors import PastTimeRefused, TemplateUnknown
from jejak.messaging.inbox import Heard, Received, on_incoming, receive
from jejak.messaging.models import Trip
from jejak.messaging.queries import PastTime, past_time
from jejak.messaging.queueing import Taken, Wish, recipient_key, take_in
from jejak.messaging.recipients import Mailbox, Phone, Recipient, Subscription
from jejak.messaging.rules import Kind
from jejak.messaging.slots import Link, Place
from jejak.store.retention import Gone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

__all__ = [  # with the values that callers fill in, for other rooms come in by this door alone
    "Asked",
    "Heard",
    "Link",
    "Mailbox",
    "Phone",
    "Place",
    "Received",
    "Recipient",
    "Subscription",
    "Taken",
    "cancel",
    "check_code",
    "end_codes",
    "on_incoming",
    "past_messages",
    "pending",
    "queue",
    "receive",
    "recipient_key",
    "record_delivery",
    "reset_breaker",
    "run_retention",
    "send",
    "send_code",
    "send_due",
]


def queue(
    *,
    template: str,
    recipient: Recipient,
    language: str,
    slots: Mapping[str, object],
    source: str,
    now: datetime,
    subject: UUID | None = None,
) -> Taken:
    """Return what became of a fixed text to one recipient: its uuid, or the reason why it was not taken in.

    ``source`` names who caused it (``account:<uuid>``, or `rules.source_of`); ``subject`` is whom it concerns
    in the caller's own words. Call it last in a transaction: messages of one class wait for each other until its end.

    :raises TemplateUnknown: there is no such text for that channel, or it carries a one-time code.
    :raises SlotRefused: a slot is missing or holds anything but its type.
    :raises LanguageUnknown: neither ``ms`` nor ``en``.
    """
    found = wording.template(code=template, channel=recipient.channel)
    if found.kind is Kind.CODE:
        raise TemplateUnknown("A one-time code is sent by send_code.")
    wish = Wish(found, recipient, language, slots, source, subject)
    return take_in(wish=wish, now=now)


@transaction.atomic
def reset_breaker(*, kind: Kind, by: str, now: datetime) -> int:
    """Return how many open breakers of a class were closed, 0 or 1; counting begins anew. ``by`` names the account."""
    if not by.strip():
        raise ValueError("Say who closes the breaker.")
    return Trip.objects.filter(kind=kind.value, reset_at=None, cools_at__gt=now).update(reset_at=now, reset_by=by)


def past_messages(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return what of messages, codes and reports went, or with ``dry_run`` would go."""
    before = local_midnight(on) + timedelta(days=1)
    return [Gone(one.what, one.rows) for one in run_retention(now=before, days=days, dry_run=dry_run)]


def run_retention(*, now: datetime, days: int, dry_run: bool = False) -> list[PastTime]:
    """Return what was deleted of what is older than ``days`` days; ``dry_run`` only counts.

    :raises PastTimeRefused: ``days`` is less than one.
    """
    if days < 1:
        raise PastTimeRefused
    if dry_run:
        return past_time(now=now, days=days)
    with connections["retention"].cursor() as cursor:
        cursor.execute("select what, rows from messaging_delete_past_time(%s)", [now - timedelta(days=days)])
        return [PastTime(what, rows) for what, rows in cursor.fetchall()]
