"""A one-time code that a browser waits for: sent to a number, which lies sealed in the session until it is typed.

A session waits for one code at a time; a code for another purpose takes its place.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final
from uuid import UUID

from jejak.kernel.sealing import SealBroken, sealer
from jejak.messaging.codes import check_code, send_code
from jejak.messaging.recipients import Phone

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.sessions.backends.base import SessionBase

TABLE, COLUMN = "session", "phone"
KEY: Final = "jejak_code"


def send(session: SessionBase, *, purpose: str, phone: str, language: str, source: str, now: datetime) -> bool:
    """Return whether a code for a purpose went to a number; not if a budget is spent. For the rest see `send_code`."""
    asked = send_code(purpose=purpose, recipient=Phone(phone), language=language, source=source, now=now)
    if asked.reason:
        return False
    sealed = sealer().seal(table=TABLE, column=COLUMN, row=asked.challenge, text=phone)
    session[KEY] = {"purpose": purpose, "challenge": str(asked.challenge), "phone": b64encode(sealed).decode()}
    return True


def number(session: SessionBase, *, purpose: str) -> str:
    """Return the number to which a code for a purpose was sent in this session, or nothing."""
    held = session.get(KEY) or {}
    if held.get("purpose") != purpose:
        return ""
    try:
        sealed = b64decode(held["phone"])
        return sealer().unseal(table=TABLE, column=COLUMN, row=UUID(held["challenge"]), sealed=sealed)
    except SealBroken:
        return ""


def right(session: SessionBase, *, purpose: str, typed: str, now: datetime) -> bool:
    """Return whether what was typed is the code that this session waits for; it is good once."""
    phone = number(session, purpose=purpose)
    if not phone:
        return False
    challenge = UUID(session[KEY]["challenge"])
    found = check_code(challenge=challenge, purpose=purpose, recipient=Phone(phone), typed=typed, now=now)
    if found:
        del session[KEY]
    return found
