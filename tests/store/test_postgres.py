"""The embedded PostgreSQL: made, stopped, killed, orphaned, locked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from jejak.store.errors import DataInUse
from jejak.store.place import place_for, remove
from jejak.store.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "rahsia-ujian"


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "node"
    remove(place_for(tmp_path / "node"))


def cluster(data: Path) -> Postgres:
    return Postgres(place=place_for(data), password=PASSWORD)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z" if sys.platform == "linux" else False


def test_stopping_the_program_stops_its_database(data: Path) -> None:
    with cluster(data) as server:
        pid = server.pid
        assert pid is not None
        assert not gone(pid)
    assert gone(pid)


def test_nobody_connects_without_the_password(data: Path) -> None:
    with cluster(data) as server:
        wrong = server.url.replace(PASSWORD, "meneka")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        rules = (server.place.cluster / "pg_hba.conf").read_text()
    active = [line for line in rules.splitlines() if line.strip() and not line.startswith("#")]
    assert active
    assert all(line.endswith("scram-sha-256") for line in active)


def test_it_listens_on_no_network(data: Path) -> None:
    with cluster(data) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_a_second_program_is_refused_the_same_data(data: Path) -> None:
    with cluster(data), pytest.raises(DataInUse, match="Another Jejak runs"):
        cluster(data).start()


@pytest.mark.fault
def test_what_was_committed_before_a_kill_is_there_after_the_next_start(data: Path) -> None:
    with cluster(data) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table kept (number int)")
            connection.execute("insert into kept select generate_series(1, 1000)")
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
        while server.running:
            time.sleep(0.01)
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (1000,)


@pytest.mark.fault
def test_a_database_whose_program_was_killed_ends_and_starts_again(data: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from jejak.store.place import place_for; from jejak.store.postgres import Postgres\n"
        f"server = Postgres(place=place_for(Path(sys.argv[1])), password={PASSWORD!r}); server.start()\n"
        "print(server.pid, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        orphan = int(owner.stdout.readline())
        owner.kill()
        owner.wait()
    with cluster(data) as server:
        assert gone(orphan)
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def test_its_log_never_holds_what_a_statement_carried(data: Path) -> None:
    with cluster(data) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            with pytest.raises(psycopg.Error):
                connection.execute("select 'Siti Contoh'::int")
            with pytest.raises(psycopg.Error):
                connection.execute("select %s::int", ["012-3456789 Siti"])
        log = server.place.log.read_text()
    assert "ready to accept connections" in log
    assert "Siti" not in log
