"""Proving who somebody is: devices verified by a code to the phone, documents shown at a counter, guardians.

Source: docs/why/identity.md for what each level rests on and what a recycled number cannot do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from jejak.access import actions as access
from jejak.formats.visitortoken import VisitorTokenError, VisitorTokens
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.places import local_day
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import accounts, documents, guarding, matching, names, rules, superseding, telling
from jejak.people.errors import BirthUnfit, DocumentTaken, UnknownPerson
from jejak.people.models import Device, Guardian, Holder, Person, Proposal
from jejak.people.models import Document as Shown
from jejak.people.opened import name_of, phone_of
from jejak.people.sameness import together
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import date, datetime

    from jejak.access.actions import User
    from jejak.formats.visitortoken import Visitor
    from jejak.people.documents import Document
    from jejak.trail.rules import Purpose

BIND_WITHIN: Final = timedelta(days=14)
"""How long after a counter recorded a phone with a document the first code to it binds a device."""
SHOW: Final = "people.show-document"
FIND: Final = "counter.find"


@dataclass(frozen=True, slots=True)
class Held:
    """A person whom a browser shows to its citizen: name opened for them, level, and the devices verified.

    ``own`` is false for a dependant; ``whole`` is true where a document stands behind the browser, so that not only
    the visits of ``devices`` are theirs to see; else ``since`` says from when on the device is known to be theirs.
    """

    person: int
    uuid: UUID
    name: str
    level: int
    devices: tuple[int, ...]
    own: bool
    whole: bool = False
    since: datetime | None = None


def account_of(*, phone: str, at: datetime) -> User:
    """Return the account of a number, E.164, whose code was just typed; the first time it is made."""
    key = blind_index().of(rules.PHONE_INDEX, phone)
    # Bound to the number's own index: the account has no uuid before it is stored.
    sealed = sealer().seal(table="access_user", column="phone", row=UUID(bytes=key), text=phone)
    return access.citizen(phone_key=key, phone_sealed=sealed, now=at)


def verify_device(*, account: User, person: int, device: int, at: datetime) -> bool:
    """Return whether a device now counts as verified for a person: the account's number must be the person's.

    Nothing else opens: not other devices, not other names on the same number.
    """
    with transaction.atomic():
        found = Person.objects.select_for_update().filter(pk=person).first()
        mine = account.phone_key is not None and found is not None and found.phone_key is not None
        if found is None or not mine or bytes(found.phone_key or b"") != bytes(account.phone_key or b""):
            return False
        if not access.goes_on(account=account):  # it ended a moment ago, with the last person it spoke for
            return False
        Device.objects.get_or_create(
            person=found, device_id=device, ended_at=None, defaults={"account": account, "verified_at": at}
        )
        if found.level < rules.PHONE_VERIFIED:
            found.level, found.phone_verified_at = rules.PHONE_VERIFIED, at
            found.save(update_fields=["level", "phone_verified_at"])
    return True


def show_document(
    *,
    by: User,
    person: int,
    document: Document,
    birth: date,
    phone: str,
    purpose: Purpose,
    at: datetime,
    name: str = "",
) -> None:
    """Record that a person showed a document at a counter, with their birth date and phone; they are document-verified.

    ``phone`` in E.164 replaces the one typed at a door; devices and codes of the old number end with it. It is empty
    for a dependant without one, whom a guardian's browser shows.

    ``name`` corrects the spelling, to the document's.

    :raises UnknownPerson: there is none. :raises PersonRefused: the name cannot be used.
    :raises DocumentTaken: it stands for another person; propose the pair for review, nothing changes here. Of that
    person it was looked up, and the trail names them. :raises BirthUnfit: it is not the day in the document's number.
    :raises DocumentDiffers: it contradicts what is on record; only a data steward replaces that, and ends it.
    :raises PurposeRefused: this account may not.
    """
    with transaction.atomic():
        access.permit(by=by, action=SHOW, purpose=purpose, persons=[person], now=at)
        fitting = documents.birth_dates(document)
        if (fitting and birth not in fitting) or birth > local_day(at):
            raise BirthUnfit
        try:
            _show(person, document, birth=birth, phone=phone, name=name, by=by, purpose=purpose, at=at)
        except DocumentTaken as error:
            detail = {"by": ["document"], "found": 1}
            trail.record(by=by, action=FIND, purpose=purpose, persons=[error.other], detail=detail, at=at)
            taken = error
        else:
            return
    raise taken


@transaction.atomic
def _show(
    person: int, document: Document, *, birth: date, phone: str, name: str, by: User, purpose: Purpose, at: datetime
) -> None:
    row = Person.objects.select_for_update().filter(pk=person).first()
    if row is None:
        raise UnknownPerson
    other = _stands_for(document)
    if other not in {None, person}:
        raise DocumentTaken(other or 0)
    ended = superseding.end_contradicted(row, document, birth=birth, by=by, at=at)
    if other is None:
        _keep(row, document, by=by, at=at)
    before = phone_of(row) if row.level == rules.DOCUMENT_VERIFIED else ""
    if name:
        names.rename(row, name, at=at)
    _identify(row, birth=birth, phone=phone, at=at)
    matching.reconsider(persons=[person], now=at)
    trail.record(
        by=by,
        action=SHOW,
        purpose=purpose,
        persons=[person],
        detail={"document": document.kind, "renamed": bool(name)} | ({"ended": ended} if ended else {}),
        at=at,
    )
    if before and before != phone:
        telling.tell(phone=before, by=by, template=telling.NUMBER_CHANGED, slots={}, now=at)


@transaction.atomic
def propose_same(*, person: int, other: int, at: datetime) -> None:
    """Propose two persons who showed one document for review, also two that were kept apart before it was shown.

    What something vetoes, or two people merged, stays as it is.
    """
    one, two = sorted((person, other))
    row, made = Proposal.objects.select_for_update().get_or_create(
        one_id=one, other_id=two, defaults={"reasons": ["document"], "score": 100, "found_at": at}
    )
    if made or row.decision not in {"", "different"} or "document" in row.reasons:
        return
    row.reasons, row.score, row.decision = ["document", *row.reasons], 100, ""
    row.found_at, row.decided_at, row.decided_by = at, None, None
    row.save()


@transaction.atomic
def hold_by_code(*, account: User, at: datetime) -> Held | None:
    """Return the document-verified person whom a code to the phone opens just now, or nobody.

    Only within 14 days after a counter recorded this phone with a document, only while nobody holds that person, and
    only for one person: whoever gets the number later finds nothing to open.
    """
    fresh = Person.objects.select_for_update().filter(
        phone_key=account.phone_key, level=rules.DOCUMENT_VERIFIED, phone_verified_at__gt=at - BIND_WITHIN
    )
    waiting = [one for one in fresh if not one.holders.filter(ended_at=None, level=rules.DOCUMENT_VERIFIED).exists()]
    if account.phone_key is None or len(waiting) != 1 or not access.goes_on(account=account):
        return None
    Holder.objects.create(person=waiting[0], account=account, level=rules.DOCUMENT_VERIFIED, since=at)
    return _held(waiting[0], (), own=True)


def held_by(*, account: int, bound: int | None, at: datetime) -> tuple[Held, ...]:
    """Return the persons for whom a browser speaks that is ``bound`` to one: that person first, then dependants.

    No trail, for it is one's own.
    """
    own = Holder.objects.filter(account_id=account, ended_at=None, level=rules.DOCUMENT_VERIFIED)
    holder = own.filter(person_id=bound).select_related("person").first() if bound else None
    if holder is None:
        return ()
    guarded = Guardian.objects.filter(guardian=holder.person, ended_at=None).select_related("dependant").order_by("pk")
    persons = [holder.person, *(one.dependant for one in guarded if not guarding.over(one, now=at))]
    return tuple(_held(one, _devices(one, account), own=one.pk == holder.person_id, whole=True) for one in persons)


def shown_to(*, account: User, visitor: tuple[int, int] | None, bound: int | None, at: datetime) -> tuple[Held, ...]:
    """Return everybody whom a browser may show its citizen: whom it is bound to, and whom its device checks in as."""
    by_document = held_by(account=account.pk, bound=bound, at=at)
    by_device = device_of(account=account.pk, person=visitor[0], device=visitor[1]) if visitor else None
    known = set(together([one.person for one in by_document]))  # joined already: the whole is shown
    return by_document if by_device is None or by_device.person in known else (by_device, *by_document)


def visitor(*, token: str) -> Visitor | None:
    """Return whom a browser with this token checks in as, and on which device, or nobody."""
    try:
        return _tokens().read(token)
    except VisitorTokenError:
        return None


@cache
def _tokens() -> VisitorTokens:
    return VisitorTokens(keyring())


def device_of(*, account: int, person: int, device: int) -> Held | None:
    """Return the person whom a verified device speaks for, or nobody."""
    found = (
        Device.objects.filter(account_id=account, person_id=person, device_id=device, ended_at=None)
        .select_related("person")
        .first()
    )
    return replace(_held(found.person, (device,), own=True), since=found.verified_at) if found else None


def _stands_for(document: Document) -> int | None:
    key = blind_index().of(documents.INDEX, document.value)
    return Shown.objects.filter(number_key=key, ended_at=None).values_list("person_id", flat=True).first()


def _keep(row: Person, document: Document, *, by: User, at: datetime) -> None:
    uuid = uuid7()
    sealed = sealer().seal(table="people_document", column="number", row=uuid, text=document.number)
    try:
        with transaction.atomic():
            Shown.objects.create(
                uuid=uuid,
                person=row,
                kind=document.kind,
                country=document.country,
                number_key=blind_index().of(documents.INDEX, document.value),
                number_sealed=sealed,
                shown_at=at,
                shown_to=by,
            )
    except IntegrityError as error:  # another counter recorded it at the same moment
        if "document_of_one_person" not in str(error):
            raise
        raise DocumentTaken(_stands_for(document) or 0) from error


def _identify(row: Person, *, birth: date, phone: str, at: datetime) -> None:
    index, seal = blind_index(), sealer().seal
    key = index.of(rules.PHONE_INDEX, phone) if phone else None
    if row.phone_key is None or key is None or bytes(row.phone_key) != key:
        near = accounts.accounts_of([row.pk])
        Device.objects.filter(person=row, ended_at=None).update(ended_at=at)
        Holder.objects.filter(person=row, ended_at=None).update(ended_at=at)
        accounts.end_silent(near, now=at)
        row.door_key = None  # another number's door key would name somebody else
    row.level, row.phone_verified_at = rules.DOCUMENT_VERIFIED, at
    row.phone_key, row.phone_sealed, row.last4_key = key, None, None
    if phone:
        row.phone_sealed = seal(table=rules.TABLE, column=rules.PHONE_COLUMN, row=row.uuid, text=phone)
        row.last4_key = index.of(rules.LAST4_INDEX, phone[-4:])
    row.birth_sealed = seal(table=rules.TABLE, column=rules.BIRTH_COLUMN, row=row.uuid, text=birth.isoformat())
    row.name_year_key = index.of(rules.NAME_YEAR_INDEX, f"{rules.fold_name(name=name_of(row))}|{birth.year}")
    row.save()


def _devices(person: Person, account: int) -> tuple[int, ...]:
    rows = Device.objects.filter(person=person, account_id=account, ended_at=None).order_by("pk")
    return tuple(rows.values_list("device_id", flat=True))


def _held(person: Person, devices: tuple[int, ...], *, own: bool, whole: bool = False) -> Held:
    return Held(person.pk, person.uuid, name_of(person), person.level, devices, own, whole)
