"""Parts of a premises: adding and renaming them, what their owner says of a typical stay, ending a tenancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from jejak.premises import rules
from jejak.premises.actions.posters import issue
from jejak.premises.actions.rows import locked, note
from jejak.premises.actions.standing import withdraw_invitations
from jejak.premises.errors import DetailsWrong, PosterRetired, PremisesClosed, UnknownPoster, UnknownZone
from jejak.premises.models import Poster, Premises, Zone
from jejak.premises.queries import PosterOf, ZoneOf, zone_in, zone_of, zone_poster_of
from jejak.premises.zonekinds import zone_kind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.trail.rules import Actor


@transaction.atomic
def add_zone(*, by: Actor, uuid: UUID, name: str, stay: int | None, kind: str = "", now: datetime) -> ZoneOf:
    """Return a new part of a premises; without a ``kind`` its name says whether it is a room or a door.

    :raises UnknownPremises: this account has none such.
    :raises PremisesClosed: it takes no new parts.
    :raises DetailsWrong: the name is missing or taken, or nobody stays that long there.
    """
    row = locked(by=by, uuid=uuid)
    if row.closed_at is not None:
        raise PremisesClosed
    name, stay = rules.zone(name=name, stay=stay, longest=row.longest_minutes)
    zone = _saved(Zone(premises=row, name=name, stay_minutes=stay, kind=zone_kind(name=name, given=kind)))
    note(by=by, action="zone.added", premises=row, now=now, zone=zone.pk)
    return zone_in(owner=by, uuid=uuid, zone=zone.uuid)


@transaction.atomic
def revise_zone(
    *, by: Actor, uuid: UUID, zone: UUID, name: str, stay: int | None, kind: str = "", now: datetime
) -> ZoneOf:
    """Return a part with another name, typical stay or kind; the one it has, if none is given.

    Its posters show the name when they are printed again.

    :raises UnknownZone: this account has none such.
    :raises DetailsWrong: the name is missing or taken, or nobody stays that long there.
    """
    row, found = _locked_zone(by=by, uuid=uuid, zone=zone)
    name, stay = rules.zone(name=name, stay=stay, longest=row.longest_minutes)
    kind = zone_kind(name=name, given=kind or found.kind)
    if (found.name, found.stay_minutes, found.kind) != (name, stay, kind):
        found.name, found.stay_minutes, found.kind = name, stay, kind
        _saved(found)
        note(by=by, action="zone.revised", premises=row, now=now, zone=found.pk)
    return zone_in(owner=by, uuid=uuid, zone=zone)


@transaction.atomic
def end_tenancy(*, by: Actor, uuid: UUID, zone: UUID, now: datetime) -> ZoneOf:
    """Return a part without its tenant, who sees nothing of it from now on; its invitations are withdrawn.

    :raises UnknownZone: this account has none such.
    """
    row, found = _locked_zone(by=by, uuid=uuid, zone=zone)
    _end(row, found, by=by, now=now)
    return zone_in(owner=by, uuid=uuid, zone=zone)


@transaction.atomic
def leave(*, by: Actor, zone: UUID, now: datetime) -> None:
    """Give a zone back to its premises; only its tenant may.

    :raises UnknownZone: this account is no tenant of it.
    """
    row, found = _locked_tenancy(by=by, zone=zone)
    _end(row, found, by=by, now=now)


@transaction.atomic
def issue_zone_poster(*, by: Actor, zone: UUID, now: datetime) -> PosterOf:
    """Return a new poster for a tenant's zone.

    :raises UnknownZone: this account is no tenant of it.
    :raises PremisesClosed: the premises takes no new posters.
    """
    row, found = _locked_tenancy(by=by, zone=zone)
    if row.closed_at is not None:
        raise PremisesClosed
    poster = issue(by=by, premises=row, zone=found, now=now)
    note(by=by, action="poster.issued", premises=row, now=now, poster=poster.pk)
    return zone_poster_of(owner=by, uuid=zone, short_code=poster.short_code)


@transaction.atomic
def replace_zone_poster(*, by: Actor, zone: UUID, short_code: str, now: datetime) -> PosterOf:
    """Return a new poster for a tenant's zone, the old one withdrawn in the same transaction.

    :raises UnknownZone: this account is no tenant of it.
    :raises UnknownPoster: the zone has none such.
    :raises PosterRetired: it was withdrawn before.
    :raises PremisesClosed: the premises takes no new posters.
    """
    row, found = _locked_tenancy(by=by, zone=zone)
    old = Poster.objects.select_for_update(of=("self",)).filter(zone=found, short_code=short_code).first()
    if old is None:
        raise UnknownPoster
    if old.retired_at is not None:
        raise PosterRetired
    if row.closed_at is not None:
        raise PremisesClosed
    old.retired_at, old.retired_by_id = now, by.id
    old.save(update_fields=["retired_at", "retired_by"])
    note(by=by, action="poster.retired", premises=row, now=now, poster=old.pk)
    new = issue(by=by, premises=row, zone=found, now=now)
    note(by=by, action="poster.issued", premises=row, now=now, poster=new.pk, instead_of=old.pk)
    return zone_poster_of(owner=by, uuid=zone, short_code=new.short_code)


def _locked_zone(*, by: Actor, uuid: UUID, zone: UUID) -> tuple[Premises, Zone]:
    row = Premises.objects.select_for_update().filter(owner_id=by.id, uuid=uuid).first()
    found = Zone.objects.filter(premises=row, uuid=zone).first() if row else None
    if row is None or found is None:
        raise UnknownZone
    return row, found


def _locked_tenancy(*, by: Actor, zone: UUID) -> tuple[Premises, Zone]:
    """Return a tenant's zone and its premises, which is locked first as everywhere, and asked again afterwards."""
    number = zone_of(owner=by, uuid=zone).premises.id
    row = Premises.objects.select_for_update(no_key=True).get(pk=number)
    found = Zone.objects.filter(owner_id=by.id, uuid=zone).first()
    if found is None:
        raise UnknownZone
    return row, found


def _end(row: Premises, zone: Zone, *, by: Actor, now: datetime) -> None:
    withdraw_invitations(row, now=now, zone=zone.pk)
    if zone.owner_id is not None:
        before, zone.owner_id = zone.owner_id, None
        zone.save(update_fields=["owner"])
        note(by=by, action="zone.tenancy-ended", premises=row, now=now, zone=zone.pk, tenant=before)


def _saved(zone: Zone) -> Zone:
    try:
        with transaction.atomic():
            zone.save()
    except IntegrityError as error:
        if "zone_name_once" not in str(error):
            raise
        raise DetailsWrong("zone", "taken") from error
    return zone
