"""Whether a database belongs to the keyring at hand; with another keyring nothing sealed in it could be read again."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import psycopg

from jejak.kernel.sealing import subkey
from jejak.store.errors import ForeignKeyring

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring


def fingerprint(ring: Keyring) -> str:
    """Return 32 hexadecimal digits that tell keyrings apart and nothing of their keys; rotations keep it."""
    return subkey(ring.all("index")[0].secret, info="jejak/keyring-fingerprint/v1")[:16].hex()


def compare(*, url: str, database: str, ring: Keyring) -> None:
    """Compare the keyring with the one that the database notes; one that notes none, or is not there yet, passes.

    :raises ForeignKeyring: the database was filled under another keyring.
    """
    try:
        with psycopg.connect(url, dbname=database) as connection:
            if connection.execute("select to_regclass('store_keyring')").fetchone() == (None,):
                return
            noted = connection.execute("select fingerprint from store_keyring").fetchone()
    except psycopg.OperationalError:
        return  # no such database yet; whoever needs it next says what is wrong
    if noted and noted[0] != fingerprint(ring):
        raise ForeignKeyring(inspect.cleandoc(ForeignKeyring.__doc__ or ""))


def note(*, owner_url: str, ring: Keyring) -> None:
    """Note the keyring in a database that notes none."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("create table if not exists store_keyring (fingerprint text primary key)")
        connection.execute("lock table store_keyring in exclusive mode")
        connection.execute(
            "insert into store_keyring select %s where not exists (select from store_keyring)", [fingerprint(ring)]
        )
