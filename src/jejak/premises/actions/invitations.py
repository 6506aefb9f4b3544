"""Offers to take over a part of a premises or the whole: made to an address, accepted with link and address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID, uuid4

from django.db import transaction

from jejak.premises import reach
from jejak.premises.actions.rows import locked, note
from jejak.premises.actions.standing import unconfirm, withdraw_invitations
from jejak.premises.errors import InvitationRefused, UnknownInvitation, UnknownZone
from jejak.premises.models import Invitation, Premises, Zone
from jejak.premises.queries.invitations import token_digest
from jejak.trail.rules import Actor

if TYPE_CHECKING:
    from datetime import datetime

INVITATION_DAYS: Final = 14
MAILS_A_DAY: Final = 50
"""Invitations of one account that go out by e-mail within a day; the links of more are handed over in person.

Strangers' boxes are not to be filled, nor the breaker tripped that notices to contacts share.
"""


class Account(Actor, Protocol):
    """Whoever invites or accepts: an account with its address."""

    @property
    def email(self) -> str:
        """The address by which it signs in."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation; ``token`` is in its link and nowhere in the database, which keeps a digest.

    ``by_mail`` says whether the link may go out by e-mail too.
    """

    uuid: UUID
    token: UUID
    email: str
    expires_at: datetime
    by_mail: bool


@transaction.atomic
def invite_tenant(*, by: Account, uuid: UUID, zone: UUID, email: str, now: datetime) -> Invited:
    """Return an invitation to own a zone; one made before for it is withdrawn.

    :raises UnknownPremises: this account has none such.
    :raises UnknownZone: the premises has none such.
    :raises InvitationRefused: it is closed, the zone has a tenant, or the address is none or the account's own.
    """
    row = locked(by=by, uuid=uuid)
    found = Zone.objects.filter(premises=row, uuid=zone).first()
    if found is None:
        raise UnknownZone
    if found.owner_id is not None:
        raise InvitationRefused("has-tenant")
    return _invite(row, by=by, kind="tenant", zone=found, email=email, now=now)


@transaction.atomic
def offer_transfer(*, by: Account, uuid: UUID, email: str, now: datetime) -> Invited:
    """Return an offer of the whole premises; one made before is withdrawn.

    :raises UnknownPremises: this account has none such.
    :raises InvitationRefused: the address is none or the account's own.
    """
    return _invite(locked(by=by, uuid=uuid), by=by, kind="transfer", zone=None, email=email, now=now)


@transaction.atomic
def withdraw_invitation(*, by: Actor, uuid: UUID, invitation: UUID, now: datetime) -> None:
    """Withdraw an open invitation; its link opens nothing from now on. Twice changes nothing.

    :raises UnknownPremises: this account has none such.
    """
    row = locked(by=by, uuid=uuid)
    rows = Invitation.objects.filter(premises=row, uuid=invitation, accepted_at=None, withdrawn_at=None)
    if rows.update(withdrawn_at=now):
        note(by=by, action="premises.invitation-withdrawn", premises=row, now=now)


@transaction.atomic
def accept(*, by: Account, token: UUID, now: datetime) -> Invitation:
    """Return the invitation accepted: the zone or the premises is this account's from now on.

    :raises UnknownInvitation: there is none for this account, or not any more; the answer is the same.
    """
    number = Invitation.objects.filter(token_digest=token_digest(token)).values_list("premises_id", flat=True).first()
    row = Premises.objects.select_for_update().filter(pk=number or 0).first()
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("zone")
        .filter(token_digest=token_digest(token))
    )
    it = found.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now).first()
    if row is None or it is None or it.email != reach.address(email=by.email):
        raise UnknownInvitation
    it.accepted_at, it.accepted_by_id = now, by.id
    it.save(update_fields=["accepted_at", "accepted_by"])
    if it.zone is not None:
        it.zone.owner_id = by.id
        it.zone.save(update_fields=["owner"])
        note(by=by, action="zone.tenancy-accepted", premises=row, now=now, zone=it.zone.pk, offered_by=row.owner_id)
    else:
        _hand_over(row, to=by, now=now)
    return it


def _invite(row: Premises, *, by: Account, kind: str, zone: Zone | None, email: str, now: datetime) -> Invited:
    to = reach.address(email=email)
    if row.closed_at is not None and kind == "tenant":
        raise InvitationRefused("closed")
    if not reach.is_address(email=to):
        raise InvitationRefused("address")
    if to == reach.address(email=by.email):
        raise InvitationRefused("own-address")
    _withdraw_same(row, zone=zone, now=now)
    today = Invitation.objects.filter(invited_by_id=by.id or 0, invited_at__gt=now - timedelta(days=1)).count()
    token = uuid4()
    made = Invitation.objects.create(
        kind=kind, premises=row, zone=zone, email=to, token_digest=token_digest(token), invited_by_id=by.id or 0,
        invited_at=now, expires_at=now + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    detail = {"zone": zone.pk} if zone else {}
    note(by=by, action=f"premises.{kind}-offered", premises=row, now=now, **detail)
    return Invited(made.uuid, token, to, made.expires_at, by_mail=today < MAILS_A_DAY)


def _withdraw_same(row: Premises, *, zone: Zone | None, now: datetime) -> None:
    if zone is not None:
        withdraw_invitations(row, now=now, zone=zone.pk)
        return
    open_ones = Invitation.objects.filter(premises=row, kind="transfer", accepted_at=None, withdrawn_at=None)
    open_ones.update(withdrawn_at=now)


def _hand_over(row: Premises, *, to: Account, now: datetime) -> None:
    """Give the whole premises to another account: unconfirmed, with its tenants, without the old owner's offers."""
    before, row.owner_id = row.owner_id, to.id
    unconfirm(row, now=now)
    row.save(update_fields=["owner", "confirmed_at", "confirmed_way"])
    withdraw_invitations(row, now=now)
    note(by=to, action="premises.transferred", premises=row, now=now, before=before, after=to.id)


def end_invitations(*, now: datetime) -> int:
    """Return how many open invitations of tenants and owners were withdrawn, as after a backup was restored."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
