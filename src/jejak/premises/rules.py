"""What kinds of premises there are, how long people stay in them, and when opening hours make sense.

Pure: facts in, decisions out. Minutes of a day run from 0 (midnight) to 1440; a range past midnight ends after 1440.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from jejak.kernel.letters import printable
from jejak.kernel.places import KUALA_LUMPUR, STATES
from jejak.people.errors import PersonRefused
from jejak.people.rules import e164
from jejak.premises import registration
from jejak.premises.districts import is_known, spelled
from jejak.premises.errors import DetailsWrong, OpeningHoursWrong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

LONGEST_STAY: Final = 1440
"""Minutes: no stay anywhere is longer than a day."""
LONGEST_NAME: Final = 120
LONGEST_REASON: Final = 500
LARGEST_CAPACITY: Final = 1_000_000
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY: Final = 1440
RANGES_A_DAY: Final = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of premises: its names, the minutes people typically stay, and the most that a stay there can last."""

    code: str
    malay: str
    english: str
    stay_minutes: int
    longest_minutes: int

    def name(self, language: str) -> str:
        """Return the name in Malay, or in English for ``en``."""
        return self.english if language.startswith("en") else self.malay


def _by_code(*kinds: Kind) -> dict[str, Kind]:
    return {kind.code: kind for kind in kinds}


KINDS: Final = _by_code(
    Kind("shop", "Kedai", "Shop", 20, 180),
    Kind("mall", "Pusat beli-belah", "Shopping mall", 120, 480),
    Kind("supermarket", "Pasar raya", "Supermarket", 45, 180),
    Kind("market", "Pasar atau bazar", "Market or bazaar", 45, 240),
    Kind("restaurant", "Restoran atau kedai makan", "Restaurant or eatery", 60, 240),
    Kind("mosque", "Masjid atau surau", "Mosque or prayer hall", 45, 240),
    Kind("worship", "Rumah ibadat lain", "Other house of worship", 75, 240),
    Kind("clinic", "Klinik", "Clinic", 60, 360),
    Kind("hospital", "Hospital", "Hospital", 120, LONGEST_STAY),
    Kind("pharmacy", "Farmasi", "Pharmacy", 15, 120),
    Kind("school", "Sekolah", "School", 360, 600),
    Kind("college", "Kolej atau universiti", "College or university", 240, 600),
    Kind("childcare", "Taska atau tadika", "Nursery or kindergarten", 480, 660),
    Kind("office", "Pejabat", "Office", 480, 600),
    Kind("factory", "Kilang atau gudang", "Factory or warehouse", 510, 600),
    Kind("construction", "Tapak binaan", "Construction site", 510, 600),
    Kind("government", "Kaunter kerajaan", "Government counter", 45, 240),
    Kind("bank", "Bank atau pejabat pos", "Bank or post office", 30, 180),
    Kind("salon", "Salon atau kedai gunting", "Salon or barber", 45, 240),
    Kind("gym", "Gimnasium atau pusat sukan", "Gym or sports centre", 75, 240),
    Kind("cinema", "Pawagam", "Cinema", 135, 300),
    Kind("hall", "Dewan atau tempat acara", "Hall or event venue", 180, 480),
    Kind("park", "Taman atau tempat rekreasi", "Park or recreation area", 90, 360),
    Kind("hotel", "Hotel atau rumah tumpangan", "Hotel or guest house", 600, LONGEST_STAY),
    Kind("transport", "Stesen, terminal atau kenderaan awam", "Station, terminal or public vehicle", 30, 240),
    Kind("petrol", "Stesen minyak", "Petrol station", 10, 120),
    Kind("other", "Lain-lain", "Other", 60, 240),
)


def stay_bounds(*, kind: str, longest_before: int = 0) -> tuple[int, int]:
    """Return typical and longest stay in minutes; the longest never falls below what was ever used.

    A search looks back as far as the longest stay that could have been written, so a smaller bound would lose visits.
    """
    known = KINDS[kind]
    return known.stay_minutes, max(known.longest_minutes, longest_before)


# -- Opening hours ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week: for each day from Monday the ranges in order, in minutes; an end past 1440 is on the next day."""

    week: tuple[tuple[tuple[int, int], ...], ...]

    def document(self) -> dict[str, list[list[str]]]:
        """Return the form kept in the database: ``{"mon": [["09:00", "22:00"]], …}``, all seven days, ``[]`` closed."""
        return {day: [_times(*each) for each in ranges] for day, ranges in zip(DAYS, self.week, strict=True)}

    def open_at(self, moment: datetime) -> bool:
        """Return whether the premises is open at an aware moment; the minute of closing is closed."""
        local = moment.astimezone(KUALA_LUMPUR)
        minute = local.hour * 60 + local.minute
        today, yesterday = self.week[local.weekday()], self.week[local.weekday() - 1]
        return any(start <= minute < end for start, end in today) or any(
            minute < end - MINUTES_A_DAY for _, end in yesterday
        )

    def runs(self) -> tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]:
        """Return days of equal hours together: first day, last day (0 is Monday) and their ranges, for display."""
        found: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
        for day, ranges in enumerate(self.week):
            if found and found[-1][2] == ranges:
                found[-1] = (found[-1][0], day, ranges)
            else:
                found.append((day, day, ranges))
        return tuple(found)


ALWAYS_OPEN: Final = OpeningHours((((0, MINUTES_A_DAY),),) * 7)


def opening_hours(document: Mapping[str, Sequence[Sequence[str]]]) -> OpeningHours:
    """Return the week that a document describes; a day it does not name is closed.

    A range that ends at or before its start ends on the next day, so ``18:00`` to ``02:00`` is eight hours.

    :raises OpeningHoursWrong: a day or time is malformed, ranges overlap (also the next morning's), or it never opens.
    """
    if not isinstance(document, dict):
        raise OpeningHoursWrong("form")
    for day in document:
        if day not in DAYS:
            raise OpeningHoursWrong("day", day=str(day)[:20])
    week = tuple(_ranges(day, document.get(day, [])) for day in DAYS)
    for index, day in enumerate(DAYS):
        _refuse_overlap(day, week[index], week[(index + 1) % 7])
    if not any(week):
        raise OpeningHoursWrong("never")
    return OpeningHours(week)


def _ranges(day: str, spelled: Sequence[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    if not isinstance(spelled, list | tuple) or not all(map(_is_pair, spelled)):
        raise OpeningHoursWrong("form", day=day)
    if len(spelled) > RANGES_A_DAY:
        raise OpeningHoursWrong("too-many", day=day)
    found = []
    for opens, closes in spelled:
        start, end = _minute(day, opens), _minute(day, closes)
        if start in (end, MINUTES_A_DAY):
            raise OpeningHoursWrong("empty", day=day)
        found.append((start, end if end > start else end + MINUTES_A_DAY))
    return tuple(found)


def _is_pair(each: object) -> bool:
    match each:
        case [_, _]:
            return True
    return False


def _minute(day: str, spelled: object) -> int:
    match = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", spelled, re.ASCII) if isinstance(spelled, str) else None
    minute = int(match[1]) * 60 + int(match[2]) if match else MINUTES_A_DAY + 1
    if minute > MINUTES_A_DAY:
        raise OpeningHoursWrong("time", day=day)
    return minute


def _refuse_overlap(day: str, today: tuple[tuple[int, int], ...], tomorrow: tuple[tuple[int, int], ...]) -> None:
    following = [start for start, _ in today[1:]] + [start + MINUTES_A_DAY for start, _ in tomorrow[:1]]
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(today)):
        raise OpeningHoursWrong("order", day=day)
    if any(end > start for (_, end), start in zip(today, following, strict=False)):
        raise OpeningHoursWrong("overlap", day=day)


def _times(start: int, end: int) -> list[str]:
    closes = end if end <= MINUTES_A_DAY else end - MINUTES_A_DAY
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (start, closes)]


# -- Details ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Details:
    """What an owner says of a premises; ``checked`` returns it tidied or refuses it."""

    name: str
    kind: str
    address: str
    state: str
    district: str
    opening_hours: OpeningHours | None  # None where nobody gave them
    branch: str = ""
    capacity: int | None = None
    registration_number: str = ""
    phone: str = ""  # the business's own


PROVED: Final = frozenset({"name", "branch", "address", "state", "district", "registration_number"})
"""What a confirmation vouches for; changing one of these takes it away."""


def checked(details: Details) -> Details:
    """Return the details with spaces tidied and the district in its usual spelling.

    :raises DetailsWrong: one is missing, too long or unknown; the error names the field.
    """
    tidied = Details(
        name=_text("name", details.name, least=1),
        kind=_known("kind", details.kind, KINDS),
        address=_text("address", details.address, least=1, most=300),
        state=_known("state", details.state, STATES),
        district=spelled(state=details.state, district=_text("district", details.district, least=1, most=80)),
        opening_hours=details.opening_hours,
        branch=_text("branch", details.branch, least=0),
        capacity=details.capacity,
        registration_number=registration.read(details.registration_number).text,
        phone=_phone(details.phone),
    )
    if tidied.capacity is not None and not 1 <= tidied.capacity <= LARGEST_CAPACITY:
        raise DetailsWrong("capacity", "range")
    return tidied


def zone_name(text: str) -> str:
    """Return a zone's name tidied; empty means the whole premises.

    :raises DetailsWrong: longer than 120 characters or with characters that cannot be printed.
    """
    return _text("zone", text, least=0)


def zone(*, name: str, stay: int | None, longest: int) -> tuple[str, int | None]:
    """Return a zone's name tidied and its typical stay in minutes, ``None`` where the premises' holds.

    :raises DetailsWrong: the name is missing or cannot be used, or the stay is longer than any in the premises.
    """
    tidied = zone_name(name)
    if not tidied:
        raise DetailsWrong("zone", "missing")
    if stay is not None and not 1 <= stay <= longest:
        raise DetailsWrong("stay", "range")
    return tidied, stay


def reason(text: str) -> str:
    """Return why somebody refused something, tidied.

    :raises DetailsWrong: empty, longer than 500 characters, or with characters that cannot be printed.
    """
    return _text("reason", text, least=1, most=LONGEST_REASON)


def tidy(text: str) -> str:
    """Return the text composed (NFC), with runs of white space as one space and none at its ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _text(field: str, raw: str, *, least: int, most: int = LONGEST_NAME) -> str:
    text = tidy(raw)
    if len(text) < least:
        raise DetailsWrong(field, "missing")
    if len(text) > most:
        raise DetailsWrong(field, "too-long")
    if not printable(text):
        raise DetailsWrong(field, "characters")
    return text


def _phone(raw: str) -> str:
    try:
        return e164(phone=raw) if raw.strip() else ""
    except PersonRefused as error:
        raise DetailsWrong("phone", "phone") from error


def _known(field: str, code: str, table: Mapping[str, object]) -> str:
    if code not in table:
        raise DetailsWrong(field, "unknown")
    return code


def is_district(*, state: str, district: str) -> bool:
    """Return whether a state has a district of this name; without a state, whether any has."""
    return is_known(state=state, district=" ".join(district.split()))
