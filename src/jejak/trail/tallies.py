"""Counts over the trail for auditors and managers: by agency, deed, day and reason; of people nothing but how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from jejak.kernel.places import KUALA_LUMPUR, local_midnight
from jejak.trail.models import Entry, Subject

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Counted:
    """Which entries are counted: whole local days, both included; ``None`` or empty for all of them."""

    first: date
    last: date
    agencies: frozenset[str] | None = None
    action: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """How many looks and changes, how many of them were refused, under one name."""

    name: str
    allowed: int
    refused: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """The same of one local day."""

    day: date
    allowed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts of one question; ``people`` is how often somebody was shown, each time anew."""

    allowed: int
    refused: int
    people: int
    agencies: tuple[Row, ...]
    actions: tuple[Row, ...]
    reasons: tuple[tuple[str, int], ...]
    days: tuple[DayCount, ...]


def tally(asked: Counted) -> Tally:
    """Return the counts."""
    found = _entries(asked)
    totals = found.aggregate(allowed=Count("pk", filter=Q(refused="")), refused=Count("pk", filter=~Q(refused="")))
    reasons = found.exclude(refused="").values_list("refused").annotate(n=Count("pk")).order_by("-n", "refused")
    return Tally(
        totals["allowed"],
        totals["refused"],
        Subject.objects.filter(entry__in=found.filter(refused="")).count(),
        _by(found, "agency"),
        _by(found, "action"),
        tuple(reasons),
        _days(found, asked),
    )


def agencies_named() -> list[str]:
    """Return every agency that the trail names, by name."""
    return list(Entry.objects.exclude(agency="").values_list("agency", flat=True).distinct().order_by("agency"))


def actions_named(*, agency: str = "") -> list[str]:
    """Return every deed that the trail names, of an agency or of all."""
    found = Entry.objects.filter(agency=agency) if agency else Entry.objects.all()
    return list(found.values_list("action", flat=True).distinct().order_by("action"))


def refused_in(*, agency: str, since: datetime | None = None, limit: int = MOST_ROWS) -> list[Entry]:
    """Return the latest refusals of an agency's people, of all time or since a moment, newest first."""
    found = Entry.objects.filter(agency=agency).exclude(refused="")
    return list((found.filter(at__gte=since) if since else found).order_by("-at", "-pk")[:limit])


def _entries(asked: Counted) -> QuerySet[Entry]:
    start, end = local_midnight(asked.first), local_midnight(asked.last + timedelta(days=1))
    found = Entry.objects.filter(at__gte=start, at__lt=end)
    if asked.agencies is not None:
        found = found.filter(agency__in=asked.agencies)
    return found.filter(action=asked.action) if asked.action else found


def _by(found: QuerySet[Entry], column: str) -> tuple[Row, ...]:
    counted = found.values(name=F(column)).annotate(
        allowed=Count("pk", filter=Q(refused="")), denied=Count("pk", filter=~Q(refused=""))
    )
    rows = counted.order_by("-allowed", "-denied", "name")[:MOST_ROWS]
    return tuple(Row(row["name"], row["allowed"], row["denied"]) for row in rows)


def _days(found: QuerySet[Entry], asked: Counted) -> tuple[DayCount, ...]:
    """Return every day asked for, also those on which nothing was done."""
    counted = found.annotate(day=TruncDate("at", tzinfo=KUALA_LUMPUR)).values("day")
    counted = counted.annotate(allowed=Count("pk", filter=Q(refused="")), denied=Count("pk", filter=~Q(refused="")))
    known = {row["day"]: (row["allowed"], row["denied"]) for row in counted.order_by()}
    days = [asked.first + timedelta(days=number) for number in range((asked.last - asked.first).days + 1)]
    return tuple(DayCount(day, *known.get(day, (0, 0))) for day in days)
