"""Signed notes: a text with the signatures of several keys under it, in the form that transparency logs share.

On the wire, in UTF-8, no control character but the newline::

    text, ending in a newline
    (an empty line)
    — <key name> <base64(key id, 4 bytes ‖ signature)>
    … one such line a signature

Keys have a name without spaces or plus signs, and a type of one byte::

    key id       = SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]
    verifier key = <name>+<key id, 8 hex digits>+<base64(type ‖ public key)>
    0x01: signature = Ed25519(text), 64 bytes
    0x04: signature = time, 8 bytes ‖ Ed25519("cosignature/v1" ‖ 0x0A ‖ "time <time>" ‖ 0x0A ‖ text), by a witness

Each thing has one spelling: what is parsed and written again comes out byte for byte, or is refused.

Source: https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jejak.kernel.problems import JejakError

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
LARGEST_NOTE: Final = 1_000_000
MOST_SIGNATURES: Final = 100
LATEST_TIME: Final = (1 << 63) - 1

_ID_BYTES: Final = 4
_KEY_BYTES: Final = 32
_TIME_BYTES: Final = 8
_SIGNATURE_BYTES: Final = {ED25519: 64, COSIGNATURE: _TIME_BYTES + 64}
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")


class NoteError(JejakError):
    """This is no signed note, or no key known here signed it."""

    code = "note-refused"


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by which signatures are known: its name, its type and 32 bytes of Ed25519."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names this key beside its name."""
        return sha256(self.name.encode() + b"\n" + bytes((self.kind,)) + self.public).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The verifier key, as others are given it."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes((self.kind,)) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line; ``body`` is what follows the key id."""

    name: str
    key_id: bytes
    body: bytes

    @property
    def line(self) -> str:
        """The line on the wire, with its newline."""
        return f"— {self.name} {b64encode(self.key_id + self.body).decode()}\n"

    @property
    def time(self) -> int:
        """When a cosignature was made, in seconds since 1970; only of a type 0x04 key."""
        return int.from_bytes(self.body[:_TIME_BYTES])


@dataclass(frozen=True, slots=True)
class Note:
    """A note; its text must not be used before `open` has found a signature of a known key under it."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the bytes on the wire."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()

    def signed_by(self, key: Key) -> Signature | None:
        """Return the signature that bears the name and id of a key, unverified."""
        named = (one for one in self.signatures if (one.name, one.key_id) == (key.name, key.id))
        return next(named, None)


def key_of(*, name: str, kind: int, private_key: bytes) -> Key:
    """Return the public half of a key whose Ed25519 seed is ``private_key``.

    :raises NoteError: the name cannot stand in a note, or there is no such type.
    """
    public = Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
    return _checked(Key(name, kind, public))


def read_key(text: str) -> Key:
    """Return the key that a verifier key spells.

    :raises NoteError: it is none of type 0x01 or 0x04 in its one spelling.
    """
    name, plus, rest = text.partition("+")
    if not plus or len(text) > LARGEST_NOTE:
        raise NoteError("a verifier key reads name+id+key")
    raw = _unbase64(rest.partition("+")[2])
    if len(raw) != 1 + _KEY_BYTES:
        raise NoteError(f"the verifier key of {name!r} does not hold 33 bytes")
    key = _checked(Key(name, raw[0], raw[1:]))
    if key.text != text:
        raise NoteError(f"the verifier key of {name!r} carries another id than its own")
    return key


def parse(data: bytes) -> Note:
    """Return a note, unverified.

    :raises NoteError: it is not in the one form a note has.
    """
    if len(data) > LARGEST_NOTE:
        raise NoteError("a note has at most 1,000,000 bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise NoteError("a note is UTF-8") from None
    if _CONTROL.search(whole):
        raise NoteError("a note has no control characters")
    text, found, lines = whole.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise NoteError("a note ends in signature lines after an empty one")
    signatures = lines[:-1].split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise NoteError(f"a note has at most {MOST_SIGNATURES} signatures")
    note = Note(text + "\n", tuple(_signature(line) for line in signatures))
    if note.encode() != data:
        raise NoteError("the note is spelled in another way than its own")
    return note


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Return signature lines by themselves, unverified, as a witness answers them.

    :raises NoteError: anything else is there.
    """
    if not text.endswith("\n") or text.count("\n") > MOST_SIGNATURES:
        raise NoteError("there is something else than signature lines")
    return tuple(_signature(line) for line in text[:-1].split("\n"))


def open(note: bytes, *, keys: Iterable[str]) -> Note:  # noqa: A001 - the name that outsiders hold on to
    """Return the note with those of its signatures that known keys made, in the order of the lines.

    A signature by a name or id not among ``keys`` is ignored. One that bears a known name and id must verify.

    :raises NoteError: it is not in a note's one form, no known key signed it, or a known key's signature is wrong.
    """
    known = {(key.name, key.id): key for key in map(read_key, keys)}
    found = parse(note)
    kept: dict[tuple[str, bytes], Signature] = {}
    for signature in found.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None or (key.name, key.id) in kept:
            continue
        if not verify(text=found.text, signature=signature, key=key):
            raise NoteError(f"the signature of {key.name} is wrong")
        kept[key.name, key.id] = signature
    if not kept:
        raise NoteError("no key known here signed it")
    return Note(found.text, tuple(kept.values()))


def verify(*, text: str, signature: Signature, key: Key) -> bool:
    """Return whether ``key`` made this signature over ``text``."""
    if (signature.name, signature.key_id) != (key.name, key.id) or len(signature.body) != _SIGNATURE_BYTES[key.kind]:
        return False
    cosigned = key.kind == COSIGNATURE
    if cosigned and signature.time > LATEST_TIME:
        return False
    message = cosigned_message(text=text, time=signature.time) if cosigned else text.encode()
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.body[-64:], message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign(text: str, *, name: str, private_key: bytes) -> bytes:
    """Return a note of ``text``, which ends in a newline, with one Ed25519 signature by ``name``.

    :raises NoteError: the text or name cannot stand in a note.
    """
    return Note(text, (signature_of(text, name=name, private_key=private_key),)).encode()


def signature_of(text: str, *, name: str, private_key: bytes) -> Signature:
    """Return an Ed25519 signature of type 0x01 over ``text``.

    :raises NoteError: the text or name cannot stand in a note.
    """
    _check_text(text)
    key = key_of(name=name, kind=ED25519, private_key=private_key)
    return Signature(name, key.id, Ed25519PrivateKey.from_private_bytes(private_key).sign(text.encode()))


def cosign(text: str, *, name: str, private_key: bytes, time: int) -> Signature:
    """Return a witness's signature of type 0x04 over ``text``, made at ``time`` in seconds since 1970.

    :raises NoteError: the text or name cannot stand in a note.
    :raises ValueError: the time lies before 1970 or does not fit 63 bits.
    """
    _check_text(text)
    if not 0 <= time <= LATEST_TIME:
        message = f"{time} is no time of a cosignature"
        raise ValueError(message)
    key = key_of(name=name, kind=COSIGNATURE, private_key=private_key)
    made = Ed25519PrivateKey.from_private_bytes(private_key).sign(cosigned_message(text=text, time=time))
    return Signature(name, key.id, time.to_bytes(_TIME_BYTES) + made)


def cosigned_message(*, text: str, time: int) -> bytes:
    """Return the bytes that a cosignature signs."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _checked(key: Key) -> Key:
    if not key.name or "+" in key.name or any(letter.isspace() for letter in key.name) or _CONTROL.search(key.name):
        raise NoteError(f"{key.name!r} is no name of a key")
    if key.kind not in _SIGNATURE_BYTES:
        raise NoteError(f"the key of {key.name} is of type {key.kind:#04x}; known are 0x01 and 0x04")
    return key


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("the text of a note ends in a newline and has no control characters")


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if not found or "+" in found[1]:
        raise NoteError("a signature line reads — name signature")
    raw = _unbase64(found[2])
    if len(raw) <= _ID_BYTES:
        raise NoteError(f"the signature of {found[1]} is empty")
    return Signature(found[1], raw[:_ID_BYTES], raw[_ID_BYTES:])


def _unbase64(text: str) -> bytes:
    """Return what base64 in its one spelling holds."""
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("something is not base64") from None
    if b64encode(raw).decode() != text:
        raise NoteError("base64 is spelled in another way than its own")
    return raw
