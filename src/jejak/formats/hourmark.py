"""The colour and word of an hour at one premises, by which a guard tells a fresh receipt or confirmation at a glance.

Derived from a secret, so nobody can know the next hour's; equal on every receipt and tablet of the same hour.
"""

from __future__ import annotations

from hmac import digest
from typing import Final

COLOURS: Final = 8
KEY_INFO: Final = "jejak/hour/v1"
"""The receipt key gives its subkey of this name; see `jejak.kernel.sealing.subkey`."""

# Malay and English. A guard compares by the Malay word, so an English page shows both.
WORDS: Final = {
    "angin": "wind", "awan": "cloud", "batik": "batik", "buaian": "swing", "bulan": "moon",
    "durian": "durian", "embun": "dew", "gajah": "elephant", "gunung": "mountain", "helang": "eagle",
    "hujan": "rain", "jambatan": "bridge", "kancil": "mousedeer", "kelapa": "coconut",
    "kompas": "compass", "kopi": "coffee", "lampu": "lamp", "layar": "sail", "madu": "honey",
    "merak": "peacock", "nanas": "pineapple", "pantai": "beach", "payung": "umbrella",
    "penyu": "turtle", "perahu": "boat", "rotan": "rattan", "rusa": "deer", "sawah": "paddy",
    "tasik": "lake", "teratai": "lotus", "tikar": "mat", "wau": "kite",
}  # fmt: skip


def of_the_hour(*, key: bytes, premises: int, hour: int, words: int) -> tuple[int, int]:
    """Return the colour (0 to 7) and the word (0 to ``words`` - 1) of an hour since 1970 at one premises."""
    seen = digest(key, premises.to_bytes(8) + hour.to_bytes(8), "sha256")
    return seen[0] % COLOURS, int.from_bytes(seen[1:5]) % words


def spoken(word: int, *, language: str) -> str:
    """Return a word of the hour by its number: in Malay, or as ``angin · wind`` for ``en``."""
    malay, english = list(WORDS.items())[word]
    return malay if malay == english or not language.startswith("en") else f"{malay} · {english}"
