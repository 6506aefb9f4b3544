"""What a file of other people's data is, before anybody may take it: pure rules over rows and times."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final

from jejak.access.errors import ExportTooLarge
from jejak.formats import spreadsheet
from jejak.formats.spreadsheet import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.utils.functional import _StrPromise

MOST_ROWS: Final = 5_000
"""Rows of one file. More than this was never needed at once, and is how whole registers left other systems."""
DIRECT_PEOPLE: Final = 50
"""As many people as one page shows anyway; a file of them needs no second person."""
LIFE: Final = timedelta(hours=24)
"""How long an approved file may be taken."""

FORMS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


_holdings: dict[str, str | _StrPromise] = {}


def register(*, holds: str, label: str | _StrPromise) -> None:
    """Say in words what files of a room hold, from its ``AppConfig.ready``."""
    _holdings[holds] = label


def held(holds: str) -> str:
    """Return in words what a file holds."""
    return str(_holdings.get(holds, holds))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a room wants to hand out: a table, whom its rows are about, and whom else the trail must name.

    ``holds`` says what it is (``tracing.contacts``), ``stem`` begins the file's name, ``action`` is what the purpose
    must allow. ``released`` says that all of it stood on one page that the asker may see. ``others`` counts those in it
    who have no number, because an interview alone names them. ``body`` writes the bytes of a file that other programs
    prescribe, given the watermark; it holds what ``rows`` say, which is what two drafts are compared by.
    """

    holds: str
    action: str
    stem: str
    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]
    people: frozenset[int]
    also: frozenset[int] = frozenset()
    note: str = ""
    released: bool = False
    others: int = 0
    body: Callable[[str], bytes] | None = None

    @property
    def counted(self) -> int:
        """How many people it is about."""
        return len(self.people) + self.others


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file as it is handed out; ``digest`` is the SHA-256 of its bytes in hexadecimal."""

    name: str
    content_type: str
    content: bytes
    rows: int
    digest: str


class State(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    READY = "ready"
    DIRECT = "direct"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides where a file stands; ``decision`` is its request's, empty while nobody decided."""

    alone: bool
    decision: str
    decide_by: datetime | None
    expires_at: datetime | None
    destroyed: bool = field(default=False)


def state_of(facts: Facts, *, now: datetime) -> State:
    """Return where a file stands at a moment."""
    if facts.alone:
        return State.DIRECT
    if facts.decision in {State.REFUSED, State.WITHDRAWN, State.EXPIRED}:
        return State(facts.decision)
    if facts.decision == "approved":
        over = facts.destroyed or facts.expires_at is None or now >= facts.expires_at
        return State.EXPIRED if over else State.READY
    return State.EXPIRED if facts.decide_by is None or now >= facts.decide_by else State.WAITING


def alone(draft: Draft) -> bool:
    """Return whether a file needs no second person."""
    return draft.released and draft.counted <= DIRECT_PEOPLE


def capped(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return the rows of a file.

    :raises ExportTooLarge: there are more than one file may hold.
    """
    found = [list(row) for row in islice(rows, MOST_ROWS + 1)]
    if len(found) > MOST_ROWS:
        raise ExportTooLarge(most=MOST_ROWS)
    return found


def watermark(*, export: UUID, name: str, day: date) -> str:
    """Return what stands in every row: which file, whose, of which day; its checksum covers it."""
    return f"{export} · {name} · {day.isoformat()}"


def written(draft: Draft, *, rows: list[list[str]], mark_heading: str, mark: str, form: str) -> bytes:
    """Return the bytes of a file with the watermark as its last column; no cell can run.

    A draft with a body of its own puts the watermark where the program that reads it lets it stand.
    """
    if draft.body is not None:
        return draft.body(mark)
    heading, marked = [*draft.heading, mark_heading], [[*row, mark] for row in rows]
    if form == "xlsx":  # one line above the heading says who and why; the watermark stands in each row all the same
        return spreadsheet.xlsx_bytes(Table(draft.title, heading, marked, draft.note))
    return spreadsheet.csv_bytes(Table(draft.title, heading, marked))
