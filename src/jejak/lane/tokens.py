"""What the lane hands out and recognises again without looking anything up: visitor tokens, form numbers, receipts.

The visitor token is `jejak.formats.visitortoken`, which pages outside the lane read too.

A receipt, base64url without padding, 62 characters::

    version 0x01 | key number | AES-SIV(flags, 1 byte | poster, 5 | visit, 16 | end in ms, 6), 44 bytes

The number of a form is signed with the poster it was made for.  Every text has one spelling only.

Source: RFC 5297 (AES-SIV); it is deterministic, so a retry gets the same token, and needs no nonce.
"""

from __future__ import annotations

import base64
import binascii
from hmac import compare_digest, digest
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from jejak.formats import hourmark
from jejak.formats.visitortoken import DAY_MS, Visitor, VisitorTokenError, VisitorTokens
from jejak.kernel.sealing import subkey
from jejak.lane.errors import ReceiptUnknown, VisitorUnknown

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring

VERSION: Final = 1
REMEMBERED, LEFT = 1, 2
"""Flags of a receipt: this device remembers the visitor's name; the visit was checked out."""
WITH: Final = 2
"""Above them stands, from this bit on, how many came along (0 to 9)."""

_TO_BASE64 = bytes.maketrans(b"-_+/", b"+/!!")  # what is not of the URL alphabet becomes what the strict reader refuses
_FROM_BASE64 = bytes.maketrans(b"+/", b"-_")
_RECEIPT_LENGTH = 62
RENEWED_DAYS: Final = 30
"""A token older than this is handed out afresh at a check-in, so that one in use never grows old."""
_LAST = frozenset("AQgw")  # the last character holds two bits, so it has one spelling too


class Receipt(NamedTuple):
    """What a receipt says: two flags, the poster's number, the visit, its end in milliseconds."""

    flags: int
    poster: int
    visit: str
    until: int


class _Siv:
    """AES-SIV with numbered keys, each derived for one purpose and version."""

    def __init__(self, ring: Keyring, purpose: str) -> None:
        self._ciphers = {
            key.id: AESSIV(subkey(key.secret, info=f"jejak/{purpose}/v{VERSION}")) for key in ring.all(purpose)
        }
        number = ring.active(purpose).id
        self._header = bytes((VERSION, number))
        self._encrypt = self._ciphers[number].encrypt

    def write(self, plain: bytes) -> bytes:
        sealed = self._header + self._encrypt(plain, None)
        return binascii.b2a_base64(sealed, newline=False).translate(_FROM_BASE64, b"=")

    def read(self, text: str, length: int) -> bytes | None:
        """Return what ``text`` holds, nothing if it was not written here."""
        if len(text) != length or text[-1] not in _LAST:
            return None
        try:
            raw = binascii.a2b_base64(text.encode("ascii").translate(_TO_BASE64) + b"==", strict_mode=True)
            if raw[0] != VERSION:
                return None
            return self._ciphers[raw[1]].decrypt(raw[2:], None)
        except (ValueError, KeyError, InvalidTag):
            return None


class Tokens:
    """Makes and reads what the lane hands out, with the node's keys."""

    def __init__(self, ring: Keyring, *, visit_days: int) -> None:
        """Prepare every key; the first visitor key stays the one that numbers devices, or a retry would change."""
        self._visitors = VisitorTokens(ring)
        self._days = visit_days
        self._receipts = _Siv(ring, "receipt")
        self._device_key = subkey(ring.all("visitor")[0].secret, info="jejak/device/v1")
        self._form_keys = [subkey(key.secret, info="jejak/form/v1") for key in ring.all("form")]
        self._hour_key = subkey(ring.active("receipt").secret, info=hourmark.KEY_INFO)

    def visitor(self, *, person: int, device: int, ms: int) -> str:
        """Return the token of a person on a device, handed out at a moment in milliseconds since 1970."""
        return self._visitors.write(Visitor(person, device, ms // DAY_MS))

    def read_visitor(self, text: str, *, ms: int = 0) -> tuple[int, int]:
        """Return the person and the device that a token names; ``ms`` is when it is used, in milliseconds since 1970.

        :raises VisitorUnknown: this node never gave it out, or it was not used for longer than visits are kept.
        """
        try:
            visitor = self._visitors.read(text)
        except VisitorTokenError:
            raise VisitorUnknown from None
        if ms // DAY_MS - visitor.day > self._days:
            raise VisitorUnknown
        return visitor.person, visitor.device

    def renewed(self, text: str, *, ms: int) -> str:
        """Return the token to hand out at a check-in: the same one, or after 30 days a fresh one."""
        visitor, day = self._visitors.read(text), ms // DAY_MS
        return text if day - visitor.day <= RENEWED_DAYS else self._visitors.write(visitor._replace(day=day))

    def device(self, *, visit: str, premises: int, door_key: bytes) -> int:
        """Return the number of a device that checks in for the first time: 63 bits, the same for a retry."""
        seen = digest(self._device_key, visit.encode() + premises.to_bytes(8) + door_key, "sha256")
        return int.from_bytes(seen[:8]) >> 1

    def form(self, *, visit: str, poster: int) -> str:
        """Return the signature of the number that a form carries for one poster."""
        return _form_mac(self._form_keys[-1], visit, poster)

    def form_holds(self, *, visit: str, poster: int, signature: str) -> bool:
        """Return whether this node gave out that number on a form for that poster."""
        given = signature.encode()
        return any(compare_digest(_form_mac(key, visit, poster).encode(), given) for key in self._form_keys)

    def receipt(self, receipt: Receipt) -> bytes:
        """Return the receipt as a piece of an address; it names nobody."""
        flags, poster, visit, until = receipt
        plain = (flags << 40 | poster).to_bytes(6) + bytes.fromhex(visit.replace("-", "")) + until.to_bytes(6)
        return self._receipts.write(plain)

    def read_receipt(self, text: str) -> Receipt:
        """Return what a receipt says.

        :raises ReceiptUnknown: this node never gave it out.
        """
        plain = self._receipts.read(text, _RECEIPT_LENGTH)
        if plain is None:
            raise ReceiptUnknown
        visit = plain[6:22].hex()
        spelt = f"{visit[:8]}-{visit[8:12]}-{visit[12:16]}-{visit[16:20]}-{visit[20:]}"
        return Receipt(plain[0], int.from_bytes(plain[1:6]), spelt, int.from_bytes(plain[22:28]))

    def of_the_hour(self, *, premises: int, hour: int, words: int) -> tuple[int, int]:
        """Return the colour (0 to 7) and the word (0 to ``words`` - 1) of an hour since 1970 at one premises."""
        return hourmark.of_the_hour(key=self._hour_key, premises=premises, hour=hour, words=words)


def _form_mac(key: bytes, visit: str, poster: int) -> str:
    return base64.urlsafe_b64encode(digest(key, f"{visit}|{poster}".encode(), "sha256")[:18]).decode()
