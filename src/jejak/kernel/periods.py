"""Half-open periods of time ``[start, end)``: leaving at 10:00 and arriving at 10:00 do not meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The time from ``start`` up to, and without, ``end``; both aware, ``start`` before ``end``."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse a period that is empty, turned round, or without a time zone."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            message = "A period needs moments with a time zone."
            raise ValueError(message)
        if self.start >= self.end:
            message = f"A period must start before it ends: {self.start} is not before {self.end}."
            raise ValueError(message)

    def __contains__(self, moment: datetime) -> bool:
        """Return whether ``moment`` lies inside."""
        return self.start <= moment < self.end

    @property
    def length(self) -> timedelta:
        """Its length, always more than zero."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded down."""
        return int(self.length.total_seconds() // 60)

    def overlap(self, other: Period) -> Period | None:
        """Return the time both share, or ``None``."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def unite(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same time as few disjoint periods, in order; touching ones become one."""
    united: list[Period] = []
    for period in sorted(periods):
        if united and period.start <= united[-1].end:
            united[-1] = Period(united[-1].start, max(united[-1].end, period.end))
        else:
            united.append(period)
    return tuple(united)


def without(whole: Period, gone: Iterable[Period]) -> tuple[Period, ...]:
    """Return what is left of a period outside others, in order."""
    inside = unite(part for each in gone if (part := whole.overlap(each)))
    bounds = [whole.start, *(moment for each in inside for moment in (each.start, each.end)), whole.end]
    pieces = zip(bounds[::2], bounds[1::2], strict=True)
    return tuple(Period(start, end) for start, end in pieces if start < end)
