"""Who works at a door: adding, new PINs, ending, and unlocking a counter with a PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from jejak.entrance import rules
from jejak.entrance.errors import DoorUnknown, NameTaken, PinLocked, PinWrong
from jejak.entrance.models import Member, Tablet
from jejak.entrance.queries import members
from jejak.premises import queries as premises
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.entrance.queries import Paired
    from jejak.trail.rules import Actor

PURPOSE: Final = "staff at the door"


def add_member(*, by: Actor, uuid: UUID, name: str, pin: str, now: datetime) -> UUID:
    """Return the uuid of a new member of a door's staff.

    :raises UnknownPremises: this account has none such.
    :raises NameGeneric: it names a post, not a person. :raises NameUnusable: it cannot be printed.
    :raises NameTaken: somebody of this name works there.
    :raises PinTooSimple: it would be guessed.
    """
    place, tidy, hashed = premises.one_of(owner=by, uuid=uuid), rules.member_name(name), _hashed(pin)
    with transaction.atomic():
        of_former_owners = Member.objects.filter(premises_id=place.id, ended_at=None).exclude(added_by_id=by.id)
        of_former_owners.update(ended_at=now)
        if Member.objects.filter(premises_id=place.id, name__iexact=tidy, ended_at=None).exists():
            raise NameTaken(tidy)
        try:
            row = Member.objects.create(
                premises_id=place.id, name=tidy, pin_hash=hashed, added_by_id=by.id or 0, added_at=now
            )
        except IntegrityError as error:  # the same form, sent twice at once
            raise NameTaken(tidy) from error
        _note(by, "member.added", row, now)
    return row.uuid


def reset_pin(*, by: Actor, uuid: UUID, member: UUID, pin: str, now: datetime) -> None:
    """Give a member a new PIN, unlocked; whoever works under the old one is sent back to the choice of names.

    :raises DoorUnknown: this account has none such.
    :raises PinTooSimple: it would be guessed.
    """
    hashed = _hashed(pin)
    with transaction.atomic():
        row = _locked(by=by, uuid=uuid, member=member)
        row.pin_hash, row.tries, row.locked_until = hashed, 0, None
        row.save(update_fields=["pin_hash", "tries", "locked_until"])
        _stop(row)
        _note(by, "member.pin", row, now)


@transaction.atomic
def end_member(*, by: Actor, uuid: UUID, member: UUID, now: datetime) -> None:
    """End a member's work at a door, at once; what they wrote stays on record under their name.

    :raises DoorUnknown: this account has none such.
    """
    row = _locked(by=by, uuid=uuid, member=member)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _stop(row)
    _note(by, "member.ended", row, now)


def start_work(*, tablet: Paired, member: UUID, pin: str, now: datetime) -> None:
    """Let a member work at a counter tablet for fifteen minutes; whoever worked there before is switched away.

    :raises DoorUnknown: nobody such works at this premises.
    :raises PinLocked: five wrong PINs were typed within the last fifteen minutes.
    :raises PinWrong: the PIN is not theirs.
    """
    right = _tried(tablet=tablet, member=member, pin=pin, now=now)  # the count stays even when the PIN is refused
    if not right:
        raise PinWrong


def stop_work(*, tablet: Paired) -> None:
    """Let nobody work at a tablet."""
    Tablet.objects.filter(pk=tablet.id).update(member=None, member_until=None)


@transaction.atomic
def _tried(*, tablet: Paired, member: UUID, pin: str, now: datetime) -> bool:
    rows = members.current().select_for_update(of=("self",))  # PINs tried at once are counted one after the other
    row = rows.filter(premises_id=tablet.premises, uuid=member).first()
    if row is None:
        raise DoorUnknown
    if row.locked_until is not None:
        if row.locked_until > now:
            raise PinLocked
        row.tries, row.locked_until = 0, None
    right = check_password(pin, row.pin_hash)
    row.tries = 0 if right else row.tries + 1
    if row.tries >= rules.PIN_TRIES:
        row.locked_until = now + rules.PIN_LOCKED
    row.save(update_fields=["tries", "locked_until"])
    if right:
        here = Tablet.objects.filter(pk=tablet.id, ended_at=None, mode="counter")
        here.update(member=row, member_until=now + rules.WORK_LASTS)
    return right


def _hashed(pin: str) -> str:
    return make_password(rules.checked_pin(pin))


def _locked(*, by: Actor, uuid: UUID, member: UUID) -> Member:
    rows = members.current().select_for_update(of=("self",))
    row = rows.filter(premises__owner_id=by.id, premises__uuid=uuid, uuid=member).first()
    if row is None:
        raise DoorUnknown
    return row


def _stop(row: Member) -> None:
    Tablet.objects.filter(member=row).update(member=None, member_until=None)


def _note(by: Actor, action: str, row: Member, now: datetime) -> None:
    detail = {"premises": row.premises_id, "member": row.pk}
    trail.record(by=by, action=action, purpose=PURPOSE, detail=detail, at=now)
