"""The work list of an office: who is to be called, in an order that a database reads off its index page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from jejak.tracing import sealed
from jejak.tracing.errors import ContactUnknown
from jejak.tracing.followrules import BECAME_CASE, FOLLOWING
from jejak.tracing.models import Contact, Exposure, FollowUp, Notice
from jejak.tracing.paging import MOST_PAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet
    from django.db.models.expressions import OrderBy

    from jejak.access.actions import User

NEW, TO_CALL, UNREACHABLE, DONE = WORKS = ("new", "to-call", "unreachable", "done")
ALL: Final = "all"
"""In whatever state of work."""
PAGE_LENGTH: Final = 50
MINE, NOBODY = "mine", "nobody"
TOLD, ILL = "told", "ill"
USUAL_ORDER: Final = "tier"
ORDERS: Final = (USUAL_ORDER, "exposed", "state", "officer")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the next one goes on after this contact."""

    tier: int
    last: datetime
    number: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the place that an address says, or none if it makes no sense."""
        tier, _, rest = text.partition("~")
        moment, _, number = rest.partition("~")
        try:
            last = datetime.fromisoformat(moment)
            if last.tzinfo is None:
                return None
            return cls(int(tier), last.astimezone(UTC), int(number))
        except (ValueError, OverflowError):  # nor is there a year before the first
            return None

    def __str__(self) -> str:
        """Return it for an address."""
        return f"{self.tier}~{self.last.isoformat()}~{self.number}"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which contacts a list shows: in which state of work, whose, of which tier; ``None`` and empty leave all.

    ``order`` is one of `ORDERS`, with a minus the other way round. ``text`` is searched for in every state of work.
    ``page`` counts those of a search, and of any order but the usual one.
    """

    work: str = NEW
    whose: str = ""
    tier: int | None = None
    order: str = USUAL_ORDER
    text: str = ""
    page: int = 1

    @property
    def walks(self) -> bool:
        """Return whether pages follow each other by place: long lists, read off their index."""
        return self.order == USUAL_ORDER and not self.text


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of the list; ``following`` is where the next one begins, or its number.

    ``counts`` says how many there are by work, of whose and which tier are asked for.
    """

    contacts: tuple[Contact, ...]
    following: Place | int | None
    counts: Mapping[str, int]


def page(*, asked: Filter, after: Place | None = None, persons: Collection[int] = (), by: User) -> WorkPage:
    """Return a page of the contacts of an account's office whose names were released, the nearest and latest first.

    ``persons`` are those whom the words of a search may mean.
    """
    rows = ordered(asked=asked, persons=persons, by=by).select_related("officer", "held_by", "said")
    begin = 0 if asked.walks else (min(max(asked.page, 1), MOST_PAGE) - 1) * PAGE_LENGTH
    if after is not None and asked.walks:
        rows = rows.filter(
            Q(tier__gt=after.tier)
            | Q(tier=after.tier, last__lt=after.last)
            | Q(tier=after.tier, last=after.last, pk__gt=after.number)
        ).filter(tier__gte=after.tier)
    found = list(rows[begin : begin + PAGE_LENGTH + 1])
    cut = found[:PAGE_LENGTH]
    following: Place | int | None = None
    if len(found) > PAGE_LENGTH:
        following = Place(cut[-1].tier, cut[-1].last, cut[-1].pk) if asked.walks else asked.page + 1
    counted = _those(released(by), asked, by=by).values_list("work").annotate(Count("pk"))
    return WorkPage(tuple(cut), following, dict.fromkeys(WORKS, 0) | dict(counted))


def marks(contacts: Collection[Contact]) -> Mapping[int, tuple[str, ...]]:
    """Return what happened to each contact, by number: ``told``, ``ill``, and how a follow-up of theirs stands."""
    told = Notice.objects.filter(contact__in=contacts, sent_at__isnull=False, failed="", withdrawn_at=None)
    found: dict[int, list[str]] = {one.pk: [] for one in contacts}
    found |= {number: [TOLD] for number in told.values_list("contact", flat=True)}
    for one in FollowUp.objects.filter(contact__in=contacts):
        found[one.contact_id].append(ILL if one.state == FOLLOWING and one.ill else one.state)
    for contact in contacts:
        if contact.became_case and BECAME_CASE not in found[contact.pk]:
            found[contact.pk].append(BECAME_CASE)
    return {number: tuple(own) for number, own in found.items()}


def ordered(*, asked: Filter, persons: Collection[int] = (), by: User) -> QuerySet[Contact]:
    """Return the contacts that a list shows, in its order."""
    rows = released(by)
    found = rows.filter(_meant(asked.text, persons)) if asked.text else _narrowed(rows, asked, by=by)
    return found.order_by(*_order(asked.order))


def released(by: User) -> QuerySet[Contact]:
    """Return the open contacts of an account's office whose names somebody has seen."""
    if by.agency_id is None:
        return Contact.objects.none()
    return Contact.objects.filter(agency=by.agency_id, closed_at=None).exclude(released_at=None)


def contact(*, uuid: UUID, by: User) -> Contact:
    """Return an open contact of an account's office whose name was released, for this room's actions.

    :raises ContactUnknown: there is none; of another office's the answer is the same.
    """
    found = released(by).filter(uuid=uuid).select_related("officer", "held_by", "said").first()
    if found is None:
        raise ContactUnknown
    return found


def is_held(contact: Contact, *, by: User, at: datetime) -> bool:
    """Return whether a colleague is at a contact now, so that nobody else changes it."""
    return contact.held_by_id not in {None, by.pk} and contact.held_until is not None and at < contact.held_until


def holder(contact: Contact, *, by: User, at: datetime) -> str:
    """Return the name of the colleague who is at a contact now, empty if none is."""
    return contact.held_by.name if contact.held_by is not None and is_held(contact, by=by, at=at) else ""


def free(*, at: datetime, by: User | None = None, of: str = "") -> Q:
    """Ask `is_held` of the rows of a table that leads to contacts by ``of``: those that nobody, or ``by``, is at."""
    nobody = Q(**{f"{of}held_until": None}) | Q(**{f"{of}held_until__lte": at})
    return nobody if by is None else nobody | Q(**{f"{of}held_by": by})


def _narrowed(rows: QuerySet[Contact], asked: Filter, *, by: User) -> QuerySet[Contact]:
    return _those(rows if asked.work == ALL else rows.filter(work=asked.work), asked, by=by)


def _meant(text: str, persons: Collection[int]) -> Q:
    """Return the contacts that a text may mean: by a phone number, or by the number of a case that exposed them."""
    cases = Exposure.objects.filter(contact=OuterRef("pk"), case__number__iexact=text.strip(), ended_at=None)
    which = Q(Exists(cases)) | Q(person__in=persons)
    phone = sealed.phone_of(text)
    return which | Q(said__phone_key=sealed.phone_key(phone)) if phone else which


def _order(order: str) -> list[str | OrderBy]:
    down = order.startswith("-")
    if order.removeprefix("-") == USUAL_ORDER:
        return ["-tier" if down else "tier", "-last", "pk"]
    if order.removeprefix("-") == "exposed":
        return ["-last" if down else "last", "pk"]
    column = F("officer__name") if order.removeprefix("-") == "officer" else _RANK
    sorted_by = column.desc(nulls_last=True) if down else column.asc(nulls_last=True)
    return [sorted_by, "tier", "-last", "pk"]


def _those(rows: QuerySet[Contact], asked: Filter, *, by: User) -> QuerySet[Contact]:
    if asked.whose == MINE:
        rows = rows.filter(officer=by)
    elif asked.whose == NOBODY:
        rows = rows.filter(officer=None)
    return rows if asked.tier is None else rows.filter(tier=asked.tier)


_RANK: Final = Case(*(When(work=one, then=Value(rank)) for rank, one in enumerate(WORKS)))
"""How far the work is, as a number."""
