"""Erasing a document-verified person: asked for with a code, done once seven days to think again are over.

Until that day nothing changes. On it, one transaction takes off everything that says who it was, of this record and of
those read as the same; what stays (visits, the trail) points to nobody, and goes with its own class of retention.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from jejak.access import actions as access
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.people import accounts, holdings, rules, telling
from jejak.people.erasing import CASES, ERASED, blank
from jejak.people.errors import ErasureHeld, ErasureOver, GuardsOthers, UnknownPerson
from jejak.people.family import end_acting
from jejak.people.models import (
    Card,
    Correction,
    Device,
    Document,
    Erasure,
    FormerName,
    Guardian,
    Holder,
    Person,
    Proposal,
)  # fmt: skip
from jejak.people.opened import phone_of
from jejak.people.sameness import together
from jejak.trail import actions as trail
from jejak.trail.actions import Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.trail.rules import Purpose

ASKED, CANCELLED = "people.erasure-asked", "people.erasure-cancelled"
AT_COUNTER: Final = "counter.erasure"
THINK_AGAIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leaving:
    """An erasure that waits for its day."""

    uuid: UUID
    asked_at: datetime
    due_at: datetime


def waiting(*, person: int) -> Leaving | None:
    """Return the erasure that waits for a person, or nothing."""
    row = Erasure.objects.filter(person_id=person, cancelled_at=None, done_at=None).first()
    return Leaving(row.uuid, row.asked_at, row.due_at) if row else None


@transaction.atomic
def ask(
    *, by: User, person: int, now: datetime, purpose: Purpose | str = rules.ASKED_THEMSELVES, action: str = ASKED
) -> Leaving:
    """Return the erasure that now waits; asked twice, the first one stands.

    :raises UnknownPerson: no document stands behind this person. :raises GuardsOthers: they act alone for somebody.
    :raises ErasureHeld: a room above holds them for an open case.
    """
    row = Person.objects.select_for_update().filter(pk=person, level=rules.DOCUMENT_VERIFIED).first()
    if row is None:
        raise UnknownPerson
    _allow(row)
    made, fresh = Erasure.objects.get_or_create(
        person=row, cancelled_at=None, done_at=None,
        defaults={"account": by, "asked_at": now, "due_at": now + THINK_AGAIN},
    )  # fmt: skip
    if fresh:
        trail.record(by=by, action=action, purpose=purpose, persons=[person], detail={"kind": "asked"}, at=now)
        slots = {"day": local_day(made.due_at), "link": telling.LINK}
        telling.tell(phone=phone_of(row), by=by, template=telling.ERASING, slots=slots, now=now)
    return Leaving(made.uuid, made.asked_at, made.due_at)


@transaction.atomic
def ask_at_counter(*, by: User, uuid: UUID, purpose: Purpose, now: datetime) -> Leaving:
    """Return the erasure that now waits for a person who is at the counter with their document; as `ask`.

    :raises PurposeRefused: this account may not.
    """
    person = Person.objects.filter(uuid=uuid).values_list("pk", flat=True).first()
    access.permit(by=by, action=AT_COUNTER, purpose=purpose, persons=[person] if person else [], now=now)
    return ask(by=by, person=person or 0, now=now, purpose=purpose, action=AT_COUNTER)


@transaction.atomic
def cancel(
    *, by: User, person: int, now: datetime, purpose: Purpose | str = rules.ASKED_THEMSELVES, action: str = CANCELLED
) -> None:
    """Think again: nothing is erased.

    :raises ErasureOver: none waits.
    """
    if not Erasure.objects.filter(person_id=person, cancelled_at=None, done_at=None).update(cancelled_at=now):
        raise ErasureOver
    trail.record(by=by, action=action, purpose=purpose, persons=[person], detail={"kind": "cancelled"}, at=now)


@transaction.atomic
def cancel_at_counter(*, by: User, uuid: UUID, purpose: Purpose, now: datetime) -> None:
    """Think again, at the counter; as `cancel`.

    :raises PurposeRefused: this account may not.
    """
    person = Person.objects.filter(uuid=uuid).values_list("pk", flat=True).first()
    access.permit(by=by, action=AT_COUNTER, purpose=purpose, persons=[person] if person else [], now=now)
    cancel(by=by, person=person or 0, now=now, purpose=purpose, action=AT_COUNTER)


def _quiet(_step: str) -> None:
    """Tell nobody."""


def erase_due(*, now: datetime, step: Callable[[str], None] = _quiet) -> int:
    """Return how many persons were erased whose day has come; each is one transaction, and a second run does the rest.

    Whom an open case holds since, or who acts alone for somebody since, waits. ``step`` hears what was just done.
    """
    due = Erasure.objects.filter(due_at__lte=now, cancelled_at=None, done_at=None).order_by("due_at", "pk")
    return sum(_erase_one(number, now=now, step=step) for number in due.values_list("pk", flat=True))


@transaction.atomic
def _erase_one(number: int, *, now: datetime, step: Callable[[str], None]) -> int:
    person = Erasure.objects.values_list("person_id", flat=True).get(pk=number)
    everybody = list(Person.objects.select_for_update().filter(pk__in=together([person])).order_by("pk"))
    found = Erasure.objects.select_for_update().filter(pk=number, cancelled_at=None, done_at=None).first()
    row = next((one for one in everybody if one.pk == person), None)
    if found is None or row is None:
        return 0
    try:
        _allow(row)
    except (ErasureHeld, GuardsOthers):
        return 0
    numbers = [one.pk for one in everybody]
    near = accounts.accounts_of(numbers)
    _end_proofs(numbers, now)
    step("proofs")
    _take_words(numbers, now)
    step("words")
    for one in everybody:
        blank(one)
    accounts.end_silent(near, now=now)
    holdings.forget(numbers)
    step("persons")
    found.done_at = now
    found.save(update_fields=["done_at"])
    machine = Machine(0, settings().node_name)
    trail.record(
        by=machine,
        action=ERASED,
        purpose=rules.ASKED_THEMSELVES,
        persons=numbers,
        detail={"erasure": str(found.uuid)},
        at=now,
    )
    step("noted")
    return 1


def _allow(row: Person) -> None:
    persons = together([row.pk])
    if any(holdings.held_of(persons, code=CASES).values()):
        raise ErasureHeld
    mine = Guardian.objects.filter(guardian_id__in=persons, ended_at=None).values_list("dependant_id", flat=True)
    for dependant in mine:
        if not Guardian.objects.filter(dependant_id=dependant, ended_at=None).exclude(guardian_id__in=persons).exists():
            raise GuardsOthers


def _end_proofs(persons: Sequence[int], now: datetime) -> None:
    """End whatever opens these records: devices, accounts, browsers, cards, documents, and acting for anybody."""
    for model in (Device, Holder, Card):
        model.objects.filter(person_id__in=persons, ended_at=None).update(ended_at=now)
    for person in persons:
        access.unbind_all(person=person, now=now)
    Document.objects.filter(person_id__in=persons, ended_at=None).update(ended_at=now)
    Document.objects.filter(person_id__in=persons).update(number_key=None, number_sealed=None)
    end_acting(persons, now=now)


def _take_words(persons: Sequence[int], now: datetime) -> None:
    """Take off former names and what was asked for; proposals about them come to nothing."""
    FormerName.objects.filter(person_id__in=persons).update(name_sealed=None)
    asked = Correction.objects.filter(person_id__in=persons, decision="")
    asked.update(decision="withdrawn", decided_at=now, name_sealed=None)
    pairs = Q(one_id__in=persons) | Q(other_id__in=persons)
    Proposal.objects.filter(pairs, decision="").update(decision="different", decided_at=now)
