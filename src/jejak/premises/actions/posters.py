"""Issuing, withdrawing and replacing posters."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from jejak.formats import shortcode
from jejak.premises.actions.rows import locked, note, tell
from jejak.premises.errors import PosterRetired, PremisesClosed, UnknownPoster
from jejak.premises.expiry import expiry
from jejak.premises.models import Poster, Premises, Zone
from jejak.premises.queries import PosterOf, poster_of
from jejak.premises.rules import zone_name
from jejak.premises.zonekinds import zone_kind

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from jejak.trail.rules import Actor

TAKEN_OVER: Final = "taken-over"
RELEASED: Final = "released"
_TRIES: Final = 8


@transaction.atomic
def issue_poster(
    *, by: Actor, uuid: UUID, zone: str = "", kind: str = "", last_day: date | None = None, now: datetime
) -> PosterOf:
    """Return a new poster, for a zone of that name (made if need be, of that ``kind``) or for the whole premises.

    It works to the end of ``last_day``, or until it is withdrawn.

    :raises UnknownPremises: this account has none such.
    :raises PremisesClosed: it takes no new posters.
    :raises DetailsWrong: the zone's name cannot be used.
    :raises ExpiryWrong: the last day is over, or too far away.
    """
    end = expiry(last_day=last_day, now=now)
    row, place = held(by=by, uuid=uuid, zone=zone, kind=kind)
    poster = issue(by=by, premises=row, zone=place, expires_at=end, now=now)
    note(by=by, action="poster.issued", premises=row, now=now, poster=poster.pk, **_until(end))
    return poster_of(owner=by, uuid=uuid, short_code=poster.short_code)


@transaction.atomic
def expire_poster(*, by: Actor, uuid: UUID, short_code: str, last_day: date | None, now: datetime) -> PosterOf:
    """Return the poster working to the end of ``last_day``, also if that was over; ``None`` takes the end away.

    :raises UnknownPoster: this account has none such.
    :raises PosterRetired: it was withdrawn, which is for good.
    :raises ExpiryWrong: the last day is over, or too far away.
    """
    end = expiry(last_day=last_day, now=now)
    poster = _standing(by=by, uuid=uuid, short_code=short_code)
    if poster.expires_at != end:
        poster.expires_at = end
        poster.save(update_fields=["expires_at"])
        note(by=by, action="poster.expiry", premises=poster.premises, now=now, poster=poster.pk, **_until(end))
    return poster_of(owner=by, uuid=uuid, short_code=short_code)


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
    """Return a new poster for the same place and time, the old one withdrawn in the same transaction.

    :raises UnknownPoster: this account has none such.
    :raises PosterRetired: it was withdrawn before.
    :raises PremisesClosed: it takes no new posters.
    """
    old = _retire(by=by, uuid=uuid, short_code=short_code, now=now)
    if old.premises.closed_at is not None:
        raise PremisesClosed
    end = old.expires_at if old.expires_at and old.expires_at > now else None
    new = issue(by=by, premises=old.premises, zone=old.zone, expires_at=end, now=now)
    note(by=by, action="poster.issued", premises=old.premises, now=now, poster=new.pk, instead_of=old.pk)
    return poster_of(owner=by, uuid=uuid, short_code=new.short_code)


def held(*, by: Actor, uuid: UUID, zone: str, kind: str = "") -> tuple[Premises, Zone | None]:
    """Return a premises that takes new posters, its row locked, and its zone of that name, made if need be.

    :raises UnknownPremises: this account has none such.
    :raises PremisesClosed: it takes no new posters.
    :raises DetailsWrong: the zone's name cannot be used.
    """
    name = zone_name(zone)
    row = locked(by=by, uuid=uuid)
    if row.closed_at is not None:
        raise PremisesClosed
    made = {"kind": zone_kind(name=name, given=kind)}
    return row, Zone.objects.get_or_create(premises=row, name=name, defaults=made)[0] if name else None


def issue(
    *, by: Actor, premises: Premises, zone: Zone | None, expires_at: datetime | None = None, now: datetime
) -> Poster:
    """Return a new poster under a free short code; a taken one (one in a thousand at a million) is drawn anew."""
    for _ in range(_TRIES):
        code = shortcode.make(secrets.randbits(shortcode.RANDOM_BITS))
        poster = Poster(
            premises=premises,
            zone=zone,
            short_code=code,
            issued_at=now,
            issued_by_id=by.id,
            expires_at=expires_at,
        )
        try:
            with transaction.atomic():
                poster.save(force_insert=True)
        except IntegrityError as error:
            if "poster_short_code_once" not in str(error):
                raise
        else:
            tell(premises)
            return poster
    message = f"no free short code in {_TRIES} draws"
    raise RuntimeError(message)


def withdraw_with_code(poster: Poster, *, by: Actor, why: str, reason: str = "", now: datetime) -> bool:
    """Return whether a poster was withdrawn because its old code goes to another; a released one may be withdrawn."""
    working = Poster.objects.filter(pk=poster.pk, retired_at=None)
    lost = working.update(retired_at=now, retired_by=by.id, retired_why=why, retired_reason=reason)
    if not lost and why == RELEASED:
        Poster.objects.filter(pk=poster.pk).update(retired_why=why, retired_reason=reason)
    return bool(lost)


def _retire(*, by: Actor, uuid: UUID, short_code: str, now: datetime) -> Poster:
    poster = _standing(by=by, uuid=uuid, short_code=short_code)
    poster.retired_at, poster.retired_by_id = now, by.id
    poster.save(update_fields=["retired_at", "retired_by"])
    note(by=by, action="poster.retired", premises=poster.premises, now=now, poster=poster.pk)
    return poster


def _standing(*, by: Actor, uuid: UUID, short_code: str) -> Poster:
    """Return a poster that was not withdrawn, its row locked."""
    found = Poster.objects.select_for_update(of=("self",)).select_related("premises", "zone")
    poster = found.filter(premises__owner_id=by.id, premises__uuid=uuid, short_code=short_code).first()
    if poster is None:
        raise UnknownPoster
    if poster.retired_at is not None:
        raise PosterRetired
    return poster


def _until(end: datetime | None) -> dict[str, str]:
    return {"until": end.isoformat()} if end else {}
