"""Web push: a text encrypted for one browser, handed to its push service with a signed claim of who we are.

Source: RFC 8030 (delivery), RFC 8291 with RFC 8188 (encryption), RFC 8292 (VAPID).

On the wire: salt (16) ‖ record size (4) ‖ 65 ‖ our public key of the moment (65) ‖ AES-128-GCM of text, 0x02, tag (16).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jejak.messaging.channels.exchange import SECONDS, Unreachable, exchange
from jejak.messaging.channels.letter import Fate, Letter, Outcome
from jejak.messaging.recipients import Subscription, from_base64url, to_base64url

if TYPE_CHECKING:
    import ssl
    from datetime import datetime

RECORD_SIZE: Final = 4096
LARGEST_TEXT: Final = RECORD_SIZE - 16 - 1 - 86
CLAIM_LIFE: Final = timedelta(hours=12)
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SCALAR_BYTES: Final = 32
_GONE: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class WebPush:
    """Our side of web push: the signing key, whom to write to about it, and the services that may be reached."""

    key: EllipticCurvePrivateKey
    contact: str
    hosts: tuple[str, ...]
    seconds: float = SECONDS
    context: ssl.SSLContext | None = None

    def send(self, letter: Letter) -> Outcome:
        """Hand one text to the push service; its topic lets a second copy replace the first."""
        to = letter.recipient
        if not isinstance(to, Subscription) or not _served(to.host, self.hosts):
            return Outcome(Fate.NEVER, "host-not-served")  # an endpoint is the browser's word: not any host is called
        text = json.dumps({"title": letter.text.subject, "body": letter.text.body}).encode()
        headers = {
            "Authorization": authorization(key=self.key, endpoint=to.endpoint, contact=self.contact, now=letter.now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, int((letter.expires_at - letter.now).total_seconds()))),
            "Topic": letter.key.hex,
        }
        try:
            body = encrypt(text=text, to=to, moment_key=generate_private_key(SECP256R1()), salt=os.urandom(16))
        except ValueError:
            return Outcome(Fate.NEVER, "key-not-on-curve")
        try:
            answer = exchange(
                url=to.endpoint, method="POST", headers=headers, body=body, context=self.context, seconds=self.seconds
            )
        except Unreachable:
            return Outcome(Fate.LATER, "no-answer")
        if answer.good:
            return Outcome(Fate.ACCEPTED)
        if answer.status in _GONE:
            return Outcome(Fate.NEVER, "subscription-ended")
        return Outcome(Fate.LATER, answer.trouble) if answer.may_pass else Outcome(Fate.NEVER, "rejected")


def signing_key(secret: bytes) -> EllipticCurvePrivateKey:
    """Return the P-256 key that a secret of the keyring stands for."""
    seed = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"jejak/push/v1").derive(secret)
    return derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, SECP256R1())


def public_key(key: EllipticCurvePrivateKey) -> str:
    """Return the public half as browsers take it (``applicationServerKey``)."""
    return to_base64url(_point(key.public_key()))


def encrypt(*, text: bytes, to: Subscription, moment_key: EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Return a text as only that browser can read it.

    :raises ValueError: the browser's key is no point of the curve, or the text is longer than one record.
    """
    if len(text) > LARGEST_TEXT:
        raise ValueError("A push holds one record.")
    theirs, ours = from_base64url(to.p256dh), _point(moment_key.public_key())
    shared = moment_key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
    secret = _derive(shared, salt=from_base64url(to.auth), info=b"WebPush: info\0" + theirs + ours, length=32)
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes((len(ours),)) + ours
    return header + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def authorization(*, key: EllipticCurvePrivateKey, endpoint: str, contact: str, now: datetime) -> str:
    """Return the header by which a push service knows us: a JWT for its origin, good for twelve hours."""
    origin = "/".join(endpoint.split("/")[:3])
    claims = {"aud": origin, "exp": int((now + CLAIM_LIFE).timestamp()), "sub": contact}
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    signature = to_base64url(r.to_bytes(_SCALAR_BYTES, "big") + s.to_bytes(_SCALAR_BYTES, "big"))
    return f"vapid t={signed}.{signature}, k={public_key(key)}"


def _json(value: dict[str, object]) -> str:
    return to_base64url(json.dumps(value, separators=(",", ":")).encode())


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _served(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in hosts)
