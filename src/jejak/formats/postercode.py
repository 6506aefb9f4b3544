"""The code in a poster's QR: which poster, under which key, and proof that this node printed it.

18 characters of Crockford's base 32, 90 bits, most significant first::

    number (38 bits) ‖ key version (4 bits) ‖ MAC (48 bits)
    MAC = the first 6 bytes of HMAC-SHA256(secret, "jejak/poster/v1" ‖ 00 ‖ (number ‖ key version) as 8 bytes)

Poster 1 under key 1 and a secret of 32 zero bytes is ``00000004D8EEETF3SS``. A code is read in lower case and with
O, I, L for 0, 1, 1 too; ``PosterCode.text`` is the one canonical spelling. The MAC keeps strangers from inventing
posters; it is no secret, for everyone who stands before the poster can read it.
"""

import re
from dataclasses import dataclass
from hmac import compare_digest, digest
from typing import Final

from jejak.formats import crockford
from jejak.kernel.problems import JejakError

LENGTH: Final = 18
LARGEST_NUMBER: Final = (1 << 38) - 1
LARGEST_KEY_VERSION: Final = (1 << 4) - 1

_DOMAIN: Final = b"jejak/poster/v1\0"
_MAC_BITS: Final = 48
_MAC_MASK: Final = (1 << _MAC_BITS) - 1
_ADDRESS: Final = re.compile(
    r"https?://[^/?#\s]+(?:/[^?#\s]*)?/p/([0-9a-z]{18})/?(?:[?#]\S*)?", re.ASCII | re.IGNORECASE
)
_LONGEST_ADDRESS: Final = 2_000


class PosterCodeError(JejakError):
    """This is not a poster's code; scan the poster again."""

    code = "poster-code"
    status = 404


@dataclass(frozen=True, slots=True)
class PosterCode:
    """What a code says, believed only after ``verify``; ``mac`` is 6 bytes."""

    number: int
    key_version: int
    mac: bytes

    @property
    def text(self) -> str:
        """The canonical spelling, 18 characters in upper case."""
        head = self.number << 4 | self.key_version
        return crockford.write(number=head << _MAC_BITS | int.from_bytes(self.mac), length=LENGTH)


def _mac(*, head: int, secret: bytes) -> bytes:
    return digest(secret, _DOMAIN + head.to_bytes(8), "sha256")[:6]


def make(*, number: int, key_version: int, secret: bytes) -> str:
    """Return the code of poster ``number`` under the key ``key_version`` (0 to 15).

    :raises ValueError: the number needs more than 38 bits, or the version more than 4.
    """
    if not 0 <= number <= LARGEST_NUMBER or not 0 <= key_version <= LARGEST_KEY_VERSION:
        message = f"poster {number} under key {key_version} does not fit a code"
        raise ValueError(message)
    return PosterCode(number, key_version, _mac(head=number << 4 | key_version, secret=secret)).text


def parse(code: str) -> PosterCode:
    """Return what ``code`` says, unverified: the caller looks up the secret of its key version, then calls ``verify``.

    :raises PosterCodeError: not 18 characters of Crockford's base 32.
    """
    if len(code) != LENGTH:
        raise PosterCodeError
    try:
        bits = crockford.read(code)
    except ValueError:
        raise PosterCodeError from None
    head = bits >> _MAC_BITS
    return PosterCode(head >> 4, head & LARGEST_KEY_VERSION, (bits & _MAC_MASK).to_bytes(6))


def within(text: str) -> PosterCode:
    """Return what the code says that was scanned or typed: bare, or in a poster's address on any host.

    Nothing is believed yet: whether the code is of this node is for ``verify`` alone to say.

    :raises PosterCodeError: there is none in it.
    """
    bare = text.strip() if len(text) <= _LONGEST_ADDRESS else ""
    address = _ADDRESS.fullmatch(bare)
    return parse(address[1] if address else bare)


def verify(parsed: PosterCode, *, secret: bytes) -> bool:
    """Return whether the code was made with ``secret``, in a time that does not depend on where it differs."""
    return compare_digest(parsed.mac, _mac(head=parsed.number << 4 | parsed.key_version, secret=secret))
