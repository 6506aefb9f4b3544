"""Citizens' accounts: a phone number that typed a code, and the browsers that a document stands behind."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access.errors import BindingOver
from jejak.access.models import BindCode, Bound, User
from jejak.access.rules import AccountKind, digest
from jejak.kernel.sealing import blind_index

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

BIND_DIGITS: Final = 8
BIND_LIFE: Final = timedelta(minutes=10)
BIND_TRIES: Final = 5
LONGEST_TYPED: Final = 40


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


def goes_on(*, account: User) -> bool:
    """Return whether a citizen's account has not ended; until the transaction is over it does not end."""
    return User.objects.select_for_update().filter(pk=account.pk, phone_key__isnull=False).exists()


def end_citizens(*, accounts: Iterable[int], now: datetime) -> int:
    """Return how many citizens' accounts ended: their number is forgotten, their sessions and browsers are over.

    The row stays as a number, for what was done with it names it. Whoever has the phone later begins a new account.
    """
    ended = list(accounts)
    BindCode.objects.filter(account__in=ended, used_at=None).update(used_at=now)
    Bound.objects.filter(account__in=ended, ended_at=None).update(ended_at=now)
    open_ones = User.objects.filter(pk__in=ended, kind=AccountKind.CITIZEN, phone_key__isnull=False)
    return open_ones.update(phone_key=None, phone_sealed=None, is_active=False, left_at=now, signed_out_at=now)


@transaction.atomic
def bind(*, account: User, person: int, now: datetime) -> str:
    """Return the token of a cookie by which this browser is known as one that a document stands behind."""
    token = secrets.token_urlsafe(32)
    Bound.objects.create(account=account, person_id=person, token_digest=digest(token), bound_at=now)
    return token


def unbind(*, account: User, person: int, number: int, now: datetime) -> None:
    """End the binding of one of the account's browsers to a person.

    :raises BindingOver: this account has none such.
    """
    mine = Bound.objects.filter(account=account, person_id=person, pk=number, ended_at=None)
    if not mine.update(ended_at=now):
        raise BindingOver


def unbind_all(*, person: int, now: datetime) -> int:
    """Return how many browsers are bound to a person no more: the number changed hands, or a phone was lost."""
    BindCode.objects.filter(person_id=person, used_at=None).update(used_at=now)
    return Bound.objects.filter(person_id=person, ended_at=None).update(ended_at=now)


@transaction.atomic
def show_bind_code(*, account: User, person: int, now: datetime) -> str:
    """Return a code that binds one more browser; it takes the place of that person's before. Only a bound browser asks.

    Another person's on the same account stays good, so the two differ: the code alone says to whom it binds.
    """
    BindCode.objects.filter(account=account, person_id=person, used_at=None).update(used_at=now)
    others = {bytes(one) for one in _open_codes(account, now).values_list("digest", flat=True)}
    code = _drawn()
    while _digest(account, code) in others:
        code = _drawn()
    BindCode.objects.create(account=account, person_id=person, digest=_digest(account, code), shown_at=now)
    return code


@transaction.atomic
def bind_by_code(*, account: User, typed: str, now: datetime) -> str | None:
    """Return the token for a browser on which a shown code was typed, or nothing; five tries, ten minutes, once.

    The try counts, so do not call it inside a transaction that may roll back.
    """
    digits = typed[:LONGEST_TYPED].replace(" ", "").replace("-", "")
    shown = list(_open_codes(account, now).select_for_update().order_by("pk"))
    typed_digest = _digest(account, digits)
    right = next((one for one in shown if compare_digest(bytes(one.digest), typed_digest)), None)
    for one in [right] if right else shown:  # a wrong one may have been meant for any of them
        one.tries += 1
        one.used_at = now if right else None
        one.save(update_fields=["tries", "used_at"])
    return bind(account=account, person=right.person_id, now=now) if right else None


def _open_codes(account: User, now: datetime) -> QuerySet[BindCode]:
    fresh = BindCode.objects.filter(account=account, used_at=None, shown_at__gt=now - BIND_LIFE)
    return fresh.filter(tries__lt=BIND_TRIES)


def _drawn() -> str:
    return f"{secrets.randbelow(10**BIND_DIGITS):0{BIND_DIGITS}}"


def _digest(account: User, code: str) -> bytes:
    return blind_index().of("access.bind", f"{account.pk}|{code}")
