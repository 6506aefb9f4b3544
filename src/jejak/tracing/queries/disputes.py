"""What readers of notices say is wrong: an office's open ones by when they are due, and all of one contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.tracing.corrections import spoken_of
from jejak.tracing.errors import DisputeUnknown
from jejak.tracing.models import Contact, NoticeDispute
from jejak.tracing.narrowing import place_name
from jejak.tracing.queries.noticereading import places_of
from jejak.tracing.queries.work import released

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.premises.queries import Place
    from jejak.tracing.corrections import Spoken

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
    """A dispute with the stay it is about, what the place is called, and until when it is due."""

    dispute: NoticeDispute
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
    rows = list(_mine(by).filter(decided_at=None).order_by("at", "pk")[:MOST])
    lines = _lines(rows)
    fitting = [one for one in lines if all(word in one.place.casefold() for word in asked.text.casefold().split())]
    key = asked.order.lstrip("-")
    if key == "place":
        fitting.sort(key=lambda one: one.place.casefold(), reverse=asked.order.startswith("-"))
    elif key == "tier":
        fitting.sort(key=lambda one: one.dispute.notice.contact.tier, reverse=asked.order.startswith("-"))
    elif asked.order == "-due":
        fitting.reverse()
    last = max(1, -(-len(fitting) // PAGE_LENGTH))
    number = min(max(asked.page, 1), last)
    shown = fitting[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    return DisputePage(tuple(shown), len(fitting), len(rows), number)


def open_disputes(*, by: User) -> int:
    """Return how many disputes wait for a decision of an account's office."""
    return _mine(by).filter(decided_at=None).count()


def disputes_of(contact: Contact) -> list[DisputeLine]:
    """Return what was said of the notices to one contact, the latest first, for whoever looks at that contact."""
    rows = NoticeDispute.objects.filter(notice__contact=contact).select_related("notice__contact", "decided_by")
    return _lines(list(rows.order_by("-at", "-pk")))


def dispute(*, uuid: UUID, by: User) -> NoticeDispute:
    """Return a dispute of a contact of an account's office.

    :raises DisputeUnknown: there is none; of another office's the answer is the same.
    """
    found = _mine(by).filter(uuid=uuid).first()
    if found is None:
        raise DisputeUnknown
    return found


def _mine(by: User) -> QuerySet[NoticeDispute]:
    rows = NoticeDispute.objects.filter(notice__contact__in=released(by))
    return rows.select_related("notice", "notice__contact", "notice__contact__said", "decided_by")


def _lines(rows: Sequence[NoticeDispute]) -> list[DisputeLine]:
    stays = [spoken_of(row.notice.named, exposure=row.exposure_id, stay=row.stay) for row in rows]
    places, _zones = places_of([stay for stay in stays if stay is not None])
    return [DisputeLine(row, stay, _place(places, stay), row.at + DUE) for row, stay in zip(rows, stays, strict=True)]


def _place(places: Mapping[int, Place], stay: Spoken | None) -> str:
    return place_name(places, stay.premises) if stay is not None and stay.premises in places else "–"
