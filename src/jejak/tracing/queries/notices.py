"""Reading notices: what each would name, who was told, and how batches stand; whom they are to, actions alone open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q

from jejak.messaging import queries as messaging
from jejak.tracing import exposures, noticerules
from jejak.tracing.errors import NoticesUnknown
from jejak.tracing.followrules import last_day
from jejak.tracing.models import Exposure, Notice, NoticeBatch
from jejak.tracing.models.notices import OPEN
from jejak.tracing.paging import page_there
from jejak.tracing.queries.lines import lines_of
from jejak.tracing.queries.sources import EXPOSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.messaging.queries import Delivery
    from jejak.tracing.exposures import Exposed
    from jejak.tracing.models import Contact

PAGE_LENGTH: Final = 50
ORDERS: Final = {"asked": "asked_at", "officer": "asked_by__name", "contacts": "total"}
USUAL_ORDER: Final = "-asked"
_STATES: Final = {
    "waiting": Q(confirmed_at=None, stopped_at=None),
    "sending": OPEN & Q(held_why=""),
    "held": OPEN & ~Q(held_why=""),
    "stopped": Q(stopped_at__isnull=False),
    "finished": Q(finished_at__isnull=False, stopped_at=None),
}
AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Named:
    """What a notice to a contact names now; ``day`` is that of the last exposure, which ended at ``last``."""

    named: Sequence[Mapping[str, Any]]
    last: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Listed:
    """How a list of batches is asked for: one of `STATES`, one's own alone, order and page."""

    state: str = ""
    mine: bool = False
    order: str = "-asked"
    page: int = 1


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as its office reads it; ``state`` is waiting, sending, held, stopped or finished."""

    uuid: UUID
    number: int
    by: str
    by_id: int
    at: datetime
    state: str
    total: int
    sent: int
    held_why: str
    held_until: datetime | None
    confirmed_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str
    finished_at: datetime | None
    request: UUID | None

    @property
    def open(self) -> bool:
        """Whether it can be stopped."""
        return self.state in {"waiting", "sending", "held"}


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A page of batches; ``everything`` counts those of the office in any state."""

    rows: tuple[BatchRow, ...]
    total: int
    number: int
    everything: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice and where it stands, one of `noticerules.STANDINGS`, since ``at``; ``why`` says why it failed.

    ``waits`` says that its message is with this node still, where it can be taken back.
    """

    notice: Notice
    state: str
    why: str
    at: datetime | None
    waits: bool = False


def named_of(contacts: Iterable[int]) -> dict[int, Named]:
    """Return what notices to contacts name, by the contacts' number; whom no case exposes any more is missing."""
    found: defaultdict[int, list[tuple[int, Exposed]]] = defaultdict(list)
    for some in _parts(contacts):
        rows = Exposure.objects.filter(EXPOSING, contact__in=some, ended_at=None).order_by("pk")
        for number, contact, why in rows.values_list("pk", "contact_id", "why"):
            found[contact].append((number, exposures.read(why)))
    told = {}
    for contact, own in found.items():
        last = max(one.period.end for _number, one in own)
        told[contact] = Named(noticerules.named(own), last, last_day(last))
    return told


def told_before(contacts: Iterable[int]) -> dict[int, frozenset[tuple[object, ...]]]:
    """Return the places and times that notices told contacts, by the contacts' number.

    One that has ended told them all the same; one that was withdrawn, or is known not to have arrived, told nothing,
    also once messaging keeps what became of its message no more; nor did one that never was a message.
    """
    found: dict[int, frozenset[tuple[object, ...]]] = {}
    for some in _parts(contacts):
        left = Q(message__isnull=False) | Q(way=noticerules.PAGE)
        sent = Notice.objects.filter(left, contact__in=some, sent_at__isnull=False, failed="", withdrawn_at=None)
        rows = list(sent.values_list("contact_id", "named", "message", "lost"))
        stands = messaging.deliveries(messages=[message for _contact, _named, message, _lost in rows if message])
        for contact, named, message, lost in rows:
            if (stands[message].state if message in stands else lost) not in noticerules.LOST:
                found[contact] = found.get(contact, frozenset()) | noticerules.places(named)
    return found


def waiting_among(contacts: Iterable[int]) -> set[int]:
    """Return to which contacts a notice waits to be sent."""
    waiting = unsent().filter(batch__stopped_at=None)
    return {
        one for some in _parts(contacts) for one in waiting.filter(contact__in=some).values_list("contact", flat=True)
    }


def unsent() -> QuerySet[Notice]:
    """Return the notices that nobody sent, nor will have to."""
    return Notice.objects.filter(sent_at=None, failed="", withdrawn_at=None)


def told_lately(*, agency: int, at: datetime) -> int:
    """Return how many contacts an office told within the last hour or is telling, whenever their batches began."""
    waits = Q(batch__confirmed_at__isnull=False, batch__stopped_at=None, sent_at=None, failed="", withdrawn_at=None)
    lately = Notice.objects.filter(Q(sent_at__gt=at - noticerules.HOUR) | waits, batch__agency=agency)
    return lately.count()


def batch(*, uuid: UUID, by: User) -> NoticeBatch:
    """Return a batch of an account's office, for this room's actions.

    :raises NoticesUnknown: there is none; of another office's the answer is the same.
    """
    found = _mine(by).filter(uuid=uuid).first()
    if found is None:
        raise NoticesUnknown
    return found


def batches(*, asked: Listed, by: User) -> BatchPage:
    """Return a page of the batches of an account's office, in one state or all, in an order."""
    rows = _mine(by).annotate(total=Count("notices"), sent=Count("notices", filter=Q(notices__sent_at__isnull=False)))
    if asked.state in _STATES:
        rows = rows.filter(_STATES[asked.state])
    if asked.mine:
        rows = rows.filter(asked_by=by)
    order = asked.order if asked.order.removeprefix("-") in ORDERS else USUAL_ORDER
    column = ("-" if order.startswith("-") else "") + ORDERS[order.removeprefix("-")]
    total = rows.count()
    number = page_there(asked.page, total=total, length=PAGE_LENGTH)
    page = rows.order_by(column, "-pk")[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    return BatchPage(
        tuple(row_of(one, total=one.total, sent=one.sent) for one in page), total, number, _mine(by).count()
    )


def batch_row(*, uuid: UUID, by: User) -> BatchRow:
    """Return a batch of an account's office.

    :raises NoticesUnknown: there is none; of another office's the answer is the same.
    """
    found = batch(uuid=uuid, by=by)
    return row_of(found, total=found.notices.count(), sent=found.notices.filter(sent_at__isnull=False).count())


def row_of(one: NoticeBatch, *, total: int, sent: int) -> BatchRow:
    """Return a batch as its office reads it."""
    return BatchRow(
        uuid=one.uuid,
        number=one.pk,
        by=one.asked_by.name,
        by_id=one.asked_by_id,
        at=one.asked_at,
        state=_state(one),
        total=total,
        sent=sent,
        held_why=one.held_why,
        held_until=one.held_until,
        confirmed_at=one.confirmed_at,
        stopped_at=one.stopped_at,
        stopped_by=one.stopped_by.name if one.stopped_by else "",
        finished_at=one.finished_at,
        request=one.request,
    )


def standings(*, batch: NoticeBatch) -> list[Standing]:
    """Return where every notice of a batch stands, in the order it was asked for."""
    rows = list(Notice.objects.filter(batch=batch).order_by("pk").select_related("contact"))
    return _standings(rows, stopped=lambda _one: batch.stopped_at is not None)


def of_contact(*, contact: Contact) -> list[Standing]:
    """Return the notices to a contact, also those to its lines that were closed, the newest first."""
    rows = list(Notice.objects.filter(contact__in=lines_of(contact)).order_by("-pk").select_related("contact", "batch"))
    return _standings(rows, stopped=lambda one: one.batch.stopped_at is not None)


def _standings(rows: Sequence[Notice], *, stopped: Callable[[Notice], bool]) -> list[Standing]:
    asked = [message for one in rows for message in (one.message, one.withdrawal_message) if message]
    found = messaging.deliveries(messages=asked)
    return [_standing(one, found, stopped=stopped(one)) for one in rows]


def _standing(one: Notice, found: Mapping[UUID, Delivery], *, stopped: bool) -> Standing:
    delivery = found.get(one.message) if one.message else None
    if one.withdrawal_sent_at is not None:
        again = found.get(one.withdrawal_message) if one.withdrawal_message else None
        if one.withdrawal_message is None or (again and again.state in noticerules.LOST):
            return Standing(one, "untold", "", one.withdrawal_sent_at)
    state = noticerules.standing(
        way=one.way,
        sent=one.sent_at is not None,
        failed=one.failed,
        withdrawn=one.withdrawn_at is not None,
        stopped=stopped,
        state=delivery.state.value if delivery else one.lost,
    )
    why = one.failed or (delivery.reason if delivery and state == "failed" else "")
    waits = state == "on-the-way" and delivery is not None and delivery.state == "queued"
    return Standing(one, state, why, delivery.ended_at or delivery.sent_at if delivery else None, waits)


def _state(one: NoticeBatch) -> str:
    if one.stopped_at is not None:
        return "stopped"
    if one.finished_at is not None:
        return "finished"
    if one.held_why:
        return "held"
    return "sending" if one.confirmed_at is not None else "waiting"


def _mine(by: User) -> QuerySet[NoticeBatch]:
    if by.agency_id is None:
        return NoticeBatch.objects.none()
    return NoticeBatch.objects.filter(agency=by.agency_id).select_related("asked_by", "stopped_by")


def _parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    listed = list(numbers)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
