"""Taking off a lost second factor: the manager asks, a second person agrees, and whoever it was of is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from jejak.access.actions.agencies import person_of_agency
from jejak.access.actions.providers import NODE
from jejak.access.actions.requests import ask, use
from jejak.access.actions.telling import write_to
from jejak.access.errors import NotYourself, RequestRefused, RoleMissing
from jejak.access.models import Identity, Request, User
from jejak.access.queries.accounts import roles_of
from jejak.access.queries.second_factor import open_reset
from jejak.access.rules import AGENCY_MANAGER, OPERATOR, RESET_SECOND
from jejak.messaging.actions import Link
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

TEMPLATE: Final = "notice.second-factor-reset"


@transaction.atomic
def ask_reset(*, by: User, uuid: UUID, reason: str, now: datetime) -> Request:
    """Return the request to take a person's second factor off; the manager has made sure who asks.

    :raises UnknownAccount: nobody such in this agency. :raises NotYourself: it is one's own; another manager asks.
    :raises ReasonMissing: no reason.
    """
    user = person_of_agency(by=by, uuid=uuid)
    if user.pk == by.pk:
        raise NotYourself
    return ask(by=by, kind=RESET_SECOND, what={"account": str(user.uuid)}, reason=reason, now=now)


@transaction.atomic
def reset(*, by: User, uuid: UUID, now: datetime) -> User:
    """Return the account whose second factor was taken off, as approved; its sessions end, and the person is told.

    :raises UnknownAccount: nobody such in this agency.
    :raises RequestRefused: nobody has approved it, or not in time, or it was used.
    """
    user = person_of_agency(by=by, uuid=uuid)
    asked = open_reset(by=by, account=uuid, now=now)
    if asked is None:
        raise RequestRefused("not-approved")
    used = use(by=by, uuid=asked.uuid, kind=RESET_SECOND, what={"account": str(user.uuid)}, now=now)
    _take_off(user, now=now)
    detail = {"account": str(user.uuid), "request": str(used.uuid)}
    trail.record(by=by, action="access.second-reset", purpose=used.reason, detail=detail, at=now)
    return user


@transaction.atomic
def reset_of_manager(*, user: User, now: datetime) -> User:
    """Return a manager's or operator's account whose second factor whoever runs the machine took off.

    :raises RoleMissing: somebody else's; their manager asks for it.
    """
    if not roles_of(user) & {AGENCY_MANAGER, OPERATOR}:
        raise RoleMissing("only managers of accounts and operators; everybody else asks their agency's manager")
    _take_off(user, now=now)
    detail = {"account": str(user.uuid)}
    trail.record(by=NODE, action="access.second-reset", purpose="at the command line", detail=detail, at=now)
    return user


def _take_off(user: User, *, now: datetime) -> None:
    Authenticator.objects.filter(user=user).delete()
    Identity.objects.filter(account=user, ended_at=None).update(ended_at=now)
    User.objects.filter(pk=user.pk).update(signed_out_at=now)
    write_to(user, template=TEMPLATE, link=Link("home"), now=now)
