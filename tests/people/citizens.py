"""A citizen for tests: signs in by the code that the console twin of the SMS channel shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jejak.formats.visitortoken import Visitor, VisitorTokens
from jejak.kernel import clock
from jejak.kernel.keys import keyring
from jejak.messaging import actions as messaging
from jejak.messaging import queries as messages
from jejak.people import actions
from jejak.people.rules import VISITOR_COOKIE

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

PHONE, OTHER = "+60123456789", "+60139876543"


def last_code() -> str:
    """Return the code of the message shown last."""
    messaging.send_due(clock=clock.now)
    return str(re.findall(r"\b[0-9]{7}\b", messages.console()[0].text)[0])


def visitor(client: Client, *, person: int, device: int) -> None:
    """Let a browser check in as a person on a device."""
    client.cookies[VISITOR_COOKIE] = VisitorTokens(keyring()).write(Visitor(person, device, 19_000))


def sign_in(client: Client, phone: str = PHONE) -> Any:
    """Sign a browser in by a code to a phone; return the last answer."""
    client.post("/me/sign-in/", {"phone": phone})
    return client.post("/me/code/", {"code": last_code()})


def claimed(name: str, *, at: datetime | None = None, phone: str = PHONE) -> int:
    """Return a person as typed at a door."""
    return actions.upsert_claimed(phone=phone, name=name, at=at or clock.now())
