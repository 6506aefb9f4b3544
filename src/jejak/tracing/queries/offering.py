"""Open cases that a run may go over: narrowed, a page at a time, those that none went over yet first; without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, Max, OuterRef, Q

from jejak.tracing.models import RunCase
from jejak.tracing.paging import page_there
from jejak.tracing.queries.cases import visible

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.tracing.models import Case

PAGE_LENGTH: Final = 50
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: part of a number, a disease, a district, an officer's number or nobody's, none went over yet."""

    text: str = ""
    disease: str = ""
    district: str = ""
    officer: str = ""
    never: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Offered:
    """An open case that a run may go over; ``ran_at`` is when one last did, ``waits`` that one is about to."""

    uuid: UUID
    number: str
    disease: str
    onset: date | None
    sample: date | None
    district: str
    officer: str
    evidence: str
    reported_at: datetime
    ran_at: datetime | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A page of the cases that fit, those chosen before them; ``never`` of all that fit no run went over yet.

    The lists are what there is to narrow by, and ``everything`` counts all open cases.
    """

    rows: tuple[Offered, ...]
    total: int
    never: int
    number: int
    everything: int
    diseases: tuple[str, ...]
    districts: tuple[str, ...]
    officers: tuple[tuple[str, str], ...]


def offer(*, wanted: Wanted, chosen: Collection[UUID] = (), by: User, now: datetime) -> Offer:
    """Return a page of the open cases that an account may run over."""
    whole = _open_to(by, now=now)
    fit = _narrowed(whole, wanted)
    total = fit.count()
    number = page_there(wanted.page, total=total, length=PAGE_LENGTH)
    first = _listed(whole.filter(uuid__in=chosen)) if chosen else ()
    page = _listed(fit)[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    rows = {row.pk: _offered(row) for row in (*first, *page)}
    officers = whole.exclude(officer=None).order_by("officer__name", "officer").values_list("officer", "officer__name")
    return Offer(
        rows=tuple(rows.values()),
        total=total,
        never=_never(fit).count(),
        number=number,
        everything=whole.count(),
        diseases=tuple(whole.order_by("disease").values_list("disease", flat=True).distinct()),
        districts=tuple(whole.exclude(district="").order_by("district").values_list("district", flat=True).distinct()),
        officers=tuple((str(pk), name) for pk, name in officers.distinct()),
    )


def offered_all(*, wanted: Wanted, most: int, by: User, now: datetime) -> list[UUID]:
    """Return the cases that fit, at most so many, in the order of the pages."""
    return [row.uuid for row in _listed(_narrowed(_open_to(by, now=now), wanted))[:most]]


def _open_to(by: User, *, now: datetime) -> QuerySet[Case]:
    mine = visible(by=by, now=now).filter(closed_at=None).exclude(classification="discarded")
    return mine if by.agency_id is not None else mine.none()


def _narrowed(rows: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    if wanted.text:
        rows = rows.filter(Q(number__icontains=wanted.text) | Q(reference__iexact=wanted.text))
    if wanted.disease:
        rows = rows.filter(disease=wanted.disease)
    if wanted.district:
        rows = rows.filter(district=wanted.district)
    if wanted.officer == NOBODY:
        rows = rows.filter(officer=None)
    elif wanted.officer.isdecimal():
        rows = rows.filter(officer=int(wanted.officer[:9]))
    return _never(rows) if wanted.never else rows


def _never(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Return those that no run went over, nor is about to: asked for twice, they are not run over twice."""
    return rows.filter(~Exists(RunCase.objects.filter(case=OuterRef("pk"))))


def _listed(rows: QuerySet[Case]) -> QuerySet[Case]:
    seen = rows.annotate(ran_at=Max("runs__done_at"), waits=Exists(_waiting()))
    return seen.order_by("waits", F("ran_at").asc(nulls_first=True), "disease", "-reported_at", "-pk")


def _waiting() -> QuerySet[RunCase]:
    return RunCase.objects.filter(case=OuterRef("pk"), done_at=None, run__finished_at=None)


def _offered(row: Case) -> Offered:
    counted = vars(row)  # with what `_listed` found
    return Offered(
        uuid=row.uuid,
        number=row.number,
        disease=row.disease,
        onset=row.onset,
        sample=row.sample,
        district=row.district,
        officer=row.officer.name if row.officer else "",
        evidence=row.evidence,
        reported_at=row.reported_at,
        ran_at=counted["ran_at"],
        waits=counted["waits"],
    )
