"""Proving that an owner speaks for a premises: a code to its phone, a code in a letter, or an officer's word."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.formats import crockford
from jejak.kernel.sealing import blind_index
from jejak.messaging import actions as messaging
from jejak.premises import reach, registration, rules
from jejak.premises.actions.rows import PURPOSE, locked, note
from jejak.premises.actions.standing import unconfirm
from jejak.premises.errors import DetailsWrong, ProofRefused, UnknownProof
from jejak.premises.models import Premises, Proof
from jejak.premises.queries import LetterOf, letter_of
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.messaging.actions import Asked
    from jejak.trail.rules import Actor

CODE_PURPOSE: Final = "premises"
LETTER_CODE: Final = 8  # characters of 5 bits
LETTER_DAYS: Final = 30
LETTER_TRIES: Final = 5
WAITING_DAYS: Final = 90
"""How long a request waits to be looked at or printed before it may be forgotten."""
LETTER_INDEX: Final = "premises.letter"


@transaction.atomic
def ask_by_phone(*, by: Actor, uuid: UUID, language: str, source: str, now: datetime) -> Asked:
    """Return what became of the code sent to the business's phone; ``reason`` says why none was sent.

    :raises UnknownPremises: this account has none such.
    :raises ProofRefused: it is confirmed, closed, without a registration number, or its phone takes no SMS.
    """
    row = _askable(by=by, uuid=uuid)
    if not _registered(row):
        raise ProofRefused("no-registration")
    if not row.phone:
        raise ProofRefused("no-phone")
    if not reach.takes_sms(phone=row.phone):
        raise ProofRefused("landline")
    recipient = messaging.Phone(row.phone)
    asked = messaging.send_code(purpose=CODE_PURPOSE, recipient=recipient, language=language, source=source, now=now)
    if not asked.reason:
        _open(row, by=by, way="phone", now=now, expires_at=asked.expires_at, challenge=asked.challenge)
    return asked


def check_phone(*, by: Actor, uuid: UUID, typed: str, now: datetime) -> bool:
    """Return whether what was typed is the code sent to the premises' phone; if so the premises is confirmed.

    :raises UnknownPremises: this account has none such.
    :raises UnknownProof: no code is under way.
    """
    with transaction.atomic():
        row = locked(by=by, uuid=uuid)
        proof = _under_way(row, way="phone", now=now)
    recipient = messaging.Phone(row.phone)
    right = proof.challenge is not None and messaging.check_code(
        challenge=proof.challenge, purpose=CODE_PURPOSE, recipient=recipient, typed=typed, now=now
    )
    return right and _confirmed_meanwhile(by=by, uuid=uuid, proof=proof, phone=row.phone, now=now)


@transaction.atomic
def ask_by_letter(*, by: Actor, uuid: UUID, now: datetime) -> None:
    """Ask for a letter with a code to the premises' address; it is made when it is printed.

    :raises UnknownPremises: this account has none such.
    :raises ProofRefused: it is confirmed or closed.
    """
    _open(_askable(by=by, uuid=uuid), by=by, way="post", now=now, expires_at=now + timedelta(days=WAITING_DAYS))


@transaction.atomic
def ask_an_officer(*, by: Actor, uuid: UUID, now: datetime) -> None:
    """Ask an officer to confirm the premises.

    :raises UnknownPremises: this account has none such.
    :raises ProofRefused: it is confirmed or closed.
    """
    _open(_askable(by=by, uuid=uuid), by=by, way="officer", now=now, expires_at=now + timedelta(days=WAITING_DAYS))


@transaction.atomic
def write_letter(*, by: Actor, proof: UUID, now: datetime) -> tuple[LetterOf, str]:
    """Return what an officer prints for the post, with a fresh code; one printed before is void from now on.

    :raises UnknownProof: nobody waits for that letter.
    """
    found = _waiting(proof, ways=("post",), now=now)
    code = crockford.write(number=secrets.randbits(5 * LETTER_CODE), length=LETTER_CODE)
    found.code_digest, found.tries = _digest(found, code), 0
    found.expires_at = now + timedelta(days=LETTER_DAYS)
    found.save(update_fields=["code_digest", "tries", "expires_at"])
    _noted(by=by, action="premises.letter-printed", proof=found, now=now)
    return letter_of(proof=proof), code


@transaction.atomic
def check_letter(*, by: Actor, uuid: UUID, typed: str, now: datetime) -> bool:
    """Return whether what was typed is the letter's code, within 30 days and five tries; if so it is confirmed.

    :raises UnknownPremises: this account has none such.
    :raises UnknownProof: no letter is under way.
    """
    row = locked(by=by, uuid=uuid)
    proof = _under_way(row, way="post", now=now)
    if proof.code_digest is None:
        raise UnknownProof
    proof.tries += 1
    right = compare_digest(bytes(proof.code_digest), _digest(proof, _spelled(typed)))
    if not right:
        if proof.tries >= LETTER_TRIES:
            proof.outcome, proof.settled_at = "expired", now
        proof.save(update_fields=["tries", "outcome", "settled_at"])
        return False
    _settle(row, proof=proof, by=by, now=now)
    return True


@transaction.atomic
def confirm(*, by: Actor, proof: UUID, now: datetime) -> None:
    """Confirm a premises by an officer's word.

    :raises UnknownProof: nobody waits for that.
    """
    found = _waiting(proof, ways=("officer", "post"), now=now)
    _settle(found.premises, proof=found, by=by, now=now, way="officer")


@transaction.atomic
def refuse(*, by: Actor, proof: UUID, reason: str, now: datetime) -> None:
    """Refuse a request; the owner reads the reason and may ask again.

    :raises UnknownProof: nobody waits for that.
    :raises DetailsWrong: no reason is given, or one that cannot be printed.
    """
    said = rules.reason(reason)
    found = _waiting(proof, ways=("officer", "post"), now=now)
    found.outcome, found.reason, found.settled_at, found.settled_by_id = "refused", said, now, by.id
    found.save(update_fields=["outcome", "reason", "settled_at", "settled_by"])
    _noted(by=by, action="premises.proof-refused", proof=found, now=now)


def look_at(*, by: Actor, proof: UUID, now: datetime) -> LetterOf:
    """Return a request with the name of who asks; the look is entered in the trail.

    :raises UnknownProof: there is none such.
    """
    with transaction.atomic():
        found = _waiting(proof, ways=("officer", "post"), now=now)
        _noted(by=by, action="premises.proof-seen", proof=found, now=now)
        return letter_of(proof=proof)


def _askable(*, by: Actor, uuid: UUID) -> Premises:
    row = locked(by=by, uuid=uuid)
    if row.closed_at is not None:
        raise ProofRefused("closed")
    if row.confirmed_at is not None:
        raise ProofRefused("confirmed")
    return row


def _open(
    row: Premises, *, by: Actor, way: str, now: datetime, expires_at: datetime, challenge: UUID | None = None
) -> None:
    earlier = Proof.objects.filter(premises=row, way=way, outcome="")
    earlier.filter(expires_at__lte=now).update(outcome="expired", settled_at=now)
    if way == "phone":
        earlier.update(outcome="withdrawn", settled_at=now)
    elif earlier.exists():
        return  # asking twice is asking once; a letter on its way stays good
    Proof.objects.create(
        premises=row, way=way, asked_by_id=by.id or 0, asked_at=now, expires_at=expires_at, challenge=challenge
    )
    note(by=by, action="premises.proof-asked", premises=row, now=now, way=way)


def _registered(row: Premises) -> bool:
    """Return whether a premises gave a registration number of a known form."""
    try:
        return bool(registration.read(row.registration_number).text)
    except DetailsWrong:
        return False


def _under_way(row: Premises, *, way: str, now: datetime) -> Proof:
    found = Proof.objects.filter(premises=row, way=way, outcome="", expires_at__gt=now).first()
    if found is None:
        raise UnknownProof
    return found


def _waiting(proof: UUID, *, ways: tuple[str, ...], now: datetime) -> Proof:
    """Return an open request, its premises locked before it as everywhere else."""
    number = Proof.objects.filter(uuid=proof).values_list("premises_id", flat=True).first()
    Premises.objects.select_for_update().filter(pk=number or 0).first()
    rows = Proof.objects.select_related("premises").filter(uuid=proof, way__in=ways, outcome="", expires_at__gt=now)
    found = rows.first()
    if found is None:
        raise UnknownProof
    return found


@transaction.atomic
def _confirmed_meanwhile(*, by: Actor, uuid: UUID, proof: Proof, phone: str, now: datetime) -> bool:
    """Confirm after a code proved right, unless the request was withdrawn or the phone changed in that moment."""
    row = locked(by=by, uuid=uuid)
    open_still = Proof.objects.filter(pk=proof.pk, outcome="").exists()
    if not open_still or row.phone != phone or row.confirmed_at is not None:
        return False
    _settle(row, proof=proof, by=by, now=now)
    return True


def _settle(row: Premises, *, proof: Proof, by: Actor, now: datetime, way: str = "") -> None:
    proof.outcome, proof.settled_at, proof.settled_by_id = "confirmed", now, by.id
    proof.save()
    unconfirm(row, now=now)  # ends the other requests
    row.confirmed_at, row.confirmed_way = now, way or proof.way
    row.save(update_fields=["confirmed_at", "confirmed_way"])
    note(by=by, action="premises.confirmed", premises=row, now=now, way=row.confirmed_way)


def _noted(*, by: Actor, action: str, proof: Proof, now: datetime) -> None:
    detail = {"premises": proof.premises_id, "proof": proof.pk}
    trail.record(by=by, action=action, purpose=PURPOSE, detail=detail, at=now)


def _digest(proof: Proof, code: str) -> bytes:
    return blind_index().of(LETTER_INDEX, f"{proof.uuid.hex}|{code}")


def _spelled(typed: str) -> str:
    """Return a code as it was printed, however it was typed; what is none becomes one that never matches."""
    try:
        return crockford.write(number=crockford.read(typed[:40].replace("-", "").replace(" ", "")), length=LETTER_CODE)
    except ValueError:
        return ""
