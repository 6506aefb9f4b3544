"""Import of visits from CSV and Parquet against COPY of the same rows into the same indexed table.

Mark: design, performance, section 8. The import also finds persons and premises, checks every row, makes its id, and
leaves alone what is there already.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from psycopg.conninfo import make_conninfo

from bench import visitlog
from bench.lognode import log_node
from jejak.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.lognode import LogNode
    from bench.report import Report
    from bench.visitlog import Log
    from jejak.visits.receipts import Counts, Receipt

DATABASE = "jejak_imports"
ROUNDS = 3
STATM_PAGE = 4096


def run(report: Report, *, quick: bool = False) -> None:
    """Measure COPY, CSV, Parquet and the same file again, in turn; the best round of each counts."""
    size = os.environ.get("BENCH_SIZE") or ("thirtieth" if quick else "tenth")
    with log_node(report, size=size) as stand, tempfile.TemporaryDirectory() as folder:
        owner = _database(stand)
        csv, parquet = _files(owner, stand.whole, Path(folder))
        distinct = _distinct(stand.whole)
        seconds: dict[str, list[float]] = {"copy": [], "csv": [], "csv again": [], "parquet": []}
        memory: list[tuple[float, int]] = []
        for _round in range(ROUNDS):
            _empty(owner)
            seconds["copy"].append(_timed(lambda: _copy(owner, stand.whole)))
            _empty(owner)
            seconds["csv"].append(_timed(lambda: _import(csv, accepted=distinct, memory=memory)))
            seconds["csv again"].append(_timed(lambda: _import(csv, accepted=0)))
            _empty(owner)
            seconds["parquet"].append(_timed(lambda: _import(parquet, accepted=distinct)))
        rates = {name: len(stand.whole) / min(times) for name, times in seconds.items()}
        report.line(case="copy of the same rows", value=rates["copy"], unit="rows/s")
        for name, mark in (("csv", 0.5), ("parquet", 0.5), ("csv again", None)):
            ratio = rates[name] / rates["copy"]
            report.line(case=f"import, {name}", value=rates[name], unit="rows/s", ratio=ratio, of="copy", at_least=mark)
        _memory(report, memory)


def _database(stand: LogNode) -> str:
    """Return the owner's URL of a database with premises and people, made anew; Django reads and writes it too."""
    from django.db import connections

    connections.close_all()
    with psycopg.connect(stand.admin_url, autocommit=True) as admin:
        admin.execute(f'drop database if exists "{DATABASE}"')
        admin.execute(f'create database "{DATABASE}" template "{stand.name}" owner "{stand.name}_owner"')
        admin.execute(f'grant connect, temporary on database "{DATABASE}" to "{stand.name}_app"')
    connections["default"].settings_dict["NAME"] = DATABASE
    return make_conninfo(stand.urls.owner, dbname=DATABASE)


def _empty(owner: str) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("truncate visits_visit, visits_import, visits_quarantined restart identity cascade")


def _files(owner: str, log: Log, folder: Path) -> tuple[Path, Path]:
    """Return the log as CSV and as Parquet, as another system would hand it over."""
    with psycopg.connect(owner) as connection:
        uuids = [
            np.array([row[0] for row in connection.execute(f"select uuid::text from {table} order by id")])
            for table in ("premises_premises", "people_person")
        ]
    premises, person = (pa.array(each) for each in uuids)
    table = pa.table(
        {
            "premises": premises.take(pa.array(log.premises - 1)),
            "person": person.take(pa.array(log.person - 1)),
            "checked_in": pa.array(log.checked_in, pa.timestamp("ms", "UTC")),
            "until": pa.array(log.until, pa.timestamp("ms", "UTC")),
        }
    )
    csv, parquet = folder / "visits.csv", folder / "visits.parquet"
    pyarrow.csv.write_csv(table, csv)
    pyarrow.parquet.write_table(table, parquet)
    return csv, parquet


def _distinct(log: Log) -> int:
    """Return how many visits differ in what the files tell of them."""
    rows = np.stack([log.premises, log.person, log.checked_in], axis=1)
    return len(np.unique(rows, axis=0))


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _copy(owner: str, log: Log) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        visitlog.load(connection, log)


def _import(path: Path, *, accepted: int, memory: list[tuple[float, int]] | None = None) -> Receipt:
    from jejak.visits import actions

    def progress(_counts: Counts, share: float) -> None:
        if memory is not None:
            memory.append((share, _resident()))

    receipt = actions.import_visits(path, now=clock.now(), clock=clock.now, progress=progress)
    assert (receipt.accepted, receipt.quarantined) == (accepted, 0), receipt
    return receipt


def _resident() -> int:
    """Return this process's memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * STATM_PAGE


def _memory(report: Report, seen: list[tuple[float, int]]) -> None:
    early = max((size for share, size in seen if share <= 0.5), default=0)
    late = max(size for _share, size in seen)
    if early:
        report.line(case="memory, whole file", value=late / 1e6, unit="MB", ratio=late / early, of="its first half")
