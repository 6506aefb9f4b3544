"""Reading the ledger: an entry, its proof, and how the log stands."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from jejak.formats import checkpoint, merkle, note, tiles, tlogproof
from jejak.formats import policy as policies
from jejak.formats.note import NoteError
from jejak.formats.policy import Policy, PolicyError
from jejak.ledger import roots, rules
from jejak.ledger.errors import EntryUnknown
from jejak.ledger.forgetting import erasable, kept_from
from jejak.ledger.models import Record, Waiting
from jejak.ledger.sequencing import log_files, verifier_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jejak.formats.checkpoint import Signed


__all__ = [  # with what lies in a module of its own, for other rooms come in by this door alone
    "Kept",
    "ProofOf",
    "Standing",
    "entry",
    "erasable",
    "kept",
    "kept_from",
    "latest_of",
    "number_at",
    "of_kind",
    "opened",
    "opened_checkpoint",
    "policy",
    "policy_in_force",
    "proof",
    "signed_at",
    "signed_of",
    "standing",
]

MOST_COUNTED: Final = 100_000
UNREADABLE: Final = "unreadable"
"""A quorum that nobody is in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it is kept; ``record`` is ``None`` once erased or made illegible, ``index`` while it waits."""

    number: int
    index: int | None
    kind: int
    schema: int
    commitment: bytes
    record: dict[str, Any] | None
    opened: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofOf:
    """A proof bundle; ``waiting`` while the witnesses' quorum is not met for its checkpoint."""

    text: bytes
    waiting: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log stands: its latest checkpoint and verifier keys, and what waits to enter.

    ``trouble`` says why the policy cannot be read, which is then one that nobody meets.
    """

    signed: Signed
    keys: tuple[str, ...]
    policy: Policy
    witnessed: bool
    waiting: int
    trouble: str = ""


def entry(number: int) -> Kept:
    """Return a record by its number.

    :raises EntryUnknown: there is none.
    """
    found = Record.objects.select_related("place").filter(pk=number).first()
    if found is None:
        raise EntryUnknown
    return kept(found)


def number_at(index: int) -> int:
    """Return the number of the record at a place of the log.

    :raises EntryUnknown: there is none, or it went with a restored backup.
    """
    found = Record.objects.filter(place__index=index).values_list("pk", flat=True).first()
    if found is None:
        raise EntryUnknown
    return found


def of_kind(kind: rules.Kind, *, numbers: Iterable[int]) -> set[int]:
    """Return which of these numbers are those of records of a kind."""
    return set(Record.objects.filter(pk__in=list(numbers), kind=kind.number).values_list("pk", flat=True))


def opened(*, kinds: tuple[int, ...] = (), limit: int = 100) -> list[Kept]:
    """Return the latest published records that are in the log, newest first; of some kinds, or of all."""
    found = Record.objects.filter(opened=True, place__isnull=False).select_related("place")
    if kinds:
        found = found.filter(kind__in=kinds)
    return [kept(record) for record in found.order_by("-pk")[:limit]]


def latest_of(kind: rules.Kind) -> Kept | None:
    """Return the latest record of a published kind, in the log or waiting for it; ``None`` before the first."""
    found = Record.objects.filter(kind=kind.number, opened=True).select_related("place").order_by("-pk").first()
    return None if found is None else kept(found)


def kept(record: Record) -> Kept:
    """Return a row as a value."""
    place = getattr(record, "place", None)
    return Kept(
        number=record.pk,
        index=place.index if place else None,
        kind=record.kind,
        schema=record.schema,
        commitment=bytes(record.commitment),
        record=record.told,
        opened=record.opened,
        at=record.at,
    )


def proof(number: int, *, tell: bool = True) -> ProofOf:
    """Return the proof that a record is in the log, in the form of tlog-proof.

    With ``tell``, the record and its salt go along as extra data, so that whoever holds the proof can check what the
    entry means, and read it.

    :raises EntryUnknown: there is no such record, or it has not entered the signed log yet.
    """
    found = Record.objects.select_related("place").filter(pk=number).first()
    place = getattr(found, "place", None)
    if found is None or place is None:
        raise EntryUnknown
    signed, waiting = _best_for(place.index)
    head = signed.checkpoint
    read = tiles.TileReader(size=head.size, fetch=log_files().read)
    path = tuple(merkle.inclusion_path(index=place.index, size=head.size, read=read))
    extra = _extra(found) if tell else None
    return ProofOf(tlogproof.Proof(place.index, path, signed.encode(), extra).encode(), waiting)


def signed_of(numbers: Iterable[int]) -> dict[int, bool]:
    """Return which of these records are in the signed log, each with whether the witnesses' quorum has signed it."""
    wanted, _trouble = policy_in_force()
    heads = [(_signed(name, wanted), name) for name in ("checkpoint", "witnessed")]
    sizes = [
        signed.checkpoint.size if signed and (name == "checkpoint" or wanted.met_by(signed.cosignatures)) else 0
        for signed, name in heads
    ]
    latest = heads[0][0]
    if latest and wanted.met_by(latest.cosignatures):
        sizes[1] = sizes[0]
    found = Record.objects.filter(pk__in=list(numbers), place__isnull=False).values_list("pk", "place__index")
    return {number: index < sizes[1] for number, index in found if index < max(sizes)}


def _extra(record: Record) -> bytes | None:
    if record.told is None or record.salt is None:
        return None
    told = {
        "kind": record.kind,
        "schema": record.schema,
        "salt": b64encode(bytes(record.salt)).decode(),
        "record": record.told,
    }
    return rules.canonical(told, largest=tlogproof.LARGEST_EXTRA)


def _best_for(index: int) -> tuple[Signed, bool]:
    """Return the latest witnessed checkpoint that holds an entry, else the latest one and that it waits."""
    wanted, _trouble = policy_in_force()
    for name in ("witnessed", "checkpoint"):
        signed = _signed(name, wanted)
        if signed and signed.checkpoint.size > index and wanted.met_by(signed.cosignatures):
            return signed, False
    signed = _signed("checkpoint", wanted)
    if signed is None or signed.checkpoint.size <= index:
        raise EntryUnknown
    return signed, True


def _signed(name: str, wanted: Policy) -> Signed | None:
    data = log_files().fetch(name)
    return None if data is None or log_files().head() is None else opened_checkpoint(data, wanted)


def opened_checkpoint(data: bytes, wanted: Policy) -> Signed:
    """Return a checkpoint of our own log, with the cosignatures of a policy's witnesses.

    :raises NoteError: our log did not sign it.
    """
    head = log_files().head()
    keys = {note.read_key(key).id: key for key in verifier_keys(head.origin if head else "")}
    signers = [one.key_id for one in note.parse(data).signatures]
    key = next((key for name, key in keys.items() if name in signers), next(iter(keys.values())))
    return checkpoint.open(data, log=key, witnesses=[party.key for party in wanted.witnesses])


def policy() -> Policy:
    """Return who witnesses this node's log and how many suffice; nobody, without a policy file.

    :raises PolicyError: the file ``<data>/ledger/policy`` cannot be used; the detail says which line, and why.
    """
    data = log_files().fetch("policy")
    try:
        return Policy() if data is None else policies.read(data.decode(errors="surrogateescape"))
    except (PolicyError, NoteError) as error:
        raise PolicyError(f"{log_files().folder / 'policy'}: {error.detail}") from error


def policy_in_force() -> tuple[Policy, str]:
    """Return the policy, and why its file cannot be read: then nobody is asked, no quorum is met, and all goes on."""
    try:
        return policy(), ""
    except PolicyError as error:
        return Policy(quorum=UNREADABLE), error.detail


def root_upto(*, number: int) -> bytes | None:
    """Return the root over the log up to and with a record, which nobody could know before; ``None`` until signed."""
    signed = _signed("checkpoint", policy())
    return roots.root_upto(number=number, head=signed.checkpoint if signed else None)


def signed_at() -> datetime | None:
    """Return when this node noted its head, by its own clock; ``None`` before the first."""
    with suppress(OSError):
        return datetime.fromtimestamp((log_files().folder / "head").stat().st_mtime, tz=UTC)
    return None


def standing() -> Standing | None:
    """Return how the log stands, or ``None`` before its first checkpoint."""
    wanted, trouble = policy_in_force()
    signed = _signed("checkpoint", wanted)
    if signed is None:
        return None
    return Standing(
        signed=signed,
        keys=tuple(verifier_keys(signed.checkpoint.origin)),
        policy=wanted,
        witnessed=wanted.met_by(signed.cosignatures),
        waiting=Waiting.objects.all()[:MOST_COUNTED].count(),
        trouble=trouble,
    )
