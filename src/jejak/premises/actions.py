"""Changing premises and posters; each change names its actor, enters the trail and tells the lanes at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, connection, transaction

from jejak.formats import shortcode
from jejak.premises.errors import PosterRetired, PremisesClosed, UnknownPoster, UnknownPremises
from jejak.premises.models import Poster, Premises, Zone
from jejak.premises.queries import Place, PosterOf, one_of, poster_of
from jejak.premises.rules import Details, checked, stay_bounds, zone_name
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.trail.rules import Actor

CHANNEL: Final = "jejak_posters"
"""The lanes listen here; the payload is the number of the premises whose posters changed."""

_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Registered:
    """A premises with the poster it got."""

    place: Place
    poster: PosterOf


@transaction.atomic
def register(*, by: Actor, uuid: UUID, details: Details, now: datetime) -> Registered:
    """Return a new premises of ``by`` with its first poster.

    ``uuid`` was minted with the form: sending the form twice gives the premises of the first time, unchanged.

    :raises DetailsWrong: a detail cannot be used.
    :raises UnknownPremises: the uuid is somebody else's premises.
    """
    it = checked(details)
    stay, longest = stay_bounds(kind=it.kind)
    rows = [
        Premises(uuid=uuid, owner_id=by.id, stay_minutes=stay, longest_minutes=longest, created_at=now, **_columns(it))
    ]
    Premises.objects.bulk_create(rows, ignore_conflicts=True)
    row = _locked(by=by, uuid=uuid)
    poster = row.posters.order_by("id").first()
    if poster is None:
        poster = _issue(by=by, premises=row, zone=None, now=now)
        trail.record(
            by=by, action="premises.registered", purpose="premises register", detail={"premises": row.pk}, at=now
        )
    return Registered(one_of(owner=by, uuid=uuid), poster_of(owner=by, uuid=uuid, short_code=poster.short_code))


@transaction.atomic
def revise(*, by: Actor, uuid: UUID, details: Details, now: datetime) -> Place:
    """Return the premises with new details; another kind changes the typical stay, and never lowers the longest.

    :raises UnknownPremises: this account has none such.
    :raises DetailsWrong: a detail cannot be used.
    """
    it = checked(details)
    row = _locked(by=by, uuid=uuid)
    before = {name: getattr(row, name) for name in _columns(it)}
    changed = sorted(name for name, value in _columns(it).items() if before[name] != value)
    if it.kind != row.kind:
        row.stay_minutes, row.longest_minutes = stay_bounds(kind=it.kind, longest_before=row.longest_minutes)
    for name in changed:
        setattr(row, name, _columns(it)[name])
    if changed:
        row.save()
        _note(by=by, action="premises.revised", premises=row, now=now, changed=changed)
    return one_of(owner=by, uuid=uuid)


@transaction.atomic
def close(*, by: Actor, uuid: UUID, now: datetime) -> Place:
    """Return the premises closed: its posters take no check-ins until it is reopened. Twice changes nothing.

    :raises UnknownPremises: this account has none such.
    """
    row = _locked(by=by, uuid=uuid)
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        _note(by=by, action="premises.closed", premises=row, now=now)
    return one_of(owner=by, uuid=uuid)


@transaction.atomic
def reopen(*, by: Actor, uuid: UUID, now: datetime) -> Place:
    """Return a closed premises open again; its posters work as before.

    :raises UnknownPremises: this account has none such.
    """
    row = _locked(by=by, uuid=uuid)
    if row.closed_at is not None:
        row.closed_at = None
        row.save(update_fields=["closed_at"])
        _note(by=by, action="premises.reopened", premises=row, now=now)
    return one_of(owner=by, uuid=uuid)


@transaction.atomic
def issue_poster(*, by: Actor, uuid: UUID, zone: str = "", now: datetime) -> PosterOf:
    """Return a new poster, for a zone of that name (made if need be) or for the whole premises.

    :raises UnknownPremises: this account has none such.
    :raises PremisesClosed: it takes no new posters.
    :raises DetailsWrong: the zone's name cannot be used.
    """
    name = zone_name(zone)
    row = _locked(by=by, uuid=uuid)
    if row.closed_at is not None:
        raise PremisesClosed
    place = Zone.objects.get_or_create(premises=row, name=name)[0] if name else None
    poster = _issue(by=by, premises=row, zone=place, now=now)
    _note(by=by, action="poster.issued", premises=row, now=now, poster=poster.pk)
    return poster_of(owner=by, uuid=uuid, short_code=poster.short_code)


@transaction.atomic
def retire_poster(*, by: Actor, uuid: UUID, short_code: str, now: datetime) -> PosterOf:
    """Return the poster withdrawn: whoever scans it is told to scan the one on the wall.

    :raises UnknownPoster: this account has none such.
    :raises PosterRetired: it was withdrawn before.
    """
    _retire(by=by, uuid=uuid, short_code=short_code, now=now)
    return poster_of(owner=by, uuid=uuid, short_code=short_code)


@transaction.atomic
def replace_poster(*, by: Actor, uuid: UUID, short_code: str, now: datetime) -> PosterOf:
    """Return a new poster for the same place, the old one withdrawn in the same transaction.

    :raises UnknownPoster: this account has none such.
    :raises PosterRetired: it was withdrawn before.
    :raises PremisesClosed: it takes no new posters.
    """
    old = _retire(by=by, uuid=uuid, short_code=short_code, now=now)
    if old.premises.closed_at is not None:
        raise PremisesClosed
    new = _issue(by=by, premises=old.premises, zone=old.zone, now=now)
    _note(by=by, action="poster.issued", premises=old.premises, now=now, poster=new.pk, instead_of=old.pk)
    return poster_of(owner=by, uuid=uuid, short_code=new.short_code)


def _columns(it: Details) -> dict[str, object]:
    return {
        "name": it.name,
        "branch": it.branch,
        "kind": it.kind,
        "address": it.address,
        "state": it.state,
        "district": it.district,
        "opening_hours": it.opening_hours.document(),
        "capacity": it.capacity,
    }


def _locked(*, by: Actor, uuid: UUID) -> Premises:
    row = Premises.objects.select_for_update().filter(owner_id=by.id, uuid=uuid).first()
    if row is None:
        raise UnknownPremises
    return row


def _issue(*, by: Actor, premises: Premises, zone: Zone | None, now: datetime) -> Poster:
    """Make a poster under a free short code: a taken one (one in a thousand at a million posters) is drawn anew."""
    for _ in range(_TRIES):
        code = shortcode.make(secrets.randbits(shortcode.RANDOM_BITS))
        poster = Poster(premises=premises, zone=zone, short_code=code, issued_at=now, issued_by_id=by.id)
        try:
            with transaction.atomic():
                poster.save(force_insert=True)
        except IntegrityError as error:
            if "poster_short_code_once" not in str(error):
                raise
        else:
            _tell(premises)
            return poster
    message = f"no free short code in {_TRIES} draws"
    raise RuntimeError(message)


def _retire(*, by: Actor, uuid: UUID, short_code: str, now: datetime) -> Poster:
    found = Poster.objects.select_for_update(of=("self",)).select_related("premises", "zone")
    poster = found.filter(premises__owner_id=by.id, premises__uuid=uuid, short_code=short_code).first()
    if poster is None:
        raise UnknownPoster
    if poster.retired_at is not None:
        raise PosterRetired
    poster.retired_at, poster.retired_by_id = now, by.id
    poster.save(update_fields=["retired_at", "retired_by"])
    _note(by=by, action="poster.retired", premises=poster.premises, now=now, poster=poster.pk)
    return poster


def _note(*, by: Actor, action: str, premises: Premises, now: datetime, **detail: object) -> None:
    said = {"premises": premises.pk, **detail}
    trail.record(by=by, action=action, purpose="premises register", detail=said, at=now)
    _tell(premises)


def _tell(premises: Premises) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, str(premises.pk)])
