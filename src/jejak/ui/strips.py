"""Where spans of time lie on a strip: pure geometry for the overlap pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

WIDTH: Final = 400.0  # units of the drawing, not pixels: the picture stretches
NARROWEST: Final = 2.0  # a short meeting in a long window must still be seen


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time on a strip; ``observed`` when both its ends were scanned, else one was estimated."""

    start: datetime
    end: datetime
    observed: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A span in the drawing's units, from the left edge."""

    x: float
    width: float
    observed: bool


def bars(*, spans: Iterable[Span], start: datetime, end: datetime) -> tuple[Bar, ...]:
    """Return the spans as bars from 0 to ``WIDTH``, cut at the strip's ends; what lies outside is left out.

    Anything with ``start``, ``end`` and ``observed`` may stand for a span.
    """
    whole = (end - start).total_seconds()
    if whole <= 0:
        return ()
    inside = (span for span in spans if span.end > start and span.start < end)
    return tuple(_bar(span, start=start, end=end, whole=whole) for span in inside)


def _bar(span: Span, *, start: datetime, end: datetime, whole: float) -> Bar:
    left = WIDTH * (max(span.start, start) - start).total_seconds() / whole
    right = WIDTH * (min(span.end, end) - start).total_seconds() / whole
    width = max(right - left, NARROWEST)
    return Bar(
        x=round(min(left, WIDTH - width), 2),
        width=round(width, 2),
        observed=span.observed,
    )
