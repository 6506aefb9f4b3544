"""Contacts of one case over a fortnight: the database against sorted arrays in memory, result for result and in time.

``BENCH_SIZE=seed BENCH_DATA=<folder>`` measures SELangkah's 14 million visits. Marks: design, performance, section 8.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import psycopg

from bench.arrays import Arrays
from bench.lognode import log_node
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.lognode import LogNode
    from bench.report import Report
    from bench.visitlog import Log

T = TypeVar("T")
CASES, QUICK_CASES = 200, 60
MINUTES = 15
BUSIEST, OFTEN = 20, 3
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Times:
    """Seconds that each case took, one way."""

    seconds: list[float] = field(default_factory=list)

    def of(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns, and note how long it took."""
        started = perf_counter()
        result = work()
        self.seconds.append(perf_counter() - started)
        return result

    @property
    def ms(self) -> float:
        """The median in milliseconds."""
        return median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """The 95th percentile in milliseconds."""
        return float(np.quantile(self.seconds, 0.95)) * 1000


def run(report: Report, *, quick: bool = False) -> None:
    """Measure every search case of the marks."""
    size = os.environ.get("BENCH_SIZE") or ("thirtieth" if quick else "tenth")
    count = QUICK_CASES if quick else CASES
    with log_node(report, size=size) as stand:
        report.note(f"{len(stand.whole):,} visits, {len(stand.whole.stay):,} premises, {stand.whole.people:,} people")
        random = random_people(stand.whole, count)
        heavy = _heavy(stand.whole, count)
        arrays = Arrays(stand.whole)
        with stand.connect() as connection, stand.connect(smaller=True) as smaller:
            found = _agree(connection, arrays, [*random[:20], *heavy[:20]])
            report.note(f"both ways found the same {found:,} meetings for 40 cases")
            sql_random = _compare(report, connection, arrays, "random", random, at_most=4)
            _compare(report, connection, arrays, "heavy", heavy, at_most=7)
            _growth(report, connection, smaller, stand, random)
        del arrays
        _page(report, stand, random, of=sql_random)


def random_people(log: Log, count: int) -> list[int]:
    """Return people who checked in at all, drawn evenly."""
    return np.random.default_rng(1).choice(np.unique(log.person), size=count, replace=False).tolist()


def _heavy(log: Log, count: int) -> list[int]:
    """Return people with at least three visits to the twenty busiest premises."""
    busiest = np.argsort(-np.bincount(log.premises))[:BUSIEST]
    often = np.flatnonzero(np.bincount(log.person[np.isin(log.premises, busiest)]) >= OFTEN)
    return np.random.default_rng(2).choice(often, size=min(count, len(often)), replace=False).tolist()


def search(
    connection: psycopg.Connection[Any], persons: Sequence[int], window: tuple[int, int]
) -> list[tuple[Any, ...]]:
    """Return the meetings that the visits room's own statement finds."""
    with psycopg.Cursor(connection) as cursor:
        values = {
            "persons": list(persons),
            "cases": list(persons),
            "merged": False,
            "since": moment(window[0]),
            "until": moment(window[1]),
            "minutes": MINUTES,
        }
        statement = sql.load("visits", "meetings").encode()
        return cursor.execute(statement, values, prepare=True, binary=True).fetchall()


def moment(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _agree(connection: psycopg.Connection[Any], arrays: Arrays, persons: list[int]) -> int:
    """Return how many meetings both ways found; fail if one differs."""
    whole = 0
    for person in persons:
        premises, met, _total = arrays.meetings(
            person=person, since=arrays.window[0], until=arrays.window[1], minutes=MINUTES
        )
        rows = zip(met.person, premises[met.stay], met.start, met.end, met.observed, strict=True)
        one = {tuple(map(int, row)) for row in rows}
        other = {
            (who, where, _ms(since), _ms(until), int(observed))
            for _case, where, who, since, until, observed, *_more in search(connection, [person], arrays.window)
        }
        assert one == other, f"person {person}: {len(one)} meetings in memory, {len(other)} in the database"
        whole += len(one)
    return whole


def _compare(
    report: Report,
    connection: psycopg.Connection[Any],
    arrays: Arrays,
    name: str,
    persons: list[int],
    *,
    at_most: float,
) -> float:
    """Report both ways over the same cases in turn, the second round counted; return the statement's median in ms."""
    since, until = arrays.window
    for _round in range(2):
        memory, database = Times(), Times()
        for person in persons:
            memory.of(lambda who=person: arrays.meetings(person=who, since=since, until=until, minutes=MINUTES))
            database.of(lambda who=person: search(connection, [who], arrays.window))
    report.line(case=f"{name}, arrays, median", value=memory.ms, unit="ms")
    report.line(case=f"{name}, arrays, p95", value=memory.p95, unit="ms")
    ratio = database.ms / memory.ms
    of = f"{name}, arrays"
    report.line(case=f"{name}, sql, median", value=database.ms, unit="ms", ratio=ratio, of=of, at_most=at_most)
    report.line(case=f"{name}, sql, p95", value=database.p95, unit="ms", ratio=database.p95 / memory.p95, of=of)
    return database.ms


def _growth(
    report: Report,
    connection: psycopg.Connection[Any],
    smaller: psycopg.Connection[Any],
    stand: LogNode,
    persons: list[int],
) -> None:
    """Report three times the visits at the same density; both databases in turn, the second round counted."""
    others = random_people(stand.smaller, len(persons))
    for _round in range(2):
        whole, third = Times(), Times()
        for person, other in zip(persons, others, strict=True):
            whole.of(lambda who=person: search(connection, [who], stand.whole.window))
            third.of(lambda who=other: search(smaller, [who], stand.smaller.window))
    report.line(case=f"random, sql, {len(stand.smaller):,} visits", value=third.ms, unit="ms")
    report.line(
        case=f"random, sql, {len(stand.whole):,} visits",
        value=whole.ms,
        unit="ms",
        ratio=whole.ms / third.ms,
        of=f"{len(stand.smaller):,} visits",
        at_most=1.5,
    )


def _page(report: Report, stand: LogNode, persons: list[int], *, of: float) -> None:
    """Report the rooms' own call, and the officer's page from request to response."""
    from bench.officerpage import Desk

    since, until = stand.whole.window
    desk = Desk.open(window=(moment(since), moment(until)))
    for _round in range(2):
        calls, pages, names = Times(), Times(), Times()
        for person in persons[: CASES // 4]:
            search = desk.search(person)
            calls.of(lambda what=search: desk.contacts(what))
            pages.of(lambda what=search: desk.page(what))
            names.of(lambda what=search: desk.names(what))
    report.line(case="contacts_of, with its trail", value=calls.ms, unit="ms", ratio=calls.ms / of, of="random, sql")
    for case, times in (("officer's page, counts", pages), ("officer's page, names", names)):
        report.line(case=case, value=times.ms, unit="ms", ratio=times.ms / of, of="random, sql", at_most=30)
