"""After a backup was restored: every account of staff is confirmed again, by a manager or at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jejak.access.actions.agencies import PURPOSE, person_of_agency
from jejak.access.errors import NotYourself, UnknownAccount
from jejak.access.models import Recheck, User
from jejak.access.rules import AccountKind
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
    found = person_of_agency(by=by, uuid=uuid)
    if found.left_at is not None:
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
