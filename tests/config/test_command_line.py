"""The command line as an operator meets it: help everywhere, sentences instead of traces, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from jejak.store.place import place_for, remove

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = [
    "up", "serve", "work", "demo", "doctor", "keys", "keys list", "keys rotate", "accounts", "accounts add",
    "accounts close", "accounts second-factor", "agencies", "agencies add", "agencies list", "agencies oidc",
    "agencies oidc-off",
    "accounts list", "accounts password", "retention", "retention list", "retention run", "import", "import visits", "import codes", "trace", "bench",
    "backup", "backup take", "backup verify", "backup list", "backup prune", "restore", "accounts confirm",
]  # fmt: skip


def jejak(*words: str, data: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JEJAK_", "DATABASE_URL", "DJANGO_"))
    }
    environment = kept | ({"JEJAK_DATA": str(data)} if data else {}) | settings
    return subprocess.run(
        [sys.executable, "-m", "jejak", *words], capture_output=True, text=True, env=environment, check=False
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A node's directory that the commands of this module share."""
    folder = tmp_path_factory.mktemp("command-line") / "node"
    yield folder
    remove(place_for(folder))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_starts_nothing_for_it(command: str, tmp_path: Path) -> None:
    done = jejak(*command.split(), "--help", data=tmp_path / "node")
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize("command", ["messages status", "messages incoming --from 0123456789 MASUK", "import visits"])
def test_records_are_not_looked_for_in_a_fresh_node(command: str, tmp_path: Path) -> None:
    more = [__file__] if command.startswith("import") else []
    done = jejak(*command.split(), *more, "--data", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "There is no node in" in done.stderr
    assert "--data" in done.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["up", "--port", "0"],
        ["serve", "moon"],
        ["retention", "run", "--on", "yesterday"],
        ["keys", "rotate", "index"],
        ["trace", "--phone", "012-345 6789"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_code_two_without_a_trace(words: list[str]) -> None:
    done = jejak(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["doctor", "demo"])
def test_a_bad_setting_is_named(command: str) -> None:
    done = jejak(command, JEJAK_PORT="eighty")
    assert done.returncode == 2
    assert "JEJAK_PORT: 'eighty' is not a whole number" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_setting_is_named(data: Path) -> None:
    done = jejak("keys", "list", data=data, JEJAK_VISIT_DAY="5")
    assert done.returncode == 2
    assert "JEJAK_VISIT_DAY" in done.stderr


def test_the_database_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    assert jejak("keys", "list", data=tmp_path / "node").returncode == 0
    done = jejak("doctor", "--json", data=tmp_path / "node", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["database"]["good"] is False
    assert "DATABASE_URL" in findings["database"]["advice"]


def test_an_examination_makes_nothing(tmp_path: Path) -> None:
    done = jejak("doctor", "--json", data=tmp_path / "node")
    assert done.returncode == 1
    assert {finding["name"]: finding["good"] for finding in json.loads(done.stdout)}["keys"] is False
    assert not (tmp_path / "node").exists()


def test_keys_that_others_may_read_are_a_finding(data: Path) -> None:
    jejak("keys", "list", data=data)
    ring = data / "keys" / "keyring.json"
    ring.chmod(0o644)
    done = jejak("doctor", "--json", data=data)
    ring.chmod(0o600)
    assert done.returncode == 1
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert "chmod 600" in findings["keys"]["found"]
    assert "disk" in findings


def test_keys_are_listed_without_their_secrets_and_rotated(data: Path) -> None:
    listed = jejak("keys", "list", data=data)
    assert listed.returncode == 0
    assert "AES-256-GCM" in listed.stdout
    secrets = [key["secret"] for key in json.loads((data / "keys" / "keyring.json").read_text())["keys"]]
    assert not any(secret in listed.stdout for secret in secrets)
    assert jejak("keys", "rotate", "seal", data=data).returncode == 0
    assert len(jejak("keys", "list", data=data).stdout.splitlines()) == len(listed.stdout.splitlines()) + 1


def test_accounts_are_added_listed_and_given_a_new_password(data: Path) -> None:
    words = [
        "accounts",
        "add",
        "--email",
        "a@contoh.example",
        "--name",
        "Pegawai Contoh",
        "--role",
        "health_officer",
        "--state",
        "MY-10",
        "--agency",
        "Pejabat Kesihatan Contoh",
    ]
    alone = jejak(*words[:-2], data=data)
    assert alone.returncode == 2
    assert "Staff have an employer" in alone.stderr
    nowhere = jejak(*words, data=data)
    assert nowhere.returncode == 2
    assert "There is no agency 'Pejabat Kesihatan Contoh'" in nowhere.stderr
    assert jejak("agencies", "add", "Pejabat Kesihatan Contoh", "--kind", "health", data=data).returncode == 0
    added = jejak(*words, data=data)
    assert added.returncode == 0, added.stderr
    assert "password" in added.stdout
    again = jejak(*words, data=data)
    assert again.returncode == 1
    assert "There is an account with this e-mail address already. (a@contoh.example)" in again.stderr
    assert "health_officer  at Pejabat Kesihatan Contoh" in jejak("accounts", "list", data=data).stdout
    assert "1 people" in jejak("agencies", "list", data=data).stdout
    lab = jejak(*words[:6], "--role", "laboratory", *words[-2:], data=data)
    assert lab.returncode == 2
    assert "not laboratory" in lab.stderr
    owner = jejak(
        "accounts", "add", "--email", "o@contoh.example", "--name", "Omar", "--role", "premises_owner", *words[-2:]
    )
    assert "Owners of premises are employed by nobody" in owner.stderr
    shared = jejak(*words[:2], "--email", "kaunter1@contoh.example", *words[4:], data=data)
    assert shared.returncode == 1
    assert "shared mailbox" in shared.stderr
    generic = jejak(*words[:5], "Kaunter 1", *words[6:], data=data)
    assert generic.returncode == 1
    assert "write the name of the one" in generic.stderr
    assert jejak("accounts", "password", "a@contoh.example", data=data).returncode == 0
    unknown = jejak("accounts", "password", "tiada@contoh.example", data=data)
    assert unknown.returncode == 1
    assert "There is no active account with that e-mail address" in unknown.stderr
    assert "Traceback" not in unknown.stderr


def test_an_account_is_closed_after_a_question(data: Path) -> None:
    words = ["accounts", "add", "--email", "b@contoh.example", "--name", "Contoh", "--role", "health_officer"]
    words += ["--agency", "Pejabat Kesihatan Contoh", "--agency-kind", "health"]
    assert jejak(*words, data=data).returncode == 0
    assert jejak("accounts", "close", "b@contoh.example", data=data).returncode == 1, "nobody said yes"
    assert jejak("accounts", "close", "--yes", "b@contoh.example", data=data).returncode == 0
    assert "(closed)" in jejak("accounts", "list", data=data).stdout
    assert jejak("accounts", "close", "--yes", "b@contoh.example", data=data).returncode == 1


def test_an_agencys_own_sign_in_is_set_shown_without_its_secret_and_turned_off(data: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("rahsia-klien\n")
    name = "Pejabat Kesihatan Contoh"
    assert jejak("agencies", "add", name, "--kind", "health", data=data).returncode == 0
    words = ["agencies", "oidc", name, "--code", "contoh", "--client-id", "jejak", "--secret-file", str(secret)]
    words += ["--domain", "contoh.example", "--issuer"]
    open_one = jejak(*words, "http://id.contoh.example", data=data)
    assert open_one.returncode == 1
    assert "starts with https://" in open_one.stderr
    done = jejak(*words, "https://id.contoh.example/realms/contoh", data=data)
    assert done.returncode == 0, done.stderr
    assert "/staff/sign-in/contoh/back/" in done.stdout
    listed = jejak("agencies", "list", data=data)
    assert "signs in by https://id.contoh.example/realms/contoh" in listed.stdout
    assert "rahsia-klien" not in done.stdout + done.stderr + listed.stdout
    assert jejak("agencies", "oidc-off", name, data=data).returncode == 0
    assert jejak("agencies", "oidc-off", name, data=data).returncode == 1


def test_only_a_managers_lost_second_factor_is_taken_off_at_the_command_line(data: Path) -> None:
    for email, role in (("p@contoh.example", "health_officer"), ("m@contoh.example", "agency_manager")):
        words = ["accounts", "add", "--email", email, "--name", "Contoh", "--role", role]
        words += ["--agency", "Pejabat Kesihatan Contoh", "--agency-kind", "health"]
        assert jejak(*words, data=data).returncode == 0
    officer = jejak("accounts", "second-factor", "--yes", "p@contoh.example", data=data)
    assert officer.returncode == 1
    assert "asks their agency's manager" in officer.stderr
    assert jejak("accounts", "second-factor", "--yes", "m@contoh.example", data=data).returncode == 0


def test_a_lost_keyring_is_not_replaced_in_front_of_a_filled_database(data: Path) -> None:
    assert jejak("migrate", data=data).returncode == 0
    kept = data / "keys" / "keyring.json"
    other = data / "keys" / "other.json"
    kept.rename(other)
    try:
        done = jejak("accounts", "list", data=data)
        assert done.returncode == 1
        assert "filled under another keyring" in done.stderr
    finally:
        other.replace(kept)
    assert jejak("accounts", "list", data=data).returncode == 0


def test_a_healthy_node_passes_its_examination(data: Path) -> None:
    target = str(data.parent / "backups")
    assert jejak("backup", target, data=data).returncode == 0
    done = jejak("doctor", "--json", data=data, JEJAK_BACKUP_DIR=target)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0, findings
    assert set(findings) >= {"keys", "disk", "address", "database", "clock", "partitions", "role app", "role public"}
    shown = jejak("doctor", data=data, JEJAK_BACKUP_DIR=target)
    assert shown.stdout.count("good") == len(findings)


def test_retention_never_acts_ahead_of_time(data: Path) -> None:
    done = jejak("retention", "run", "--on", "2999-01-01", data=data)
    assert done.returncode == 2
    assert "has not come yet" in done.stderr


def test_retention_lists_every_class_with_what_it_holds(data: Path) -> None:
    listed = json.loads(jejak("retention", "list", "--json", data=data).stdout)
    found = {one["class"]: one for one in listed["classes"]}
    assert found["visits"]["days"] == 90
    assert found["visits"]["tables"]
    assert not found["logs"]["kept"]
    assert "not kept here" in jejak("retention", "list", data=data).stdout


def test_retention_says_what_it_did(data: Path) -> None:
    done = jejak("retention", "run", "--dry-run", data=data)
    assert done.returncode == 0, done.stderr
    assert "would be deleted" in done.stdout
    assert jejak("retention", "run", "--json", data=data).stdout.strip().startswith("[")


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = jejak("up", "--port", str(taken.getsockname()[1]), data=tmp_path / "node")
    assert done.returncode == 2
    assert "cannot be used" in done.stderr
