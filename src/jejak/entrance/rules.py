"""What holds at a door: names, PINs, pairing codes, the traffic light, and when a tablet's check-in may be written.

Pure: facts in, decisions out.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from uuid import UUID

from jejak.entrance.errors import (
    MomentRefused,
    NameGeneric,
    NameUnusable,
    PairingRefused,
    PinTooSimple,
    TooManyTogether,
)
from jejak.formats import crockford
from jejak.kernel.ids import uuid7_time
from jejak.kernel.letters import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIRING_LENGTH: Final = 8
PAIRING_LASTS: Final = timedelta(minutes=15)
PAIRING_TRIES: Final = 5
"""Codes that one address may try within a minute."""

WORK_LASTS: Final = timedelta(minutes=15)
"""How long one PIN opens the counter: a tablet left lying works under nobody's name."""
PIN_TRIES: Final = 5
PIN_LOCKED: Final = timedelta(minutes=15)
LONGEST_NAME: Final = 80

MOST_COMPANIONS: Final = 9
FRESH: Final = timedelta(minutes=10)
QUEUED: Final = timedelta(hours=72)
"""As the lane admits them; a test compares."""

LEAST_FOR_A_PICTURE: Final = 5
"""With fewer check-ins a day the hours of single visitors could be read off the picture."""
NEARLY: Final = 0.8


# -- Pairing ------------------------------------------------------------------------------------------------------


def pairing_code(*, key: bytes, tablet: UUID, until: datetime) -> str:
    """Return the code by which a tablet is paired until a moment: eight characters of Crockford's base 32."""
    made = hashlib.blake2b(tablet.bytes + until.isoformat().encode(), key=key, digest_size=5).digest()
    return crockford.write(number=int.from_bytes(made), length=PAIRING_LENGTH)


def pairing_digest(*, key: bytes, code: str) -> bytes:
    """Return what is stored of a code, however it was typed; the key keeps a thief of the database from trying all.

    :raises PairingRefused: it is no code at all.
    """
    bare = re.sub(r"[\s-]", "", code)
    try:
        number = crockford.read(bare) if len(bare) == PAIRING_LENGTH else -1
        spelled = crockford.write(number=number, length=PAIRING_LENGTH)
    except ValueError:
        raise PairingRefused from None
    return hashlib.blake2b(spelled.encode(), key=key, digest_size=32).digest()


def token_digest(token: str) -> bytes:
    """Return what is stored of a tablet's cookie, which has 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


# -- Staff --------------------------------------------------------------------------------------------------------

_GENERIC: Final = frozenset({
    "staff", "staf", "admin", "administrator", "kaunter", "counter", "kiosk", "kios", "pekerja", "worker", "user",
    "pengguna", "guard", "pengawal", "jaga", "security", "sekuriti", "cashier", "juruwang", "owner", "pemilik",
    "manager", "pengurus", "reception", "receptionist", "penyambut", "tablet", "door", "pintu", "test", "ujian",
    "shift", "syif", "team", "pasukan", "kedai", "shop", "crew", "krew", "anggota", "petugas", "duty", "bertugas",
    "pagi", "petang", "malam", "morning", "evening", "night", "main", "utama", "depan", "front", "guest", "tetamu",
})  # fmt: skip
_SIMPLE: Final = frozenset({"112233", "332211", "123321", "159753", "147258", "258369", "696969", "420420", "007007"})
_PIN: Final = re.compile(r"[0-9]{6}", re.ASCII)


def member_name(text: str) -> str:
    """Return the name of somebody who works at a door, tidied.

    :raises NameUnusable: it is empty, too long, or has characters that cannot be printed.
    :raises NameGeneric: it names a post, not a person.
    """
    name = place_label(text)
    words = re.sub(r"[^\w]|\d|_", " ", name.casefold()).split()
    if not words or all(word in _GENERIC for word in words):
        raise NameGeneric(name)
    return name


def place_label(text: str) -> str:
    """Return a label tidied: what an owner calls a tablet.

    :raises NameUnusable: it is empty, too long, or has characters that cannot be printed.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(name) <= LONGEST_NAME or not printable(name):
        raise NameUnusable
    return name


def checked_pin(pin: str) -> str:
    """Return a PIN that may be used.

    :raises PinTooSimple: it is not six digits, or among the first that anybody would try.
    """
    if not _PIN.fullmatch(pin) or pin in _SIMPLE or pin in pin[1:] + pin[:-1]:  # equal to itself turned: 121212
        raise PinTooSimple
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1:  # 123456, 987654, 024680
        raise PinTooSimple
    return pin


# -- The traffic light --------------------------------------------------------------------------------------------


class Light(StrEnum):
    """Whether another visitor may come in; ``NONE`` where no capacity is known."""

    GO = "good"
    NEARLY = "attention"
    FULL = "stop"
    NONE = "neutral"


def light(*, inside: int, capacity: int | None) -> Light:
    """Return the light: full at capacity, attention from four fifths of it."""
    if capacity is None:
        return Light.NONE
    if inside >= capacity:
        return Light.FULL
    return Light.NEARLY if inside >= NEARLY * capacity else Light.GO


# -- Check-ins ----------------------------------------------------------------------------------------------------


def waited(*, visit: UUID, now: datetime, queued: bool) -> bool:
    """Return whether a check-in is late, which only its waiting on the tablet excuses.

    :raises MomentRefused: its time is too far off, or it waited for more than 72 hours.
    """
    try:
        age = now - uuid7_time(visit)
    except ValueError:
        raise MomentRefused from None
    if -FRESH <= age <= FRESH:
        return False
    if not queued or not timedelta() <= age <= QUEUED:
        raise MomentRefused
    return True


def companions(names: Sequence[str]) -> tuple[str, ...]:
    """Return the companions' names without empty lines.

    :raises TooManyTogether: they are more than nine.
    """
    found = tuple(name.strip() for name in names if name.strip())
    if len(found) > MOST_COMPANIONS:
        raise TooManyTogether
    return found


def companion_id(*, visit: UUID, position: int) -> UUID:
    """Return the id of the companion at ``position`` (from 1): the same time as the visit's, the rest derived.

    It is the lane's derivation, so a visit has the same companions by whichever door it is sent again.
    """
    tail = hashlib.sha256(f"{visit}/{position}".encode()).hexdigest()
    variant = "89ab"[int(tail[3], 16) & 3]
    return UUID(f"{str(visit)[:14]}7{tail[:3]}-{variant}{tail[4:7]}-{tail[7:19]}")


def person_id(*, tablet: int, visit: UUID) -> UUID:
    """Return the id of somebody without a phone who is written in by a check-in: sent again, it is the same person.

    It is derived with the tablet, so no tablet can name a person that another door made.
    """
    return UUID(bytes=hashlib.sha256(f"person/{tablet}/{visit}".encode()).digest()[:16])
