"""What the public page shows, put into words and rows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from jejak.formats import note
from jejak.formats.note import NoteError
from jejak.formats.policy import PolicyError
from jejak.kernel.settings import settings
from jejak.ledger import gathering, queries, witnessing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jejak.formats.policy import Party
    from jejak.ledger.queries import Standing

    Words = Callable[[Mapping[str, Any]], str]
    """Puts a published record of one kind into a sentence in the reader's language."""

LATEST: Final = 20

_words: dict[int, Words] = {}


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A witness of our log: whether it cosigned the latest checkpoint, and when it last cosigned one."""

    name: str
    now: bool
    at: datetime | None
    trouble: bool


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A published record: its place, when it was kept, and what it says."""

    index: int | None
    at: datetime
    text: str


def put_into_words(number: int, words: Words) -> None:
    """Let the records of a kind be shown as sentences, from the room's ``AppConfig.ready``."""
    _words[number] = words


def page(*, now: datetime) -> dict[str, Any]:
    """Return what the page's template shows."""
    standing = queries.standing()
    address = f"{settings().base_url}/ledger"
    key = standing.keys[0] if standing else ""
    return {
        "standing": standing,
        "address": address,
        "commands": [
            f"jejak ledger fsck {address} --key '{key}'",
            f"jejak ledger follow {address} --key '{key}' --state seen",
        ],
        "checkpoint": standing.signed.checkpoint if standing else None,
        "root": standing.signed.checkpoint.root.hex() if standing else "",
        "witnesses": _witnesses(standing) if standing else [],
        "records": _records(),
        "witnessed_logs": _witnessed_logs(),
        "witness_keys": witnessing.verifier_keys(),
        "now": now,
    }


def _witnessed_logs() -> list[witnessing.Witnessed]:
    """Return the logs that this node witnesses; none while the file with them cannot be read, which `doctor` tells."""
    with suppress(PolicyError, NoteError):
        return [witnessing.seen_of(log) for log in witnessing.logs()]
    return []


def _witnesses(standing: Standing) -> list[WitnessRow]:
    made = {(one.name, one.key_id): one for one in standing.signed.cosignatures}
    heard = gathering.heard()
    return [_witness(party, made, heard.get(party.name, gathering.Heard())) for party in standing.policy.witnesses]


def _witness(party: Party, made: Mapping[tuple[str, bytes], note.Signature], heard: gathering.Heard) -> WitnessRow:
    key = note.read_key(party.key)
    signature = made.get((key.name, key.id))
    moment = None
    with suppress(ValueError, OverflowError, OSError):  # a witness may claim any second of 63 bits
        if signature:
            moment = datetime.fromtimestamp(signature.time, tz=UTC)
        elif heard.at:
            moment = datetime.fromisoformat(heard.at)
    return WitnessRow(name=key.name, now=signature is not None, at=moment, trouble=bool(heard.trouble))


def _records() -> list[RecordRow]:
    found = queries.opened(kinds=tuple(_words), limit=LATEST) if _words else []
    return [RecordRow(kept.index, kept.at, _words[kept.kind](kept.record or {})) for kept in found]
