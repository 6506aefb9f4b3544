"""An order of printed cards: what each card says, carried in the sealed address of the page that shows them.

Nothing about an order is stored, and no page reads a name out of the database: whoever ordered holds the address, for a
day, and the names are in it, sealed.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from jejak.entrance.errors import CardOrderPast
from jejak.kernel.ids import uuid7_at, uuid7_time
from jejak.kernel.keys import UnknownKey
from jejak.kernel.sealing import SealBroken, sealer

if TYPE_CHECKING:
    from jejak.people.actions import Issued

MOST: Final = 6
"""Cards on one sheet of A4, with their slips."""
LIFE: Final = timedelta(hours=24)
_TABLE, _COLUMN = "entrance_order", "faces"
_UUID_BYTES: Final = 16
_LONGEST: Final = 8_000


@dataclass(frozen=True, slots=True)
class Face:
    """What one card says: its number, its code, the code of its slip, and the name as typed."""

    number: int
    code: str
    slip: str
    name: str

    @property
    def said_number(self) -> str:
        """The number as it is printed."""
        return said(self.number)


@dataclass(frozen=True, slots=True)
class Order:
    """Cards ordered together."""

    at: datetime
    language: str
    faces: tuple[Face, ...]


def said(number: int) -> str:
    """Return a card's number as it is printed: 0000 0012."""
    digits = f"{number:08}"
    return f"{digits[:-4]}\N{NO-BREAK SPACE}{digits[-4:]}"


def face(issued: Issued, *, name: str) -> Face:
    """Return what a card that was just issued says."""
    return Face(issued.number, issued.code, issued.slip, name)


def sealed(order: Order) -> str:
    """Return the order as the part of an address: the moment, and all the rest sealed."""
    row = uuid7_at(order.at)
    content = [order.language, [[one.number, one.code, one.slip, one.name] for one in order.faces]]
    packed = base64.b85encode(zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 9)).decode()
    return _written(row.bytes + sealer().seal(table=_TABLE, column=_COLUMN, row=row, text=packed))


def opened(text: str, *, now: datetime) -> Order:
    """Return the order that an address carries.

    :raises CardOrderPast: it is none, or more than a day old.
    """
    try:
        raw = _read(text)
        row = UUID(bytes=raw[:_UUID_BYTES])
        at = uuid7_time(row)
        packed = sealer().unseal(table=_TABLE, column=_COLUMN, row=row, sealed=raw[_UUID_BYTES:])
        language, faces = json.loads(zlib.decompress(base64.b85decode(packed)))
    except (ValueError, SealBroken, UnknownKey) as error:
        raise CardOrderPast from error
    if not timedelta() <= now - at <= LIFE:
        raise CardOrderPast
    return Order(at, language, tuple(Face(*one) for one in faces))


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(text: str) -> bytes:
    if len(text) > _LONGEST:
        raise ValueError
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error
    if _written(raw) != text:
        raise ValueError
    return raw
