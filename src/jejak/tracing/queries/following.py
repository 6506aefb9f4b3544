"""Who is followed up: due, overdue, heard of, over; a list without names, filtered, sorted and paged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Exists, F, OuterRef, Q

from jejak.kernel.places import local_midnight
from jejak.tracing import sealed
from jejak.tracing.followrules import FOLLOWING
from jejak.tracing.models import Exposure, FollowUp
from jejak.tracing.paging import page_there
from jejak.tracing.queries import tables
from jejak.tracing.queries.work import MINE, NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.db.models.expressions import OrderBy

    from jejak.access.actions import User
    from jejak.tracing.queries.tables import Tables

NOW, HEARD, OVER, ENDED = TABS = ("now", "heard", "over", "ended")
"""To hear of today, heard of today, to be released, and followed no more."""
ILL, OVERDUE, OLDER = ONLY = ("ill", "overdue", "older")
"""Those alone who are ill, whom nobody heard of on a day that ended, or whose table is not the latest."""
PAGE_LENGTH: Final = 50
ORDERS: Final[Mapping[str, str]] = {
    "due": "due_on",
    "until": "until",
    "apart": "quarantine_until",
    "exposed": "contact__last",
    "heard": "heard_on",
}
USUAL_ORDER: Final = "due"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for; empty words ask for nothing."""

    tab: str = NOW
    only: str = ""
    whose: str = ""
    order: str = USUAL_ORDER
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class FollowPage:
    """A page of a list; ``counts`` are by tab, and those of this tab by ``ill``, ``overdue`` and ``older``.

    They are of whose follow-ups the list shows.
    """

    rows: tuple[FollowUp, ...]
    total: int
    number: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What somebody said of themselves at a moment."""

    at: datetime
    well: bool
    symptoms: tuple[str, ...]
    test: str


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody sees of their own follow-up: until when, and what they said today, the latest first."""

    going: bool
    until: date
    apart: date | None
    said: tuple[OwnWord, ...]


def own(*, contact: int, day: date) -> Own | None:
    """Return a contact's own follow-up; ``None`` if they are not followed up."""
    row = FollowUp.objects.filter(contact=contact).first()
    if row is None:
        return None
    said = row.assessments.filter(day=day, by=None).order_by("-at", "-pk")
    told = tuple(OwnWord(one.at, one.well, tuple(one.symptoms), one.test) for one in said)
    return Own(row.state == FOLLOWING, row.until, row.quarantine_until, told)


def page(*, asked: Asked, persons: Collection[int] = (), by: User, today: date) -> FollowPage:
    """Return a page of an office's follow-ups; ``persons`` are those whom the words of the search may mean."""
    rows = _narrowed(mine(by), asked, persons=persons, by=by, today=today)
    total = rows.count()
    number = page_there(asked.page, total=total, length=PAGE_LENGTH)
    related = ("contact", "contact__officer", "contact__held_by", "contact__said")
    found = rows.select_related(*related).order_by(*_order(asked.order))
    cut = found[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    return FollowPage(tuple(cut), total, number, counts(asked=asked, by=by, today=today))


def counts(*, asked: Asked, by: User, today: date) -> Mapping[str, int]:
    """Return how many follow-ups are on each list, of whose are asked for, and on this one by what is wrong."""
    kinds = {tab: _tab(tab, today) for tab in TABS}
    here = kinds[asked.tab]
    kinds |= {only: here & which for only, which in _only(today).items()}
    counted = {f"n_{kind}": Count("pk", filter=which) for kind, which in kinds.items()}  # "ill" is a column, too
    found = _whose(mine(by), asked, by=by).aggregate(**counted)
    return {kind: found[f"n_{kind}"] for kind in kinds}


def mine(by: User) -> QuerySet[FollowUp]:
    """Return the follow-ups of open contacts of an account's office whose names were released."""
    if by.agency_id is None:
        return FollowUp.objects.none()
    rows = FollowUp.objects.filter(contact__agency=by.agency_id, contact__closed_at=None)
    return rows.exclude(contact__released_at=None)


def over(today: date) -> Q:
    """Return which follow-ups can be released without a reason: over, somebody heard from them, and nobody is ill."""
    return Q(state=FOLLOWING, ill=False, until__lt=today, heard_on__isnull=False)


def older(read: Tables | None = None) -> Q:
    """Return which follow-ups rest on another table than the one in force for their last exposure."""
    known = tables.read_all() if read is None else read
    which = Q(pk__in=[])
    for begins, ends, view in known.spans():
        within = Q(contact__disease=view.disease, contact__last__gt=local_midnight(begins))
        if ends is not None:
            within &= Q(contact__last__lte=local_midnight(ends))
        which |= within & (Q(table=None) | ~Q(table=view.number))
    return Q(state=FOLLOWING) & which


def _tab(tab: str, today: date) -> Q:
    going, going_on = Q(state=FOLLOWING), Q(state=FOLLOWING, ill=False, until__gte=today)
    if tab == NOW:
        return going & (Q(ill=True) | Q(until__gte=today, due_on__lte=today) | Q(until__lt=today, heard_on=None))
    if tab == HEARD:
        return going_on & Q(due_on__gt=today)
    return over(today) if tab == OVER else ~going


def _only(today: date) -> Mapping[str, Q]:
    return {
        ILL: Q(state=FOLLOWING, ill=True),
        OVERDUE: _tab(NOW, today) & Q(due_on__lt=today, due_on__lte=F("until")),
        OLDER: older(),
    }


def _whose(rows: QuerySet[FollowUp], asked: Asked, *, by: User) -> QuerySet[FollowUp]:
    if asked.whose in {MINE, NOBODY}:
        return rows.filter(contact__officer=by if asked.whose == MINE else None)
    return rows


def _narrowed(
    rows: QuerySet[FollowUp], asked: Asked, *, persons: Collection[int], by: User, today: date
) -> QuerySet[FollowUp]:
    if asked.text:
        return rows.filter(_meant(asked.text, persons))
    rows = rows.filter(_tab(asked.tab, today))
    if asked.only in ONLY:
        rows = rows.filter(_only(today)[asked.only])
    return _whose(rows, asked, by=by)


def _meant(text: str, persons: Collection[int]) -> Q:
    """Return the follow-ups that a text may mean: by a phone number, or by the number of a case that exposed them."""
    cases = Exposure.objects.filter(contact=OuterRef("contact"), case__number__iexact=text.strip(), ended_at=None)
    which = Q(Exists(cases)) | Q(contact__person__in=persons)
    phone = sealed.phone_of(text)
    return which | Q(contact__said__phone_key=sealed.phone_key(phone)) if phone else which


def _order(order: str) -> list[str | OrderBy]:
    """Return the order of a list; the usual one puts whoever is ill on top, then those waiting longest."""
    column = F(ORDERS.get(order.removeprefix("-"), ORDERS[USUAL_ORDER]))
    sorted_by = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    return [*(["-ill"] if order == USUAL_ORDER else []), sorted_by, "contact__tier", "pk"]
