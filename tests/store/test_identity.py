"""A database answers to the keyring it was filled under, and to no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from jejak.kernel.keys import Keyring, keyring
from jejak.store import identity
from jejak.store.errors import ForeignKeyring

if TYPE_CHECKING:
    from jejak.store.connections import Database

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def compare(database: Database, ring: Keyring) -> None:
    identity.compare(url=database.admin_url or database.urls.owner, database=database.name, ring=ring)


@pytest.fixture
def noted(node_database: Database) -> Database:
    identity.note(owner_url=node_database.urls.owner, ring=keyring())
    return node_database


def test_its_own_keyring_passes_also_after_a_rotation(noted: Database) -> None:
    compare(noted, keyring())
    compare(noted, keyring().rotated(purpose="seal", now=NOW).rotated(purpose="poster", now=NOW))


def test_another_keyring_is_refused_with_what_to_do(noted: Database) -> None:
    with pytest.raises(ForeignKeyring, match="JEJAK_KEYRING"):
        compare(noted, Keyring([]).completed(now=NOW))


def test_another_keyring_is_never_noted_over_the_first(noted: Database) -> None:
    identity.note(owner_url=noted.urls.owner, ring=Keyring([]).completed(now=NOW))
    compare(noted, keyring())


def test_a_database_that_is_not_there_yet_passes(noted: Database) -> None:
    identity.compare(url=noted.admin_url or noted.urls.owner, database="tiada", ring=keyring())


def test_the_fingerprint_tells_nothing_of_the_keys() -> None:
    assert len(identity.fingerprint(keyring())) == 32
    assert keyring().all("index")[0].secret.hex()[:32] != identity.fingerprint(keyring())
