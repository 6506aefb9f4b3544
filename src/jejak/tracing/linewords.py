"""A line list as a plain table for people, and what each way of writing one is for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jejak.tracing.contactwords import ENDINGS, RELATIONS, STATES, TIERS, WORKS
from jejak.tracing.exposures import together
from jejak.tracing.sheets import certainty, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.utils.functional import _StrPromise

    from jejak.tracing.linelists import Followed, Line

VACCINATIONS: Final[Mapping[str, _StrPromise]] = {
    "boosted": gettext_lazy("boosted"),
    "full": gettext_lazy("fully vaccinated"),
    "partial": gettext_lazy("partially vaccinated"),
    "none": gettext_lazy("not vaccinated"),
}
FOLLOW_UP_COLUMNS: Final = 9
FORMS: Final[Mapping[str, tuple[str, _StrPromise, _StrPromise]]] = {
    "xlsx": (
        "XLSX",
        gettext_lazy("To read and to work with"),
        gettext_lazy("A row for each contact, with follow-up, for a spreadsheet."),
    ),
    "csv": (
        "CSV",
        gettext_lazy("To read and to work with"),
        gettext_lazy("The same table, for any program."),
    ),
    "sormas": (
        "SORMAS",
        gettext_lazy("To import into SORMAS"),
        gettext_lazy(
            "Contact directory, Import. A row for each case of a contact; separator semicolon; days are day first."
        ),
    ),
    "godata": (
        "Go.Data",
        gettext_lazy("To import into Go.Data"),
        gettext_lazy(
            "Outbreak, Contacts, Import (JSON). The cases must be there, with the number here as their case id."
        ),
    ),
}
"""What each way of writing is called, what it is for, and what reads it."""


def heading() -> list[str]:
    """Return the heading of the plain table."""
    return [
        _("name"), _("phone"), _("tier"), _("state of the work"), _("officer"), _("cases"), _("first time"),
        _("last time"), _("minutes together"), _("times are"), _("said in an interview"), _("follow-up"),
        _("followed until"), _("apart until"), _("days of tests"), _("next day to hear"),
        _("last heard on"), _("was then"), _("ended"), _("vaccination said"),
    ]  # fmt: skip


def rows(lines: Iterable[Line]) -> list[list[str]]:
    """Return a row for each contact."""
    return [_row(line) for line in lines]


def _row(line: Line) -> list[str]:
    relations = {one.relation: None for one in line.met if one.relation}
    minutes = together([part for one in line.met for part in one.exposed.stretches])
    return [
        line.name, line.phone or line.reach, str(TIERS[line.tier][0]), str(WORKS[line.work]), line.officer,
        ", ".join(one.case for one in line.met), *_times(line), str(minutes),
        certainty(observed=all(one.exposed.observed for one in line.met)),
        "; ".join(str(RELATIONS[one]) for one in relations), *_followed(line.followed),
    ]  # fmt: skip


def _times(line: Line) -> tuple[str, str]:
    if not line.met:
        return "", ""
    return written(min(one.first for one in line.met)), written(max(one.last for one in line.met))


def _followed(one: Followed | None) -> list[str]:
    if one is None:
        return [""] * FOLLOW_UP_COLUMNS
    ended = f"{_day(one.ended)} {ENDINGS.get(one.why, one.why)}".strip()
    said = str(VACCINATIONS.get(str(one.facts.get("vaccination", "")), ""))
    return [
        str(STATES[one.state][0]), _day(one.until), _day(one.apart_until), ", ".join(one.tests), _day(one.due),
        _day(one.heard), (_("ill") if one.ill else _("well")) if one.heard else "", ended, said,
    ]  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
