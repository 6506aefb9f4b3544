"""Who works at a premises' door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from jejak.entrance.errors import DoorUnknown, NobodyAtWork
from jejak.entrance.models import Member, Tablet

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.entrance.queries.tablets import Paired
    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class MemberOf:
    """Somebody who works at a door; ``locked_until`` is ``None`` unless wrong PINs locked them now."""

    id: int
    uuid: UUID
    name: str
    added_by: int
    added_at: datetime
    locked_until: datetime | None


def members_of(*, owner: Actor, uuid: UUID, now: datetime) -> tuple[MemberOf, ...]:
    """Return who works at one premises of this owner, by name."""
    rows = current().filter(premises__owner_id=owner.id, premises__uuid=uuid)
    return tuple(_seen(row, now) for row in rows.order_by("name", "id"))


def member_of(*, owner: Actor, uuid: UUID, member: UUID, now: datetime) -> MemberOf:
    """Return one who works at one premises of this owner.

    :raises DoorUnknown: there is none, they ended, or the premises is somebody else's; the answer is the same.
    """
    rows = current().filter(premises__owner_id=owner.id, premises__uuid=uuid)
    row = rows.filter(uuid=member).first()
    if row is None:
        raise DoorUnknown
    return _seen(row, now)


def members_at(*, tablet: Paired, now: datetime) -> tuple[MemberOf, ...]:
    """Return who may work at a tablet, by name."""
    rows = current().filter(premises_id=tablet.premises).order_by("name", "id")
    return tuple(_seen(row, now) for row in rows)


def at_work(*, tablet: Paired, now: datetime) -> MemberOf:
    """Return who works at a tablet now.

    :raises NobodyAtWork: nobody has unlocked it, or their time is over.
    """
    rows = Tablet.objects.filter(pk=tablet.id, ended_at=None, member_until__gt=now, member__in=current())
    found = rows.select_related("member").first()
    if found is None or found.member is None:
        raise NobodyAtWork
    return _seen(found.member, now)


def current() -> QuerySet[Member]:
    """Return members who may work: not ended, and added by whoever owns the premises now, not a former owner."""
    return Member.objects.filter(ended_at=None, added_by_id=F("premises__owner_id"))


def _seen(row: Member, now: datetime) -> MemberOf:
    locked = row.locked_until if row.locked_until and row.locked_until > now else None
    return MemberOf(row.pk, row.uuid, row.name, row.added_by_id, row.added_at, locked)
