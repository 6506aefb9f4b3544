"""A search as the trail keeps it: what was asked, of whom, over which window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from jejak.kernel.periods import Period
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

SEARCHED, SHOWN, EXPORTED = "tracing.search", "tracing.shown", "tracing.exported"
"""Actions in the trail: a search was started, a page of its answer was looked at, a file was taken out."""

CASE_REPORTED, CASE_SHOWN, CASE_CHANGED, CASE_REOPENED = (
    "tracing.case-reported",
    "tracing.case-shown",
    "tracing.case-changed",
    "tracing.case-reopened",
)
"""Actions on cases: taken in, looked at, changed, reopened."""

SEARCH = "search"
"""The kind of purpose of whatever is done with a search's answer, which refers to it."""
CASE_REPORT, CASE, CASE_PAST = "case-report", "case", "case-past"
"""Kinds of purpose: reporting a case; working on an open one, from which alone searches start; looking at a closed one.
The last two refer to it."""

CONTACTS, VISITORS = "contacts", "visitors"
"""What a search is for: the contacts of a person, or the visitors of a premises."""


class Entry(Protocol):
    """What is read of a trail entry."""

    uuid: UUID
    at: datetime
    by_id: int
    by_name: str
    agency: str
    action: str
    purpose: str
    refused: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """A search on record; ``uuid`` is its trail entry's and stands in addresses."""

    uuid: UUID
    at: datetime
    by_id: int
    by_name: str
    purpose: str
    kind: str
    window: Period
    minutes: int = 0
    persons: tuple[int, ...] = ()
    premises: int = 0
    agency: str = ""
    strange: str = ""  # why it does not belong to its case, see `caserules.OTHER_PERSON`
    case: str = ""  # the uuid of the case that it was started from; none in searches of before there were cases

    @property
    def said(self) -> Purpose:
        """For what its answer is looked at."""
        return Purpose(SEARCH, self.purpose, str(self.uuid))


def contacts_detail(
    *, persons: tuple[int, ...], window: Period, minutes: int, case: str, strange: str = ""
) -> dict[str, object]:
    """Return what the trail keeps of a search for the contacts of ``persons``."""
    said: dict[str, object] = {"kind": CONTACTS, "persons": list(persons), "minutes": minutes, "case": case}
    return {**said, **_strange(strange), **_window(window)}


def visitors_detail(*, premises: int, window: Period, case: str, strange: str = "") -> dict[str, object]:
    """Return what the trail keeps of a search for the visitors of ``premises``."""
    return {"kind": VISITORS, "premises": premises, "case": case, **_strange(strange), **_window(window)}


def look_detail(*, search: Search, window: Period, found: int, **more: object) -> dict[str, object]:
    """Return what the trail keeps of a look at, or a file of, a search's answer."""
    return {"search": str(search.uuid), "kind": search.kind, "found": found, **_window(window), **more}


def read(entry: Entry | None) -> Search | None:
    """Return the search that an entry started, or ``None`` if it started none, or was refused."""
    if entry is None or entry.action != SEARCHED or entry.refused:
        return None
    detail: Mapping[str, Any] = entry.detail
    return Search(
        uuid=entry.uuid,
        at=entry.at,
        by_id=entry.by_id,
        by_name=entry.by_name,
        purpose=entry.purpose,
        kind=detail["kind"],
        window=Period(datetime.fromisoformat(detail["start"]), datetime.fromisoformat(detail["end"])),
        minutes=detail.get("minutes", 0),
        persons=tuple(detail.get("persons", ())),
        premises=detail.get("premises", 0),
        agency=entry.agency,
        case=str(detail.get("case", "")),
        strange=str(detail.get("strange", "")),
    )


def _strange(word: str) -> dict[str, object]:
    return {"strange": word} if word else {}


def _window(window: Period) -> dict[str, object]:
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}
