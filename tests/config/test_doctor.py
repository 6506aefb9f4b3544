"""What the doctor sees in a node whose worker has not been doing its work."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jejak.config import doctor
from jejak.formats import backupmanifest, merkle, note
from jejak.formats.backupmanifest import Manifest, Tree
from jejak.kernel import clock
from jejak.kernel.keys import keyring
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings


def seen(name: str) -> doctor.Finding:
    return next(finding for finding in doctor.examine() if finding.name == name)


@pytest.mark.parametrize("ahead", [0, 1, doctor.DAYS_AHEAD])
def test_a_missing_day_is_seen_whatever_comes_after_it(database: Any, ahead: int) -> None:
    day = local_day(clock.now()) + timedelta(days=ahead)
    assert seen("partitions").good
    with psycopg.connect(database.retention, autocommit=True) as connection:
        connection.execute("select visits_drop_partition(%s)", [day])
    try:
        found = seen("partitions")
    finally:
        with psycopg.connect(database.app, autocommit=True) as connection:
            connection.execute("select visits_make_partitions(%s, %s)", [day, day])
    assert not found.good
    assert str(day) in found.found


def test_days_past_their_time_are_seen(database: Any) -> None:
    day = local_day(clock.now()) - timedelta(days=settings().visit_days + 1)
    with psycopg.connect(database.app, autocommit=True) as connection:
        connection.execute("select visits_make_partitions(%s, %s)", [day, day])
    found = seen("retention")
    assert not found.good
    assert "--force" in found.advice
    with psycopg.connect(database.retention, autocommit=True) as connection:
        connection.execute("select visits_drop_partition(%s)", [day])
    assert str(day) not in seen("retention").found


def test_a_ledger_that_does_not_come_on_is_seen(database: Any) -> None:
    assert seen("ledger").good
    kept = "insert into ledger_record (kind, schema, record, salt, commitment, opened, at) values (1, 1, '{}', sha256('a'), sha256('b'), false, now() - interval '1 hour') returning id"
    with psycopg.connect(database.app) as connection:
        connection.execute("insert into ledger_waiting (record_id) values (%s)", connection.execute(kept).fetchone())
    found = seen("ledger")
    assert not found.good
    assert "1 have waited" in found.found


def test_a_database_that_lags_behind_the_log_is_seen(database: Any) -> None:
    head = settings().data / "ledger" / "head"
    head.parent.mkdir(exist_ok=True)
    head.write_text(f"jejak.example/ledger\n7\n{'A' * 43}=\n")
    try:
        found = seen("ledger")
    finally:
        head.unlink()
    assert not found.good
    assert "7 entries are signed, the database knows 0" in found.found
    assert "jejak ledger continue" in found.advice


@pytest.mark.parametrize(("hours", "good"), [(25, True), (27, False)])
def test_a_backup_that_is_missing_or_old_is_seen(tmp_path: Path, monkeypatch: Any, hours: int, good: bool) -> None:
    def given(folder: Path | None) -> None:
        found = dataclasses.replace(settings(), backup_dir=folder)
        monkeypatch.setattr(doctor, "settings", lambda: found)

    assert not doctor._backup().good
    given(tmp_path / "none")
    assert "cannot be read" in doctor._backup().found
    given(tmp_path)
    assert "there is none" in doctor._backup().found
    taken = (clock.now() - timedelta(hours=hours)).replace(microsecond=0)
    name, empty = f"{settings().node_id}-{taken:%Y%m%d-%H%M%S}", Tree(0, merkle.EMPTY_ROOT)
    made = Manifest(name, settings().node_id, taken, "0", 18, "", {}, {}, {}, {}, empty, "node.example/ledger", empty)
    (tmp_path / name).mkdir()
    secret = keyring().active("ledger").secret
    (tmp_path / name / "manifest").write_bytes(backupmanifest.sign(made, name=made.origin, private_key=secret))
    assert doctor._backup().good is good
    forged = dataclasses.replace(made, name=f"{settings().node_id}-later", taken=clock.now().replace(microsecond=0))
    (tmp_path / forged.name).mkdir()
    (tmp_path / forged.name / "manifest").write_bytes(
        backupmanifest.sign(forged, name=made.origin, private_key=bytes(32))
    )
    assert doctor._backup().good is good, "nobody but this node says when it was backed up"
    assert f"{hours} hours ago" in doctor._backup().found


def test_a_restore_under_way_is_seen(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "restoring.json").write_text("{}")
    monkeypatch.setattr(doctor, "settings", lambda: dataclasses.replace(settings(), data=tmp_path))
    assert not seen("restore").good


def test_a_policy_that_is_not_understood_and_a_witness_in_trouble_are_told(database: Any) -> None:
    folder = settings().data / "ledger"
    (folder / "witness").mkdir(parents=True, exist_ok=True)
    key = note.key_of(name="w.example/witness", kind=note.COSIGNATURE, private_key=bytes(32)).text
    try:
        assert seen("witnesses").good
        (folder / "policy").write_text("witness W\nquorum W\n")
        found = seen("witnesses")
        assert not found.good
        assert "line 1: it lacks a word; such a line reads: witness <name> <verifier key> [address]" in found.found
        (folder / "policy").write_text(f"witness W {key} https://w.example/ledger\nquorum W\n")
        assert seen("witnesses").good
        for told, good in (('{"W": {"size": 3, "at": "", "trouble": "does not answer"}}', False), ("nonsense", True)):
            (folder / "witness" / "heard.json").write_text(told)
            assert seen("witnesses").good is good
    finally:
        shutil.rmtree(folder)
