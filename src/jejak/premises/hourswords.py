"""Opening hours as people write them in one cell: “Isnin-Jumaat 09:00-22:00; Sabtu 10:00-18:00; Ahad tutup”. Pure.

Parts are parted by semicolons. A part names days (none means every day) and then hours, or that it is closed; hours are
``09:00-13:00, 14:00-22:00``, ``9am-10pm`` or ``24 jam``. A later part has the last word on a day.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from jejak.premises.errors import OpeningHoursWrong
from jejak.premises.rules import ALWAYS_OPEN, DAYS, OpeningHours, opening_hours

_NAMES: Final = (
    ("isnin", "isn", "monday", "mon"),
    ("selasa", "sel", "tuesday", "tue", "tues"),
    ("rabu", "rab", "wednesday", "wed"),
    ("khamis", "kha", "thursday", "thu", "thur", "thurs"),
    ("jumaat", "jum", "friday", "fri"),
    ("sabtu", "sab", "saturday", "sat"),
    ("ahad", "ahd", "sunday", "sun"),
)
_DAY: Final = {name: number for number, names in enumerate(_NAMES) for name in names}
_EVERY: Final = frozenset({"", "setiap hari", "tiap hari", "every day", "daily", "hari hari"})
_ALWAYS: Final = frozenset({"24 jam", "24 hours", "24/7", "24h", "sentiasa", "sentiasa buka", "always", "always open"})
_CLOSED: Final = re.compile(r"(tutup|closed|cuti)")
_TO: Final = r"\s*(?:-|–|—|hingga|sampai|until|till|to)\s*"
_TIME: Final = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?"
_RANGE: Final = re.compile(rf"(?<![\d:.]){_TIME}{_TO}{_TIME}(?![\d:.])")
_DAYS_RANGE: Final = re.compile(rf"([a-z]+){_TO}([a-z]+)")


@lru_cache(maxsize=1_024)  # a chain's branches open alike, and reading is slower than everything else of a row
def read_hours(text: str) -> OpeningHours:
    """Return the week that a cell describes.

    :raises OpeningHoursWrong: it cannot be understood, or is no possible week.
    """
    plain = " ".join(text.casefold().split())
    if plain in _ALWAYS:
        return ALWAYS_OPEN
    week: dict[str, list[list[str]]] = {}
    for part in filter(None, (part.strip(" ,.") for part in plain.split(";"))):
        days, hours = _part(part)
        week |= {DAYS[day]: hours for day in days}
    return opening_hours(week)


def _part(part: str) -> tuple[list[int], list[list[str]]]:
    """Return the days of one part and their hours."""
    if always := next((word for word in sorted(_ALWAYS, key=len, reverse=True) if part.endswith(word)), ""):
        return _days(part.removesuffix(always)), [["00:00", "24:00"]]
    if closed := _CLOSED.search(part):
        if part[closed.end() :].strip():
            raise OpeningHoursWrong("form")
        return _days(part[: closed.start()]), []
    first = _RANGE.search(part)
    if first is None or _RANGE.sub("", part[first.start() :]).replace("dan", "").replace("and", "").strip(" ,&"):
        raise OpeningHoursWrong("form")
    ranges = [[_clock(*it.group(1, 2, 3)), _closing(_clock(*it.group(4, 5, 6)))] for it in _RANGE.finditer(part)]
    return _days(part[: first.start()]), ranges


def _days(text: str) -> list[int]:
    plain = text.strip(" :,.")
    if plain in _EVERY:
        return list(range(7))
    days: list[int] = []
    for piece in re.split(r",|&|/|\bdan\b|\band\b", plain):
        between = _DAYS_RANGE.fullmatch(piece.strip())
        first, last = between.groups() if between else (piece.strip(), piece.strip())
        if first not in _DAY or last not in _DAY:
            raise OpeningHoursWrong("day", day=piece.strip()[:20])
        days += [(_DAY[first] + step) % 7 for step in range((_DAY[last] - _DAY[first]) % 7 + 1)]
    return days


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    number = int(hour)
    if half:
        if not 1 <= number <= 12:  # noqa: PLR2004 - a clock's face
            raise OpeningHoursWrong("time")
        number = number % 12 + (12 if half == "pm" else 0)
    return f"{number:02d}:{minute or '00'}"


def _closing(clock: str) -> str:
    return "24:00" if clock == "00:00" else clock
