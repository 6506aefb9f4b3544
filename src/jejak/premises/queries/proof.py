"""What proves that an owner speaks for a premises, and what waits for an officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.premises.errors import UnknownProof
from jejak.premises.models import Premises, Proof
from jejak.premises.queries import register

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.premises.queries.register import Place
    from jejak.trail.rules import Actor

WAITING_ORDERS: Final = {
    "asked": ("asked_at", "id"),
    "name": ("premises__name", "id"),
    "place": ("premises__state", "premises__district", "premises__name", "id"),
    "way": ("way", "asked_at", "id"),
}
"""What the officers' list may be sorted by; a minus sign before the word turns it round."""


@dataclass(frozen=True, slots=True)
class ProofOf:
    """A request for confirmation; ``printed`` says that a letter with a code exists, ``reason`` why it was refused."""

    uuid: UUID
    way: str
    asked_at: datetime
    expires_at: datetime
    printed: bool
    tries: int
    outcome: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class LetterOf:
    """A request with whom to write to."""

    proof: ProofOf
    owner: str
    owner_email: str


def proofs_of(*, owner: Actor, uuid: UUID, now: datetime) -> dict[str, ProofOf]:
    """Return the latest request of each way for one premises of this owner; past its time it is left out.

    :raises UnknownPremises: there is none, or it is somebody else's.
    """
    place = register.one_of(owner=owner, uuid=uuid)
    rows = Proof.objects.select_related("premises").filter(premises_id=place.id).order_by("asked_at", "id")
    latest = {row.way: row for row in rows}
    return {way: _proof(row) for way, row in latest.items() if row.outcome or row.expires_at > now}


def waiting(*, now: datetime, text: str = "", state: str = "", order: str = "asked") -> tuple[ProofOf, ...]:
    """Return the open requests that need an officer, for a judgement or a letter; whoever asks longest comes first."""
    matching = register.containing(Premises.objects.all(), text)
    if state:
        matching = matching.filter(state=state)
    rows = Proof.objects.select_related("premises").filter(
        way__in=("officer", "post"), outcome="", expires_at__gt=now, premises__in=matching
    )
    columns = WAITING_ORDERS.get(order.removeprefix("-"), WAITING_ORDERS["asked"])
    rows = rows.order_by(*columns)
    return tuple(_proof(row) for row in (rows.reverse() if order.startswith("-") else rows))


def letter_of(*, proof: UUID) -> LetterOf:
    """Return a request with whom to write to; the caller enters the look in the trail.

    :raises UnknownProof: there is none such.
    """
    row = Proof.objects.select_related("premises", "asked_by").filter(uuid=proof).first()
    if row is None:
        raise UnknownProof
    return LetterOf(_proof(row), row.asked_by.name, row.asked_by.email or "")


def _proof(row: Proof) -> ProofOf:
    return ProofOf(
        uuid=row.uuid,
        way=row.way,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        printed=row.code_digest is not None,
        tries=row.tries,
        outcome=row.outcome,
        reason=row.reason,
        place=register.read(row.premises),
    )
