"""``kill -9`` under load: every check-in that was acknowledged is found exactly once afterwards.

A whole node runs in processes of its own, as `jejak up` starts it. Visitors do what a phone's offline queue does: they
send the same check-in, with the same id, until it is acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg
import pytest

from jejak.formats import postercode
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import Keyring
from jejak.kernel.settings import read_settings
from jejak.lane.tokens import Tokens
from jejak.store.connections import database_of

pytestmark = pytest.mark.fault

VISITORS = 24
BEFORE, AFTER = 1.0, 2.0
RECOVERY_SECONDS = 30.0
PLACE = """
insert into premises_premises (uuid, name, kind, address, state, district, opening_hours, stay_minutes, longest_minutes, created_at, branch)
values (gen_random_uuid(), 'Kedai', 'shop', 'Jalan 1', 'MY-10', 'Petaling', '{}', 45, 180, now(), '') returning id
"""
POSTER = "insert into premises_poster (premises_id, short_code, issued_at) values (%s, '0000001', now()) returning id"


@dataclass(slots=True)
class Node:
    """A running node and what its visitors need."""

    process: subprocess.Popen[bytes]
    port: int
    url: str
    code: str
    tokens: Tokens
    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, int] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    given_up: bool = False

    def alive(self, part: str) -> list[psutil.Process]:
        """Return the node's processes whose command names ``part``."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # a backend may end while we look
                if part in " ".join(child.cmdline()):
                    found.append(child)
        return found

    async def visits_during(self, disaster: Callable[[], None]) -> None:
        """Let visitors check in, let the disaster come, and go on until everybody has been acknowledged."""
        stop = asyncio.Event()
        crowd = [asyncio.create_task(self._visitor(number, stop)) for number in range(VISITORS)]
        await asyncio.sleep(BEFORE)
        before = len(self.acknowledged)
        assert before > VISITORS
        try:
            await asyncio.to_thread(disaster)
        except BaseException:
            self.given_up = True
            raise
        end = time.monotonic() + RECOVERY_SECONDS
        while len(self.acknowledged) < before + 20 * VISITORS and time.monotonic() < end:  # noqa: ASYNC110 - a count
            await asyncio.sleep(0.1)
        stop.set()
        await asyncio.wait_for(asyncio.gather(*crowd), RECOVERY_SECONDS)

    async def _visitor(self, number: int, stop: asyncio.Event) -> None:
        token = self.tokens.visitor(person=1000 + number, device=number, ms=time.time_ns() // 1_000_000)
        connection: Any = None
        while not stop.is_set() and not self.given_up:
            visit, status, tries = str(uuid7()), 0, 0
            visitor: Any = token if number % 3 else {"name": f"Pelawat {number}", "phone": f"012{number:07}"}
            body = json.dumps({"id": visit, "code": self.code, "visitor": visitor}).encode()
            self.sent.add(visit)
            while status not in {200, 201} and not self.given_up:
                try:
                    connection = connection or await asyncio.open_connection("127.0.0.1", self.port)
                    status = await asyncio.wait_for(_post(connection, body), 10)
                    self.statuses.add(status)
                except (OSError, EOFError, TimeoutError):
                    connection, status = None, 0
                tries += status not in {200, 201}
                await asyncio.sleep(0.1 if tries and status not in {200, 201} else 0)
            self.acknowledged[visit] = tries
        if connection:
            connection[1].close()

    def stored(self) -> dict[str, int]:
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("select id::text, count(*) from visits_visit group by id").fetchall()
        return dict(rows)


async def _post(connection: Any, body: bytes) -> int:
    reader, writer = connection
    head = f"POST /v1/check-ins HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(answer[9:12])


def wait_until_healthy(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert process.poll() is None, "the node ended"
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the node did not get ready")


def wait_until_known(port: int, code: str) -> None:
    end = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{port}/p/{code}", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the lane did not hear of the poster")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    from jejak.store.place import place_for, remove

    data = tmp_path_factory.mktemp("node")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JEJAK_", "DATABASE_URL"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "jejak", "up", "--data", str(data), "--port", str(port)],
        env=environment | {"PYTHONWARNINGS": "ignore"},
    )
    try:
        wait_until_healthy(port, process)
        node = furnished(process, port, data)
        wait_until_known(port, node.code)
        yield node
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        remove(place_for(data))


def furnished(process: subprocess.Popen[bytes], port: int, data: Path) -> Node:
    ring = Keyring.open(data / "keys" / "keyring.json")
    database = database_of(read_settings({"JEJAK_DATA": str(data)}), ring)
    with psycopg.connect(database.urls.owner) as connection:
        (premises,) = connection.execute(PLACE).fetchone() or (0,)
        (poster,) = connection.execute(POSTER, [premises]).fetchone() or (0,)
        connection.execute("select pg_notify('jejak_posters', %s)", [str(premises)])
    key = ring.active("poster")
    code = postercode.make(number=poster, key_version=key.id, secret=key.secret)
    return Node(process, port, database.urls.owner, code, Tokens(ring, visit_days=90))


def check(node: Node) -> None:
    stored = node.stored()
    assert all(stored.get(visit) == 1 for visit in node.acknowledged), "an acknowledged check-in is missing or doubled"
    assert set(stored) <= node.sent, "something was stored that nobody sent"
    assert any(node.acknowledged.values()), "the disaster disturbed nobody, so this proves nothing"
    assert node.statuses <= {200, 201, 503}


def test_kill_9_of_the_server_loses_and_doubles_nothing(node: Node) -> None:
    def disaster() -> None:
        for process in node.alive("serve"):
            process.kill()

    asyncio.run(node.visits_during(disaster))
    check(node)


def test_kill_9_of_postgresql_loses_and_doubles_nothing(node: Node) -> None:
    def disaster() -> None:
        (postmaster, *_) = [
            one for one in node.alive("postgres") if "-D" in one.cmdline() or "-D" in " ".join(one.cmdline())
        ]
        for child in [*postmaster.children(recursive=True), postmaster]:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    asyncio.run(node.visits_during(disaster))
    check(node)


def test_a_crashed_database_backend_loses_and_doubles_nothing(node: Node) -> None:
    def disaster() -> None:
        (postmaster, *_) = [one for one in node.alive("postgres") if "-D" in " ".join(one.cmdline())]
        backend = next(one for one in postmaster.children() if "_app" in " ".join(one.cmdline()))
        backend.kill()  # PostgreSQL then restarts itself and replays its log

    asyncio.run(node.visits_during(disaster))
    check(node)
