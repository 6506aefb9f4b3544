"""A node with something to lose, and a place to bring it back to; for the tests of backup and restore."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jejak.kernel import clock
from jejak.kernel.ids import uuid7_at
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import Kind
from jejak.store.roles import ROLES, role_name

NOTE = Kind(201, "tests.note")
NOTICE = Kind(202, "tests.notice", opened=True)
BEFORE, WAITING, AFTER = 300, 2, 5
DAY = timedelta(days=1)


def log_files() -> LogFiles:
    return LogFiles(settings().data / "ledger")


def keep(count: int, *, first: int = 0, kind: Kind = NOTE) -> None:
    """Keep so many records that enter the log later."""
    from django.db import transaction

    from jejak.ledger import actions

    with transaction.atomic():
        actions.append_all(kind=kind, records=[{"number": first + number} for number in range(count)])


def enter(count: int, *, first: int = 0, kind: Kind = NOTE) -> None:
    """Let so many records into the node's log."""
    from jejak.ledger import sequencing

    keep(count, first=first, kind=kind)
    sequencing.sequence()


def furnish() -> None:
    """Give the node people, visits (some past their time), staff who are signed in, codes, and a log."""
    from django.contrib.sessions.models import Session

    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind
    from jejak.kernel.ids import uuid7
    from jejak.messaging.models import Code
    from jejak.people import actions as people
    from jejak.trail import actions as trail
    from jejak.visits import actions as visits

    now = clock.now()
    for number in range(30):
        ago = 100 if number < 3 else number
        person = people.upsert_claimed(phone=f"012-345 67{number:02}", name=f"Pelawat {number}", at=now - ago * DAY)
        at = now - ago * DAY
        visits.make_days(first=local_day(at), last=local_day(at))
        visits.check_in(visit=uuid7_at(at), premises=1, zone=None, minutes=30, person=person, device=5, flags=0)
    office = access.add_agency(name="Pejabat Contoh", kind=AgencyKind.HEALTH, now=now)
    for role in ("agency_manager", "health_officer"):
        access.add_account(
            email=f"{role}@contoh.example", name=f"Orang {role}", kind="staff", role=role, agency=office, now=now
        )
    machine = trail.Machine(0, "Jejak")
    trail.record(by=machine, action="tests.looked", purpose="a drill", persons=[1, 2], at=now)
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=now + DAY)
    Code.objects.create(uuid=uuid7(), purpose="sign-in", digest=bytes(16), issued_at=now)
    enter(BEFORE)


def counts(url: str) -> dict[str, int]:
    from jejak.store import dumping

    with psycopg.connect(url) as connection:
        return dumping.counts(connection)[0]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An empty data directory with an empty database on the same server; what runs there is a process of its own."""

    data: Path
    url: str
    owner: str

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JEJAK_", "DATABASE_URL"))}
        return kept | {"JEJAK_DATA": str(self.data), "DATABASE_URL": self.url, "PYTHONWARNINGS": "ignore"}

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False, env=self.environment | more
        )

    def jejak(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "jejak", *words, **more)

    def report(self) -> Any:
        (path,) = self.data.glob("restored-*.json")
        return json.loads(path.read_text())

    def ask(self, statement: str) -> list[Any]:
        with psycopg.connect(self.owner) as connection:
            return connection.execute(statement).fetchall()


@contextmanager
def elsewhere(server: str, data: Path, *, name: str) -> Iterator[Elsewhere]:
    """Give such a place, and take its database and roles away afterwards."""
    from jejak.kernel.keys import keyring
    from jejak.store.connections import passwords
    from jejak.store.roles import urls_within

    parts = {key: value for key, value in conninfo_to_dict(server).items() if value is not None}
    port = f":{parts['port']}" if "port" in parts else ""
    host = str(parts.get("host", ""))
    where = f"@/{name}?host={host}" if host.startswith("/") else f"@{host}{port}/{name}"
    url = f"postgresql://{parts['user']}:{parts.get('password', '')}{where}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template template0 encoding "UTF8" locale "C.UTF-8"')
    data.mkdir(parents=True, exist_ok=True)
    try:
        yield Elsewhere(data, url, urls_within(admin_url=url, database=name, passwords=passwords(keyring())).owner)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)')
            for role in ROLES:
                connection.execute(f'drop role if exists "{role_name(name, role)}"')
        shutil.rmtree(data, ignore_errors=True)
