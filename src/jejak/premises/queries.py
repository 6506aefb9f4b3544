"""Reading premises and posters. An owner's question for another's premises finds nothing, like one for none at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q
from django.db.models.functions import Lower

from jejak.formats import shortcode
from jejak.premises.errors import UnknownPoster, UnknownPremises
from jejak.premises.models import Poster, Premises
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


@dataclass(frozen=True, slots=True)
class PosterOf:
    """A poster with its place; ``number`` is what its code carries, ``zone_name`` is empty for the whole premises."""

    number: int
    short_code: str
    place: Place
    zone_id: int | None
    zone_uuid: UUID | None
    zone_name: str
    issued_at: datetime
    retired_at: datetime | None


def premises_of(*, owner: Actor, text: str = "", order: str = "name") -> tuple[Place, ...]:
    """Return an owner's premises, closed ones too; ``text`` must stand in name, branch, address or district."""
    rows = _containing(Premises.objects.filter(owner_id=owner.id), text)
    counted = rows.annotate(posters_up=Count("posters", filter=Q(posters__retired_at=None)))
    return tuple(_place(row, posters=row.posters_up) for row in counted.order_by(*_ordering(order)))


def one_of(*, owner: Actor, uuid: UUID) -> Place:
    """Return one premises of this owner.

    :raises UnknownPremises: there is none, or it is somebody else's; the answer is the same.
    """
    row = Premises.objects.filter(owner_id=owner.id, uuid=uuid).first()
    if row is None:
        raise UnknownPremises
    return _place(row)


def posters_of(*, owner: Actor, uuid: UUID) -> tuple[PosterOf, ...]:
    """Return the posters of one premises of this owner: those on the wall first, the newest first.

    :raises UnknownPremises: there is none, or it is somebody else's.
    """
    one_of(owner=owner, uuid=uuid)
    rows = _posters().filter(premises__owner_id=owner.id, premises__uuid=uuid)
    on_wall_first = sorted(rows.order_by("-issued_at", "-id"), key=lambda row: row.retired_at is not None)
    return tuple(_poster(row) for row in on_wall_first)


def poster_of(*, owner: Actor, uuid: UUID, short_code: str) -> PosterOf:
    """Return one poster of one premises of this owner.

    :raises UnknownPoster: there is none, or it is somebody else's; the answer is the same.
    """
    row = _posters().filter(premises__owner_id=owner.id, premises__uuid=uuid, short_code=short_code).first()
    if row is None:
        raise UnknownPoster
    return _poster(row)


def by_short_code(code: str) -> PosterOf:
    """Return the poster with a short code as somebody typed it, withdrawn or not.

    :raises ShortCodeError: it is mistyped.
    :raises UnknownPoster: no poster has it.
    """
    row = _posters().filter(short_code=shortcode.parse(code)).first()
    if row is None:
        raise UnknownPoster
    return _poster(row)


def place(premises_id: int) -> Place:
    """Return a premises by its number.

    :raises UnknownPremises: there is none.
    """
    row = Premises.objects.filter(pk=premises_id).first()
    if row is None:
        raise UnknownPremises
    return _place(row)


def places(ids: Iterable[int]) -> dict[int, Place]:
    """Return premises by their numbers; a number that nothing has is left out."""
    return {row.pk: _place(row) for row in Premises.objects.filter(pk__in=list(ids))}


def search(*, text: str, state: str = "", limit: int = 20) -> tuple[Place, ...]:
    """Return premises for an officer: by short code, or by words in name, branch, address or district.

    Names that begin with the text come first, then by name; at most ``limit``.
    """
    try:
        return (by_short_code(text).place,)
    except (shortcode.ShortCodeError, UnknownPoster):
        pass  # then it is words
    rows = _containing(Premises.objects.all(), text)
    if state:
        rows = rows.filter(state=state)
    begins = Q(words__startswith=tidy(text).lower())
    ranked = rows.annotate(begins=begins).order_by("-begins", Lower("name"), "branch", "id")
    return tuple(_place(row) for row in ranked[:limit])


def _containing(rows: QuerySet[Premises], text: str) -> QuerySet[Premises]:
    for word in tidy(text)[:120].lower().split():
        rows = rows.filter(words__contains=word)
    return rows


def _ordering(order: str) -> list[str]:
    columns = ORDERS.get(order.removeprefix("-"), ORDERS["name"])
    return [f"-{column}" for column in columns] if order.startswith("-") else list(columns)


def _posters() -> QuerySet[Poster]:
    return Poster.objects.select_related("premises", "zone")


def _place(row: Premises, *, posters: int = -1) -> Place:
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
    )


def _poster(row: Poster) -> PosterOf:
    return PosterOf(
        number=row.pk,
        short_code=row.short_code,
        place=_place(row.premises),
        zone_id=row.zone_id,
        zone_uuid=row.zone.uuid if row.zone else None,
        zone_name=row.zone.name if row.zone else "",
        issued_at=row.issued_at,
        retired_at=row.retired_at,
    )
