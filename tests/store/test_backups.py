"""The folder of backups: whole or not there, listed, and past its time gone."""

from __future__ import annotations

import fcntl
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jejak.formats import backupmanifest, merkle, note
from jejak.formats.backupmanifest import Manifest, Tree
from jejak.kernel.settings import settings
from jejak.store import backups, retention
from jejak.store.errors import BackupRefused, BackupsUnreachable, NodeRestoring
from jejak.store.restoring import Journal, marked, require_open

TAKEN = datetime(2022, 5, 10, 18, 50, tzinfo=UTC)
EMPTY = Tree(0, merkle.EMPTY_ROOT)


def backup(target: Path, taken: datetime, *, node: str = "") -> Path:
    name = f"{node or settings().node_id}-{taken:%Y%m%d-%H%M%S}"
    made = Manifest(
        name=name, node=node or settings().node_id, taken=taken, jejak="0", postgresql=18, keyring="", migrations={},
        counts={}, partitions={}, files={}, snapshot=EMPTY, origin="node.example/ledger", log=EMPTY,
    )  # fmt: skip
    with backups.fresh(target, name) as part, backups.File(part / backups.MANIFEST) as file:
        file.write(backupmanifest.sign(made, name="node.example/ledger", private_key=bytes(32)))
    return target / name


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.iterdir() if path.name != ".lock")


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), backups.fresh(tmp_path / "b", "one"):
        raise RuntimeError
    assert names(tmp_path / "b") == []


def test_what_a_killed_one_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".old.part").mkdir()
    (tmp_path / ".old.part" / "database.dump").write_bytes(b"half")
    assert backups.kept_in(tmp_path) == []
    made = backup(tmp_path, TAKEN)
    assert names(tmp_path) == [made.name]
    assert made.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupRefused, match="already"), backups.fresh(tmp_path, made.name):
        pass


def test_one_backup_at_a_time(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupRefused, match="wait for it"), backups.fresh(tmp_path, "one"):
            pass


def test_only_this_nodes_backups_past_their_time_go(tmp_path: Path) -> None:
    old, fresh = backup(tmp_path, TAKEN - timedelta(days=36)), backup(tmp_path, TAKEN)
    other = backup(tmp_path, TAKEN - timedelta(days=99), node="mysejahtera")
    (tmp_path / "something").mkdir()
    (tmp_path / ".x.part").mkdir()
    before = TAKEN - timedelta(days=35)
    assert backups.prune(tmp_path, node=settings().node_id, before=before, dry_run=True) == [old]
    assert backups.prune(tmp_path, node=settings().node_id, before=before, keep=old) == []
    assert backups.prune(tmp_path, node=settings().node_id, before=before) == [old]
    assert names(tmp_path) == sorted([fresh.name, other.name, "something"])
    assert [one.path.name for one in backups.kept_in(tmp_path)][-1] == fresh.name
    own = [note.key_of(name="node.example/ledger", kind=note.ED25519, private_key=bytes(32)).text]
    latest = backups.latest(tmp_path, node=settings().node_id, keys=lambda _origin: own)
    assert latest
    assert latest.taken == TAKEN
    other = note.key_of(name="node.example/ledger", kind=note.ED25519, private_key=bytes([1] * 32)).text
    assert backups.latest(tmp_path, node=settings().node_id, keys=lambda _origin: [other]) is None


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_backup_whose_manifest_is_damaged_goes_in_time_all_the_same(tmp_path: Path, damage: bytes | None) -> None:
    old, late, others = (
        backup(tmp_path, TAKEN),
        backup(tmp_path, TAKEN + timedelta(days=9)),
        backup(tmp_path, TAKEN, node="another"),
    )
    for one in (old, late, others):
        (one / "database.dump").write_bytes(b"who was where")
        (one / "manifest").unlink()
        if damage is not None:
            (one / "manifest").write_bytes(damage)
    (tmp_path / f"{settings().node_id}-20200101-000000").mkdir()  # no backup: nobody knows what it is
    gone = backups.prune(tmp_path, node=settings().node_id, before=TAKEN + timedelta(days=1))
    assert gone == [old]
    assert names(tmp_path) == sorted([others.name, f"{settings().node_id}-20200101-000000", late.name])


def test_a_folder_that_cannot_be_read_is_never_said_to_be_empty(tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(BackupRefused):
        backups.kept_in(tmp_path / "none")
    monkeypatch.setattr(backups, "settings", lambda: _settings(tmp_path / "none"))
    with pytest.raises(BackupsUnreachable):
        backups.past_time(on=date(2022, 6, 30), days=35, dry_run=False, force=False)


def _settings(folder: Path | None) -> Any:
    import dataclasses

    return dataclasses.replace(settings(), backup_dir=folder)


def test_backups_are_a_class_of_retention(tmp_path: Path, monkeypatch: Any) -> None:
    one = retention.classes()["backups"]
    assert one.days() == 35
    assert one.run(on=date(2022, 6, 30), days=35, dry_run=False, force=False)[0].rows == 0
    old = backup(tmp_path, TAKEN)
    monkeypatch.setattr(backups, "settings", lambda: _settings(tmp_path))
    assert one.run(on=date(2022, 6, 15), days=35, dry_run=False, force=False)[0].rows == 0
    assert one.run(on=date(2022, 6, 16), days=35, dry_run=True, force=False)[0].rows == 1
    assert old.exists()
    assert one.run(on=date(2022, 6, 16), days=35, dry_run=False, force=False)[0].rows == 1
    assert not old.exists()


def test_the_backup_that_is_being_restored_stays(tmp_path: Path, monkeypatch: Any) -> None:
    import dataclasses

    old = backup(tmp_path / "backups", TAKEN)
    Journal.begin(tmp_path, backup=old.name)
    found = dataclasses.replace(_settings(tmp_path / "backups"), data=tmp_path)
    monkeypatch.setattr(backups, "settings", lambda: found)
    assert backups.past_time(on=date(2022, 12, 1), days=35, dry_run=False, force=False)[0].rows == 0
    assert old.exists()


def test_the_mark_of_a_restore_closes_the_node_and_knows_its_steps(tmp_path: Path) -> None:
    require_open(tmp_path)
    Journal.begin(tmp_path, backup="one").note("loaded")
    with pytest.raises(NodeRestoring):
        require_open(tmp_path)
    again = Journal.begin(tmp_path, backup="one")
    assert again.done == {"loaded": True}
    with pytest.raises(BackupRefused, match="one is being restored"):
        Journal.begin(tmp_path, backup="two")
    assert (tmp_path / "restoring.json").stat().st_mode & 0o077 == 0
    again.end()
    assert not marked(tmp_path)
