"""Citizens' accounts end once they speak for nobody any more: with the last person goes the number that opens them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from jejak.access import actions as access
from jejak.access.actions import User
from jejak.access.rules import AccountKind
from jejak.people.models import Device, Holder, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

UNUSED: Final = timedelta(days=1)
"""How long after it was last used an account goes that never spoke for anybody, or no more."""
AT_ONCE: Final = 10_000


def accounts_of(persons: Sequence[int]) -> set[int]:
    """Return the accounts that ever spoke for persons, or have their number; ask before the number is taken off."""
    found = set[int]()
    for model in (Holder, Device):
        found |= set(model.objects.filter(person_id__in=persons).values_list("account_id", flat=True))
    keys = Person.objects.filter(pk__in=persons, phone_key__isnull=False).values_list("phone_key", flat=True)
    return found | set(User.objects.filter(phone_key__in=list(keys)).values_list("pk", flat=True))


@transaction.atomic
def end_silent(accounts: Iterable[int], *, now: datetime) -> int:
    """Return how many of these accounts ended because they speak for nobody; on a shared number others keep theirs."""
    locked = User.objects.select_for_update().filter(pk__in=list(accounts)).order_by("pk").values_list("pk", flat=True)
    numbers = list(locked)  # who is just proved on one of them waits, or is seen below
    return access.end_citizens(accounts=list(_silent().filter(pk__in=numbers).values_list("pk", flat=True)), now=now)


def end_unused(*, now: datetime) -> int:
    """Return how many accounts ended that speak for nobody and were not used for a day, 10,000 at most."""
    old = now - UNUSED
    unused = _silent().filter(Q(seen_at__lt=old) | Q(seen_at=None, joined_at__lt=old)).order_by("pk")
    return end_silent(unused.values_list("pk", flat=True)[:AT_ONCE], now=now)


def _silent() -> QuerySet[User]:
    speaking = [model.objects.filter(account=OuterRef("pk"), ended_at=None) for model in (Holder, Device)]
    rows = User.objects.filter(kind=AccountKind.CITIZEN, phone_key__isnull=False)
    return rows.exclude(Exists(speaking[0])).exclude(Exists(speaking[1]))
