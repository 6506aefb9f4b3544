"""A one-time code for what a signed-in citizen is about to do: sent to a number, kept sealed in the session."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import get_language

from jejak.kernel.sealing import SealBroken, sealer
from jejak.messaging import actions as messaging
from jejak.messaging.actions import Phone

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

TABLE, COLUMN = "session", "phone"
KEY: Final = "jejak_deed_code"


def send(request: HttpRequest, *, purpose: str, phone: str, now: datetime) -> bool:
    """Return whether a code for a purpose went to a number; not if a budget is spent."""
    account: Any = request.user
    asked = messaging.send_code(
        purpose=purpose,
        recipient=Phone(phone),
        language="en" if get_language() == "en" else "ms",
        source=f"account:{account.uuid}",
        now=now,
    )
    if asked.reason:
        return False
    sealed = sealer().seal(table=TABLE, column=COLUMN, row=asked.challenge, text=phone)
    held = {"purpose": purpose, "challenge": str(asked.challenge), "phone": b64encode(sealed).decode()}
    request.session[KEY] = held
    return True


def number(request: HttpRequest, *, purpose: str) -> str:
    """Return the number to which a code for a purpose was sent in this session, or nothing."""
    held = request.session.get(KEY) or {}
    if held.get("purpose") != purpose:
        return ""
    try:
        sealed = b64decode(held["phone"])
        return sealer().unseal(table=TABLE, column=COLUMN, row=UUID(held["challenge"]), sealed=sealed)
    except SealBroken:
        return ""


def right(request: HttpRequest, *, purpose: str, typed: str, now: datetime) -> bool:
    """Return whether what was typed is the code; it is good once."""
    phone = number(request, purpose=purpose)
    if not phone:
        return False
    challenge = UUID(request.session[KEY]["challenge"])
    found = messaging.check_code(challenge=challenge, purpose=purpose, recipient=Phone(phone), typed=typed, now=now)
    if found:
        request.session.pop(KEY, None)
    return found
