"""One-time codes: sent to a number or an address, right once, within ten minutes and five tries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.db import transaction

from jejak.kernel.ids import uuid7_at
from jejak.kernel.sealing import blind_index
from jejak.messaging import rules, wording
from jejak.messaging.models import Code
from jejak.messaging.queueing import Wish, recipient_key, take_in
from jejak.messaging.rules import CODE_DIGITS, CODE_LIFE, CODE_TRIES
from jejak.messaging.slots import OneTimeCode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.messaging.recipients import Recipient

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
