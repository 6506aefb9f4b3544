"""Which characters may stand in a name that people type and others read."""

from typing import Final

JOINERS: Final = {0x200C: None, 0x200D: None}
"""Invisible, but Tamil and Jawi are spelt with them; `str.translate` takes them out with this."""


def typed(text: str) -> str:
    """Return what somebody typed into one line, without the characters that no line has, NUL among them."""
    return "".join(each for each in text if each.isprintable() or printable(each)).strip()


def printable(text: str) -> bool:
    """Return whether nothing in ``text`` is invisible, or turns the direction of what follows, but for joiners."""
    return text.isprintable() or text.translate(JOINERS).isprintable()
