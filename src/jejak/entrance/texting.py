"""What somebody asks for by SMS: ``MASUK <code> <name>`` once, ``MASUK <code>`` afterwards, and ``KELUAR``; pure.

``IN`` and ``CHECKIN``, ``OUT`` and ``CHECKOUT`` say the same in English. Case, spaces and hyphens do not matter, and
the code may cling to the word before it, for this is written on phones without much of a keyboard.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from jejak.formats import shortcode
from jejak.formats.shortcode import ShortCodeError

WORDS: Final = {"masuk": "ms", "checkin": "en", "check-in": "en", "in": "en"}
"""The word that asks for a check-in, with the language of the reply."""
LEAVING: Final = {"keluar": "ms", "out": "en", "checkout": "en", "check-out": "en"}
LONGEST_TEXT: Final = 2_000
"""Ten parts of an SMS and more; what is longer is no message."""
_PIECES: Final = 4  # "ABC - DEFG" has three, and one more for good measure
FRESH: Final = timedelta(minutes=10)
"""As the lane has it: what is older was late."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish to check in, or out when ``leaving``.

    ``code`` is a canonical short code or empty, ``rest`` what else was written: a name.
    """

    language: str
    code: str = ""
    rest: str = ""
    leaving: bool = False


def read(text: str) -> Asked | None:
    """Return what a text asks for, or ``None`` if it asks for nothing that is known."""
    if len(text) > LONGEST_TEXT:
        return None
    words = unicodedata.normalize("NFKC", text).split()
    if [word.casefold() for word in words[:2]] in (["check", "in"], ["check", "out"]):
        words = [words[0] + words[1], *words[2:]]
    if not words:
        return None
    first = words[0].casefold().strip(".,:;!\"'")
    if first in LEAVING:
        return Asked(LEAVING[first], leaving=True)
    if first in WORDS:
        return _asked(WORDS[first], words[1:])
    for word, language in WORDS.items():  # the code clings to it
        if first.startswith(word):
            asked = _asked(language, [words[0][len(word) :], *words[1:]])
            if asked.code:
                return asked
    return None


def _asked(language: str, words: list[str]) -> Asked:
    for pieces in range(1, min(_PIECES, len(words)) + 1):
        try:
            code = shortcode.parse("".join(words[:pieces]).strip(".,:;\"'"))
        except ShortCodeError:
            continue
        return Asked(language, code, " ".join(words[pieces:]))
    return Asked(language, rest=" ".join(words))


def visit_id(*, key: bytes, at: datetime) -> UUID:
    """Return the id of the visit that a message makes: a UUIDv7 of its time, the rest derived from its own key.

    Source: RFC 9562 section 5.7.
    """
    rest = int.from_bytes(hashlib.sha256(b"jejak/sms-visit/v1\0" + key).digest()[:10]) >> 6  # 74 bits
    ms = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return UUID(int=ms << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & ((1 << 62) - 1))


def was_late(*, at: datetime, received_at: datetime) -> bool:
    """Return whether a message waited somewhere for longer than ten minutes."""
    return received_at - at > FRESH


def international(sender: str) -> str:
    """Return a sender's number with its ``+`` where a gateway leaves it out: digits that begin with no zero."""
    bare = sender.strip()
    return f"+{bare}" if bare.isascii() and bare.isdigit() and not bare.startswith("0") else bare
