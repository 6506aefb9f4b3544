"""A node of its own for the check-in bench: database, posters, visitors, and servers as child processes."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from bench.load import Target
from bench.node import running
from jejak.formats import postercode
from jejak.lane.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.store.connections import Database

ROOT = Path(__file__).parents[1]
PREMISES, TOKENS = 2_000, 20_000
STARTING_SECONDS = 30.0
PLACES = """
insert into premises_premises (
    uuid, name, branch, kind, address, state, district, opening_hours, stay_minutes, longest_minutes, created_at
)
select
    gen_random_uuid(), 'Kedai Contoh ' || n, 'Cawangan ' || n, 'shop', 'Jalan Contoh', 'MY-10', 'Petaling', '{}', 45,
    180, now()
from generate_series(1, %s) as n
"""
POSTERS = """
insert into premises_poster (premises_id, short_code, issued_at)
select id, lpad(id::text, 7, '0'), now() from premises_premises
returning id
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """A running database with posters, and what the loaders need to know."""

    database: Database
    codes: Path
    tokens: Path

    @contextmanager
    def serving(self, application: str) -> Iterator[int]:
        """Serve one of `bench.floor`'s applications while the block runs; give its port."""
        port = free_port()
        process = subprocess.Popen(
            (sys.executable, "-m", "bench.serve", application, str(port)), cwd=ROOT, stdout=sys.stderr
        )
        try:
            wait_until_ready(port)
            yield port
        finally:
            process.terminate()
            process.wait(20)

    def target(self, port: int, kind: str) -> Target:
        """Return where a loader should send what."""
        return Target(port, kind, self.codes, self.tokens)

    def count(self, visits: list[str]) -> int:
        """Return how many of these ids are in the visit log, and fail if any is there twice."""
        with psycopg.connect(self.database.urls.app) as connection:
            row = connection.execute(
                "select count(*), count(distinct id) from visits_visit where id = any(%s::uuid[])", [visits]
            ).fetchone()
        assert row is not None
        assert row[0] == row[1], "a check-in is stored twice"
        return int(row[0])


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int) -> None:
    """Return once ``/healthz`` answers well."""
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    message = f"the server on port {port} did not get ready"
    raise TimeoutError(message)


@contextmanager
def stand() -> Iterator[Stand]:
    """Give a fresh node with posters and visitors; everything is removed afterwards."""
    with running() as (found, folder):
        yield furnished(found, folder)


def furnished(database: Database, folder: Path) -> Stand:
    """Return the stand with posters in the database, their codes and the visitors' tokens in files."""
    from jejak.kernel.keys import keyring

    with psycopg.connect(database.urls.owner) as connection:
        connection.execute(PLACES, [PREMISES])
        posters = [int(row[0]) for row in connection.execute(POSTERS)]
    key, tokens = keyring().active("poster"), Tokens(keyring(), visit_days=90)
    codes = [postercode.make(number=number, key_version=key.id, secret=key.secret) for number in posters]
    visitors = [
        tokens.visitor(person=number, device=random.getrandbits(63), ms=time.time_ns() // 1_000_000)
        for number in range(1_000_000, 1_000_000 + TOKENS)
    ]
    made = Stand(database, folder / "codes", folder / "tokens")
    made.codes.write_text("\n".join(codes))
    made.tokens.write_text("\n".join(visitors))
    return made
