"""Draws posters and stickers: A4 pages as PDF or picture by typst, a QR alone as SVG or PNG by segno.

What people typed reaches typst only as data, never as part of the source, and without letters that no font here has.
"""

from __future__ import annotations

import io
import json
import math
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

import segno

from jejak.premises.posters import Sheet, said
from jejak.ui import typesetting
from jejak.ui.typesetting import QUIET_ZONE, drawable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segno import QRCode

PREVIEW_DPI: Final = 96
PRINT_DPI: Final = 600
QR_MILLIMETRES: Final = 100
POSTERS_A_FILE: Final = 200
"""As many pages as one PDF of posters holds: 2.6 s and 150 MB of this process."""
STICKERS: Final = {"60x60": (60, 60, 3, 4), "90x50": (90, 50, 2, 5)}
"""Width and height in millimetres, and how many stand across and down an A4 page."""

_MILLIMETRES_AN_INCH: Final = 25.4


def pdf(sheet: Sheet) -> bytes:
    """Return the poster as a tagged A4 PDF (PDF/UA-1) of one page, fonts embedded; the same sheet, the same bytes."""
    return _typeset([sheet], "pdf")


def pdf_of_all(sheets: Sequence[Sheet]) -> bytes:
    """Return posters in their order as one tagged A4 PDF (PDF/UA-1), a page each; at least one."""
    return _typeset(sheets, "pdf")


def stickers(sheet: Sheet, *, size: str) -> bytes:
    """Return an A4 page full of stickers of one poster as a tagged PDF (PDF/UA-1); ``size`` is one of `STICKERS`."""
    width, height, across, down = STICKERS[size]
    shape = {"width": str(width), "height": str(height), "across": str(across), "down": str(down)}
    return _typeset([sheet], "pdf", template="sticker.typ", more=shape)


def picture(sheet: Sheet) -> bytes:
    """Return the poster as a PNG to look at on a screen, 794 by 1123 pixels."""
    return _typeset([sheet], "png")


def qr_svg(sheet: Sheet) -> bytes:
    """Return the QR alone as SVG, 100 mm wide with its quiet zone."""
    code, out = _qr(sheet.address), io.BytesIO()
    scale = QR_MILLIMETRES / code.symbol_size(border=QUIET_ZONE)[0]
    code.save(
        out, kind="svg", scale=scale, unit="mm", border=QUIET_ZONE, light="#fff", title=f"Jejak {sheet.short_code}"
    )
    return out.getvalue()


def qr_png(sheet: Sheet) -> bytes:
    """Return the QR alone as a black and white PNG of at least 100 mm at 600 dpi, quiet zone included."""
    code, out = _qr(sheet.address), io.BytesIO()
    pixels = QR_MILLIMETRES / _MILLIMETRES_AN_INCH * PRINT_DPI
    scale = math.ceil(pixels / code.symbol_size(border=QUIET_ZONE)[0])
    code.save(out, kind="png", scale=scale, border=QUIET_ZONE, dpi=PRINT_DPI)
    return out.getvalue()


def left_out(sheet: Sheet) -> str:
    """Return the letters of a poster's names that could not be printed, each once; empty if all could."""
    typed = sheet.name + sheet.branch + sheet.zone
    return "".join(dict.fromkeys(letter for letter in typed if not letter.isspace() and not drawable(letter)))


@lru_cache(maxsize=256)
def _qr(address: str) -> QRCode:
    return segno.make_qr(address, error="m")


@cache
def _template(name: str) -> bytes:
    return files("jejak.premises").joinpath("print", name).read_bytes()


def _typeset(
    sheets: Sequence[Sheet],
    form: Literal["pdf", "png"],
    *,
    template: str = "poster.typ",
    more: Mapping[str, str] | None = None,
) -> bytes:
    made = datetime.combine(max(sheet.issued for sheet in sheets), time(), tzinfo=UTC)
    inputs = _inputs(sheets) | dict(more or {})
    return typesetting.typeset(_template(template), inputs=inputs, form=form, made=made, dpi=PREVIEW_DPI)


def _inputs(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Return what the templates know: text alone, for typst takes no more."""
    first = sheets[0]
    title = said(first)["title"] if len(sheets) == 1 else f"{drawable(first.name) or first.kind} · {first.node}"
    return {"sheets": json.dumps([_page(sheet) for sheet in sheets]), "title": title, "mark": typesetting.mark()}


def _page(sheet: Sheet) -> dict[str, str]:
    out = io.BytesIO()
    _qr(sheet.address).save(out, kind="svg", border=QUIET_ZONE, xmldecl=False)
    place = {
        "name": drawable(sheet.name) or sheet.kind,
        "branch": drawable(sheet.branch),
        "zone": drawable(sheet.zone),
        "node": drawable(sheet.node),
        "short_code": sheet.short_code,
    }
    return said(sheet) | place | {"qr": out.getvalue().decode()}
