"""The work list of an office: who is to be called, in an order that a database reads off its index page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from django.db.models import Count, Q

from jejak.tracing.errors import ContactUnknown
from jejak.tracing.followrules import FOLLOWING
from jejak.tracing.models import Contact, FollowUp, Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User

NEW, TO_CALL, UNREACHABLE, DONE = WORKS = ("new", "to-call", "unreachable", "done")
PAGE_LENGTH: Final = 50
MINE, NOBODY = "mine", "nobody"
TOLD, ILL = "told", "ill"


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
    """Which contacts a list shows: in which state of work, whose, of which tier; ``None`` and empty leave all."""

    work: str = NEW
    whose: str = ""
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of the list; ``following`` is where the next one begins.

    ``counts`` says how many there are by work, of whose and which tier are asked for.
    """

    contacts: tuple[Contact, ...]
    following: Place | None
    counts: Mapping[str, int]


def page(*, asked: Filter, after: Place | None = None, by: User) -> WorkPage:
    """Return a page of the contacts of an account's office whose names were released, the nearest and latest first."""
    rows = ordered(asked=asked, by=by).select_related("officer", "held_by", "said")
    if after is not None:
        rows = rows.filter(
            Q(tier__gt=after.tier)
            | Q(tier=after.tier, last__lt=after.last)
            | Q(tier=after.tier, last=after.last, pk__gt=after.number)
        ).filter(tier__gte=after.tier)
    found = list(rows[: PAGE_LENGTH + 1])
    cut = found[:PAGE_LENGTH]
    following = Place(cut[-1].tier, cut[-1].last, cut[-1].pk) if len(found) > PAGE_LENGTH else None
    counted = _those(released(by), asked, by=by).values_list("work").annotate(Count("pk"))
    return WorkPage(tuple(cut), following, dict.fromkeys(WORKS, 0) | dict(counted))


def marks(contacts: Collection[Contact]) -> Mapping[int, tuple[str, ...]]:
    """Return what happened to each contact, by number: ``told``, ``ill``, and how a follow-up of theirs stands."""
    told = Notice.objects.filter(contact__in=contacts, sent_at__isnull=False, failed="", withdrawn_at=None)
    found: dict[int, list[str]] = {one.pk: [] for one in contacts}
    found |= {number: [TOLD] for number in told.values_list("contact", flat=True)}
    for one in FollowUp.objects.filter(contact__in=contacts):
        found[one.contact_id].append(ILL if one.state == FOLLOWING and one.ill else one.state)
    return {number: tuple(own) for number, own in found.items()}


def ordered(*, asked: Filter, by: User) -> QuerySet[Contact]:
    """Return the contacts that a list shows, in its order."""
    return _narrowed(released(by), asked, by=by).order_by("tier", "-last", "pk")


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
    return _those(rows.filter(work=asked.work), asked, by=by)


def _those(rows: QuerySet[Contact], asked: Filter, *, by: User) -> QuerySet[Contact]:
    if asked.whose == MINE:
        rows = rows.filter(officer=by)
    elif asked.whose == NOBODY:
        rows = rows.filter(officer=None)
    return rows if asked.tier is None else rows.filter(tier=asked.tier)
