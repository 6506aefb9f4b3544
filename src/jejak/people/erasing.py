"""Taking name and number off somebody who asks for it; what the law keeps, and what others need, stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.people import accounts, holdings, rules
from jejak.people.errors import ErasureHeld, UnknownPerson
from jejak.people.family import end_acting
from jejak.people.models import Card, Device, Holder, Person
from jejak.people.sameness import together
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import User

ERASED: Final = "people.erased"
CASES: Final = "cases"
"""By this code a room above says of how many open cases somebody is part; none does yet."""


@transaction.atomic
def erase(*, by: User, person: int, at: datetime) -> None:
    """Take name and number off a person who never showed a document: their visits are nobody's until their time is up.

    Their devices and cards end, and the account where it speaks for nobody else.
    The trail keeps that it was done, and who looked before.

    :raises UnknownPerson: there is none below document-verified whom this account verified a device of.
    :raises ErasureHeld: a room above holds them for an open case, on whichever of their records.
    """
    row = Person.objects.select_for_update().filter(pk=person, level__lt=rules.DOCUMENT_VERIFIED).first()
    if row is None or not Device.objects.filter(person=person, account=by, ended_at=None).exists():
        raise UnknownPerson
    if any(holdings.held_of(together([person]), code=CASES).values()):
        raise ErasureHeld
    near = accounts.accounts_of([person])
    Device.objects.filter(person=row, ended_at=None).update(ended_at=at)
    Holder.objects.filter(person=row, ended_at=None).update(ended_at=at)
    Card.objects.filter(person=row, ended_at=None).update(ended_at=at)
    blank(row)
    end_acting([person], now=at)
    accounts.end_silent(near, now=at)
    holdings.forget([person])
    trail.record(by=by, action=ERASED, purpose=rules.ASKED_THEMSELVES, persons=[person], at=at)


def blank(row: Person) -> None:
    """Take off a locked row everything that says who it was, and the keys by which it was found."""
    row.door_key = row.phone_key = row.phone_sealed = row.name_sealed = row.reach_sealed = None
    row.last4_key = row.name_year_key = row.birth_sealed = row.phone_verified_at = None
    row.level = rules.CLAIMED
    row.save()
