"""Who acts for whom, as those concerned say themselves: sharing it by a code, stepping back, handing it over.

The code is found by its first four digits and proved by the other six, of which five may be tried; nobody is searched
by name or number, and whoever types a wrong code learns nothing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from jejak.access import actions as access
from jejak.kernel.sealing import blind_index
from jejak.people import guarding, rules, telling
from jejak.people.errors import GuardianRefused, LastGuardian, OfferOver, TriesSpent
from jejak.people.models import Guardian, Offer, Person
from jejak.people.opened import phone_of
from jejak.trail import actions as trail
from jejak.trail import queries as entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User

GUARDS: Final = "people.guardian"
TRIED: Final = "people.offer-tried"
GUARDIAN, CO_GUARDIAN = "guardian", "co-guardian"
SAID: Final = "said by those concerned themselves"
LIFE: Final = timedelta(minutes=10)
ANSWER_WITHIN: Final = timedelta(days=7)
TRIES: Final = 5
AN_HOUR: Final = timedelta(hours=1)
TRIES_AN_HOUR: Final = 10
_HANDLE, _SECRET = 4, 6
_LONGEST_TYPED: Final = 40


@transaction.atomic
def offer(*, guardian: int, dependant: int, kind: str, now: datetime) -> str:
    """Return the ten digits that whoever shall act too (or instead) types on their own page, within ten minutes.

    :raises OfferOver: the guardian does not act for that dependant as their guardian.
    """
    if kind not in {GUARDIAN, CO_GUARDIAN} or not _still_guards(dependant, guardian, now):
        raise OfferOver
    Offer.objects.filter(taken_at=None, ended_at=None, shown_at__lte=now - LIFE).update(ended_at=now)
    Offer.objects.filter(dependant_id=dependant, guardian_id=guardian, ended_at=None).update(ended_at=now)
    taken = set(Offer.objects.filter(taken_at=None, ended_at=None).values_list("handle", flat=True))
    handle = _digits(_HANDLE)
    while handle in taken:
        handle = _digits(_HANDLE)
    secret = _digits(_SECRET)
    Offer.objects.create(
        dependant_id=dependant, guardian_id=guardian, kind=kind, handle=handle, digest=_digest(handle, secret),
        shown_at=now,
    )  # fmt: skip
    return handle + secret


@transaction.atomic
def take(*, by: User, person: int, typed: str, now: datetime) -> Offer | None:
    """Return the offer whose code was typed, or nothing; wrong, used and old codes answer alike. The try counts.

    An account may be wrong ten times an hour, whichever offers it means; whose page it was reads that it was.

    :raises TriesSpent: it was. :raises GuardianRefused: this person cannot act for that one.
    """
    if not access.goes_on(account=by):  # two tries of one account wait for each other
        return None
    if entries.count_done(by_id=by.pk, action=TRIED, since=now - AN_HOUR) >= TRIES_AN_HOUR:
        raise TriesSpent
    found = _meant(typed, now)
    if found is None:
        trail.record(by=by, action=TRIED, purpose=SAID, persons=[person], at=now)
        return None
    check(dependant=found.dependant, guardian=Person.objects.get(pk=person))
    found.taken_by_id, found.taken_at = person, now
    found.save(update_fields=["taken_by", "taken_at"])
    _note(by, found, "taken", now)
    return found


def _meant(typed: str, now: datetime) -> Offer | None:
    digits = "".join(letter for letter in typed[:_LONGEST_TYPED] if letter.isdecimal())
    handle, secret = digits[:_HANDLE], digits[_HANDLE:]
    fresh = Offer.objects.select_for_update().filter(
        handle=handle, taken_at=None, ended_at=None, shown_at__gt=now - LIFE
    )
    found = fresh.first()
    if found is None or found.tries >= TRIES:
        return None
    if not compare_digest(bytes(found.digest), _digest(handle, secret)):
        found.tries += 1
        found.save(update_fields=["tries"])
        return None
    return found


@transaction.atomic
def accept(*, by: User, person: int, offer: UUID, now: datetime) -> str:
    """Return the kind of what was accepted by whoever typed its code; handing over waits for the guardian's own word.

    :raises OfferOver: there is none any more. :raises GuardianRefused: this person cannot act for that one.
    """
    _wait_for_others(offer)
    found = _waiting(now).filter(uuid=offer, taken_by_id=person, accepted_at=None).first()
    if found is None or not _still_guards(found.dependant_id, found.guardian_id, now):
        raise OfferOver
    check(dependant=found.dependant, guardian=Person.objects.get(pk=person))
    found.accepted_at = now
    if found.kind == CO_GUARDIAN:
        found.ended_at = now
        _begin(found, kind=CO_GUARDIAN, now=now)
    found.save(update_fields=["accepted_at", "ended_at"])
    _note(by, found, "accepted", now)
    return found.kind


@transaction.atomic
def confirm(*, by: User, guardian: int, offer: UUID, now: datetime) -> None:
    """Hand a dependant over to whoever accepted it: the guardian confirms, having read the name.

    :raises OfferOver: there is none any more. :raises GuardianRefused: that person cannot act for this one.
    """
    _wait_for_others(offer)
    found = _waiting(now).filter(uuid=offer, guardian_id=guardian, kind=GUARDIAN, accepted_at__isnull=False).first()
    if found is None or found.taken_by is None or not _still_guards(found.dependant_id, guardian, now):
        raise OfferOver
    check(dependant=found.dependant, guardian=found.taken_by)
    Guardian.objects.filter(dependant=found.dependant, guardian_id=guardian, ended_at=None).update(ended_at=now)
    _begin(found, kind=GUARDIAN, now=now)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    _note(by, found, "handed-over", now)


@transaction.atomic
def decline(*, by: User, person: int, offer: UUID, now: datetime) -> None:
    """End an offer: either of the two says no.

    :raises OfferOver: there is none of theirs.
    """
    open_ones = Offer.objects.select_for_update().filter(uuid=offer, ended_at=None)
    found = open_ones.filter(taken_by_id=person).first() or open_ones.filter(guardian_id=person).first()
    if found is None:
        raise OfferOver
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    _note(by, found, "declined", now)


@transaction.atomic
def step_back(*, by: User, guardian: int, dependant: int, now: datetime) -> None:
    """Act for a dependant no more; if it was their guardian, whoever has acted longest beside takes the place.

    :raises LastGuardian: nobody else acts for them. :raises OfferOver: this person does not act for them.
    """
    Person.objects.select_for_update().get(pk=dependant)  # two who step back at once wait for each other
    acting = list(Guardian.objects.filter(dependant_id=dependant, ended_at=None).order_by("since", "pk"))
    mine = next((one for one in acting if one.guardian_id == guardian), None)
    if mine is None:
        raise OfferOver
    others = [one for one in acting if one.pk != mine.pk]
    if not others:
        raise LastGuardian
    mine.ended_at = now
    mine.save(update_fields=["ended_at"])
    promote(dependant=dependant, now=now)
    Offer.objects.filter(dependant_id=dependant, guardian_id=guardian, ended_at=None).update(ended_at=now)
    everybody = [dependant, *(one.guardian_id for one in acting)]
    trail.record(by=by, action=GUARDS, purpose=SAID, persons=everybody, detail={"kind": "stepped-back"}, at=now)
    for one in others:
        telling.tell(phone=phone_of(one.guardian), by=by, now=now)


def promote(*, dependant: int, now: datetime) -> None:
    """Let whoever has acted longest beside be the guardian, where there is none any more."""
    acting = list(Guardian.objects.filter(dependant_id=dependant, ended_at=None).order_by("since", "pk"))
    if not acting or any(one.kind == GUARDIAN for one in acting):
        return
    heir = acting[0]
    heir.ended_at = now
    heir.save(update_fields=["ended_at"])
    Guardian.objects.create(dependant_id=dependant, guardian_id=heir.guardian_id, kind=GUARDIAN, since=heir.since)


def end_acting(persons: Sequence[int], *, now: datetime) -> None:
    """Let nobody act for these persons, nor they for anybody; of who acts beside them one takes the place."""
    acting = Guardian.objects.filter(Q(guardian_id__in=persons) | Q(dependant_id__in=persons), ended_at=None)
    left = set(acting.values_list("dependant_id", flat=True)) - set(persons)
    acting.update(ended_at=now)
    for dependant in sorted(left):
        promote(dependant=dependant, now=now)
    near = Q(guardian_id__in=persons) | Q(dependant_id__in=persons) | Q(taken_by_id__in=persons)
    Offer.objects.filter(near, ended_at=None).update(ended_at=now)


def check(*, dependant: Person, guardian: Person) -> None:
    """Return if somebody may act for a dependant.

    :raises GuardianRefused: no document stands behind them, it is the same person, they act already, or one of the two
    stands on the other side already.
    """
    if guardian.level < rules.DOCUMENT_VERIFIED:
        raise GuardianRefused("document")
    if guardian.pk == dependant.pk:
        raise GuardianRefused("same")
    if Guardian.objects.filter(guardian=dependant, ended_at=None).exists():
        raise GuardianRefused("dependants")
    if Guardian.objects.filter(dependant=guardian, ended_at=None).exists():
        raise GuardianRefused("dependant")


def _begin(found: Offer, *, kind: str, now: datetime) -> None:
    Guardian.objects.filter(dependant=found.dependant, guardian_id=found.taken_by_id, ended_at=None).update(
        ended_at=now
    )
    Guardian.objects.create(dependant=found.dependant, guardian_id=found.taken_by_id or 0, kind=kind, since=now)


def _waiting(now: datetime) -> QuerySet[Offer]:
    return (
        Offer.objects.select_for_update(of=("self",))
        .filter(ended_at=None, taken_at__gt=now - ANSWER_WITHIN)
        .select_related("dependant", "guardian")
    )


def _wait_for_others(offer: UUID) -> None:
    """Let whoever else changes for whom these two act wait, or each would pass what the other checks."""
    for pair in Offer.objects.filter(uuid=offer).values_list("dependant_id", "taken_by_id"):
        list(Person.objects.select_for_update().filter(pk__in=[one for one in pair if one]).order_by("pk"))


def _still_guards(dependant: int, guardian: int, now: datetime) -> bool:
    """Return whether somebody is a dependant's guardian, who has not come of age since the last run ended that."""
    rows = Guardian.objects.select_for_update(of=("self",)).select_related("dependant")
    mine = rows.filter(dependant_id=dependant, guardian_id=guardian, kind=GUARDIAN, ended_at=None).first()
    return mine is not None and not guarding.over(mine, now=now)


def _note(by: User, found: Offer, what: str, now: datetime) -> None:
    acting = Guardian.objects.filter(dependant=found.dependant, ended_at=None).select_related("guardian")
    rows = {one.guardian_id: one.guardian for one in acting} | {found.guardian_id: found.guardian}
    persons = {found.dependant_id, *rows, *([found.taken_by_id] if found.taken_by_id else [])}
    trail.record(by=by, action=GUARDS, purpose=SAID, persons=persons, detail={"kind": what}, at=now)
    for row in () if what in {"taken", "declined"} else rows.values():
        telling.tell(phone=phone_of(row), by=by, now=now)


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}}"


def _digest(handle: str, secret: str) -> bytes:
    return blind_index().of("people.offer", f"{handle}|{secret}")
