"""`jejak import premises`: a receipt, an exit code that tells, and the same file twice changes nothing."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from premises.test_imports import MIXED, as_csv
from rich.console import Console

from jejak.access.errors import UnknownAccount
from jejak.formats.tablefiles import UnreadableFile
from jejak.premises import queries, terminal
from jejak.premises.models import Premises

if TYPE_CHECKING:
    from pathlib import Path

    from jejak.access.models import User

pytestmark = pytest.mark.django_db

QUIET = Console(file=io.StringIO())


def test_a_file_goes_to_an_owner_with_a_receipt_and_its_rejects(owner: User, tmp_path: Path, capsys: Any) -> None:
    file, rejects = tmp_path / "premis.csv", tmp_path / "rejects.csv"
    file.write_bytes(as_csv(*MIXED))
    done = terminal.import_file(file, owner="pemilik@contoh.example", rejects=rejects, console=QUIET)
    assert (done.received, done.accepted, done.duplicate, done.rejected) == (6, 2, 1, 3)
    assert len(queries.premises_of(owner=owner)) == 2
    assert len(list(csv.reader(io.StringIO(rejects.read_text("utf-8-sig"))))) == 1 + 4
    terminal.show_receipt(done, as_json=True)
    assert json.loads(capsys.readouterr().out)["mac"] == done.mac
    terminal.show_receipt(done, as_json=False)
    assert "rows received" in capsys.readouterr().out
    again = terminal.import_file(file, owner="pemilik@contoh.example", rejects=None, console=QUIET)
    assert again == done
    assert Premises.objects.count() == 2


def test_without_an_owner_nobody_has_them(db: None, tmp_path: Path) -> None:
    file = tmp_path / "premis.csv"
    file.write_bytes(as_csv(*MIXED))
    assert terminal.import_file(file, owner=None, rejects=None, console=QUIET).accepted == 2
    assert set(Premises.objects.values_list("owner_id", flat=True)) == {None}


def test_an_unknown_owner_or_a_file_that_is_none_changes_nothing(db: None, tmp_path: Path) -> None:
    file = tmp_path / "premis.csv"
    file.write_bytes(b"warna\nbiru\n")
    with pytest.raises(UnreadableFile):
        terminal.import_file(file, owner=None, rejects=None, console=QUIET)
    with pytest.raises(UnknownAccount):
        terminal.import_file(file, owner="tiada@contoh.example", rejects=None, console=QUIET)
    assert not Premises.objects.exists()
