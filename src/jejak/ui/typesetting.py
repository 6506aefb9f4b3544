"""Turns a typst template and what varies in it into PDF or pictures; one compiler serves a whole process.

What people typed reaches typst only as data (``sys_inputs``), never as part of the source. Letters that no font of
this machine has are left out rather than printed as empty boxes; typst brings Latin, Greek and Cyrillic, the system the
rest.
"""

from __future__ import annotations

import io
import re
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

import segno
import typst

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

QUIET_ZONE: Final = 4  # modules; ISO/IEC 18004 asks for four

_ALWAYS_DRAWN: Final = re.compile(r"[ -~¡-ɏ‐-’“”…]*")  # typst's own font has all of these; a test asks it
_NO_CHARACTER: Final = "\U0010fffe"
_ONE_LETTER: Final = b"""#set page(width: 40pt, height: auto, margin: 0pt)
#set text(font: "Libertinus Serif")
#sys.inputs.letter"""

_one_at_a_time = Lock()


def typeset(
    template: bytes, *, inputs: Mapping[str, str], form: Literal["pdf", "png"], made: datetime, dpi: int = 96
) -> bytes:
    """Return a tagged PDF (PDF/UA-1) with its fonts, or one page as PNG; the same inputs give the same bytes.

    :raises TypeError: a picture takes more pages than one.
    """
    with _one_at_a_time:  # the compiler keeps what it parsed and shaped
        page = _compiler().compile(
            input=template,
            format=form,
            ppi=dpi,
            sys_inputs=dict(inputs),
            pdf_standards="ua-1" if form == "pdf" else None,
            timestamp=made.replace(microsecond=0),
        )
    if not isinstance(page, bytes):
        message = f"it takes {len(page or [])} pages instead of one"
        raise TypeError(message)
    return page


def qr(text: str) -> str:
    """Return a QR as SVG with its quiet zone, for a template to draw."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=QUIET_ZONE, xmldecl=False)
    return out.getvalue().decode()


def drawable(text: str) -> str:
    """Return the text without the letters that no font of this machine has, its spaces single."""
    if _ALWAYS_DRAWN.fullmatch(text):
        return text
    return " ".join("".join(letter if letter.isspace() or _has_glyph(letter) else " " for letter in text).split())


@cache
def mark(colour: str = "#fff") -> str:
    """Return the footprint in one colour, as an SVG of its own."""
    drawn = files("jejak.ui").joinpath("templates", "ui", "components", "mark.html").read_text(encoding="utf-8")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace("currentColor", colour)


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=True))


@lru_cache(maxsize=16_384)
def _has_glyph(letter: str) -> bool:
    """Ask typst: it draws a letter that no font has as it draws a code point that is none, by the same empty box."""
    return _drawn(letter) != _drawn(_NO_CHARACTER)


@lru_cache(maxsize=1_024)
def _drawn(letter: str) -> tuple[str, ...]:
    with _one_at_a_time:
        page = _compiler().compile(input=_ONE_LETTER, format="svg", sys_inputs={"letter": letter})
    return tuple(re.findall(r'<use[^>]*href="([^"]+)"', page.decode() if isinstance(page, bytes) else ""))
