"""Another phone number for a document-verified person: proved by a code to the new one, told to the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import accounts, matching, rules, telling
from jejak.people.errors import NumberUnchanged, UnknownPerson
from jejak.people.models import Device, Holder, Person
from jejak.people.opened import phone_of
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import User

NUMBER: Final = "people.number-changed"


@transaction.atomic
def change_number(*, by: User, account: User, person: int, phone: str, now: datetime) -> str:
    """Return the token that binds this browser under the new number; the old one opens nothing any more.

    ``by`` is the account that holds the person, ``account`` that of the new number, ``phone``, whose code was just
    typed. Every browser and device of the old number ends with it, and its account where it speaks for nobody else.

    :raises UnknownPerson: ``by`` does not hold this person, or an account has just ended.
    :raises NumberUnchanged: it is the number on record.
    """
    row = Person.objects.select_for_update().filter(pk=person, level=rules.DOCUMENT_VERIFIED).first()
    holds = Holder.objects.filter(person_id=person, account=by, level=rules.DOCUMENT_VERIFIED, ended_at=None)
    if row is None or not holds.exists():
        raise UnknownPerson
    index, seal, old = blind_index(), sealer().seal, phone_of(row)
    if old == phone:
        raise NumberUnchanged
    if not access.goes_on(account=account):
        raise UnknownPerson
    before = accounts.accounts_of([person]) - {account.pk}
    Device.objects.filter(person=row, ended_at=None).update(ended_at=now)
    Holder.objects.filter(person=row, ended_at=None).update(ended_at=now)
    access.unbind_all(person=person, now=now)
    row.phone_key, row.last4_key = index.of(rules.PHONE_INDEX, phone), index.of(rules.LAST4_INDEX, phone[-4:])
    row.phone_sealed = seal(table=rules.TABLE, column=rules.PHONE_COLUMN, row=row.uuid, text=phone)
    row.door_key, row.phone_verified_at = None, now  # another number's door key would name somebody else
    row.save()
    Holder.objects.create(person=row, account=account, level=rules.DOCUMENT_VERIFIED, since=now)
    accounts.end_silent(before, now=now)
    token = access.bind(account=account, person=person, now=now)
    matching.reconsider(persons=[person], now=now)
    trail.record(by=by, action=NUMBER, purpose=rules.ASKED_THEMSELVES, persons=[person], at=now)
    telling.tell(phone=old, by=by, template=telling.NUMBER_CHANGED, slots={}, now=now)
    return token


def number_of(*, person: int) -> str:
    """Return a person's number in E.164, empty where there is none; the caller has seen to it that they ask."""
    row = Person.objects.filter(pk=person).first()
    return phone_of(row) if row else ""
