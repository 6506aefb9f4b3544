"""Check-ins a second, against a constant answer of the same server and against one INSERT per request.

All servers stand ready at once and are measured in turn, round after round, so that a machine that drifts drifts under
all of them; each ratio is the median over the rounds. Marks: design, performance, section 8.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from bench import load
from bench.floor import SLOW_BATCH, SLOW_SECONDS
from bench.stand import ROOT, Stand, stand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.load import Load
    from bench.report import Report

FEW, MANY = 64, 256
PEAK = 908
"""Check-ins a second in the national peak half-hour, 2021-11-26 12:30."""
TIMES = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One thing measured in every round."""

    name: str
    server: str
    kind: str
    connections: int


FLOOR = {count: Case(f"floor, constant, {count}", "constant", "known", count) for count in (FEW, MANY)}
KNOWN = {count: Case(f"known visitors, {count}", "lane", "known", count) for count in (FEW, MANY)}
EACH = {count: Case(f"INSERT per request, {count}", "insert_each", "known", count) for count in (FEW, MANY)}
PAIR = Case("page and post, 64", "lane", "pair", FEW)
FIRST = Case("first-time visitors, 64", "lane", "first", FEW)
UNREAD = Case("floor, body not awaited, 64", "unread", "known", FEW)
CASES = (FLOOR[FEW], KNOWN[FEW], EACH[FEW], PAIR, FIRST, UNREAD, FLOOR[MANY], KNOWN[MANY], EACH[MANY])


@dataclass(slots=True)
class Rounds:
    """What each case reached in each round."""

    loads: dict[Case, list[Load]] = field(default_factory=dict)

    def rate(self, case: Case) -> float:
        """Return the median of requests a second."""
        return median(load.rate for load in self.loads[case])

    def ratio(self, case: Case, of: Case) -> float:
        """Return the median of the ratios within each round."""
        pairs = zip(self.loads[case], self.loads[of], strict=True)
        return median(one.rate / other.rate for one, other in pairs)


def run(report: Report, *, quick: bool = False) -> None:
    """Measure every case and print it with its mark."""
    report.note(f"load: {load.tool()} for closed loops, asyncio for open ones, each in a process of its own")
    with stand() as made:
        _closed(report, made, rounds=2 if quick else 5, seconds=2 if quick else 3)
        _open(report, made, rounds=1 if quick else 3, seconds=4 if quick else 10)
        _overload(report, made, seconds=3 if quick else 6)


def _closed(report: Report, made: Stand, *, rounds: int, seconds: float) -> None:
    found = Rounds()
    with ExitStack() as servers:
        ports = {name: servers.enter_context(made.serving(name)) for name in sorted({case.server for case in CASES})}
        for case in CASES:  # once for nothing: connections, statements and caches are warm afterwards
            load.closed(made.target(ports[case.server], case.kind), connections=case.connections, seconds=1)
        for _ in range(rounds):
            for case in CASES:
                target = made.target(ports[case.server], case.kind)
                outcome = load.closed(target, connections=case.connections, seconds=seconds)
                assert not outcome.errors, f"{case.name}: {outcome.errors} requests failed"
                found.loads.setdefault(case, []).append(outcome)
    _say_closed(report, found)


def _say_closed(report: Report, found: Rounds) -> None:
    def line(case: Case, of: Case | None = None, at_least: float | None = None) -> None:
        ratio = None if of is None else found.ratio(case, of)
        report.line(
            case=case.name,
            value=found.rate(case),
            unit="requests/s",
            ratio=ratio,
            of=None if of is None else of.name,
            at_least=at_least,
        )

    line(UNREAD)
    for count in (FEW, MANY):
        line(FLOOR[count])
        line(KNOWN[count], FLOOR[count], 0.45)
        waits = [outcome.p99 for outcome in found.loads[KNOWN[count]]]
        report.line(case=f"known visitors, {count}, p99", value=median(waits), unit="ms")
        line(EACH[count], FLOOR[count])
        report.line(
            case=f"known over INSERT per request, {count}",
            value=found.rate(KNOWN[count]),
            unit="requests/s",
            ratio=found.ratio(KNOWN[count], EACH[count]),
            of=EACH[count].name,
            at_least=3.0,
        )
    line(PAIR, FLOOR[FEW], 0.30)
    line(FIRST, KNOWN[FEW], 0.5)


def _open(report: Report, made: Stand, *, rounds: int, seconds: float) -> None:
    floors, lanes = [], []
    with made.serving("constant") as floor, made.serving("lane") as lane:
        for _ in range(rounds):
            floors.append(load.opened(made.target(floor, "known"), rate=PEAK, seconds=seconds))
            with _officers(made):
                lanes.append(load.opened(made.target(lane, "known"), rate=PEAK, seconds=seconds))
    assert not sum(outcome.errors for outcome in lanes)
    name = f"floor, open loop {PEAK}/s, p99"
    report.line(case=name, value=median(outcome.p99 for outcome in floors), unit="ms")
    report.line(
        case=f"known, open loop {PEAK}/s beside searches, p99",
        value=median(outcome.p99 for outcome in lanes),
        unit="ms",
        ratio=median(outcome.p99 for outcome in lanes) / median(outcome.p99 for outcome in floors),
        of=name,
        at_most=6,
    )


@contextmanager
def _officers(made: Stand) -> Iterator[None]:
    """Let officers search in a process of their own while the block runs."""
    process = subprocess.Popen((sys.executable, "-m", "bench.officers", str(made.tokens.parent)), cwd=ROOT)
    try:
        yield
    finally:
        assert process.poll() is None, "the officers' searches ended early"
        process.terminate()
        process.wait(20)


def _overload(report: Report, made: Stand, *, seconds: float) -> None:
    """Offer ten times what can be written, and count in the database what was acknowledged."""
    drain = SLOW_BATCH / SLOW_SECONDS
    accepted = made.codes.with_name("accepted")
    with made.serving("slow") as port:
        outcome = load.opened(made.target(port, "known"), rate=int(drain * TIMES), seconds=seconds, accepted=accepted)
    visits = accepted.read_text().split()
    report.line(
        case="overload, offered", value=outcome.rate, unit="requests/s", ratio=outcome.rate / drain, of="the drain rate"
    )
    report.line(case="overload, refused with 503", value=outcome.errors, unit="requests")
    report.line(
        case="overload, acknowledged found once",
        value=made.count(visits),
        unit="check-ins",
        ratio=made.count(visits) / max(1, len(visits)),
        of=f"{len(visits)} acknowledged",
        at_least=1.0,
    )
