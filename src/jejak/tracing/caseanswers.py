"""What an officer sees of a case, as it is or as it was on a day; names are opened by the look that made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from jejak.kernel.periods import Period
    from jejak.tracing.answers import Named, StayRow
    from jejak.tracing.caserules import Facts
    from jejak.tracing.queries import CaseRow, ProfileView


@dataclass(frozen=True, slots=True)
class CaseStayRow:
    """A stay of a case; ``source`` is ``scan`` or who said it, ``uuid`` that of a stay which the case keeps."""

    stay: StayRow
    source: str
    uuid: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SaidContactRow:
    """Somebody whom an interview named."""

    uuid: UUID
    relation: str
    name: str
    phone: str
    reach: str
    first: date
    last: date
    said_by: str
    known: bool  # the log knows somebody by this number


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a case, with its facts in words that name offices and officers."""

    uuid: UUID
    at: datetime
    by: str
    kind: str
    facts: Facts
    office: str
    officer: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, opened; ``forward`` and ``backward`` are its windows by the profile it was opened with."""

    row: CaseRow
    reference: str
    reporter: str
    name: str
    phone: str
    document: str
    profile: ProfileView
    forward: Period
    backward: Period
    matched: Named | None
    candidates: Sequence[Named]
    stays: Sequence[CaseStayRow]
    said: Sequence[SaidContactRow]
    events: Sequence[EventRow]
    closed_why: str = ""
    seen: str = ""  # the last change, which each form of the page names
    outdated: datetime | None = None  # when the last run began, if its days changed since
    bare: str = ""  # why this account may release no name from it alone, see `caserules.bare`


@dataclass(frozen=True, slots=True)
class CaseThen:
    """A case as it was known at the end of a day: ``facts`` of the last event until then, nothing before the first."""

    row: CaseRow
    day: date
    event: EventRow | None
    profile: ProfileView | None
    forward: Period | None
    backward: Period | None
    stays: Sequence[CaseStayRow]
    said: int
    contacts: int
    events: Sequence[EventRow]
