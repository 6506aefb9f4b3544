"""`jejak ledger` as an auditor uses it: exit code 0 for a log that holds, 1 for one that does not, 2 for wrong use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from jejak.config import ledger_commands
from jejak.config.cli import main
from jejak.config.ledger_follower import look
from jejak.config.registries import ledger_kinds, ledger_readers
from jejak.formats import checkpoint, merkle, tiles
from jejak.ledger.errors import LogForked
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import Kind

NOTE = Kind(201, "tests.note")


@pytest.fixture(autouse=True)
def running(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database is ready already."""

    @contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(ledger_commands, "ready", ready)


@pytest.fixture
def log() -> Iterator[LogFiles]:
    from django.db import transaction

    from jejak.ledger import actions, sequencing

    files = sequencing.log_files()
    shutil.rmtree(files.folder, ignore_errors=True)
    with transaction.atomic():
        actions.append_all(kind=NOTE, records=[{"number": number} for number in range(300)])
    sequencing.sequence()
    yield files
    shutil.rmtree(files.folder, ignore_errors=True)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["ledger", *arguments])


def key() -> str:
    return run("checkpoint", "--verifier-key").output.split()[0]


def test_the_checkpoint_is_shown_as_it_is_published(log: LogFiles) -> None:
    assert run("checkpoint").output.encode() == log.published()
    head = log.head()
    assert head
    assert json.loads(run("checkpoint", "--json").output) == {
        "origin": head.origin,
        "size": 300,
        "root": head.root.hex(),
    }
    assert run("checkpoint", str(log.folder), "--key", key()).output.encode() == log.published()


def test_a_log_is_checked_from_its_files_and_key_alone(log: LogFiles, tmp_path: Path) -> None:
    copy = shutil.copytree(log.folder, tmp_path / "copy")
    held = tmp_path / "key.txt"
    held.write_text(key() + "\n")
    for arguments in ([], [str(copy), "--key", key()], [str(copy), "--key", str(held)], ["--database"]):
        done = run("fsck", *arguments)
        assert (done.exit_code, "The log holds." in done.output) == (0, True), done.output
    told = json.loads(run("fsck", str(copy), "--key", key(), "--json").stdout)
    assert (told["size"], told["kinds"], told["holds"]) == (300, {"kind 201": 300}, True)
    (copy / "tile" / "0" / "000").write_bytes(bytes(8192))
    done = run("fsck", str(copy), "--key", key())
    assert done.exit_code == 1
    assert "WRONG: entry 0 is not the one its tile holds" in done.output
    assert json.loads(run("fsck", str(copy), "--key", key(), "--json").stdout)["holds"] is False


def test_a_quorum_that_is_not_met_is_said(log: LogFiles, tmp_path: Path) -> None:
    from jejak.formats import note

    witness = note.key_of(name="w", kind=note.COSIGNATURE, private_key=bytes(32)).text
    policy = tmp_path / "policy"
    policy.write_text(f"witness W {witness}\nquorum W\n")
    done = run("fsck", "--policy", str(policy))
    assert done.exit_code == 1
    assert "WRONG: the witnesses' quorum is not met" in done.output
    policy.write_text("nonsense")
    assert run("fsck", "--policy", str(policy)).exit_code == 1


def test_a_row_changed_behind_jejaks_back_is_named(log: LogFiles, node_database: object) -> None:
    import psycopg

    with psycopg.connect(node_database.urls.owner) as connection:  # type: ignore[attr-defined]
        connection.execute("update ledger_record set record = '{}' where id = (select min(id) from ledger_record)")
    done = run("fsck", "--database")
    assert done.exit_code == 1
    assert "was changed since entry 0 of the log committed to it" in done.output


def test_a_proof_is_checked_and_read(log: LogFiles, tmp_path: Path) -> None:
    from jejak.ledger import queries
    from jejak.ledger.models import Place

    proof = tmp_path / "one.tlog-proof"
    proof.write_bytes(queries.proof(Place.objects.get(index=7).record_id or 0).text)
    done = run("verify", str(proof), "--key", key())
    assert done.exit_code == 0
    assert "Entry 7 of 300" in done.output
    told = json.loads(run("verify", str(proof), "--json").stdout)
    assert (told["index"], told["record"]) == (7, {"number": 7})
    proof.write_bytes(proof.read_bytes().replace(b"index 7", b"index 8"))
    done = run("verify", str(proof), "--key", key())
    assert (done.exit_code, "does not hold" in done.output) == (1, True)


def test_a_proof_is_written_to_hand_over(log: LogFiles, tmp_path: Path) -> None:
    done = run("prove", "7")
    assert done.exit_code == 0
    (tmp_path / "proof").write_text(done.stdout)
    assert "Entry 7 of 300" in run("verify", str(tmp_path / "proof"), "--key", key()).output
    (log.folder / "policy").write_text("nonsense")
    assert run("prove", "7").exit_code == 1
    (log.folder / "policy").unlink()
    assert run("prove", "300").exit_code == 1
    assert run("prove", "-1").exit_code == 2


def test_a_log_is_followed_and_a_rewritten_one_is_caught(log: LogFiles, tmp_path: Path) -> None:
    state = tmp_path / "state"
    follow = ("follow", str(log.folder), "--key", key(), "--state", str(state), "--once")
    assert len(run(*follow).output.splitlines()) == 300
    assert run(*follow, "--json").output == ""
    (log.folder / "checkpoint").write_bytes(_another(log))
    done = run(*follow)
    assert done.exit_code == 1
    assert "two histories" in done.output
    kept = [(tmp_path / name).read_bytes() for name in ("state", "state.forked")]
    heads = [checkpoint.open(data, log=follow[3]).checkpoint for data in kept]
    assert heads[0].size == heads[1].size
    assert heads[0].root != heads[1].root, "both signed by the log: the evidence"


def test_the_evidence_is_what_was_judged_and_not_what_is_shown_when_asked_again(log: LogFiles, tmp_path: Path) -> None:
    class Liar(LogFiles):
        asked = 0

        def fetch(self, path: str) -> bytes | None:
            if path != "checkpoint":
                return super().fetch(path)
            self.asked += 1
            return lie if self.asked == 1 else super().fetch(path)

    state, lie = tmp_path / "state", _another(log)
    state.write_bytes(log.published() or b"")
    with pytest.raises(LogForked):
        look(Liar(log.folder), key(), state, kind_name=str, as_json=True)
    assert (tmp_path / "state.forked").read_bytes() == lie


def test_a_follower_forgets_nothing_when_killed(log: LogFiles, tmp_path: Path) -> None:
    state = tmp_path / "state"
    command = [
        sys.executable,
        "-m",
        "jejak",
        "ledger",
        "follow",
        str(log.folder),
        "--key",
        key(),
        "--state",
        str(state),
    ]
    for _try in range(2):
        with subprocess.Popen([*command, "--every", "1"], stdout=subprocess.PIPE, env=os.environ) as following:
            if not state.exists():
                assert following.stdout
                assert following.stdout.readline()
            following.kill()
        if state.exists():
            assert checkpoint.open(state.read_bytes(), log=key()).checkpoint == log.head()
    assert run(*command[4:], "--once").exit_code == 0
    assert checkpoint.open(state.read_bytes(), log=key()).checkpoint == log.head()
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize("held", [b"", b"nonsense", b"\xff"])
def test_a_follower_takes_no_damaged_memory_for_a_first_look(log: LogFiles, tmp_path: Path, held: bytes) -> None:
    state = tmp_path / "state"
    state.write_bytes(held)
    done = run("follow", str(log.folder), "--key", key(), "--state", str(state), "--once")
    assert done.exit_code == 1
    assert "holds no checkpoint of this log" in done.output
    assert state.read_bytes() == held


def test_a_follower_waits_for_a_log_that_answers_nonsense(log: LogFiles, tmp_path: Path) -> None:
    right = log.published() or b""
    log.publish("checkpoint", b"<html>Sign in to the wireless network</html>")
    state, wrong = tmp_path / "state", tmp_path / "stderr"
    command = [
        sys.executable,
        "-m",
        "jejak",
        "ledger",
        "follow",
        str(log.folder),
        "--key",
        key(),
        "--state",
        str(state),
    ]
    with (
        wrong.open("wb") as errors,
        subprocess.Popen(
            [*command, "--every", "1"], stdout=subprocess.PIPE, stderr=errors, env=os.environ
        ) as following,
    ):
        while b"signed note" not in wrong.read_bytes():
            assert following.poll() is None
            time.sleep(0.1)
        log.publish("checkpoint", right)
        assert following.stdout
        assert following.stdout.readline()
        following.kill()


def _another(log: LogFiles) -> bytes:
    from jejak.formats import checkpoint
    from jejak.formats.checkpoint import Checkpoint
    from jejak.kernel.keys import keyring

    head = log.head()
    assert head
    lie = Checkpoint(head.origin, head.size, bytes(32))
    return checkpoint.sign(lie, private_key=keyring().active("ledger").secret).encode()


def test_going_on_after_a_restore_is_asked_for(log: LogFiles) -> None:
    assert run("continue").exit_code == 1
    done = run("continue", "--yes")
    assert (done.exit_code, "0 entries lie beyond the backup" in done.output) == (0, True)


def test_going_on_and_saying_so_are_one_transaction(
    log: LogFiles, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(**_told: object) -> int:
        raise KeyboardInterrupt

    root = merkle.read_range(size=256, read=tiles.TileReader(size=300, fetch=log.read)).root()
    with psycopg.connect(database.owner) as connection:
        connection.execute("delete from ledger_record using ledger_place where record_id = id and index >= 256")
        connection.execute("delete from ledger_place where index >= 256")
        connection.execute("update ledger_state set size = 256, root = %s", [root])
    with monkeypatch.context() as patched:
        patched.setattr("jejak.ledger.actions.announce_restored", killed)
        assert run("continue", "--yes").exit_code == 1
    assert "44 entries lie beyond the backup" in run("continue", "--yes").output
    assert json.loads(run("fsck", "--database", "--json").output)["findings"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["fsck", "/nowhere"],
        ["fsck", "/nowhere", "--key", "x"],
        ["fsck", "/nowhere", "--key", "x+y+z", "--database"],
        ["follow", "/nowhere"],
        ["verify", "/nowhere"],
    ],
)
def test_wrong_use_is_told_from_a_log_that_does_not_hold(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_log_that_is_not_there_does_not_hold(log: LogFiles) -> None:
    assert run("fsck", "/nowhere", "--key", key()).exit_code == 1
    shutil.rmtree(log.folder)
    assert run("fsck").exit_code == 1
    assert run("checkpoint").exit_code == 1


def test_kinds_of_entries_differ_and_their_readers_are_there() -> None:
    assert len({kind.name for kind in ledger_kinds().values()}) == len(ledger_kinds())
    assert set(ledger_readers()) <= set(ledger_kinds())
