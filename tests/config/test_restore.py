"""A real restore drill: everything comes back as it was counted, nothing forks, and what must not live on is gone."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from emptying import empty_tables

from jejak.config import drilling, loading, restoring, taking
from jejak.config.cli import main
from jejak.config.loading import QUIET, Wish
from jejak.formats import checkpoint, note
from jejak.formats.checkpoint import Checkpoint
from jejak.kernel import clock
from jejak.kernel.keys import Keyring, keyring
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import settings
from jejak.store import dumping
from jejak.store.connections import Database
from jejak.store.errors import BackupRefused, ClientMismatch, StoreError
from jejak.store.restoring import marked

HERE = Path(__file__).parent
PLACES = (
    "database half",
    "loaded",
    "compared",
    "log",
    "exchanged",
    "continued",
    "numbers",
    "retention",
    "ended",
    "report",
)
VOLATILE = {
    "trail_entry",
    "ledger_record",
    "ledger_place",
    "ledger_waiting",
    "procrastinate_jobs",
    "procrastinate_events",
}


@pytest.fixture(scope="module")
def drill() -> Any:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("drill", HERE / "drill.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    import sys

    sys.modules["drill"] = module
    spec.loader.exec_module(module)
    return module


class Lost:
    """A node that was backed up, went on for a while, and is gone but for the files of its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backups, self.keys, self.log = folder / "backups", folder / "keys", folder / "log"
        self.backup = Path()
        self.counted: dict[str, int] = {}
        self.known = Checkpoint("", 0, b"")
        self.published = Checkpoint("", 0, b"")
        self.old_checkpoint = b""


@pytest.fixture(scope="module")
def lost(node_database: Database, django_db_blocker: Any, tmp_path_factory: Any, drill: Any) -> Iterator[Lost]:
    found = Lost(tmp_path_factory.mktemp("drill"))
    files = drill.log_files()
    shutil.rmtree(files.folder, ignore_errors=True)
    with django_db_blocker.unblock():
        drill.furnish()
        drill.keep(drill.WAITING)  # recorded, and not in the log yet
        taken = taking.take(target=found.backups, keys=found.keys, now=clock.now())
        found.backup, found.counted = taken.path, drill.counts(node_database.urls.owner)
        found.known, found.old_checkpoint = files.head(), files.published()
        drill.enter(drill.AFTER, first=drill.BEFORE, kind=drill.NOTICE)
        found.published = files.head()
        shutil.copytree(files.folder, found.log)
        yield found
        from django.db import connections

        connections.close_all()
    shutil.rmtree(files.folder, ignore_errors=True)
    empty_tables(node_database)


@pytest.fixture
def copy(lost: Lost, tmp_path: Path) -> Path:
    """A copy of the backup that may be damaged."""
    return Path(shutil.copytree(lost.backup, tmp_path / lost.backup.name))


def command(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def key() -> str:
    return note.key_of(
        name="127.0.0.1:8000/ledger", kind=note.ED25519, private_key=keyring().active("ledger").secret
    ).text


# --- the backup itself


def test_a_backup_is_readable_by_its_owner_alone_and_the_keys_lie_apart(lost: Lost) -> None:
    assert {path.name for path in lost.backup.iterdir()} == {"manifest", "database.dump", "ledger.tar"}
    for path in [lost.backup, *lost.backup.iterdir(), *lost.keys.iterdir()]:
        assert path.stat().st_mode & 0o077 == 0
    assert Keyring.open(lost.keys / f"{lost.backup.name}.keyring.json").active("seal")
    secret = keyring().active("seal").secret
    assert not any(secret in path.read_bytes() for path in lost.backup.iterdir())


def test_a_backup_is_checked_by_the_logs_key_alone(lost: Lost, tmp_path: Path) -> None:
    done = command("backup", "verify", str(lost.backup), "--key", key(), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["holds"], told["findings"]) == (0, True, [])
    assert (told["ledger"]["size"], told["ledger"]["root"]) == (lost.known.size, lost.known.root.hex())
    assert told["rows"] == sum(lost.counted.values())
    other = note.key_of(name="127.0.0.1:8000/ledger", kind=note.ED25519, private_key=bytes(32)).text
    assert command("backup", "verify", str(lost.backup), "--key", other).exit_code == 1
    assert command("backup", "verify", str(lost.backup), "--key", "nonsense").exit_code == 2
    assert command("backup", "verify", str(tmp_path), "--key", key()).exit_code == 1


@pytest.mark.parametrize("name", ["manifest", "database.dump", "ledger.tar"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_damaged_backup_is_told_and_not_restored(copy: Path, name: str, damage: str) -> None:
    path = copy / name
    data = path.read_bytes()
    path.unlink()
    if damage != "gone":
        middle = len(data) // 2
        path.write_bytes(data[:middle] + (b"" if damage == "cut" else bytes([data[middle] ^ 1]) + data[middle + 1 :]))
    assert command("backup", "verify", str(copy), "--key", key()).exit_code == 1
    with pytest.raises((StoreError, JejakError)):
        loading.checked(Wish(copy), QUIET)


def test_a_file_too_many_and_another_name_are_told(copy: Path) -> None:
    (copy / "more").write_bytes(b"x")
    renamed = copy.rename(copy.with_name("another"))
    done = command("backup", "verify", str(renamed), "--key", key())
    assert done.exit_code == 1
    assert "more is not in the manifest" in done.output
    assert "its own name is" in done.output


def test_another_nodes_backup_is_refused_by_its_signature(copy: Path) -> None:
    from jejak.formats import backupmanifest

    told = backupmanifest.parse(note.parse((copy / "manifest").read_bytes()).text)
    (copy / "manifest").write_bytes(backupmanifest.sign(told, name=told.origin, private_key=bytes(32)))
    with pytest.raises(note.NoteError):
        loading.checked(Wish(copy), QUIET)


def test_a_backup_under_other_keys_is_refused(copy: Path) -> None:
    from jejak.formats import backupmanifest

    told = backupmanifest.parse(note.parse((copy / "manifest").read_bytes()).text)
    other, secret = dataclasses.replace(told, keyring="00" * 16), keyring().active("ledger").secret
    (copy / "manifest").write_bytes(backupmanifest.sign(other, name=told.origin, private_key=secret))
    with pytest.raises(BackupRefused, match="sealed under other keys"):
        loading.checked(Wish(copy), QUIET)


@pytest.mark.parametrize(
    "bring", [drilling.drill, partial(restoring.restore, now=clock.now())], ids=["drill", "restore"]
)
def test_a_backup_of_a_newer_jejak_is_refused_before_anything_is_loaded(copy: Path, bring: Any) -> None:
    from jejak.formats import backupmanifest

    told = backupmanifest.parse(note.parse((copy / "manifest").read_bytes()).text)
    loading.refuse_newer(told)
    migrations = dict(told.migrations) | {"visits": (*told.migrations["visits"], "9999_later")}
    newer = dataclasses.replace(told, migrations=migrations, jejak="9.9")
    signed = backupmanifest.sign(newer, name=told.origin, private_key=keyring().active("ledger").secret)
    (copy / "manifest").write_bytes(signed)
    with pytest.raises(BackupRefused, match=r"newer Jejak: visits\.9999_later is not known here\. Install 9\.9\."):
        bring(Wish(copy))
    assert not marked(settings().data)


def test_backups_are_listed(lost: Lost) -> None:
    (lost.backups / "something").mkdir()
    shown = command("backup", "list", str(lost.backups))
    assert lost.backup.name in shown.output
    assert "no backup" in shown.output
    told = json.loads(command("backup", "list", str(lost.backups), "--json").stdout)
    assert [one.get("name") for one in told] == [None, lost.backup.name]
    (lost.backups / "something").rmdir()


def test_the_worker_backs_up_where_a_folder_is_named(lost: Lost, tmp_path: Path, monkeypatch: Any) -> None:
    from jejak.config import backup_jobs

    backup_jobs.backup(0)
    monkeypatch.setattr(backup_jobs, "settings", lambda: dataclasses.replace(settings(), backup_dir=tmp_path / "b"))
    backup_jobs.backup(0)
    (made,) = [path for path in (tmp_path / "b").iterdir() if not path.name.startswith(".")]
    assert command("backup", "verify", str(made), "--key", key()).exit_code == 0
    kept = command("backup", "prune", str(tmp_path / "b"), "--json")
    assert (kept.exit_code, json.loads(kept.stdout)["gone"]) == (0, [])
    assert made.exists()


@pytest.mark.parametrize("keys", ["backups", "backups/keys", "."])
def test_the_keys_never_lie_with_the_backups(tmp_path: Path, keys: str) -> None:
    with pytest.raises(BackupRefused, match="The keys open what the backup holds"):
        taking.take(target=tmp_path / "backups", keys=tmp_path / keys, now=clock.now())
    assert not (tmp_path / "backups").exists()


def test_a_backup_within_the_data_directory_is_none(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="would be lost with it"):
        taking.take(target=settings().data / "backups", now=clock.now())


def test_programs_of_another_version_are_refused_clearly() -> None:
    with pytest.raises(ClientMismatch, match=r"The server is PostgreSQL 9; found are .* Install postgresql-client-9"):
        dumping.programs_for(9)


# --- the way back


@pytest.fixture(scope="module")
def restored(lost: Lost, server_url: str, drill: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """The node brought back, its log from what was left of it, five entries beyond the backup."""
    data = tmp_path_factory.mktemp("restored") / "node"
    with drill.elsewhere(server_url, data, name=f"restored_{os.getpid()}") as place:
        shutil.copytree(lost.log, data / "ledger")
        done = place.jejak("restore", str(lost.backup), "--keys", str(lost.keys), "--force", "--json")
        assert done.returncode == 0, done.stderr
        yield place


def test_the_drill(lost: Lost, restored: Any, drill: Any) -> None:
    report = restored.report()
    # what was compared before anything changed is in the manifest; what nothing touches since is still so
    for table in ("people_card", "access_agency", "access_user", "premises_premises"):
        assert restored.ask(f"select count(*) from {table}") == [(lost.counted[table],)]
    assert (report["known"], report["published"]) == (lost.known.size, lost.published.size)
    # the log: the old one, then entry N, from files alone
    from jejak.ledger import checking, following

    files = drill.LogFiles(restored.data / "ledger")
    checked = checking.check(files, key=key(), opened=[])
    assert checked.findings == []
    following.prove_grown(files, old=lost.known, new=checked.signed.checkpoint)
    following.prove_grown(files, old=lost.published, new=checked.signed.checkpoint)
    first = restored.ask(f"select record_id is not null from ledger_place where index = {lost.published.size}")
    assert first == [(True,)]
    # entries beyond the backup are listed, opened where they were published so
    assert [one["index"] for one in report["beyond"]] == list(range(lost.known.size, lost.published.size))
    told = [(one["found"], one["record"]) for one in report["beyond"]]
    assert told[: drill.WAITING] == [(True, None)] * drill.WAITING
    assert told[drill.WAITING :] == [
        (False, {"number": number}) for number in range(drill.BEFORE, drill.BEFORE + drill.AFTER)
    ]
    # retention ran, and said so
    assert report["retention"]["visits"] == 3
    assert restored.ask("select count(*) from visits_visit") == [(27,)]
    assert restored.ask("select count(*) from trail_entry where action = 'retention.run'") == [(1,)]
    # nothing that was good for a short time is good again
    assert restored.ask("select count(*) from django_session") == [(0,)]
    assert restored.ask("select count(*) from messaging_code where tries < 5") == [(0,)]
    assert (report["ended"]["sessions"], report["ended"]["one-time codes"]) == (1, 1)
    # whoever worked there is asked after
    assert report["staff"] == ["agency_manager@contoh.example", "health_officer@contoh.example"]
    assert not marked(restored.data)
    assert restored.ask("select count(*) from trail_entry where action = 'backup.restored'") == [(1,)]


def test_the_report_is_its_owners_alone_and_what_was_left_is_kept(restored: Any) -> None:
    (path,) = restored.data.glob("restored-*.json")
    assert path.stat().st_mode & 0o077 == 0
    assert len(list(restored.data.glob("ledger.before-*"))) == 1
    assert restored.data.joinpath("keys/keyring.json").stat().st_mode & 0o077 == 0


def test_numbers_given_since_the_backup_are_not_given_again(restored: Any) -> None:
    from jejak.store.reopening import SKIPPED

    rows = restored.ask("select last_value from pg_sequences where sequencename = 'people_person_id_seq'")
    assert rows[0][0] >= SKIPPED


def test_numbers_given_after_a_first_restore_are_not_given_again_by_a_second(
    lost: Lost, restored: Any, server_url: str, drill: Any, tmp_path: Path
) -> None:
    from jejak.store.reopening import SKIPPED

    last = "select last_value from pg_sequences where sequencename = 'people_person_id_seq'"
    with drill.elsewhere(server_url, tmp_path / "node", name=f"again_{os.getpid()}") as place:
        for name in ("ledger", "keys"):
            shutil.copytree(restored.data / name, place.data / name)
        done = place.jejak("restore", str(lost.backup), "--force", "--json")
        assert done.returncode == 0, done.stderr
        assert place.ask(last)[0][0] == restored.ask(last)[0][0] + SKIPPED
        told = json.loads(place.jejak("ledger", "fsck", "--database", "--json").stdout)
        assert (told["findings"], told["kinds"]["backup.restored"]) == ([], 2)


def test_a_node_that_is_there_is_not_restored_into(lost: Lost, node_database: Database) -> None:
    manifest = loading.checked(Wish(lost.backup), QUIET)
    with pytest.raises(BackupRefused, match="There are records in this node's database already"):
        loading.begun(node_database, manifest)
    assert not marked(settings().data)


def test_staff_are_confirmed_at_the_terminal_too(restored: Any) -> None:
    assert restored.jejak("accounts", "confirm", "agency_manager@contoh.example").returncode == 0
    waiting = (
        "select email from access_recheck join access_user on access_user.id = account_id where confirmed_at is null"
    )
    assert restored.ask(waiting) == [("health_officer@contoh.example",)]


def test_a_restore_killed_anywhere_is_repeated_and_ends_the_same(
    lost: Lost, restored: Any, server_url: str, drill: Any, tmp_path: Path
) -> None:
    """In one place: killed after each step, before that was noted, then repeated up to the next."""
    with drill.elsewhere(server_url, tmp_path / "node", name=f"killed_{os.getpid()}") as place:
        shutil.copytree(lost.log, place.data / "ledger")
        shutil.copytree(restored.data / "keys", place.data / "keys")
        done = place.run(str(HERE / "killed.py"), "restore", str(lost.backup), *PLACES)
        assert json.loads(done.stdout) == [9] * len(PLACES), done.stderr
        assert marked(place.data)
        closed = place.jejak("accounts", "list")
        assert closed.returncode == 1
        assert "A backup is being restored here" in closed.stderr
        ended = place.jejak("restore", str(lost.backup), "--force", "--json")
        assert ended.returncode == 0, ended.stderr
        assert not marked(place.data)
        there, expected = drill.counts(place.owner), drill.counts(restored.owner)
        assert {name: rows for name, rows in there.items() if name not in VOLATILE} == {
            name: rows for name, rows in expected.items() if name not in VOLATILE
        }
        mine, others = place.report(), restored.report()
        for part in ("known", "published", "beyond", "staff", "backup"):
            assert mine[part] == others[part]
        assert place.ask("select count(*) from trail_entry where action = 'backup.restored'") == [(1,)]
        told = json.loads(place.jejak("ledger", "fsck", "--database", "--json").stdout)
        assert (told["findings"], told["kinds"]["backup.restored"]) == ([], 1)
        assert told["records lost to a backup"] == drill.AFTER


def test_a_forked_log_is_refused_until_the_right_one_is_there(
    lost: Lost, restored: Any, server_url: str, drill: Any, tmp_path: Path
) -> None:
    with drill.elsewhere(server_url, tmp_path / "node", name=f"forked_{os.getpid()}") as place:
        _lie(lost, drill.LogFiles(place.data / "ledger"))
        done = place.jejak("restore", str(lost.backup), "--keys", str(lost.keys), "--force")
        assert done.returncode == 1
        assert "two histories" in done.stderr
        assert marked(place.data)
        shutil.rmtree(place.data / "ledger")
        again = place.jejak("restore", str(lost.backup), "--force", "--log", str(lost.log), "--json")
        assert again.returncode == 0, again.stderr
        assert place.report()["published"] == lost.published.size


def test_a_backup_alone_is_not_gone_on_from_unless_somebody_says_so(
    lost: Lost, server_url: str, drill: Any, tmp_path: Path
) -> None:
    """Five entries were published after the backup: signed at its end, there would be two histories of one size."""
    with drill.elsewhere(server_url, tmp_path / "node", name=f"alone_{os.getpid()}") as place:
        done = place.jejak("restore", str(lost.backup), "--keys", str(lost.keys), "--force")
        assert done.returncode == 1
        assert "Nobody but the backup was asked" in done.stderr
        assert "--log URL" in done.stderr
        said = place.jejak("restore", str(lost.backup), "--force", "--alone", "--json")
        assert said.returncode == 0, said.stderr
        assert place.report()["published"] == lost.known.size


def test_a_drill_compares_everything_signs_nothing_and_never_opens(
    lost: Lost, server_url: str, drill: Any, tmp_path: Path
) -> None:
    with drill.elsewhere(server_url, tmp_path / "node", name=f"tried_{os.getpid()}") as place:
        done = place.jejak("restore", str(lost.backup), "--keys", str(lost.keys), "--drill", "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["entries"], told["findings"]) == (lost.known.size, [])
        assert told["rows"] == sum(lost.counted.values())
        files = drill.LogFiles(place.data / "ledger")
        assert files.published() is None
        assert files.head() == lost.known
        assert marked(place.data)
        assert "A backup is being restored here" in place.jejak("accounts", "list").stderr
        opened = place.jejak("restore", str(lost.backup), "--force", "--alone")
        assert (opened.returncode, files.published()) == (1, None)
        assert "never becomes a node" in opened.stderr
        with psycopg.connect(place.owner) as owner:
            owner.execute("update ledger_record set record = '{}' where id = 7")
        again = place.jejak("restore", str(lost.backup), "--drill")
        assert again.returncode == 1
        assert "WRONG: record 7 was changed" in again.stdout


def test_a_drill_touches_no_log_that_was_left(lost: Lost, server_url: str, drill: Any, tmp_path: Path) -> None:
    with drill.elsewhere(server_url, tmp_path / "node", name=f"left_{os.getpid()}") as place:
        shutil.copytree(lost.log, place.data / "ledger")
        done = place.jejak("restore", str(lost.backup), "--keys", str(lost.keys), "--drill")
        assert done.returncode == 1
        assert "a drill needs an empty data directory" in done.stderr
        assert drill.LogFiles(place.data / "ledger").head() == lost.published


def _lie(lost: Lost, files: Any) -> None:
    """Write a longer log, signed by our own key, that does not begin with ours."""
    from jejak.ledger.rules import Growth

    growth = Growth()
    growth.add([b"lie %d" % number for number in range(lost.published.size + 7)])
    files.write(growth.take())
    head = Checkpoint(lost.published.origin, growth.size, growth.root())
    files.publish("checkpoint", checkpoint.sign(head, private_key=keyring().active("ledger").secret).encode())


def test_a_backup_killed_anywhere_leaves_nothing_that_looks_like_one(
    lost: Lost, restored: Any, tmp_path: Path, drill: Any
) -> None:
    target = tmp_path / "backups"
    places = ["database half", *taking.STEPS]
    done = restored.run(str(HERE / "killed.py"), "back-up", str(target), *places)
    assert json.loads(done.stdout) == [9] * len(places), done.stderr
    assert [path.name for path in target.iterdir() if not path.name.startswith(".")] == []
    assert "There is no backup" in command("backup", "list", str(target)).output
    again = restored.jejak("backup", str(target), "--json")
    assert again.returncode == 0, again.stderr
    assert [path.suffix for path in target.iterdir() if path.name.endswith(".part")] == []
    assert command("backup", "verify", json.loads(again.stdout)["path"], "--key", key()).exit_code == 0
