"""Contacts as SORMAS imports them: semicolons, two heading lines, days written day first, and codes of its own.

Source: SORMAS-Foundation/SORMAS-Project, ``ContactImporter``, ``DataImporter``, ``CSVUtils`` and the enumerations of
``de.symeda.sormas.api.contact``. The first line names the entity that each column belongs to, the second its property:

    "Contact";"Contact";"Contact";…
    "caseIdExternalSystem";"disease";"reportDateTime";…
    "K2026-000041";"CORONAVIRUS";"14/03/2022";…
    ## <watermark>

A line that begins with ``##`` is a comment, which the importer skips; a backslash is its escape, so each is doubled.
Each row is one contact of one case: who met two cases stands in two rows, and SORMAS asks whether it is one person.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from jejak.formats.spreadsheet import neutralise

COLUMNS: Final = (
    "caseIdExternalSystem", "disease", "reportDateTime", "region", "district", "firstContactDate", "lastContactDate",
    "contactProximity", "contactCategory", "contactClassification", "contactStatus", "followUpStatus", "followUpUntil",
    "relationToCase", "quarantine", "quarantineFrom", "quarantineTo", "person.firstName", "person.lastName",
    "person.sex", "person.birthdateDD", "person.birthdateMM", "person.birthdateYYYY", "person.nationalHealthId",
    "person.phone", "person.emailAddress", "vaccinationStatus",
)  # fmt: skip
ENTITY: Final = "Contact"
COMMENT: Final = "## "


class Disease(StrEnum):
    """Diseases that SORMAS has a word for; ``OTHER`` is any else."""

    COVID = "CORONAVIRUS"
    MEASLES = "MEASLES"
    DENGUE = "DENGUE"
    CHOLERA = "CHOLERA"
    OTHER = "OTHER"


class Proximity(StrEnum):
    """How near they were; a log of check-ins knows at most that it was the same room or house."""

    UNKNOWN = ""
    SAME_ROOM = "SAME_ROOM"


class Category(StrEnum):
    """How high the risk is."""

    HIGH = "HIGH_RISK"
    LOW = "LOW_RISK"


class Classification(StrEnum):
    """Whether somebody decided that it is a contact."""

    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    NO_CONTACT = "NO_CONTACT"


class Status(StrEnum):
    """What became of the contact."""

    ACTIVE = "ACTIVE"
    CONVERTED = "CONVERTED"
    DROPPED = "DROPPED"


class FollowUp(StrEnum):
    """Where the follow-up stands; SORMAS works it out by itself where it is not said."""

    UNSAID = ""
    GOING = "FOLLOW_UP"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"
    LOST = "LOST"


class Relation(StrEnum):
    """What they are to the case."""

    UNKNOWN = ""
    HOUSEHOLD = "SAME_HOUSEHOLD"
    ENVIRONMENT = "SAME_ENVIRONMENT"
    OTHER = "OTHER"


class Quarantine(StrEnum):
    """Whether they stay apart."""

    UNSAID = ""
    HOME = "HOME"
    NONE = "NONE"


class Vaccination(StrEnum):
    """What they said of their vaccination."""

    UNSAID = ""
    VACCINATED = "VACCINATED"
    UNVACCINATED = "UNVACCINATED"


@dataclass(frozen=True, slots=True)
class Row:
    """One contact of one case, in the order of the columns.

    ``phone`` is E.164 or what somebody said; ``sex`` may not be empty in SORMAS, ``UNKNOWN`` is one of its words.
    """

    case: str
    disease: Disease
    reported: date
    region: str
    district: str
    first: date
    last: date
    proximity: Proximity
    category: Category
    classification: Classification
    status: Status
    follow_up: FollowUp
    follow_up_until: date | None
    relation: Relation
    quarantine: Quarantine
    quarantine_from: date | None
    quarantine_to: date | None
    first_name: str
    last_name: str
    sex: str
    birth_day: str
    birth_month: str
    birth_year: str
    national_id: str
    phone: str
    email: str
    vaccination: Vaccination


def cells(row: Row) -> list[str]:
    """Return a row's cells as they are before quoting, with nothing in them that a spreadsheet would run."""
    return [neutralise(_written(value, name)) for name, value in zip(COLUMNS, astuple(row), strict=True)]


def csv_bytes(rows: Iterable[Row], *, mark: str) -> bytes:
    """Return contacts as the bytes of an import; ``mark`` stands in a comment at the end, which SORMAS skips."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([ENTITY] * len(COLUMNS))
    writer.writerow(COLUMNS)
    writer.writerows([cell.replace("\\", "\\\\") for cell in cells(row)] for row in rows)
    return (text.getvalue() + COMMENT + neutralise(mark) + "\r\n").encode("utf-8-sig")


def dialled(phone: str) -> str:
    """Return an E.164 number without a plus, which would need a guard in a spreadsheet: +6012… is 006012…."""
    return f"00{phone[1:]}" if phone.startswith("+") and phone[1:].isdigit() else phone


def _written(value: object, name: str) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = "" if value is None else str(value)
    return dialled(text) if name == "person.phone" else text
