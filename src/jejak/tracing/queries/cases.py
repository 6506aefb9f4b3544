"""Finding cases: a list without names, by office and reach; who a case is of is opened under a look alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from jejak.access import queries as accounts
from jejak.tracing import caserules, sealed
from jejak.tracing.caserules import NONE, Told
from jejak.tracing.errors import CaseUnknown
from jejak.tracing.models import Case, CaseEvent
from jejak.tracing.paging import page_there
from jejak.tracing.rules import OFFICERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.access.rules import Scope

ROLES: Final = tuple(sorted(OFFICERS))
PAGE_LENGTH: Final = 50
ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "reported": ("reported_at", "pk"),
    "number": ("number",),
    "onset": ("onset", "sample", "pk"),
    "district": ("state", "district", "pk"),
    "officer": ("officer__name", "pk"),
    "classification": ("classification", "pk"),
}
USUAL_ORDER: Final = "-reported"
MINE, NOBODY = "mine", "nobody"
"""Whose cases a list shows: one's own, or those that nobody has yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for; empty words ask for nothing. ``state`` is open, closed or empty for both."""

    text: str = ""
    classification: str = ""
    evidence: str = ""
    whose: str = ""
    state: str = "open"
    order: str = USUAL_ORDER
    page: int = 1


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case on a list: its number and open facts, no name."""

    uuid: UUID
    number: str
    disease: str
    classification: str
    evidence: str
    onset: date | None
    sample: date | None
    state: str
    district: str
    office: str
    officer: str
    reported_at: datetime
    closed_at: datetime | None
    matched: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of a list; ``mine``, ``nobody`` and ``everybody`` count the open cases of the office by whose they are."""

    rows: Sequence[CaseRow]
    total: int
    number: int
    mine: int
    nobody: int
    everybody: int


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as a search or a run names it."""

    id: int
    uuid: UUID
    number: str
    disease: str
    profile: int
    person: int | None
    open: bool


def cases(*, asked: Asked, by: User, now: datetime, found: QuerySet[Case] | None = None) -> CasePage:
    """Return a page of the cases that an account may see, as asked."""
    mine = visible(by=by, now=now)
    still = mine.filter(closed_at=None)
    rows = _ordered(_narrowed(mine if found is None else found, asked, by=by), asked.order)
    total = rows.count()
    number = page_there(asked.page, total=total, length=PAGE_LENGTH)
    page = rows[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    return CasePage(
        rows=tuple(row_of(row) for row in page),
        total=total,
        number=number,
        mine=still.filter(officer=by).count(),
        nobody=still.filter(officer=None).count(),
        everybody=still.count(),
    )


def visible(*, by: User, now: datetime) -> QuerySet[Case]:
    """Return the cases of an account's office within its reach, and those assigned to it; of others there are none."""
    where = Q(pk__in=[])
    for scope in accounts.reaches(by=by, roles=ROLES, now=now):
        where |= _within(scope)
    own = Q(officer=by) | (Q(agency=by.agency_id) if by.agency_id else Q(pk__in=[]))
    return Case.objects.select_related("agency", "officer", "profile").filter(own, where)


def case(*, uuid: UUID, by: User, now: datetime) -> Case:
    """Return a case that an account may see, for this room's actions.

    :raises CaseUnknown: there is none; of another office's the answer is the same.
    """
    found = visible(by=by, now=now).filter(uuid=uuid).first()
    if found is None:
        raise CaseUnknown
    return found


def case_ref(*, text: str, by: User, now: datetime) -> CaseRef:
    """Return the open case that an account means by its number or uuid.

    :raises CaseUnknown: there is no such open case of theirs.
    """
    said = text.strip()
    try:
        which = Q(uuid=UUID(said))
    except ValueError:
        which = Q(number__iexact=said)
    found = visible(by=by, now=now).filter(which, closed_at=None).first()
    if found is None:
        raise CaseUnknown
    return ref_of(found)


def ref_of(row: Case) -> CaseRef:
    """Return a case as others name it."""
    return CaseRef(row.pk, row.uuid, row.number, row.disease, row.profile_id, row.person_id, row.closed_at is None)


def bare(*, uuid: str, by: User) -> str:
    """Return why an account may release no name from a case alone, see `caserules.bare`; empty for what is no case."""
    try:
        rows = Case.objects.filter(uuid=UUID(uuid))
    except ValueError:
        return ""
    return next(iter(_bare(rows, by=by).values()), "")


def bare_among(*, ids: Iterable[int], by: User) -> Mapping[int, str]:
    """Return the cases from which an account may release no name alone, by number, and why."""
    return _bare(Case.objects.filter(pk__in=list(ids)), by=by)


def _bare(rows: QuerySet[Case], *, by: User) -> Mapping[int, str]:
    found = list(rows.values_list("pk", "evidence", "reported_by"))
    told: defaultdict[int, list[Told]] = defaultdict(list)
    happened = CaseEvent.objects.filter(case__in=[pk for pk, evidence, _reporter in found if evidence != NONE])
    for case, who, evidence in happened.order_by("pk").values_list("case", "by", "facts__evidence"):
        told[case].append(Told(who, evidence))
    why = {
        pk: caserules.bare(
            evidence=evidence, attested=caserules.attested_by(reporter=reporter, told=told[pk]), by=by.pk
        )
        for pk, evidence, reporter in found
    }
    return {pk: word for pk, word in why.items() if word}


def refers(reference: str, account: int, *, closed: bool = False) -> bool:
    """Return whether a reference is an open (or a closed) case of an account's office, or assigned to it."""
    try:
        uuid = UUID(reference)
    except ValueError:
        return False
    office = accounts.employer_of(account)
    own = Q(officer=account) | (Q(agency__name=office) if office else Q(pk__in=[]))
    return Case.objects.filter(own, uuid=uuid, closed_at__isnull=not closed).exists()


def row_of(row: Case) -> CaseRow:
    """Return a case as a list shows it."""
    return CaseRow(
        uuid=row.uuid,
        number=row.number,
        disease=row.profile.name,
        classification=row.classification,
        evidence=row.evidence,
        onset=row.onset,
        sample=row.sample,
        state=row.state,
        district=row.district,
        office=row.agency.name,
        officer=row.officer.name if row.officer else "",
        reported_at=row.reported_at,
        closed_at=row.closed_at,
        matched=row.person_id is not None,
    )


def _within(scope: Scope) -> Q:
    where = ~Q(pk__in=[])
    if scope.state:
        where &= Q(state__in=["", scope.state])
    # Laboratories write PETALING; what is in capitals is not thereby nobody's.
    return where & (Q(district="") | Q(district__iexact=scope.district)) if scope.district else where


def _narrowed(rows: QuerySet[Case], asked: Asked, *, by: User) -> QuerySet[Case]:
    if asked.classification:
        rows = rows.filter(classification=asked.classification)
    if asked.evidence:
        rows = rows.filter(evidence=asked.evidence)
    if asked.whose in {MINE, NOBODY}:
        rows = rows.filter(officer=by if asked.whose == MINE else None)
    if asked.state in {"open", "closed"}:
        rows = rows.filter(closed_at__isnull=asked.state == "open")
    if asked.text:
        rows = rows.filter(_meant(asked.text))
    return rows


def _meant(text: str) -> Q:
    """Return the cases that a text may mean: number, reference, district, officer, or a phone number as it is."""
    words = Q(number__icontains=text) | Q(reference__iexact=text) | Q(district__icontains=text)
    words |= Q(officer__name__icontains=text)
    phone = sealed.phone_of(text)
    return words | Q(phone_key=sealed.phone_key(phone)) if phone else words


def _ordered(rows: QuerySet[Case], order: str) -> QuerySet[Case]:
    name = order.removeprefix("-")
    columns = ORDERS.get(name, ORDERS["reported"])
    return rows.order_by(*(f"-{column}" if order.startswith("-") else column for column in columns))
