"""QR codes that a page shows within itself."""

from __future__ import annotations

import io
from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=256)
def svg(text: str) -> SafeString:
    """Return the QR of a text as inline SVG with its quiet zone; hidden from screen readers: put a link beside it."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", border=4, light="#fff", xmldecl=False, svgns=False, omitsize=True, svgclass="qr-picture"
    )
    drawn = out.getvalue().decode().replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from modules, the text is nowhere in it
