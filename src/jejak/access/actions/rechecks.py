"""After a backup was restored: every account of staff is confirmed again, and what was good for a short time ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import transaction

from jejak.access.actions.agencies import PURPOSE
from jejak.access.errors import NotYourself, UnknownAccount
from jejak.access.models import HELD, BindCode, Invitation, Recheck, Request, User
from jejak.access.rules import AGENCY_MANAGER, AccountKind
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def recheck_staff(*, now: datetime) -> list[str]:
    """Return the addresses of all staff who are to be confirmed from now on; asking again changes nothing."""
    working = User.objects.filter(kind=AccountKind.STAFF, left_at=None).order_by("email")
    asked = [Recheck(account=user, asked_at=now) for user in working]
    Recheck.objects.bulk_create(asked, ignore_conflicts=True)
    return [user.email or "" for user in working]


@transaction.atomic
def confirm_account(*, by: User, uuid: UUID, now: datetime) -> User:
    """Return a person of one's own agency who is confirmed now to work here, in the roles that they hold.

    :raises UnknownAccount: nobody such in this agency. :raises NotYourself: it is one's own.
    """
    managed = by.agency_id is not None and by.role_grants.filter(HELD, role=AGENCY_MANAGER).exists()
    found = User.objects.filter(agency=by.agency_id, uuid=uuid, left_at=None).first() if managed else None
    if found is None:
        raise UnknownAccount
    if found.pk == by.pk:
        raise NotYourself
    if Recheck.objects.filter(account=found, confirmed_at=None).update(confirmed_at=now, confirmed_by=by):
        detail = {"account": str(found.uuid)}
        trail.record(by=by, action="access.confirmed", purpose=PURPOSE, detail=detail, at=now)
    return found


@transaction.atomic
def confirm_at_terminal(*, user: User, operator: trail.Machine, now: datetime) -> None:
    """Confirm an account that no manager can: a manager's own, or one without an agency."""
    if Recheck.objects.filter(account=user, confirmed_at=None).update(confirmed_at=now):
        detail = {"account": str(user.uuid)}
        trail.record(by=operator, action="access.confirmed", purpose=PURPOSE, detail=detail, at=now)


def end_sessions(*, now: datetime) -> int:  # noqa: ARG001 - as everything that ends is called
    """Return how many people were signed in and are not any more."""
    return Session.objects.all().delete()[0]


def end_bind_codes(*, now: datetime) -> int:
    """Return how many codes by which a browser could be bound are good no more."""
    return BindCode.objects.filter(used_at=None, shown_at__lte=now).update(used_at=now)


def end_invitations(*, now: datetime) -> int:
    """Return how many open invitations were withdrawn: one that was withdrawn since would be open again."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def end_requests(*, now: datetime) -> int:
    """Return how many requests are open or approved no more: one that was used since could be used again."""
    return Request.objects.filter(used_at=None, expires_at__gt=now, asked_at__lt=now).update(expires_at=now)
