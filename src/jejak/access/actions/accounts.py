"""Making accounts, giving and ending roles."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Greatest, Now

from jejak.access.errors import AccountExists, AccountUnclear, MailboxShared, NameGeneric, RoleMissing
from jejak.access.models import Agency, RoleGrant, User
from jejak.access.rules import AccountKind, Scope, generic, may_hold, shared_mailbox

LONGEST_NAME: Final = 150
ANYWHERE: Final = Scope()


@transaction.atomic
def add_account(  # noqa: PLR0913 - keyword-only, so that a call names each
    *,
    email: str,
    name: str,
    kind: AccountKind,
    role: str,
    password: str | None = None,
    state: str = "",
    is_demo: bool = False,
    agency: Agency | None = None,
    by: User | None = None,
    now: datetime | None = None,
    scope: Scope = ANYWHERE,
) -> User:
    """Return a new account that holds ``role``, given by ``by``; without a password it cannot sign in yet.

    :raises AccountUnclear: the name is empty or too long, or the e-mail address is none.
    :raises NameGeneric: staff have names of their own. :raises MailboxShared: and mailboxes that only they read.
    :raises AccountExists: the e-mail address is taken.
    :raises RoleMissing: this kind of account may not hold the role.
    """
    email, name = email.strip(), " ".join(name.split())
    try:
        validate_email(email)
    except ValidationError:
        raise AccountUnclear(email) from None
    if not 0 < len(name) <= LONGEST_NAME:
        raise AccountUnclear(name[:LONGEST_NAME])
    if kind == AccountKind.STAFF and not is_demo:  # a demo's people are invented, and work on a demo node alone
        named_person(name=name, email=email)
    if User.objects.filter(email__iexact=email).exists():
        raise AccountExists(email)
    user = User.objects.create_user(email, password, name=name, kind=kind, state=state, is_demo=is_demo, agency=agency)
    give_role(user=user, role=role, by=by, now=now, scope=scope)
    return user


def named_person(*, name: str, email: str) -> None:
    """Return if both are one person's.

    :raises NameGeneric: the name is a function's. :raises MailboxShared: several people read that address.
    """
    if generic(name=name):
        raise NameGeneric(name)
    if shared_mailbox(email=email):
        raise MailboxShared(email)


def give_role(
    *,
    user: User,
    role: str,
    by: User | None = None,
    now: datetime | None = None,
    scope: Scope = ANYWHERE,
    until: datetime | None = None,
) -> None:
    """Give an account a role, within an area and until a moment; giving it twice changes nothing.

    One that has run out ends at the moment when it did, and a new one is given.

    :raises RoleMissing: this kind of account may not hold the role.
    """
    if not may_hold(kind=user.kind, role=role):
        detail = f"{user.kind} accounts cannot hold {role}"
        raise RoleMissing(detail)
    open_ones = RoleGrant.objects.filter(user=user, role=role, ended_at=None)
    open_ones.filter(until__lte=Now() if now is None else now).update(ended_at=Greatest("until", "granted_at"))
    if not open_ones.exists():
        moment = {} if now is None else {"granted_at": now}  # the database's clock otherwise
        RoleGrant.objects.create(
            user=user, role=role, granted_by=by, state=scope.state, district=scope.district, until=until, **moment
        )


def end_role(*, user: User, role: str, now: datetime) -> None:
    """End a role; it has effect with the next request."""
    RoleGrant.objects.filter(user=user, role=role, ended_at=None).update(ended_at=now)


@transaction.atomic
def close_account(*, user: User, now: datetime, by: User | None = None) -> None:
    """End an account with all its roles; what it did stays on record under its name."""
    RoleGrant.objects.filter(user=user, ended_at=None).update(ended_at=now, ended_by=by)
    user.is_active, user.left_at = False, now
    user.save(update_fields=["is_active", "left_at"])


def set_password(*, user: User, password: str) -> None:
    """Give an account a new password; its other sessions end with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
