"""Zones and who has them: as the premises' owner sees them, and as each tenant sees the one that is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import Lower

from jejak.premises.errors import UnknownPoster, UnknownZone
from jejak.premises.models import Zone
from jejak.premises.queries import register
from jejak.premises.queries.posters import PosterOf, posters_in
from jejak.premises.zonekinds import zone_minutes

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.premises.queries.register import Place
    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class ZoneOf:
    """A part of a premises; ``stay_minutes`` is what a visit without check-out counts here.

    ``tenant_id`` and ``tenant`` are the account that has it, ``None`` and empty for the premises' own; ``posters``
    counts those on the wall, ``own_stay`` is ``None`` where the premises' typical stay holds.
    """

    id: int
    uuid: UUID
    name: str
    premises: Place
    stay_minutes: int
    own_stay: int | None = None
    tenant_id: int | None = None
    tenant: str = ""
    tenant_email: str = ""
    posters: int = 0
    kind: str = "room"


def zones_of(*, owner: Actor, uuid: UUID) -> tuple[ZoneOf, ...]:
    """Return the zones of one premises of this owner, by name.

    :raises UnknownPremises: there is none, or it is somebody else's.
    """
    register.one_of(owner=owner, uuid=uuid)
    rows = _zones().filter(premises__owner_id=owner.id, premises__uuid=uuid)
    return tuple(_zone(row) for row in rows.order_by(Lower("name"), "id"))


def zone_in(*, owner: Actor, uuid: UUID, zone: UUID) -> ZoneOf:
    """Return one zone of one premises of this owner.

    :raises UnknownZone: there is none, or it is somebody else's; the answer is the same.
    """
    return _one(_zones().filter(premises__owner_id=owner.id, premises__uuid=uuid, uuid=zone))


def zone_of(*, owner: Actor, uuid: UUID) -> ZoneOf:
    """Return a zone that this account has as a tenant.

    :raises UnknownZone: there is none, or it is somebody else's; the answer is the same.
    """
    return _one(_zones().filter(owner_id=owner.id, uuid=uuid))


def tenancies_of(*, owner: Actor) -> tuple[ZoneOf, ...]:
    """Return the zones that this account has as a tenant, by premises and name."""
    rows = _zones().filter(owner_id=owner.id).order_by(Lower("premises__name"), Lower("name"), "id")
    return tuple(_zone(row) for row in rows)


def zone_posters_of(*, owner: Actor, uuid: UUID) -> tuple[PosterOf, ...]:
    """Return the posters of a tenant's zone: those on the wall first, the newest first.

    :raises UnknownZone: there is none, or it is somebody else's.
    """
    zone_of(owner=owner, uuid=uuid)
    return posters_in(zone__owner_id=owner.id, zone__uuid=uuid)


def zone_poster_of(*, owner: Actor, uuid: UUID, short_code: str) -> PosterOf:
    """Return one poster of a tenant's zone.

    :raises UnknownPoster: there is none, or it is somebody else's; the answer is the same.
    """
    found = posters_in(zone__owner_id=owner.id, zone__uuid=uuid, short_code=short_code)
    if not found:
        raise UnknownPoster
    return found[0]


def _zones() -> QuerySet[Zone]:
    up = Count("posters", filter=Q(posters__retired_at=None))
    return Zone.objects.select_related("premises", "owner").annotate(posters_up=up)


def _one(rows: QuerySet[Zone]) -> ZoneOf:
    row = rows.first()
    if row is None:
        raise UnknownZone
    return _zone(row)


def _zone(row: Zone) -> ZoneOf:
    return ZoneOf(
        id=row.pk,
        uuid=row.uuid,
        name=row.name,
        premises=register.read(row.premises),
        stay_minutes=zone_minutes(
            kind=row.kind,
            own=row.stay_minutes,
            stay=row.premises.stay_minutes,
            longest=row.premises.longest_minutes,
        ),
        own_stay=row.stay_minutes,
        tenant_id=row.owner_id,
        tenant=row.owner.name if row.owner else "",
        tenant_email=(row.owner.email or "") if row.owner else "",
        posters=getattr(row, "posters_up", 0),
        kind=row.kind,
    )
