"""Sealing of personal fields, and keyed blind indexes by which a sealed value is found again.

A sealed value on disk::

    version 0x01 | key number, 1 byte | nonce, 12 bytes | AES-256-GCM ciphertext and tag, length + 16 bytes

Its additional data is ``table NUL column NUL row (16 bytes)``, so a value copied to another table, column or row
does not open.  A blind index is the first 16 bytes of HMAC-SHA256 under a key derived for its name: equal values
give equal indexes, which is what a search needs and all that a thief of the database learns.

Source: NIST SP 800-38D (GCM); RFC 5869 (HKDF).
"""

from __future__ import annotations

import os
from functools import cache
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jejak.kernel.keys import UnknownKey, keyring

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.kernel.keys import Keyring

VERSION = 1
NONCE = 12
HEADER = 2
INDEX_BYTES = 16


class SealBroken(Exception):
    """A sealed value does not open: it was altered, moved to another row, or its key is missing."""


def subkey(secret: bytes, *, info: str) -> bytes:
    """Return 32 bytes derived from ``secret`` for one use named by ``info``. Source: RFC 5869."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(secret)


class Sealer:
    """Seals and opens personal text with the node's keys."""

    def __init__(self, ring: Keyring) -> None:
        """Prepare the ciphers of every sealing key."""
        self._ciphers = {key.id: AESGCM(key.secret) for key in ring.all("seal")}
        active = ring.active("seal").id
        self._header = bytes((VERSION, active))
        self._active = self._ciphers[active]

    def seal(self, *, table: str, column: str, row: UUID, text: str) -> bytes:
        """Return ``text`` sealed for one column of one row: 30 bytes more than its UTF-8."""
        return self.seal_bytes(table=table, column=column, row=row, data=text.encode())

    def seal_bytes(self, *, table: str, column: str, row: UUID, data: bytes) -> bytes:
        """Return ``data`` sealed for one column of one row: 30 bytes more."""
        nonce = os.urandom(NONCE)
        return self._header + nonce + self._active.encrypt(nonce, data, _bound(table, column, row))

    def unseal(self, *, table: str, column: str, row: UUID, sealed: bytes) -> str:
        """Return the text.

        :raises SealBroken: it was altered or belongs elsewhere.
        :raises UnknownKey: the keyring lacks its key.
        """
        return self.unseal_bytes(table=table, column=column, row=row, sealed=sealed).decode()

    def unseal_bytes(self, *, table: str, column: str, row: UUID, sealed: bytes) -> bytes:
        """Return the bytes that `seal_bytes` was given.

        :raises SealBroken: they were altered or belong elsewhere.
        :raises UnknownKey: the keyring lacks their key.
        """
        if len(sealed) < HEADER + NONCE or sealed[0] != VERSION:
            raise SealBroken
        cipher = self._ciphers.get(sealed[1])
        if cipher is None:
            message = f"No sealing key {sealed[1]} in the keyring."
            raise UnknownKey(message)
        nonce, body = sealed[HEADER : HEADER + NONCE], sealed[HEADER + NONCE :]
        try:
            return cipher.decrypt(nonce, bytes(body), _bound(table, column, row))
        except InvalidTag as error:
            raise SealBroken from error


def _bound(table: str, column: str, row: UUID) -> bytes:
    return f"{table}\0{column}\0".encode() + row.bytes


class BlindIndex:
    """Turns a value into the index by which it is stored and found."""

    def __init__(self, ring: Keyring) -> None:
        """Use the active index key; names get their subkeys when first asked for."""
        self._secret = ring.active("index").secret
        self._subkeys: dict[str, bytes] = {}

    def of(self, name: str, value: str) -> bytes:
        """Return the 16-byte index of ``value`` under ``name`` (for example ``people.phone``)."""
        key = self._subkeys.get(name)
        if key is None:
            key = self._subkeys[name] = subkey(self._secret, info=f"jejak/index/v1/{name}")
        return hmac_digest(key, value.encode(), "sha256")[:INDEX_BYTES]


@cache
def sealer() -> Sealer:
    """Return this process's sealer."""
    return Sealer(keyring())


@cache
def blind_index() -> BlindIndex:
    """Return this process's blind index."""
    return BlindIndex(keyring())
