"""The code on the receipt of an import, which only this node's keys make.

It is HMAC-SHA256, in hexadecimal, over the receipt's fields without the code itself: JSON with sorted keys, no spaces
and everything beyond ASCII escaped. The key is derived from one of the node's receipt keys for what was imported, so
that no receipt of visits passes for one of premises, nor for anything else that a receipt key makes.

Source: RFC 2104 (HMAC); RFC 5869 (HKDF).
"""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import TYPE_CHECKING

from jejak.kernel.sealing import subkey

if TYPE_CHECKING:
    from collections.abc import Mapping


def code(fields: Mapping[str, object], *, what: str, secret: bytes) -> str:
    """Return the code that a receipt with these fields must carry; ``what`` was imported."""
    said = {name: value for name, value in fields.items() if name != "mac"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(subkey(secret, info=f"jejak/{what}-import/v1"), text.encode(), sha256).hexdigest()
