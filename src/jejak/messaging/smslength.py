"""How long a text is as an SMS: which alphabet it needs, and into how many parts it falls.

Source: 3GPP TS 23.038 section 6.2.1 (the default alphabet and its extension), TS 23.040 section 9.2.3.24.1 (parts).
"""

from dataclasses import dataclass
from typing import Final

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
)
GSM_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Each of these takes two places: the escape and itself."""

GSM_ONE, GSM_EACH = 160, 153
UCS2_ONE, UCS2_EACH = 70, 67
MOST_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Length:
    """``alphabet`` is ``gsm`` or ``ucs2``; ``units`` are septets or 16-bit words; ``parts`` is at least 1."""

    alphabet: str
    units: int
    parts: int


def measure(text: str) -> Length:
    """Return how a text is sent; a character that needs two places is never split over two parts."""
    if all(letter in GSM or letter in GSM_EXTENDED for letter in text):
        widths = [2 if letter in GSM_EXTENDED else 1 for letter in text]
        return Length("gsm", sum(widths), _parts(widths, one=GSM_ONE, each=GSM_EACH))
    widths = [len(letter.encode("utf-16-be", "surrogatepass")) // 2 for letter in text]
    return Length("ucs2", sum(widths), _parts(widths, one=UCS2_ONE, each=UCS2_EACH))


def _parts(widths: list[int], *, one: int, each: int) -> int:
    if sum(widths) <= one:
        return 1
    parts, room = 1, each
    for width in widths:
        if width > room:
            parts, room = parts + 1, each
        room -= width
    return parts


def plain(text: str) -> str:
    """Return a text without what the default alphabet lacks, so that one letter does not double the price."""
    return "".join(letter for letter in text if letter in GSM)
