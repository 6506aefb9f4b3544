"""How the people of a premises can be reached: which numbers take an SMS, what is a mail address. Pure."""

from __future__ import annotations

import re
from typing import Final

LONGEST_ADDRESS: Final = 254
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def takes_sms(*, phone: str) -> bool:
    """Return whether a number in E.164 may take an SMS: Malaysian fixed lines, +603 and their like, do not."""
    return phone.startswith("+601") or (phone != "" and not phone.startswith("+60"))


def address(*, email: str) -> str:
    """Return a mail address as two are compared: without spaces around, in small letters."""
    return email.strip().lower()


def is_address(*, email: str) -> bool:
    """Return whether a text is a bare mail address of at most 254 characters."""
    return len(email) <= LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(email))
