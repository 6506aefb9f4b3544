"""Adding a tablet, pairing it, taking it off; each change an owner makes enters the trail."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.db.models import F

from jejak.entrance import queries, rules
from jejak.entrance.errors import DoorClosed, DoorUnknown, PairingRefused, TooManyAttempts
from jejak.entrance.models import Attempt, Tablet
from jejak.kernel.ids import uuid7
from jejak.premises import queries as premises
from jejak.premises.errors import UnknownZone
from jejak.store import sql
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.trail.rules import Actor

PURPOSE: Final = "tablets at the door"
SEEN_EVERY: Final = timedelta(minutes=1)


@transaction.atomic
def add_tablet(*, by: Actor, uuid: UUID, name: str, mode: str, zone: int | None, now: datetime) -> UUID:
    """Return the uuid of a new tablet of a premises, which waits to be paired.

    :raises UnknownPremises: this account has none such.
    :raises UnknownZone: the premises has none such, or its tenant has it.
    :raises DoorClosed: the premises is closed.
    :raises NameUnusable: the name cannot be used.
    """
    place = premises.one_of(owner=by, uuid=uuid)
    if place.closed_at is not None:
        raise DoorClosed
    if zone is not None and zone not in {it.id for it in _own_zones(by, uuid)}:
        raise UnknownZone
    tablet = uuid7()
    row = Tablet.objects.create(
        uuid=tablet,
        premises_id=place.id,
        zone_id=zone,
        name=rules.place_label(name),
        mode=mode,
        added_by_id=by.id or 0,
        added_at=now,
        **_waiting(tablet, now),
    )
    _note(by, "tablet.added", row, now)
    return row.uuid


@transaction.atomic
def fresh_code(*, by: Actor, uuid: UUID, tablet: UUID, now: datetime) -> None:
    """Let a tablet wait for a new code; whatever was paired as it before works no longer.

    :raises DoorUnknown: this account has none such.
    """
    row = _locked(by=by, uuid=uuid, tablet=tablet)
    row.token_digest = row.member = row.member_until = None
    for column, value in _waiting(row.uuid, now).items():
        setattr(row, column, value)
    row.save()
    _note(by, "tablet.code", row, now)


@transaction.atomic
def take_off(*, by: Actor, uuid: UUID, tablet: UUID, now: datetime) -> None:
    """End a tablet; its next request is refused.

    :raises DoorUnknown: this account has none such.
    """
    row = _locked(by=by, uuid=uuid, tablet=tablet)
    # The token stays: by it a kiosk hands in what it kept before, and opens nothing else.
    row.pairing_digest = row.pairing_until = row.member = row.member_until = None
    row.ended_at = now
    row.save()
    _note(by, "tablet.taken-off", row, now)


def pair(*, code: str, address_key: bytes, now: datetime) -> str:
    """Return the token that the tablet's cookie holds from now on; a code pairs once.

    :raises TooManyAttempts: this address tried five wrong codes within the minute.
    :raises PairingRefused: no tablet waits for this code.
    """
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:  # counted before it is compared, or many at once would pass
        cursor.execute(sql.load("entrance", "count_attempt"), [address_key, minute])
        if cursor.fetchone()[0] > rules.PAIRING_TRIES:
            raise TooManyAttempts
    token, digest = secrets.token_urlsafe(32), queries.digest_of(code)
    waiting = Tablet.objects.filter(pairing_digest=digest, pairing_until__gt=now, ended_at=None)
    owned = queries.current_tablets().filter(pk__in=waiting).exists()
    # The update names the tablet's own columns alone: with a join it would be a subquery, and two at once would pass.
    changed = owned and waiting.update(
        pairing_digest=None, pairing_until=None, token_digest=rules.token_digest(token), paired_at=now, seen_at=now
    )
    if not changed:
        raise PairingRefused
    # A right code is no try against the address: a shop pairs all its tablets within a minute.
    Attempt.objects.filter(address_key=address_key, minute=minute, tries__gt=1).update(tries=F("tries") - 1)
    return token


def seen(*, tablet: queries.Paired, now: datetime) -> None:
    """Note that a tablet asked, at most once a minute."""
    if tablet.seen_at is None or now - tablet.seen_at >= SEEN_EVERY:
        Tablet.objects.filter(pk=tablet.id, ended_at=None).update(seen_at=now)


def _waiting(uuid: UUID, now: datetime) -> dict[str, object]:
    until = now + rules.PAIRING_LASTS
    return {"pairing_digest": queries.digest_of(queries.code_of(tablet=uuid, until=until)), "pairing_until": until}


def _locked(*, by: Actor, uuid: UUID, tablet: UUID) -> Tablet:
    rows = Tablet.objects.select_for_update(of=("self",)).filter(premises__owner_id=by.id, added_by_id=by.id)
    row = rows.filter(premises__uuid=uuid, ended_at=None, uuid=tablet).first()
    if row is None or not queries.current_tablets().filter(pk=row.pk).exists():
        raise DoorUnknown
    return row


def _own_zones(by: Actor, uuid: UUID) -> tuple[premises.ZoneOf, ...]:
    return tuple(zone for zone in premises.zones_of(owner=by, uuid=uuid) if zone.tenant_id is None)


def _note(by: Actor, action: str, row: Tablet, now: datetime) -> None:
    detail = {"premises": row.premises_id, "tablet": row.pk}
    trail.record(by=by, action=action, purpose=PURPOSE, detail=detail, at=now)


def end_work(*, now: datetime) -> int:
    """Return how many tablets wait no more to be paired or have nobody at work, as after a backup was restored."""
    waiting = Tablet.objects.filter(pairing_until__gt=now).update(pairing_until=now)
    return waiting + Tablet.objects.filter(member__isnull=False).update(member=None, member_until=None)
