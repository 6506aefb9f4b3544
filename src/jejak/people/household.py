"""Who acts for whom around one person, as their own bound browser shows it; no trail, for it is their own family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.kernel.places import local_day
from jejak.people import guarding
from jejak.people.family import ANSWER_WITHIN, GUARDIAN
from jejak.people.models import Guardian, Offer
from jejak.people.opened import name_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who acts for a person; ``ends`` is the day on which it ends by itself, ``soon`` within 30 days."""

    name: str
    guardian: bool
    ends: date | None
    soon: bool


@dataclass(frozen=True, slots=True)
class Dependant:
    """Somebody for whom a person acts, as ``guardian`` or beside one, and who else acts for them."""

    uuid: UUID
    name: str
    guardian: bool
    others: tuple[Acting, ...]
    ends: date | None
    soon: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that waits: ``to_me`` for my yes, else for the other's; ``confirm`` where my last word is missing."""

    uuid: UUID
    dependant: str
    other: str
    handing_over: bool
    to_me: bool
    confirm: bool


@dataclass(frozen=True, slots=True)
class Household:
    """All of it."""

    dependants: tuple[Dependant, ...]
    guardians: tuple[Acting, ...]
    offers: tuple[Offered, ...]

    @property
    def soon(self) -> tuple[Dependant | Acting, ...]:
        """What ends by itself within 30 days."""
        near: list[Dependant | Acting] = [*self.dependants, *self.guardians]
        return tuple(one for one in near if one.soon)


def household_of(*, person: int, now: datetime) -> Household:
    """Return who acts for whom around a person."""
    links = Guardian.objects.filter(ended_at=None).select_related("dependant", "guardian").order_by("since", "pk")
    return Household(
        tuple(_dependant(one, now) for one in links.filter(guardian_id=person) if not guarding.over(one, now=now)),
        tuple(_acting(one, now) for one in links.filter(dependant_id=person) if not guarding.over(one, now=now)),
        _offers(person, now),
    )


def dependant_of(*, person: int, uuid: UUID, now: datetime) -> int | None:
    """Return the number of a dependant for whom a person acts, or nothing."""
    links = Guardian.objects.filter(guardian_id=person, dependant__uuid=uuid, ended_at=None)
    mine = links.select_related("dependant").first()
    return mine.dependant_id if mine is not None and not guarding.over(mine, now=now) else None


def _dependant(link: Guardian, now: datetime) -> Dependant:
    others = Guardian.objects.filter(dependant=link.dependant, ended_at=None).exclude(pk=link.pk)
    found = tuple(_acting(one, now) for one in others.select_related("dependant", "guardian").order_by("since", "pk"))
    ends, soon = _ends(link, now)
    return Dependant(link.dependant.uuid, name_of(link.dependant), link.kind == GUARDIAN, found, ends, soon)


def _acting(link: Guardian, now: datetime) -> Acting:
    return Acting(name_of(link.guardian), link.kind == GUARDIAN, *_ends(link, now))


def _ends(link: Guardian, now: datetime) -> tuple[date | None, bool]:
    day = guarding.ends_on(dependant=link.dependant, since=link.since)
    return day, day is not None and day - local_day(now) <= guarding.SAID_BEFORE


def _offers(person: int, now: datetime) -> tuple[Offered, ...]:
    near = Q(guardian_id=person) | Q(taken_by_id=person)
    rows = Offer.objects.filter(near, ended_at=None, taken_at__gt=now - ANSWER_WITHIN).order_by("taken_at", "pk")
    return tuple(_offered(row, person) for row in rows.select_related("dependant", "guardian", "taken_by"))


def _offered(row: Offer, person: int) -> Offered:
    theirs = row.taken_by_id == person
    other = row.guardian if theirs else row.taken_by
    return Offered(
        row.uuid,
        name_of(row.dependant),
        name_of(other) if other else "",
        row.kind == GUARDIAN,
        theirs and row.accepted_at is None,
        not theirs and row.accepted_at is not None,
    )
