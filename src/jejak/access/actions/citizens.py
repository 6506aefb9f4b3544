"""Citizens' accounts: a phone number that typed a code, and the devices that a document stands behind."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from jejak.access.errors import BindingOver
from jejak.access.models import Bound, User
from jejak.access.rules import AccountKind, digest

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def citizen(*, phone_key: bytes, phone_sealed: bytes, now: datetime) -> User:
    """Return the account of a phone number whose code was just typed; the first time it is made."""
    made = {
        "kind": AccountKind.CITIZEN,
        "name": "",
        "phone_sealed": phone_sealed,
        "password": "!",  # no password ever fits
        "joined_at": now,
    }
    found, _ = User.objects.get_or_create(phone_key=phone_key, defaults=made)
    return found


@transaction.atomic
def bind(*, account: User, now: datetime) -> str:
    """Return the token of a cookie by which this browser is known as one that a document stands behind."""
    token = secrets.token_urlsafe(32)
    Bound.objects.create(account=account, token_digest=digest(token), bound_at=now)
    return token


def unbind(*, account: User, token: str, now: datetime) -> None:
    """End one browser's binding.

    :raises BindingOver: this account has none such.
    """
    if not Bound.objects.filter(account=account, token_digest=digest(token), ended_at=None).update(ended_at=now):
        raise BindingOver


def unbind_all(*, account: User, now: datetime) -> int:
    """Return how many browsers of an account are bound no more: the number changed hands, or a phone was lost."""
    return Bound.objects.filter(account=account, ended_at=None).update(ended_at=now)
