"""Certifying a browser's key, so that it can sign receipts while there is no network; nothing is stored."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from jejak.formats import offlinereceipt
from jejak.formats.offlinereceipt import OfflineReceiptError
from jejak.kernel.access import public
from jejak.lane.errors import FieldInvalid
from jejak.lane.origin import require_json, require_own
from jejak.lane.problems import JSON_HEADERS
from jejak.lane.protocol import parsed
from jejak.lane.remembered import REMEMBER_DAYS, VISITOR
from jejak.lane.wire import Response, cookies, read_body, response

if TYPE_CHECKING:
    from jejak.lane.parts import Parts
    from jejak.lane.wire import Receive, Scope

KEY_LENGTH: Final = 87
"""Characters of 65 bytes in base64url without padding."""


@public(reason="whoever shows a visitor token gets its device's key certified; nothing is read or written")
async def certify(lane: Parts, scope: Scope, receive: Receive, _path: tuple[str, ...]) -> Response:
    """Answer ``POST /v1/devices``: 201 with the certificate and the last day on which it holds."""
    require_json(scope)
    given = parsed(await read_body(scope, receive))
    visitor = given.get("visitor")
    if visitor is None:
        require_own(scope)
        visitor = cookies(scope).get(VISITOR)
    if type(visitor) is not str:
        raise FieldInvalid("visitor must be a token that a check-in gave.", field="visitor")
    lane.tokens.read_visitor(visitor)
    until = datetime.fromtimestamp(lane.clock() / 1000, UTC).date() + timedelta(days=REMEMBER_DAYS)
    try:
        certificate = offlinereceipt.certify(
            key=_key(given.get("key")), until=until, key_id=lane.signer.id, private_key=lane.signer.secret
        )
    except OfflineReceiptError as wrong:
        raise FieldInvalid(f"key: {wrong.detail}.", field="key") from None
    body = json.dumps({"certificate": certificate, "until": until.isoformat()}).encode()
    return response(201, JSON_HEADERS, body)


def _key(value: object) -> bytes:
    if type(value) is not str or len(value) != KEY_LENGTH:
        raise FieldInvalid("key must be 65 bytes, an uncompressed P-256 point, in base64url.", field="key")
    try:
        return urlsafe_b64decode(value.encode("ascii") + b"=")
    except (UnicodeEncodeError, binascii.Error):
        raise FieldInvalid("key must be in base64url without padding.", field="key") from None
