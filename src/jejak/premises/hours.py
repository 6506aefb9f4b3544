"""Opening hours as people read them: days of equal hours in one line, “Isnin hingga Jumaat”, “9.00 pagi hingga …”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.premises.rules import MINUTES_A_DAY
from jejak.ui import words

if TYPE_CHECKING:
    from jejak.premises.queries import Place

_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Line:
    """Days and their hours in words."""

    days: str
    hours: str


def spoken(place: Place) -> list[Line]:
    """Return the opening hours in the reader's language; empty where nobody knows them."""
    if place.opening_hours is None:
        return []
    return [Line(_days(first, last), _hours(ranges)) for first, last, ranges in place.opening_hours.runs()]


def day_name(number: int) -> str:
    """Return the name of a day of the week, 0 being Monday, in the reader's language."""
    return words.weekday(number, language=get_language() or "ms")


def _days(first: int, last: int) -> str:
    if (first, last) == (0, _SUNDAY):
        return _("Every day")
    if first == last:
        return day_name(first)
    return _("%(first)s to %(last)s") % {"first": day_name(first), "last": day_name(last)}


def _hours(ranges: tuple[tuple[int, int], ...]) -> str:
    if not ranges:
        return _("closed")
    if ranges == ((0, MINUTES_A_DAY),):
        return _("all day")
    return ", ".join(
        _("%(opens)s to %(closes)s") % {"opens": _clock(start), "closes": _clock(end)} for start, end in ranges
    )


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % MINUTES_A_DAY, 60)
    at = datetime(2022, 1, 21, hour, rest)  # noqa: DTZ001 (only the time of day is shown)
    return words.clock(at, language=get_language() or "ms")
