import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jejak.kernel.keys import LARGEST_ID, PURPOSES, Keyring, KeyringError, UnknownKey, ensure_keyring

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_new_keyring_has_a_key_for_every_purpose_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keyring.json"
    made = ensure_keyring(path, now=NOW)
    again = Keyring.open(path)
    assert {key.purpose for key in again} == set(PURPOSES)
    assert [(key, key.secret) for key in made] == [(key, key.secret) for key in again]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    ensure_keyring(path, now=NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyringError, match="chmod 600"):
        Keyring.open(path)


def test_processes_that_start_at_once_make_one_keyring(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: ensure_keyring(path, now=NOW), range(16)))
    assert len({ring.active("seal").secret for ring in rings}) == 1


def test_rotation_writes_with_the_fresh_key_and_still_reads_with_the_old() -> None:
    ring = Keyring([]).completed(now=NOW)
    later = ring.rotated(purpose="seal", now=NOW)
    assert later.active("seal").id == 2
    assert later.get("seal", 1) == ring.active("seal")


def test_a_key_that_is_not_there_is_named() -> None:
    ring = Keyring([]).completed(now=NOW)
    with pytest.raises(UnknownKey, match="No key 7 for 'seal'"):
        ring.get("seal", 7)
    with pytest.raises(UnknownKey):
        Keyring([]).active("seal")


def test_a_purpose_runs_out_of_numbers_with_a_sentence() -> None:
    ring = Keyring([]).completed(now=NOW)
    for _ in range(LARGEST_ID - 1):
        ring = ring.rotated(purpose="poster", now=NOW)
    with pytest.raises(KeyringError, match="used all"):
        ring.rotated(purpose="poster", now=NOW)
    with pytest.raises(KeyringError, match="Unknown purpose"):
        ring.rotated(purpose="laundry", now=NOW)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"keys": [{"id": "x"}]}', "\0\0"])
def test_a_damaged_keyring_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyringError, match="Restore it"):
        Keyring.open(path)


def test_a_missing_keyring_is_said() -> None:
    with pytest.raises(KeyringError, match="no keyring"):
        Keyring.open(Path("/nonexistent/keyring.json"))


def test_no_secret_shows_in_a_log() -> None:
    key = Keyring([]).completed(now=NOW).active("seal")
    assert key.secret.hex() not in repr(key)
    assert "secret" not in repr(key)
    assert json.dumps(repr(key))
