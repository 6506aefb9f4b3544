"""What readers of notices say is wrong: an office's open ones by when they are due, and all of one contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from jejak.tracing import exposures, noticerules
from jejak.tracing.corrections import spoken_of
from jejak.tracing.errors import DisputeUnknown
from jejak.tracing.models import Exposure, NoticeDispute
from jejak.tracing.narrowing import place_name
from jejak.tracing.paging import page_there
from jejak.tracing.queries.lines import lines_of, open_lines
from jejak.tracing.queries.noticereading import places_of
from jejak.tracing.queries.sources import EXPOSING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.premises.queries import Place
    from jejak.tracing.corrections import Spoken
    from jejak.tracing.models import Contact

DUE: Final = timedelta(days=2)
"""Within so long somebody who stays at home by mistake gets an answer."""
PAGE_LENGTH: Final = 50
MOST: Final = 2000
ORDERS: Final = ("due", "-due", "place", "-place", "tier", "-tier")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which open disputes a list shows: of places that contain a text; in which order, on which page."""

    text: str = ""
    order: str = "due"
    page: int = 1


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute with the line it is decided on, the stay it is about, its place's name, and until when it is due."""

    dispute: NoticeDispute
    contact: Contact
    stay: Spoken | None
    place: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DisputePage:
    """A page of the open disputes; ``matching`` counts those that fit, ``total`` all."""

    lines: tuple[DisputeLine, ...]
    matching: int
    total: int
    number: int


def waiting(*, asked: Asked, by: User) -> DisputePage:
    """Return a page of an office's disputes that nobody decided, those due first at the top unless asked otherwise."""
    lines = _lines(_waiting(by)[:MOST])
    fitting = [one for one in lines if all(word in one.place.casefold() for word in asked.text.casefold().split())]
    key = asked.order.lstrip("-")
    if key == "place":
        fitting.sort(key=lambda one: one.place.casefold(), reverse=asked.order.startswith("-"))
    elif key == "tier":
        fitting.sort(key=lambda one: one.contact.tier, reverse=asked.order.startswith("-"))
    elif asked.order == "-due":
        fitting.reverse()
    number = page_there(asked.page, total=len(fitting), length=PAGE_LENGTH)
    shown = fitting[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    return DisputePage(tuple(shown), len(fitting), len(lines), number)


def open_disputes(*, by: User) -> int:
    """Return how many disputes wait for a decision of an account's office."""
    return len(_waiting(by))


def disputes_of(contact: Contact) -> list[DisputeLine]:
    """Return what was said of the notices to one contact, the latest first, for whoever looks at that contact."""
    return _lines([(row, contact) for row in _of(contact).order_by("-at", "-pk")])


def open_of(contact: Contact) -> list[NoticeDispute]:
    """Return what of one contact waits to be decided."""
    return list(_of(contact).filter(decided_at=None))


def stays_now(contact: Contact) -> list[dict[str, Any]]:
    """Return the stays of a contact that stand and expose them, as a dispute keeps them."""
    rows = Exposure.objects.filter(EXPOSING, contact=contact, ended_at=None).order_by("pk")
    each = [(row.pk, row.case_id, exposures.read(row.why)) for row in rows]
    return [*noticerules.named((number, one) for number, _case, one in each), *noticerules.told(each)]


def _of(contact: Contact) -> QuerySet[NoticeDispute]:
    lines = lines_of(contact)
    rows = NoticeDispute.objects.filter(Q(notice__contact__in=lines) | Q(contact__in=lines))
    return rows.select_related("notice", "decided_by", "entered_by", "undone_by")


def dispute(*, uuid: UUID, by: User) -> tuple[NoticeDispute, Contact]:
    """Return a dispute of a contact of an account's office, with the line it is decided on.

    :raises DisputeUnknown: there is none; of another office's the answer is the same.
    """
    found = _mine(NoticeDispute.objects.filter(uuid=uuid), by=by)
    if not found:
        raise DisputeUnknown
    return found[0]


def _waiting(by: User) -> list[tuple[NoticeDispute, Contact]]:
    return _mine(NoticeDispute.objects.filter(decided_at=None).order_by("at", "pk"), by=by)


def _mine(rows: QuerySet[NoticeDispute], *, by: User) -> list[tuple[NoticeDispute, Contact]]:
    """Return those of an office's open lines whose names were released, also what hangs on a closed one of theirs."""
    if by.agency_id is None:
        return []
    related = ("notice", "notice__contact", "notice__contact__said", "contact", "contact__said")
    mine = rows.filter(Q(notice__contact__agency=by.agency_id) | Q(contact__agency=by.agency_id))
    found = list(mine.select_related(*related, "decided_by", "entered_by", "undone_by"))
    lines = open_lines({row.line.pk: row.line for row in found}.values())
    each = [(row, lines[row.line.pk]) for row in found]
    return [(row, line) for row, line in each if line.closed_at is None and line.released_at is not None]


def _lines(rows: Sequence[tuple[NoticeDispute, Contact]]) -> list[DisputeLine]:
    stays = [spoken_of(row.stays, exposure=row.exposure_id, stay=row.stay) for row, _line in rows]
    places, _zones = places_of([stay for stay in stays if stay is not None])
    return [
        DisputeLine(row, line, stay, _place(places, stay), row.at + DUE)
        for (row, line), stay in zip(rows, stays, strict=True)
    ]


def _place(places: Mapping[int, Place], stay: Spoken | None) -> str:
    return place_name(places, stay.premises) if stay is not None and stay.premises in places else "–"
