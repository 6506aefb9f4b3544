"""How days, times, lengths and phone numbers are written to people, in Malay and English; needs no framework.

The check-in lane and the poster use these directly; templates use the filters of the same names.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final

import phonenumbers

MONTHS: Final = {
    "ms": (
        "Januari", "Februari", "Mac", "April", "Mei", "Jun",
        "Julai", "Ogos", "September", "Oktober", "November", "Disember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

WEEKDAYS: Final = {
    "ms": ("Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu", "Ahad"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

# The Malay parts of the day by the hour at which each begins; "3.15 petang" says more than "3.15 PM".
PARTS_OF_DAY: Final = (
    (19, "malam"),
    (14, "petang"),
    (12, "tengah hari"),
    (1, "pagi"),
    (0, "tengah malam"),
)

_MINUTES_AN_HOUR: Final = 60
_NOON: Final = 12


def day(value: date, *, language: str) -> str:
    """Return the calendar day as people write it: ``21 Januari 2022``, ``21 January 2022``.

    A datetime is taken as it stands; convert it to the zone of the reader first.
    """
    return f"{value.day} {MONTHS[_known(language)][value.month - 1]} {value.year}"


def weekday(number: int, *, language: str) -> str:
    """Return the name of a day of the week, 0 (Monday) to 6, as `datetime.date.weekday` counts them."""
    return WEEKDAYS[_known(language)][number]


def clock(value: datetime, *, language: str) -> str:
    """Return the time of day as people write it, in the value's own zone: ``3.15 petang``, ``3:15 pm``."""
    hour = value.hour % 12 or 12
    if _known(language) == "ms":
        return f"{hour}.{value.minute:02d} {part_of_day(value.hour)}"
    return f"{hour}:{value.minute:02d} {'am' if value.hour < _NOON else 'pm'}"


def number(value: int) -> str:
    """Return a whole number with its thousands apart: ``2,030,511``, in both languages."""
    return f"{value:,}"


def part_of_day(hour: int) -> str:
    """Return the Malay word for the part of the day in which the hour (0 to 23) lies."""
    return next(word for begins, word in PARTS_OF_DAY if hour >= begins)


def moment(value: datetime, *, language: str) -> str:
    """Return day and time together: ``21 Januari 2022, 3.15 petang``."""
    return f"{day(value, language=language)}, {clock(value, language=language)}"


def minutes(value: float, *, language: str) -> str:
    """Return a number of minutes, rounded down, in words: ``1 j 20 min``, ``1 h 20 min``, ``45 min``."""
    hours, rest = divmod(int(value), _MINUTES_AN_HOUR)
    if not hours:
        return f"{rest} min"
    letter = "j" if _known(language) == "ms" else "h"
    return f"{hours} {letter}" if not rest else f"{hours} {letter} {rest} min"


@lru_cache(maxsize=4096)
def phone(value: str) -> str:
    """Return a phone number as people write it, ``012-345 6789`` or ``+65 8123 4567``; else what came."""
    try:
        number = phonenumbers.parse(value, "MY")
    except phonenumbers.NumberParseException:
        return value
    local = number.country_code == phonenumbers.country_code_for_region("MY")
    form = phonenumbers.PhoneNumberFormat.NATIONAL if local else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _known(language: str) -> str:
    """Return ``ms`` or ``en``: a regional variant counts as its language, anything else as Malay."""
    return "en" if language.startswith("en") else "ms"
