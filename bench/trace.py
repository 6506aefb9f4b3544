"""The contacts of a thousand cases at once, as a job would ask: in chunks on two connections, against arrays in memory.

``BENCH_SIZE=seed BENCH_DATA=<folder>`` measures SELangkah's 14 million visits. Mark: design, performance, section 8.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from bench.arrays import Arrays
from bench.lognode import log_node
from bench.search import MINUTES, moment, random_people
from jejak.store import sql

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.lognode import LogNode
    from bench.report import Report

    Numbers = NDArray[np.int64]

CASES, CHUNK, CONNECTIONS, ROUNDS = 1000, 20, 2, 3
COLUMNS = {
    "case_id": (">i8", "bigint"),
    "premises_id": (">i8", "bigint"),
    "person_id": (">i8", "bigint"),
    "since": (">i8", "timestamptz"),
    "until": (">i8", "timestamptz"),
    "observed": ("?", "boolean"),
}
ARRAY_HEADER_BYTES = 20
"""Of a one-dimensional array in PostgreSQL's binary format; a length and a value for each element follow."""


def run(report: Report, *, quick: bool = False) -> None:
    """Measure both ways in turn; the best round of each counts, for both are the same work every time."""
    size = os.environ.get("BENCH_SIZE") or ("thirtieth" if quick else "tenth")
    with log_node(report, size=size) as stand:
        persons = random_people(stand.whole, CASES)
        arrays = Arrays(stand.whole)
        memory, database, alone = [], [], []
        for _round in range(ROUNDS):
            started = perf_counter()
            met = _in_memory(arrays, persons)
            memory.append(perf_counter() - started)
            started = perf_counter()
            other = _in_database(stand, persons, connections=CONNECTIONS)
            database.append(perf_counter() - started)
            started = perf_counter()
            _in_database(stand, persons, connections=1)
            alone.append(perf_counter() - started)
            one = _count(met, persons)
            assert one == other, f"{one:,} meetings in memory, {other:,} in the database"
        of = "1,000 cases, arrays"
        report.note(f"{one:,} meetings")
        report.line(case=of, value=min(memory), unit="s")
        one_connection, mark = min(alone), min(database)
        report.line(
            case="1,000 cases, one connection",
            value=one_connection,
            unit="s",
            ratio=one_connection / min(memory),
            of=of,
        )
        report.line(
            case="1,000 cases, two connections", value=mark, unit="s", ratio=mark / min(memory), of=of, at_most=2.5
        )


def _in_memory(arrays: Arrays, persons: list[int]) -> list[Numbers]:
    """Return whom each case met, once for every meeting."""
    since, until = arrays.window
    return [arrays.meetings(person=person, since=since, until=until, minutes=MINUTES)[1].person for person in persons]


def _count(met: list[Numbers], persons: list[int]) -> int:
    """Return how many meetings these are; a case is no contact of a case in the same chunk."""
    return sum(int((~np.isin(who, persons[at // CHUNK * CHUNK :][:CHUNK])).sum()) for at, who in enumerate(met))


def _in_database(stand: LogNode, persons: list[int], *, connections: int) -> int:
    chunks = [persons[start : start + CHUNK] for start in range(0, len(persons), CHUNK)]
    with ThreadPoolExecutor(connections) as workers:
        shares = workers.map(
            lambda share: _searched(stand, share), [chunks[at::connections] for at in range(connections)]
        )
        return sum(len(meetings["person_id"]) for share in shares for meetings in share)


def _searched(stand: LogNode, chunks: list[list[int]]) -> list[dict[str, NDArray[Any]]]:
    with stand.connect() as connection:
        return [_meetings(connection, stand, chunk) for chunk in chunks]


def _meetings(connection: psycopg.Connection[Any], stand: LogNode, persons: list[int]) -> dict[str, NDArray[Any]]:
    """Return the meetings of some cases as arrays, one of each column."""
    since, until = stand.whole.window
    values = {
        "persons": persons, "cases": persons, "merged": False,
        "since": moment(since), "until": moment(until), "minutes": MINUTES,
    }  # fmt: skip
    columns = ", ".join(f"coalesce(array_agg({name}), '{{}}'::{kind}[])" for name, (_, kind) in COLUMNS.items())
    statement = f"select {columns} from ({sql.load('visits', 'meetings')}) as meetings"
    with psycopg.Cursor(connection) as cursor:
        result = cursor.execute(statement.encode(), values, prepare=True, binary=True).pgresult
        assert result
        return {
            name: _array(result.get_value(0, column), kind) for column, (name, (kind, _)) in enumerate(COLUMNS.items())
        }


def _array(raw: bytes | None, kind: str) -> NDArray[Any]:
    whole = np.frombuffer((raw or b"")[ARRAY_HEADER_BYTES:], dtype=np.dtype([("length", ">i4"), ("value", kind)]))
    return np.ascontiguousarray(whole["value"])
