"""The proof of a line is checked with the log's key alone, tells no officer, and holds for nothing that was changed."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jejak.formats.merkle import ProofError
from jejak.ledger import sequencing, witnessing
from jejak.trail import actions, closing, lines, proving
from jejak.trail.models import Entry, Leaf
from jejak.trail.proving import Provable

NOON = datetime(2022, 1, 21, 4, tzinfo=UTC)
NIGHT = datetime(2022, 1, 21, 16, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Officer:
    """Somebody of an agency."""

    id: int = 7
    name: str = "Pegawai Rahsia"
    agency: str = "PKD Petaling"


@pytest.fixture
def entry(transactional_db: None) -> Iterator[Entry]:
    folder = sequencing.log_files().folder
    shutil.rmtree(folder, ignore_errors=True)
    yield actions.record(
        by=Officer(), action="visits.stays", purpose="kes 17", persons=[5, 6], at=NOON, detail={"of": 6}
    )
    shutil.rmtree(folder, ignore_errors=True)


def proved(entry: Entry, person: int = 5) -> dict[str, Any]:
    closing.close_days(now=NIGHT, node="selangor")
    sequencing.sequence()
    found = proving.line_proof(entry=entry, person=person)
    assert found is not None
    return found


def key() -> str:
    head = sequencing.log_files().head()
    assert head is not None
    return sequencing.verifier_keys(head.origin)[0]


def test_a_line_is_proved_with_the_key_alone_and_names_no_officer(entry: Entry) -> None:
    text = json.dumps(proved(entry))
    rows = lines.verify(text.encode(), key=key())
    assert [one.row.get("purpose", one.row.get("person")) for one in rows] == ["kes 17", 5]
    assert rows[0].row["agency"] == "PKD Petaling"
    assert rows[0].day.record is not None
    assert rows[0].day.record["day"] == "2022-01-21"
    assert "Pegawai Rahsia" not in text
    assert '"of"' not in text
    assert set(rows[0].row) & {"by", "name", "detail"} == set()


def test_the_salt_that_is_told_does_not_open_what_is_withheld(entry: Entry) -> None:
    told = {row["salt"] for row in proved(entry)["rows"]}
    from base64 import b64encode

    assert told.isdisjoint(b64encode(bytes(leaf.salt or b"")).decode() for leaf in Leaf.objects.all())


def changes() -> list[tuple[str, Any]]:
    return [
        ("row", lambda row: row["row"].update(purpose="kes 18")),
        ("agency", lambda row: row["row"].update(agency="PKD Klang")),
        ("withheld", lambda row: row["row"].update(withheld="00" * 32)),
        ("salt", lambda row: row.update(salt="AAAA" * 10 + "AAA=")),
        ("position", lambda row: row.update(position=row["position"] + 1)),
        ("leaves", lambda row: row.update(leaves=2)),
        ("path", lambda row: row.update(path=row["path"][1:])),
        ("path of words", lambda row: row.update(path=["?"])),
        ("position of words", lambda row: row.update(position="0")),
    ]


@pytest.mark.parametrize(("what", "change"), changes(), ids=[what for what, _ in changes()])
def test_a_changed_line_is_not_proved(entry: Entry, what: str, change: Any) -> None:
    told = proved(entry)
    broken = copy.deepcopy(told)
    change(broken["rows"][0])
    assert broken != told, what
    with pytest.raises(ProofError):
        lines.verify(json.dumps(broken).encode(), key=key())


def test_rows_of_two_entries_are_no_line(entry: Entry) -> None:
    other = actions.record(by=Officer(), action="visits.stays", purpose="kes 99", persons=[5], at=NOON)
    told, another = proved(entry), proving.line_proof(entry=other, person=5)
    assert another is not None
    mixed = {**told, "rows": [told["rows"][0], another["rows"][1]]}
    with pytest.raises(ProofError, match="different entries"):
        lines.verify(json.dumps(mixed).encode(), key=key())


@pytest.mark.parametrize("data", [b"{}", b"[]", b"{", b'{"format":"jejak/trail-line/v1","rows":[]}', b"[" * 100_000])
def test_what_is_no_line_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        lines.verify(data, key="x")


def test_how_far_a_proof_is(entry: Entry) -> None:
    assert proving.provable([entry.pk]) == {entry.pk: Provable.TOMORROW}
    assert proving.line_proof(entry=entry, person=5) is None
    closing.close_days(now=NIGHT, node="selangor")
    assert proving.provable([entry.pk]) == {entry.pk: Provable.SOON}
    assert proving.line_proof(entry=entry, person=5) is None
    sequencing.sequence()
    assert proving.provable([entry.pk]) == {entry.pk: Provable.PROVED}
    assert proving.line_proof(entry=entry, person=99) is None
    policy = f"witness own {witnessing.verifier_keys()[0]} https://w.example/ledger\nquorum own\n"
    (sequencing.log_files().folder / "policy").write_text(policy)
    assert proving.provable([entry.pk]) == {entry.pk: Provable.WAITING}
    assert proving.line_proof(entry=entry, person=5) is not None


def test_the_command_checks_a_line_without_a_database(entry: Entry, tmp_path: Path) -> None:
    file = tmp_path / "line.json"
    file.write_text(json.dumps(proved(entry)))
    words = [sys.executable, "-m", "jejak", "ledger", "verify", str(file), "--key", key()]
    alone = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(words, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "kes 17" in done.stdout
    assert not (tmp_path / "var").exists()
    file.write_text(file.read_text().replace("kes 17", "kes 71"))
    done = subprocess.run(words, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 1


def test_days_of_the_old_form_still_hold_and_tell_no_officer(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    from jejak.ledger.reconciling import reconcile
    from jejak.ledger.rules import Kind

    old = Kind(1, "trail.day")
    monkeypatch.setattr(closing, "DAY", old)
    told = proved(entry)
    assert [set(row["row"]) for row in told["rows"]] == [{"entry", "person"}]
    assert lines.verify(json.dumps(told).encode(), key=key())
    assert reconcile(readers={1: closing.differences}, progress=lambda _: None).findings == []
