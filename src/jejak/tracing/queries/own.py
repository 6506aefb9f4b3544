"""What the file of a citizen's data tells of tracing: cases that they are, and how they were told of an exposure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Min

from jejak.people import queries as people
from jejak.tracing.models import Case, Contact, Profile

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case that a citizen is: its number, the disease as people call it, how it stands, its dates, and its time."""

    person: int
    number: str
    disease: str
    classification: str
    onset: date | None
    sample: date | None
    reported_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnContact:
    """An exposure of which a citizen was told: of which disease, when first and last, how they were followed up."""

    person: int
    disease: str
    told_at: datetime
    last: date
    withdrawn: bool
    state: str  # of the follow-up; empty if there was none
    until: date | None
    quarantine_until: date | None


def own_cases(*, persons: Collection[int]) -> tuple[OwnCase, ...]:
    """Return the cases of persons whom a document proved, and of whoever is read as one of them, the newest first."""
    names = _names()
    return tuple(
        OwnCase(
            person=person,
            number=one.number,
            disease=names.get(one.disease, one.disease),
            classification=one.classification,
            onset=one.onset,
            sample=one.sample,
            reported_at=one.reported_at,
            closed_at=one.closed_at,
        )
        for person in persons
        for one in Case.objects.filter(person__in=people.together([person])).order_by("-reported_at", "-pk")
    )


def own_contacts(*, persons: Collection[int]) -> tuple[OwnContact, ...]:
    """Return the exposures of which these persons were told, the newest first.

    Those of whom nobody was told yet are an officer's guess, and the first to speak of it is the officer.
    """
    names = _names()
    found = []
    for person in persons:
        rows = Contact.objects.filter(person__in=people.together([person]), notices__sent_at__isnull=False)
        told = rows.annotate(told_at=Min("notices__sent_at"), day=Max("notices__day")).select_related("follow_up")
        found += [_contact(one, person, names) for one in told.order_by("-told_at", "-pk")]
    return tuple(found)


def _contact(one: Contact, person: int, names: dict[str, str]) -> OwnContact:
    follow = getattr(one, "follow_up", None)
    lives = one.notices.filter(sent_at__isnull=False, withdrawn_at=None).exists()
    return OwnContact(
        person=person,
        disease=names.get(one.disease, one.disease),
        told_at=one.told_at,  # type: ignore[attr-defined]
        last=one.day,  # type: ignore[attr-defined]
        withdrawn=not lives,
        state=follow.state if follow else "",
        until=follow.until if follow else None,
        quarantine_until=follow.quarantine_until if follow else None,
    )


def _names() -> dict[str, str]:
    """Return what people call each disease, by its code, as the newest profile says it."""
    return dict(Profile.objects.order_by("version").values_list("disease", "name"))
