"""The token by which a visitor's device is known: it names a person, the device and the day, and only writes.

Base64url, 48 characters::

    version 0x02 | key number | AES-SIV(person, 8 bytes | device, 8 bytes | days since 1970, 2 bytes), 34 bytes

The day is that of the check-in at which the token was handed out.  Each check-in hands out a fresh one now and then, so
a token that grows old has not been used: the person it names may be forgotten, and the token with them.

Source: RFC 5297 (AES-SIV); it is deterministic, so a retry gets the same token, and needs no nonce.
"""

from __future__ import annotations

import binascii
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from jejak.kernel.problems import JejakError
from jejak.kernel.sealing import subkey

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring

VERSION: Final = 2
LENGTH: Final = 48
DAY_MS: Final = 86_400_000

_TO_BASE64 = bytes.maketrans(b"-_+/", b"+/!!")  # what is not of the URL alphabet becomes what the strict reader refuses
_FROM_BASE64 = bytes.maketrans(b"+/", b"-_")
_PLAIN = struct.Struct(">QQH")


class VisitorTokenError(JejakError):
    """This token was not handed out by this node."""

    code = "visitor-token"


class Visitor(NamedTuple):
    """What a token names: a person, a device of theirs, and the day of the token in days since 1970."""

    person: int
    device: int
    day: int


class VisitorTokens:
    """Writes and reads visitor tokens with the node's keys."""

    def __init__(self, ring: Keyring) -> None:
        """Prepare every key; the newest one writes."""
        self._ciphers = {
            key.id: AESSIV(subkey(key.secret, info=f"jejak/visitor/v{VERSION}")) for key in ring.all("visitor")
        }
        number = ring.active("visitor").id
        self._header = bytes((VERSION, number))
        self._encrypt = self._ciphers[number].encrypt

    def write(self, visitor: Visitor) -> str:
        """Return the token, the same for the same visitor."""
        sealed = self._header + self._encrypt(_PLAIN.pack(*visitor), None)
        return binascii.b2a_base64(sealed, newline=False).translate(_FROM_BASE64).decode()

    def read(self, text: str) -> Visitor:
        """Return what a token names.

        :raises VisitorTokenError: this node never handed it out.
        """
        if len(text) != LENGTH:
            raise VisitorTokenError
        try:
            raw = binascii.a2b_base64(text.encode("ascii").translate(_TO_BASE64), strict_mode=True)
            if raw[0] != VERSION:
                raise VisitorTokenError
            return Visitor(*_PLAIN.unpack(self._ciphers[raw[1]].decrypt(raw[2:], None)))
        except (ValueError, KeyError, InvalidTag):
            raise VisitorTokenError from None
