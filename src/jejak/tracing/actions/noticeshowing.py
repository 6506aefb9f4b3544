"""Looking at what became of a batch of notices: counted in all, named page by page, each name on record once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.access import actions as access
from jejak.people import queries as people
from jejak.tracing import noticerules
from jejak.tracing.actions.naming import named
from jejak.tracing.models import SaidContact
from jejak.tracing.narrowing import mentions
from jejak.tracing.noticepurposes import SHOWN, purpose_of
from jejak.tracing.paging import page_there
from jejak.tracing.queries import notices
from jejak.trail import queries as trail

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.tracing.answers import Named
    from jejak.tracing.models import NoticeBatch
    from jejak.tracing.queries.notices import BatchRow, Standing

PAGE_LENGTH: Final = 50
MOST_SEARCHED: Final = 1000
"""Names that one search opens; a larger batch is narrowed by where its notices stand first."""
ORDERS: Final[Mapping[str, Callable[[Standing], tuple[object, ...]]]] = {
    "tier": lambda one: (one.notice.contact.tier, one.notice.pk),
    "day": lambda one: (one.notice.day, one.notice.pk),
    "way": lambda one: (noticerules.WAYS.index(one.notice.way), one.notice.pk),
    "state": lambda one: (noticerules.STANDINGS.index(one.state), one.notice.pk),
}
USUAL_ORDER: Final = "tier"


@dataclass(frozen=True, slots=True)
class Asked:
    """How a batch is looked at: where its notices stand, words of a name or number, order and page."""

    state: str = ""
    text: str = ""
    order: str = USUAL_ORDER
    page: int = 1


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with whom it is to."""

    standing: Standing
    who: Named


@dataclass(frozen=True, slots=True)
class BatchShown:
    """A batch with a page of its notices; ``counts`` are of the whole batch, ``matching`` is as narrowed.

    ``too_many`` says that a search by words was not made, for more names than `MOST_SEARCHED` are left. ``waiting``
    messages can be taken back still.
    """

    batch: BatchRow
    counts: Mapping[str, int]
    lines: tuple[NoticeLine, ...]
    matching: int
    number: int
    too_many: bool
    waiting: int


def show_notices(*, uuid: UUID, asked: Asked, by: User, at: datetime) -> BatchShown:
    """Return a batch of one's office with a page of those it went to, on record.

    :raises NoticesUnknown: there is none such. :raises AccessError: this account may not look.
    """
    batch = notices.batch(uuid=uuid, by=by)
    with access.look(by=by, action=SHOWN, purpose=purpose_of(batch), at=at) as look:
        every = notices.standings(batch=batch)
        some = [one for one in every if asked.state in {"", one.state}]
        too_many = bool(asked.text) and len(some) > MOST_SEARCHED
        if asked.text and not too_many:
            who = _named(some, look=look)
            some = [one for one in some if mentions(asked.text, who[one.notice.contact_id])]
        order = asked.order if asked.order.removeprefix("-") in ORDERS else USUAL_ORDER
        some.sort(key=ORDERS[order.removeprefix("-")], reverse=order.startswith("-"))
        number = page_there(asked.page, total=len(some), length=PAGE_LENGTH)
        page = some[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
        look.shows(_persons(page) - _seen(batch, by=by), detail={"batch": str(batch.uuid), "notices": len(page)})
        who = _named(page, look=look)
        return BatchShown(
            batch=notices.row_of(batch, total=len(every), sent=sum(one.notice.sent_at is not None for one in every)),
            counts=Counter(one.state for one in every),
            lines=tuple(NoticeLine(one, who[one.notice.contact_id]) for one in page),
            matching=len(some),
            number=number,
            too_many=too_many,
            waiting=sum(one.waits for one in every),
        )


def show_chosen(
    *, uuid: UUID, only: Collection[UUID] | None, by: User, at: datetime
) -> tuple[BatchRow, int, tuple[NoticeLine, ...]]:
    """Return how many notices of a batch are chosen to be withdrawn, and the first of them with whom they are to.

    :raises NoticesUnknown: there is no such batch. :raises AccessError: this account may not look.
    """
    batch = notices.batch(uuid=uuid, by=by)
    with access.look(by=by, action=SHOWN, purpose=purpose_of(batch), at=at) as look:
        every = [one for one in notices.standings(batch=batch) if one.notice.withdrawn_at is None]
        some = [one for one in every if only is None or one.notice.uuid in only]
        page = some[:PAGE_LENGTH]
        look.shows(_persons(page) - _seen(batch, by=by), detail={"batch": str(batch.uuid), "notices": len(page)})
        who = _named(page, look=look)
        row = notices.row_of(batch, total=len(every), sent=sum(one.notice.sent_at is not None for one in every))
        return row, len(some), tuple(NoticeLine(one, who[one.notice.contact_id]) for one in page)


def _named(some: Sequence[Standing], *, look: Look) -> dict[int, Named]:
    contacts = [one.notice.contact for one in some]
    said = SaidContact.objects.in_bulk([one.said_id for one in contacts if one.said_id is not None])
    for one in contacts:
        if one.said_id is not None:
            one.said = said[one.said_id]
    return named(contacts, look=look)


def _persons(some: Sequence[Standing]) -> set[int]:
    known = {one.notice.contact.person_id for one in some if one.notice.contact.person_id is not None}
    return set(people.together(known))


def _seen(batch: NoticeBatch, *, by: User) -> frozenset[int]:
    """Return whom of a batch its page showed to an account: each is on record once."""
    return trail.shown_for(by_id=by.pk, reference=str(batch.uuid), actions=(SHOWN,), since=batch.asked_at)
