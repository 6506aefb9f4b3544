"""A node whose database holds an invented log, and a second database with a third of it; kept for the next run.

``BENCH_DATA`` names the folder to keep it in (a temporary one is made and removed otherwise), ``BENCH_SIZE`` the size.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from bench import visitlog
from bench.node import running
from jejak.kernel import clock
from jejak.kernel.places import local_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.report import Report
    from bench.visitlog import Log
    from jejak.store.connections import Database
    from jejak.store.roles import Urls

PREMISES = """
insert into premises_premises (id, uuid, name, branch, kind, address, state, district, opening_hours, stay_minutes,
    longest_minutes, created_at) overriding system value
select id, gen_random_uuid(), 'Kedai Contoh ' || id, '', 'shop', 'Jalan Contoh', 'MY-10', 'Petaling', '{}', stay,
    longest, now()
from unnest(%s::bigint[], %s::int[], %s::int[]) as given (id, stay, longest)
"""
PEOPLE = """
insert into people_person (id, uuid, level, created_at) overriding system value
select id, gen_random_uuid(), 0, now() from generate_series(1, %s) as id
"""


@dataclass(frozen=True, slots=True)
class LogNode:
    """The node's connection strings for the whole log and for a third of it, and both as arrays."""

    name: str
    urls: Urls
    admin_url: str
    smaller_url: str
    whole: Log
    smaller: Log

    def connect(self, *, smaller: bool = False) -> psycopg.Connection[Any]:
        """Return a connection as the app's role, set as the visits room sets its own for a search."""
        options = "-c plan_cache_mode=force_generic_plan -c jit=off"
        return psycopg.connect(self.smaller_url if smaller else self.urls.app, autocommit=True, options=options)


@contextmanager
def log_node(report: Report, *, size: str) -> Iterator[LogNode]:
    """Give the node, its database running; building it takes minutes the first time for the size ``seed``."""
    kept = os.environ.get("BENCH_DATA")
    with running(Path(kept) / size if kept else None) as (found, folder):
        report.note(f"inventing {visitlog.SIZES[size].visits:,} visits …")
        filled = folder / "filled"
        until_day = date.fromisoformat(filled.read_text()) if filled.exists() else local_day(clock.now())
        whole = visitlog.invent(size, until_day=until_day)
        yield _filled(report, found, whole, visitlog.third(whole), filled)


def _filled(report: Report, found: Database, whole: Log, smaller: Log, filled: Path) -> LogNode:
    name = f"{found.name}_smaller"
    assert found.admin_url, "the bench needs a server where it may make databases"
    made = LogNode(found.name, found.urls, found.admin_url, make_conninfo(found.urls.app, dbname=name), whole, smaller)
    if filled.exists():
        return made
    from django.db import connections

    connections.close_all()
    with psycopg.connect(made.admin_url, autocommit=True) as admin:
        admin.execute(f'drop database if exists "{name}"')
        admin.execute(f'create database "{name}" template "{found.name}" owner "{found.name}_owner"')
        admin.execute(f'grant connect on database "{name}" to "{found.name}_app"')
    _fill(report, make_conninfo(found.urls.owner, dbname=name), smaller)
    _fill(report, found.urls.owner, whole)
    filled.write_text(whole.until_day.isoformat())
    return made


def _fill(report: Report, url: str, log: Log) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = "visits_visit, premises_premises, people_person"
        connection.execute(f"truncate {tables} restart identity cascade")
        ids = list(range(1, len(log.stay) + 1))
        connection.execute(PREMISES, [ids, log.stay.tolist(), log.longest.tolist()])
        connection.execute(PEOPLE, [log.people])
        started = time.monotonic()
        visitlog.load(connection, log)
        rate = len(log) / (time.monotonic() - started)
        report.note(f"{len(log):,} visits copied at {rate:,.0f} a second")
        connection.execute("vacuum analyze visits_visit")
        connection.execute("analyze premises_premises, people_person")
