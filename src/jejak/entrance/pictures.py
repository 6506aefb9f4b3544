"""Where the bars of a day's picture lie: today's check-ins by hour against the usual ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT: Final = 100.0
WIDTH: Final = 10.0
GAP: Final = 1.5
FIRST, LAST = 8, 20
"""Hours always drawn; a premises that is busy earlier or later widens the picture."""


@dataclass(frozen=True, slots=True)
class Column:
    """One hour: its name (``tick`` on an axis), its numbers, and where bar and line lie in a drawing 100 high."""

    hour: int
    label: str
    tick: str
    today: int
    usual: int
    x: float
    y: float
    height: float
    usual_y: float
    now: bool
    ahead: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A day's columns, the drawing's width, and the busiest hour so far (``None`` before anybody came)."""

    columns: tuple[Column, ...]
    width: float
    most: int
    busiest: Column | None


def picture(*, hours: Sequence[int], usual: Sequence[float], hour_now: int, language: str) -> Picture:
    """Return the picture of a day at a local hour."""
    used = [hour for hour in range(24) if hours[hour] or round(usual[hour])]
    first, last = min([FIRST, *used]), max([LAST, *used])
    most = max(1, *hours, *(round(each) for each in usual))

    def column(hour: int) -> Column:
        tall, normal = HEIGHT * hours[hour] / most, HEIGHT * usual[hour] / most
        return Column(
            hour=hour,
            label=hour_label(hour, language=language),
            tick=f"{hour}:00" if language.startswith("en") else f"{hour}.00",
            today=hours[hour],
            usual=round(usual[hour]),
            x=(hour - first) * WIDTH + GAP / 2,
            y=round(HEIGHT - tall, 2),
            height=round(tall, 2),
            usual_y=round(HEIGHT - normal, 2),
            now=hour == hour_now,
            ahead=hour > hour_now,
        )

    columns = tuple(column(hour) for hour in range(first, last + 1))
    busiest = max(columns, key=lambda each: each.today)
    return Picture(columns, len(columns) * WIDTH, most, busiest if busiest.today else None)


def hour_label(hour: int, *, language: str) -> str:
    """Return an hour as short as people say it: ``9 pagi``, ``9 am``."""
    twelve = hour % 12 or 12
    if language.startswith("en"):
        return f"{twelve} {'am' if hour < 12 else 'pm'}"  # noqa: PLR2004 - noon
    return f"{twelve} {words.part_of_day(hour)}"
