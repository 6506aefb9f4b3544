"""What the public page shows, put into words and rows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from jejak.formats import note
from jejak.formats.note import NoteError
from jejak.formats.policy import PolicyError
from jejak.kernel.settings import settings
from jejak.ledger import gathering, published, queries, witnessing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.core.paginator import Page

    from jejak.formats.policy import Party
    from jejak.ledger.queries import Standing

    Words = Callable[[Mapping[str, Any]], str]
    """Puts a published record of one kind into a sentence in the reader's language."""

LONGEST_PAGE: Final = 8
OPENSSL: Final = r"""
curl -sf "$WHERE/checkpoint" > checkpoint
sed '/^$/,$d' checkpoint > text
grep "^— ${KEY%%+*} " checkpoint | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > signature
printf '\060\052\060\005\006\003\053\145\160\003\041\000' > key.der
printf %s "$KEY" | cut -d + -f 3- | base64 -d | tail -c 32 >> key.der
openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature
""".strip()
"""The lines of docs/howto/check-a-ledger.md, a test compares them."""

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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor of the page asks for: a day, the page of a list; ``wrong`` is what was no day."""

    day: date | None = None
    wrong: str = ""
    page: int = 1


def asked(query: Mapping[str, str]) -> Asked:
    """Return what the address asks for; what cannot be understood is said, and the rest shown."""
    text = query.get("day", "").strip()[:40]
    number = int(query["page"]) if query.get("page", "").isdecimal() and len(query["page"]) < LONGEST_PAGE else 1
    try:
        return Asked(date.fromisoformat(text) if text else None, "", number)
    except ValueError:
        return Asked(None, text, number)


def put_into_words(number: int, words: Words) -> None:
    """Let the records of a kind be shown as sentences, from the room's ``AppConfig.ready``."""
    _words[number] = words


def page(*, now: datetime, wanted: Asked) -> dict[str, Any]:
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
        "others": f"WHERE={address}\nKEY='{key}'\n{OPENSSL}",
        "checkpoint": standing.signed.checkpoint if standing else None,
        "signed_at": queries.signed_at(),
        "root": standing.signed.checkpoint.root.hex() if standing else "",
        "witnesses": _witnesses(standing) if standing else [],
        "asked": wanted,
        "gone": published.gone_on(day=wanted.day) if wanted.day else [],
        "records": _records(wanted),
        "periods": published.periods(),
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


def _records(wanted: Asked) -> Page[Any]:
    found: Page[Any] = published.records(kinds=tuple(_words), on=wanted.day, page=wanted.page)
    told = [RecordRow(kept.index, kept.at, _words[kept.kind](kept.record or {})) for kept in found.object_list]
    found.object_list = told
    return found
