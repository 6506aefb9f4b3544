"""What an import of premises hands back: where every row went, with a code that only this node's keys make."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from jejak.formats import importreceipt

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings
    from jejak.premises.queries import ImportOf

WHAT: Final = "premises"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A finished import; received = accepted + duplicate + rejected; ``mac`` is `formats.importreceipt`'s code."""

    node: str
    what: str
    file: str
    digest: str
    by: str
    previewed_at: str
    finished_at: str
    received: int
    accepted: int
    duplicate: int
    rejected: int
    ignored: tuple[str, ...]
    key: int
    mac: str = ""

    def to_json(self) -> str:
        """Return it as people and machines keep it."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)


def receipt(it: ImportOf, *, settings: Settings, keyring: Keyring) -> Receipt:
    """Return the receipt of a finished import, signed with the node's active receipt key."""
    key = keyring.active("receipt")
    plain: dict[str, Any] = {
        "node": settings.node_id,
        "what": WHAT,
        "file": it.name,
        "digest": it.digest,
        "by": it.by_name,
        "previewed_at": it.previewed_at.isoformat(),
        "finished_at": it.finished_at.isoformat() if it.finished_at else "",
        "received": it.received,
        "accepted": it.accepted,
        "duplicate": it.duplicate,
        "rejected": it.rejected,
        "ignored": tuple(it.ignored),
        "key": key.id,
    }
    return Receipt(**plain, mac=code(plain, secret=key.secret))


def code(plain: dict[str, object], *, secret: bytes) -> str:
    """Return the code that a receipt with these fields must carry, in hexadecimal."""
    return importreceipt.code(plain, what=WHAT, secret=secret)
