"""Tablets as owners and as the tablets themselves see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Min, Q

from jejak.entrance import rules
from jejak.entrance.errors import DoorUnknown, TabletUnknown
from jejak.entrance.models import Tablet
from jejak.kernel.keys import keyring
from jejak.kernel.sealing import subkey

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class Paired:
    """A paired tablet as it is known by its cookie; ``zone`` is ``None`` for the whole premises.

    ``ended_at`` is given of one that works no longer and may only hand in what it kept before that moment.
    """

    id: int
    uuid: UUID
    premises: int
    zone: int | None
    zone_name: str
    mode: str
    name: str
    seen_at: datetime | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TabletOf:
    """A tablet as its owner sees it; ``waits_until`` is when its code ends, ``None`` when no code is out."""

    uuid: UUID
    name: str
    mode: str
    zone_name: str
    added_at: datetime
    waits_until: datetime | None
    paired_at: datetime | None
    seen_at: datetime | None
    worked_by: str


def paired(*, token: str) -> Paired:
    """Return the tablet whose cookie this is.

    :raises TabletUnknown: it is nobody's, or that tablet was taken off.
    """
    row = current().filter(token_digest=rules.token_digest(token)).select_related("zone").first() if token else None
    if row is None:
        raise TabletUnknown
    return _paired(row)


def former(*, token: str, now: datetime) -> Paired:
    """Return the tablet whose cookie this was until less than 72 hours ago: taken off, or its place changed hands.

    :raises TabletUnknown: it is nobody's, or it ended longer ago.
    """
    rows = _with_handing_over().filter(token_digest=rules.token_digest(token)).select_related("zone")
    row = rows.first() if token else None
    ends = [end for end in (row.ended_at, row.handed_over) if end is not None] if row else []
    if row is None or not ends or now - min(ends) > rules.QUEUED:
        raise TabletUnknown
    return _paired(row, ended_at=min(ends))


def tablets_of(*, owner: Actor, uuid: UUID, now: datetime) -> tuple[TabletOf, ...]:
    """Return the tablets of one premises of this owner that were not taken off, the oldest first."""
    rows = current().filter(premises__owner_id=owner.id, premises__uuid=uuid).order_by("added_at", "id")
    return tuple(_seen(row, now) for row in rows.select_related("zone", "member"))


def tablet_of(*, owner: Actor, uuid: UUID, tablet: UUID, now: datetime) -> TabletOf:
    """Return one tablet of one premises of this owner.

    :raises DoorUnknown: there is none, it was taken off, or it is somebody else's; the answer is the same.
    """
    rows = current().filter(premises__owner_id=owner.id, premises__uuid=uuid, uuid=tablet)
    row = rows.select_related("zone", "member").first()
    if row is None:
        raise DoorUnknown
    return _seen(row, now)


def code_of(*, tablet: UUID, until: datetime) -> str:
    """Return the pairing code that a tablet waits for; it is derived and stands nowhere."""
    return rules.pairing_code(key=_key(), tablet=tablet, until=until)


def digest_of(code: str) -> bytes:
    """Return what is stored of a pairing code.

    :raises PairingRefused: it is no code at all.
    """
    return rules.pairing_digest(key=_key(), code=code)


def _key() -> bytes:
    return subkey(keyring().active("form").secret, info="jejak/pairing/v1")


def current() -> QuerySet[Tablet]:
    """Return tablets that work: not taken off, added by whoever owns the premises since, in no part with a tenant.

    One that ended because its place changed hands does not come back when the place does.
    """
    rows = _with_handing_over().filter(ended_at=None, handed_over=None, added_by_id=F("premises__owner_id"))
    return rows.filter(zone__owner=None)


def _with_handing_over() -> QuerySet[Any]:
    """Return tablets with the moment at which their premises, or the part they stand in, became somebody else's."""
    whole = Q(premises__invitations__kind="transfer")
    part = Q(premises__invitations__kind="tenant", premises__invitations__zone=F("zone"))
    since = Q(premises__invitations__accepted_at__gte=F("added_at"))
    return Tablet.objects.annotate(handed_over=Min("premises__invitations__accepted_at", filter=(whole | part) & since))


def _paired(row: Tablet, *, ended_at: datetime | None = None) -> Paired:
    zone = row.zone.name if row.zone else ""
    return Paired(row.pk, row.uuid, row.premises_id, row.zone_id, zone, row.mode, row.name, row.seen_at, ended_at)


def _seen(row: Tablet, now: datetime) -> TabletOf:
    waits = row.pairing_until if row.pairing_until and row.pairing_until > now else None
    at_work = row.member if row.member_until and row.member_until > now else None
    return TabletOf(
        uuid=row.uuid,
        name=row.name,
        mode=row.mode,
        zone_name=row.zone.name if row.zone else "",
        added_at=row.added_at,
        waits_until=waits,
        paired_at=row.paired_at if row.token_digest else None,
        seen_at=row.seen_at,
        worked_by=at_work.name if at_work else "",
    )
