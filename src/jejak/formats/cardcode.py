"""The code in the QR of a visitor's printed card: which card, under which key, and proof that this node made it.

The 18 characters lie as in a poster's code (`postercode`), but the MAC speaks of another thing, so that neither is
ever taken for the other::

    number (38 bits) ‖ key version (4 bits) ‖ MAC (48 bits)
    MAC = the first 6 bytes of HMAC-SHA256(secret, domain ‖ (number ‖ key version) as 8 bytes)

The domain is ``"jejak/card/v1" ‖ 00`` on the card, and ``"jejak/card-slip/v1" ‖ 00`` on the slip kept at home, by
which the card is ended. Whoever photographs a card has the first and learns nothing of the second. Card 1 under key 1
and a secret of 32 zero bytes is ``00000004F7YPSZTA55``, its slip ``00000004FEHT9W6TAW``.
"""

from dataclasses import dataclass
from enum import Enum
from hmac import compare_digest, digest
from typing import Final

from jejak.formats import crockford
from jejak.formats.postercode import LARGEST_KEY_VERSION, LARGEST_NUMBER, LENGTH
from jejak.kernel.problems import JejakError

_MAC_BITS: Final = 48
_MAC_MASK: Final = (1 << _MAC_BITS) - 1


class Side(Enum):
    """What a code stands on; the value is the domain of its MAC."""

    CARD = b"jejak/card/v1\0"
    SLIP = b"jejak/card-slip/v1\0"


class CardCodeError(JejakError):
    """This is not a visitor card's code; scan the card again."""

    code = "card-code"
    status = 404


@dataclass(frozen=True, slots=True)
class CardCode:
    """What a code says, believed only after ``verify``; ``mac`` is 6 bytes."""

    number: int
    key_version: int
    mac: bytes

    @property
    def text(self) -> str:
        """The canonical spelling, 18 characters in upper case."""
        head = self.number << 4 | self.key_version
        return crockford.write(number=head << _MAC_BITS | int.from_bytes(self.mac), length=LENGTH)


def _mac(*, head: int, secret: bytes, side: Side) -> bytes:
    return digest(secret, side.value + head.to_bytes(8), "sha256")[:6]


def make(*, number: int, key_version: int, secret: bytes, side: Side = Side.CARD) -> str:
    """Return the code of card ``number`` under the key ``key_version`` (0 to 15).

    :raises ValueError: the number needs more than 38 bits, or the version more than 4.
    """
    if not 0 <= number <= LARGEST_NUMBER or not 0 <= key_version <= LARGEST_KEY_VERSION:
        message = f"card {number} under key {key_version} does not fit a code"
        raise ValueError(message)
    return CardCode(number, key_version, _mac(head=number << 4 | key_version, secret=secret, side=side)).text


def parse(code: str) -> CardCode:
    """Return what ``code`` says, unverified: the caller looks up the secret of its key version, then calls ``verify``.

    :raises CardCodeError: not 18 characters of Crockford's base 32.
    """
    if len(code) != LENGTH:
        raise CardCodeError
    try:
        bits = crockford.read(code)
    except ValueError:
        raise CardCodeError from None
    head = bits >> _MAC_BITS
    return CardCode(head >> 4, head & LARGEST_KEY_VERSION, (bits & _MAC_MASK).to_bytes(6))


def verify(parsed: CardCode, *, secret: bytes, side: Side = Side.CARD) -> bool:
    """Return whether the code was made with ``secret`` for this side, in a time that tells nothing."""
    expected = _mac(head=parsed.number << 4 | parsed.key_version, secret=secret, side=side)
    return compare_digest(parsed.mac, expected)
