"""Premises as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q

from jejak.premises.errors import UnknownPremises
from jejak.premises.models import Premises
from jejak.premises.rules import KINDS, Kind, OpeningHours, opening_hours, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.trail.rules import Actor

ORDERS: Final = {
    "name": ("name", "branch", "id"),
    "kind": ("kind", "name", "id"),
    "place": ("state", "district", "name", "id"),
    "new": ("created_at", "id"),
}
"""What a list may be sorted by; a minus sign before the word turns it round."""


@dataclass(frozen=True, slots=True)
class Place:
    """A premises as others see it.

    ``opening_hours`` is ``None`` where nobody knows them; ``posters`` counts those that work, -1 where nobody asked.
    """

    id: int
    uuid: UUID
    name: str
    branch: str
    kind: Kind
    address: str
    state: str
    district: str
    opening_hours: OpeningHours | None
    capacity: int | None
    stay_minutes: int
    longest_minutes: int
    owner_id: int | None
    created_at: datetime
    closed_at: datetime | None
    posters: int = -1
    registration_number: str = ""
    phone: str = ""
    confirmed_at: datetime | None = None
    confirmed_way: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether somebody proved that the owner speaks for it."""
        return self.confirmed_at is not None


def premises_of(*, owner: Actor, text: str = "", order: str = "name") -> tuple[Place, ...]:
    """Return an owner's premises, closed ones too; ``text`` must stand in name, branch, address or district."""
    rows = containing(Premises.objects.filter(owner_id=owner.id), text)
    counted = rows.annotate(posters_up=Count("posters", filter=Q(posters__retired_at=None)))
    return tuple(read(row, posters=row.posters_up) for row in counted.order_by(*_ordering(order)))


def one_of(*, owner: Actor, uuid: UUID) -> Place:
    """Return one premises of this owner.

    :raises UnknownPremises: there is none, or it is somebody else's; the answer is the same.
    """
    row = Premises.objects.filter(owner_id=owner.id, uuid=uuid).first()
    if row is None:
        raise UnknownPremises
    return read(row)


def place(premises_id: int) -> Place:
    """Return a premises by its number.

    :raises UnknownPremises: there is none.
    """
    row = Premises.objects.filter(pk=premises_id).first()
    if row is None:
        raise UnknownPremises
    return read(row)


def places(ids: Iterable[int]) -> dict[int, Place]:
    """Return premises by their numbers; a number that nothing has is left out."""
    return {row.pk: read(row) for row in Premises.objects.filter(pk__in=list(ids))}


def containing(rows: QuerySet[Premises], text: str) -> QuerySet[Premises]:
    """Return the rows in which every word of a text stands."""
    for word in tidy(text)[:120].lower().split():
        rows = rows.filter(words__contains=word)
    return rows


def _ordering(order: str) -> list[str]:
    columns = ORDERS.get(order.removeprefix("-"), ORDERS["name"])
    return [f"-{column}" for column in columns] if order.startswith("-") else list(columns)


def read(row: Premises, *, posters: int = -1) -> Place:
    """Return a row as others see it."""
    return Place(
        id=row.pk,
        uuid=row.uuid,
        name=row.name,
        branch=row.branch,
        kind=KINDS.get(row.kind, KINDS["other"]),
        address=row.address,
        state=row.state,
        district=row.district,
        opening_hours=opening_hours(row.opening_hours) if row.opening_hours else None,
        capacity=row.capacity,
        stay_minutes=row.stay_minutes,
        longest_minutes=row.longest_minutes,
        owner_id=row.owner_id,
        created_at=row.created_at,
        closed_at=row.closed_at,
        posters=posters,
        registration_number=row.registration_number,
        phone=row.phone,
        confirmed_at=row.confirmed_at,
        confirmed_way=row.confirmed_way,
    )
