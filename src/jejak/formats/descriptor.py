"""What a poster says of its place, signed by the node that printed it, for whoever cannot ask that node.

It stands after ``#`` in the QR's address, so browsers never send it. Base64url without padding of::

    CBOR array (RFC 8949, core deterministic encoding):
      [1, code: tstr, premises: bstr .size 16, zone: bstr .size 16 / null,
       kind: tstr, name: tstr, node: tstr, key id: uint]
    ‖ Ed25519 signature (64 bytes) over "jejak/descriptor/v1" ‖ 00 ‖ the array

A text is read only if it is byte for byte what this module would write: parsed, encoded again, compared.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jejak.formats import postercode
from jejak.kernel.letters import printable
from jejak.kernel.problems import JejakError

LARGEST_TEXT: Final = 700
"""Characters; a longer text is refused unread."""
LARGEST_NAME: Final = 96
"""Bytes of UTF-8, so that the QR stays coarse enough for a phone two metres away."""

_VERSION: Final = 1
_DOMAIN: Final = b"jejak/descriptor/v1\0"
_SIGNATURE_BYTES: Final = 64
_LARGEST_WORD: Final = 64
_LARGEST_KEY_ID: Final = 255


class DescriptorError(JejakError):
    """What this poster says of its place cannot be trusted; ask for a new poster."""

    code = "descriptor"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A poster's place: canonical code, premises, zone, kind (a code such as ``mall``), name, node and its key."""

    code: str
    premises: UUID
    zone: UUID | None
    kind: str
    name: str
    node: str
    key_id: int


def sign(descriptor: Descriptor, *, private_key: bytes) -> str:
    """Return the text for a QR, ASCII, signed with an Ed25519 seed of 32 bytes.

    :raises DescriptorError: a field is empty, too long or of the wrong form, so that nobody could read it back.
    """
    _check(descriptor)
    body = _encode(descriptor)
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(_DOMAIN + body)
    return urlsafe_b64encode(body + signature).rstrip(b"=").decode()


def read(text: str, *, public_key: bytes) -> Descriptor:
    """Return what the holder of the key signed; ``public_key`` is 32 raw bytes.

    :raises DescriptorError: too long, not canonical, malformed, or not signed by that key.
    """
    descriptor, body, signature = _open(text)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _DOMAIN + body)
    except InvalidSignature:
        message = "the signature does not fit"
        raise DescriptorError(message) from None
    return descriptor


def signer(text: str) -> tuple[str, int]:
    """Return the node and key id that ``text`` claims, unverified: with them a reader finds the key for ``read``.

    :raises DescriptorError: too long, not canonical or malformed.
    """
    descriptor, _, _ = _open(text)
    return descriptor.node, descriptor.key_id


def public_key(private_key: bytes) -> bytes:
    """Return the 32 bytes that verify what the seed ``private_key`` signs."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def shortened(name: str) -> str:
    """Return ``name`` cut to ``LARGEST_NAME`` bytes at a whole character; a cut one ends in an ellipsis."""
    if len(name.encode()) <= LARGEST_NAME:
        return name
    return name.encode()[: LARGEST_NAME - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _encode(it: Descriptor) -> bytes:
    zone = it.zone.bytes if it.zone else None
    fields = [_VERSION, it.code, it.premises.bytes, zone, it.kind, it.name, it.node, it.key_id]
    return cbor2.dumps(fields, canonical=True)


def _open(text: str) -> tuple[Descriptor, bytes, bytes]:
    raw = _bytes(text)
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    descriptor = _decode(body)
    _check(descriptor)
    if _encode(descriptor) != body or urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        message = "it is not in its canonical form"
        raise DescriptorError(message)
    return descriptor, body, signature


def _bytes(text: str) -> bytes:
    if len(text) > LARGEST_TEXT:
        message = f"it is longer than {LARGEST_TEXT} characters"
        raise DescriptorError(message)
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        message = "it is not base64url"
        raise DescriptorError(message) from None


def _decode(body: bytes) -> Descriptor:
    try:
        match cbor2.loads(body):
            case [1, str(code), bytes(premises), zone, str(kind), str(name), str(node), int(key_id)]:
                place = None if zone is None else UUID(bytes=zone)
                key_id = int(key_id)  # CBOR's true would pass for 1
                return Descriptor(code, UUID(bytes=premises), place, kind, name, node, key_id)
    except (cbor2.CBORDecodeError, ValueError, TypeError, RecursionError):
        pass  # told like any other malformed text
    message = "it is not a descriptor of version 1"
    raise DescriptorError(message)


def _check(it: Descriptor) -> None:
    try:
        canonical = postercode.parse(it.code).text == it.code
    except postercode.PosterCodeError:
        canonical = False
    words = all(0 < len(word) <= _LARGEST_WORD and word.isascii() and word.isprintable() for word in (it.kind, it.node))
    name = 0 < len(it.name.encode(errors="replace")) <= LARGEST_NAME and printable(it.name)
    if not (canonical and words and name and 0 < it.key_id <= _LARGEST_KEY_ID):
        message = "a field is empty, too long or of the wrong form"
        raise DescriptorError(message)
