"""Which exposures expose: what a backward run finds says where a case may have been infected, not whom it exposed.

Whom a case may have exposed is told, followed up and listed; whom a case may have been infected by, or with, is shown
as that alone (`docs/why/exposures.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q

from jejak.tracing.models import Contact, Exposure
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

BACKWARD: Final = Q(direction=Direction.BACKWARD)
SOURCE: Final = Q(run__direction=Direction.BACKWARD)
EXPOSING: Final = Q(run=None) | ~SOURCE


def sources_alone(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Return those of whom backward runs alone found anything that stands; who has no exposure left is none of them."""
    standing = Exposure.objects.filter(contact=OuterRef("pk"), ended_at=None)
    return contacts.filter(Exists(standing.filter(SOURCE)), ~Exists(standing.filter(EXPOSING)))


def among(numbers: Iterable[int]) -> frozenset[int]:
    """Return which contacts, by number, are `sources_alone`."""
    return frozenset(sources_alone(Contact.objects.filter(pk__in=list(numbers))).values_list("pk", flat=True))
