"""What other rooms may ask for: queue a fixed text, send and check a one-time code, close a breaker, delete."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.db import connections, transaction

from jejak.kernel.ids import uuid7_at
from jejak.kernel.places import local_midnight
from jejak.kernel.sealing import blind_index
from jejak.messaging import rules, wording
from jejak.messaging.delivery import record_delivery, send, send_due
from jejak.messaging.errors import PastTimeRefused, TemplateUnknown
from jejak.messaging.inbox import Heard, Received, on_incoming, receive
from jejak.messaging.models import Code, Trip
from jejak.messaging.queries import PastTime, past_time
from jejak.messaging.queueing import Taken, Wish, recipient_key, take_in
from jejak.messaging.recipients import Mailbox, Phone, Recipient, Subscription
from jejak.messaging.rules import CODE_DIGITS, CODE_LIFE, CODE_TRIES, Kind
from jejak.messaging.slots import Link, OneTimeCode, Place
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
    "check_code",
    "end_codes",
    "on_incoming",
    "past_messages",
    "queue",
    "receive",
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

    ``source`` names who caused it (``account:<uuid>``, or `rules.source_of_address`); ``subject`` is whom it concerns
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


_LONGEST_TYPED = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a wish for a code, the same whether or not the number is known.

    ``challenge`` belongs in the session of whoever asked; ``reason`` is one of `rules.REASONS` where a budget is spent.
    """

    challenge: UUID
    expires_at: datetime
    reason: str = ""


@transaction.atomic
def send_code(
    *, purpose: str, recipient: Recipient, language: str, source: str, now: datetime, known: bool = True
) -> Asked:
    """Return the challenge of a fresh one-time code, sent as the template ``code.<purpose>``.

    With ``known`` false all happens as ever, budgets included, but nothing is sent and no code is right, so that the
    answer tells nobody whether a number is one of ours.

    :raises TemplateUnknown: there is no such purpose, or not for that channel.
    """
    template = wording.template(code=f"code.{purpose}", channel=recipient.channel)
    challenge = uuid7_at(now)
    digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    digest = _digest(challenge=challenge, purpose=purpose, recipient=recipient, digits=digits)
    slots = {"code": OneTimeCode(digits), "minutes": CODE_LIFE // timedelta(minutes=1)}
    wish = Wish(template, recipient, language, slots, source, decoy=not known)
    taken = take_in(wish=wish, now=now)
    if not taken.reason:
        held = digest if known else secrets.token_bytes(len(digest))
        Code.objects.create(uuid=challenge, purpose=purpose, digest=held, issued_at=now)
    return Asked(challenge, now + CODE_LIFE, taken.reason)


@transaction.atomic
def check_code(*, challenge: UUID, purpose: str, recipient: Recipient, typed: str, now: datetime) -> bool:
    """Return whether what was typed is the code of a challenge; once, within ten minutes and five tries.

    Wrong, used, expired and never issued answer alike. The try counts even if the caller then refuses for a reason of
    its own, so do not call it inside a transaction that may roll back.
    """
    digits = typed[:_LONGEST_TYPED].replace(" ", "").replace("-", "")
    digest = _digest(challenge=challenge, purpose=purpose, recipient=recipient, digits=digits)
    code = Code.objects.select_for_update().filter(uuid=challenge).first()
    right = compare_digest(bytes(code.digest) if code else bytes(len(digest)), digest)
    if code is None:
        return False
    if not rules.code_open(issued_at=code.issued_at, tries=code.tries, used_at=code.used_at, now=now):
        return False
    code.tries += 1
    code.used_at = now if right else None
    code.save(update_fields=["tries", "used_at"])
    return right


def _digest(*, challenge: UUID, purpose: str, recipient: Recipient, digits: str) -> bytes:
    """Return the keyed hash of a code, bound to its challenge, purpose and recipient."""
    said = f"{challenge.hex}|{purpose}|{recipient_key(recipient).hex()}|{digits}"
    return blind_index().of("messaging.code", said)


def end_codes(*, now: datetime) -> int:
    """Return how many one-time codes could still be typed and are good no more."""
    alive = Code.objects.filter(used_at=None, tries__lt=CODE_TRIES, issued_at__gt=now - CODE_LIFE)
    return alive.update(tries=CODE_TRIES)


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
