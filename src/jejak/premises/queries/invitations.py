"""Open invitations: those that an owner made, and the one that a link leads to."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from jejak.premises import reach
from jejak.premises.errors import UnknownInvitation
from jejak.premises.models import Invitation
from jejak.premises.queries import register

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.premises.queries.register import Place
    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class InvitationOf:
    """An offer; ``zone_name`` is empty for the whole premises, ``kind`` is tenant or transfer."""

    uuid: UUID
    kind: str
    email: str
    place: Place
    zone_id: int | None
    zone_name: str
    by_name: str
    invited_at: datetime
    expires_at: datetime


def invitations_of(*, owner: Actor, uuid: UUID, now: datetime) -> tuple[InvitationOf, ...]:
    """Return the open invitations of one premises of this owner, the newest first.

    :raises UnknownPremises: there is none, or it is somebody else's.
    """
    place = register.one_of(owner=owner, uuid=uuid)
    return tuple(_invitation(row) for row in _open(now).filter(premises_id=place.id).order_by("-invited_at", "-id"))


def invitation_for(*, email: str, token: UUID, now: datetime) -> InvitationOf:
    """Return the open invitation of a link, for the account that it was made to.

    :raises UnknownInvitation: there is none, it is past its time, or made to another address; the answer is the same.
    """
    row = _open(now).filter(token_digest=token_digest(token), email=reach.address(email=email)).first()
    if row is None:
        raise UnknownInvitation
    return _invitation(row)


def token_digest(token: UUID) -> bytes:
    """Return what is kept of a token; it has 122 random bits, so a plain hash will do."""
    return sha256(b"jejak/invitation/v1\0" + token.bytes).digest()


def _open(now: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.select_related("premises", "zone", "invited_by")
    return rows.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


def _invitation(row: Invitation) -> InvitationOf:
    return InvitationOf(
        uuid=row.uuid,
        kind=row.kind,
        email=row.email,
        place=register.read(row.premises),
        zone_id=row.zone_id,
        zone_name=row.zone.name if row.zone else "",
        by_name=row.invited_by.name,
        invited_at=row.invited_at,
        expires_at=row.expires_at,
    )
