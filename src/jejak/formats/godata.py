"""Contacts as Go.Data imports them: a JSON list of contacts, each with its relationship to one case.

Source: WorldHealthOrganization/GoDataSource-API, models ``person``, ``contact`` and ``relationship``,
``importImportableContactsFileUsingMap`` and ``Outbreak.helpers.validateAndNormalizePeople``.

    [{"visualId": "0190…", "firstName": "Aminah", "lastName": "binti Ali", …,
      "relationship": {"persons": [{"id": "K2026-000041"}], "contactDate": "2022-03-14T00:00:00.000Z", …}}]

The importer takes a list, and learns the fields from its first item, so every item has all of them. ``persons`` holds
the case alone, by its visual id in the outbreak; the contact joins it as the other person. A contact of two cases is
there twice under one ``visualId``, and gets two relationships. Days are midnight UTC of the local day, as Go.Data
keeps them. JSON needs no guard against spreadsheets: names stay as they were given.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

RELATIONSHIP: Final = (
    "persons", "contactDate", "contactDateEstimated", "certaintyLevelId", "exposureTypeId", "exposureFrequencyId",
    "exposureDurationId", "clusterId", "dateOfFirstContact", "comment",
)  # fmt: skip
CONTACT: Final = (
    "visualId", "firstName", "lastName", "dateOfReporting", "dateOfLastContact", "riskLevel", "addresses", "followUp",
    "relationship",
)  # fmt: skip
FIELDS: Final = (*CONTACT[:-1], *(f"relationship.{name}" for name in RELATIONSHIP[:-1]))
"""What a file holds of people, flat; the comment is the watermark."""
HOME: Final = "LNG_REFERENCE_DATA_CATEGORY_ADDRESS_TYPE_USUAL_PLACE_OF_RESIDENCE"
HOURS: Final = 60
DAYS: Final = 24 * 60


class Level(StrEnum):
    """How near or sure something is."""

    LOW = "1_LOW"
    MEDIUM = "2_MEDIUM"
    HIGH = "3_HIGH"


class FollowUp(StrEnum):
    """How a follow-up stands."""

    GOING = "LNG_REFERENCE_DATA_CONTACT_FINAL_FOLLOW_UP_STATUS_TYPE_UNDER_FOLLOW_UP"
    COMPLETED = "LNG_REFERENCE_DATA_CONTACT_FINAL_FOLLOW_UP_STATUS_TYPE_FOLLOW_UP_COMPLETED"
    LOST = "LNG_REFERENCE_DATA_CONTACT_FINAL_FOLLOW_UP_STATUS_TYPE_LOST_TO_FOLLOW_UP"


@dataclass(frozen=True, slots=True)
class Followed:
    """From when until when somebody is followed, both days with them, and how it stands."""

    start: date
    until: date
    status: FollowUp


@dataclass(frozen=True, slots=True)
class Item:
    """One contact and how one case exposed them.

    ``minutes`` and ``times`` are 0 where only an interview knows of it; ``household`` is what the interview said.
    """

    contact: str
    first_name: str
    last_name: str
    phone: str
    district: str
    reported: date
    risk: Level
    followed: Followed | None
    case: str
    first: date
    last: date
    estimated: bool
    certainty: Level
    household: bool
    times: int
    minutes: int


def as_json(item: Item, *, comment: str = "") -> dict[str, Any]:
    """Return an item with all the fields there are, in their order."""
    values = (
        item.contact, item.first_name, item.last_name, day(item.reported), day(item.last),
        f"LNG_REFERENCE_DATA_CATEGORY_RISK_LEVEL_{item.risk}", [_address(item)], _followed(item.followed),
        _relationship(item, comment),
    )  # fmt: skip
    return dict(zip(CONTACT, values, strict=True))


def cells(item: Item) -> list[str]:
    """Return what an item says, flat in the order of the fields, each as JSON."""
    told = as_json(item)
    values = [*(told[name] for name in CONTACT[:-1]), *(told["relationship"][name] for name in RELATIONSHIP[:-1])]
    return [json.dumps(value, ensure_ascii=False) for value in values]


def json_bytes(items: Iterable[Item], *, mark: str) -> bytes:
    """Return the bytes of an import; ``mark`` is the comment of each relationship."""
    listed = [as_json(item, comment=mark) for item in items]
    return (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()


def day(value: date) -> str:
    """Return a day as Go.Data keeps it."""
    return f"{value.isoformat()}T00:00:00.000Z"


def frequency(times: int) -> str | None:
    """Return how often they met, ``None`` where nobody counted."""
    for most, word in ((5, "1_5_TIMES"), (10, "6_10_TIMES"), (20, "11_20_TIMES")):
        if 0 < times <= most:
            return f"LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_FREQUENCY_{word}"
    return "LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_FREQUENCY_OVER_21_TIMES" if times else None


def duration(minutes: int) -> str | None:
    """Return how long they were together, ``None`` where nobody measured."""
    if minutes <= 0:
        return None
    word = "SHORT_MINUTES" if minutes < HOURS else "MEDIUM_HOURS" if minutes < DAYS else "LONG_DAYS"
    return f"LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_DURATION_{word}"


def _address(item: Item) -> dict[str, str]:
    """Return where a phone number stands in Go.Data; the one of the usual home must be there if any is."""
    return {"typeId": HOME, "city": item.district, "phoneNumber": item.phone}


def _followed(one: Followed | None) -> dict[str, str] | None:
    if one is None:
        return None
    start, until = day(one.start), day(one.until)
    return {"originalStartDate": start, "startDate": start, "endDate": until, "status": str(one.status)}


def _relationship(item: Item, comment: str) -> dict[str, Any]:
    home = "LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_TYPE_SLEPT_ATE_OR_SPEND_TIME_IN_SAME_HOUSEHOLD"
    values = (
        [{"id": item.case}], day(item.last), item.estimated,
        f"LNG_REFERENCE_DATA_CATEGORY_CERTAINTY_LEVEL_{item.certainty}", home if item.household else None,
        frequency(item.times), duration(item.minutes), None, day(item.first), comment,
    )  # fmt: skip
    return dict(zip(RELATIONSHIP, values, strict=True))
