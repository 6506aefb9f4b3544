"""What a phone shows at a door when there is no network: a receipt signed by the browser's own key.

The node certifies a browser's key while there is a network; without one the browser signs what it scanned. A guard's
page that knows the node's public keys checks both. It speaks for a device, not for a person, and not for that device's
clock.

All numbers are big-endian. The certificate, 132 bytes, as base64url without padding::

    0x01 | key id, 1 byte | until, days since 1970-01-01, 2 | P-256 point X ‖ Y, 64
         | Ed25519 signature, 64, over "jejak/device/v1" ‖ 00 ‖ the 68 bytes before

The receipt, 226 bytes, as QR text ``JEJAK-OFFLINE:`` and base64url without padding::

    0x01 | certificate, 132 | poster code, 18 ASCII | made, ms since 1970, 6 | sequence, 4 | people, 1 (1 to 10)
         | ECDSA P-256/SHA-256 signature r ‖ s, 64, over "jejak/offline/v1" ‖ 00 ‖ the 162 bytes before

It holds if it was made before the end, in UTC, of the certificate's day ``until``. Each text has one spelling only.

Source: FIPS 186-5 (ECDSA; r ‖ s as Web Cryptography writes it, not DER); RFC 8032 (Ed25519); SEC 1, 2.3.3 (the point).
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from jejak.formats import postercode
from jejak.kernel.problems import JejakError

PREFIX: Final = "JEJAK-OFFLINE:"
POINT_BYTES: Final = 65
"""A P-256 point as browsers export it: 0x04 ‖ X ‖ Y."""
CERTIFICATE_BYTES: Final = 132
RECEIPT_BYTES: Final = 226
MOST_PEOPLE: Final = 10
LARGEST_KEY_ID: Final = 255

_VERSION: Final = 1
_SIGNATURE_BYTES: Final = 64
_EPOCH: Final = date(1970, 1, 1)
_LAST_DAY: Final = 0xFFFF
_DAY_MS: Final = 86_400_000
_CERTIFIES: Final = b"jejak/device/v1\0"
_SIGNS: Final = b"jejak/offline/v1\0"
_UNCOMPRESSED: Final = b"\x04"
_SAID: Final = {
    "prefix": "it does not begin with JEJAK-OFFLINE:",
    "form": "it is not base64url in its one spelling",
    "length": "it is too short or too long",
    "version": "it is of another version",
    "code": "it names no poster",
    "people": f"it is for nobody, or for more than {MOST_PEOPLE}",
    "node": "it is certified by another node, or under a key not known here",
    "certificate": "the node did not certify this device",
    "signature": "the device did not sign this",
    "expiry": "it was made after the device's certificate had ended",
    "key": "this is not a public key on the curve P-256",
}


class OfflineReceiptError(JejakError):
    """This receipt made without a network does not hold; ask the visitor to scan the poster.

    ``step`` is where it failed: prefix, form, length, version, code, people, node, certificate, signature or expiry;
    key when a key is to be certified.
    """

    code = "offline-receipt"

    def __init__(self, step: str) -> None:
        """Name the step that failed."""
        super().__init__(_SAID[step], step=step)
        self.step = step


@dataclass(frozen=True, slots=True)
class OfflineReceipt:
    """What a device signed: the poster's canonical code, when, the device's count of them, for how many people.

    ``until`` is the last day of the device's certificate.
    """

    code: str
    made: datetime
    sequence: int
    people: int
    until: date


def certify(*, key: bytes, until: date, key_id: int, private_key: bytes) -> str:
    """Return the certificate of a browser's key; ``key`` is 65 bytes uncompressed, ``private_key`` an Ed25519 seed.

    :raises OfflineReceiptError: (step key) it is no point of the curve.
    :raises ValueError: the day or the key's number does not fit.
    """
    _point(key)
    days = (until - _EPOCH).days
    if not 0 <= days <= _LAST_DAY or not 0 < key_id <= LARGEST_KEY_ID:
        message = f"a certificate until {until} under key {key_id} does not fit"
        raise ValueError(message)
    body = bytes((_VERSION, key_id)) + days.to_bytes(2) + key[1:]
    return _write(body + Ed25519PrivateKey.from_private_bytes(private_key).sign(_CERTIFIES + body))


def read(text: str, *, public_keys: Mapping[int, bytes]) -> OfflineReceipt:
    """Return what a device that this node certified has signed; ``public_keys`` are Ed25519 keys by number.

    :raises OfflineReceiptError: it does not hold; ``step`` says why.
    """
    if not text.startswith(PREFIX):
        raise OfflineReceiptError("prefix")
    raw = _read(text[len(PREFIX) :])
    if raw[0] != _VERSION or raw[1] != _VERSION:
        raise OfflineReceiptError("version")
    certificate, rest = raw[1 : 1 + CERTIFICATE_BYTES], raw[1 + CERTIFICATE_BYTES : -_SIGNATURE_BYTES]
    found = _said(rest, until=_EPOCH + timedelta(days=int.from_bytes(certificate[2:4])))
    point = _certified(certificate, public_keys=public_keys)
    _signed(raw, point=point)
    if int.from_bytes(rest[18:24]) >= (int.from_bytes(certificate[2:4]) + 1) * _DAY_MS:
        raise OfflineReceiptError("expiry")
    return found


def _said(rest: bytes, *, until: date) -> OfflineReceipt:
    code, made, sequence, people = rest[:18], int.from_bytes(rest[18:24]), int.from_bytes(rest[24:28]), rest[28]
    if not 1 <= people <= MOST_PEOPLE:
        raise OfflineReceiptError("people")
    try:
        canonical = postercode.parse(code.decode("ascii")).text
        moment = datetime.fromtimestamp(made / 1000, UTC)
    except (UnicodeDecodeError, postercode.PosterCodeError):
        raise OfflineReceiptError("code") from None
    except (ValueError, OverflowError, OSError):  # the year 10889 fits six bytes, but no calendar
        raise OfflineReceiptError("expiry") from None
    if canonical.encode() != code:
        raise OfflineReceiptError("code")
    return OfflineReceipt(canonical, moment, sequence, people, until)


def _certified(certificate: bytes, *, public_keys: Mapping[int, bytes]) -> ec.EllipticCurvePublicKey:
    """Return the device's key if one of the node's keys signed it."""
    body, signature = certificate[:-_SIGNATURE_BYTES], certificate[-_SIGNATURE_BYTES:]
    key = public_keys.get(body[1])
    if key is None:
        raise OfflineReceiptError("node")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _CERTIFIES + body)
    except InvalidSignature:
        raise OfflineReceiptError("certificate") from None
    return _point(_UNCOMPRESSED + body[4:])


def _signed(raw: bytes, *, point: ec.EllipticCurvePublicKey) -> None:
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    half = _SIGNATURE_BYTES // 2
    encoded = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    try:
        point.verify(encoded, _SIGNS + body, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise OfflineReceiptError("signature") from None


def _point(key: bytes) -> ec.EllipticCurvePublicKey:
    if len(key) != POINT_BYTES or key[:1] != _UNCOMPRESSED:
        raise OfflineReceiptError("key")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        raise OfflineReceiptError("key") from None


def _write(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    if len(text) != -(-RECEIPT_BYTES * 4 // 3):
        raise OfflineReceiptError("length")
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise OfflineReceiptError("form") from None
    if len(raw) != RECEIPT_BYTES or _write(raw) != text:
        raise OfflineReceiptError("form")
    return raw
