"""Benchmarks: every figure that docs promise, measured again as a ratio within one run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BENCHES = {
    "checkin": "bench.checkin",
    "offline": "bench.offline",
    "search": "bench.search",
    "trace": "bench.trace",
    "imports": "bench.imports",
    "ledger": "bench.ledger",
    "owner": "bench.owner",
    "worklist": "bench.worklist",
    "own": "bench.own",
}
"""Names and the modules whose ``run(report, quick=…)`` measures them; imported only when asked for."""


def run(names: Iterable[str] = (), *, json: bool = False, quick: bool = False) -> bool:
    """Measure the named benches, all if none is named; return whether every mark holds.

    :raises KeyError: there is no bench of that name.
    """
    from bench.report import Report

    report = Report(json=json)
    for name in list(names) or list(BENCHES):
        import_module(BENCHES[name]).run(report.of(name), quick=quick)
    return report.holds
