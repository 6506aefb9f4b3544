"""A thousand phones that come back at once, each with twenty check-ins that waited offline.

Measured against the same check-ins sent one by one to the plain endpoint, and against COPY of as many rows into the
same indexed log. Then the same queues come three times more, shuffled: every visit must be there exactly once.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import psycopg

from bench import load
from bench.phones import Return
from bench.stand import ROOT, Stand, stand
from jejak.kernel.ids import uuid7, uuid7_at

if TYPE_CHECKING:
    from pathlib import Path

    from bench.report import Report

PHONES, QUEUED = 1_000, 20
WAITED_HOURS: Final = 70
ROUNDS: Final = 3
REPLAYS: Final = 3
DOORS, DOOR_SECONDS = 100, 6.0
COLUMNS: Final = "premises_id, checked_in, id, until, person_id, zone_id, device_id, flags"


def run(report: Report, *, quick: bool = False) -> None:
    """Measure the return of all phones and print it with its marks."""
    phones = PHONES // 5 if quick else PHONES
    with stand() as made, ExitStack() as servers:
        port = servers.enter_context(made.serving("lane"))
        come_back(
            made, port, queues(made, phones=phones // 10), way="batch"
        )  # once for nothing: all is warm afterwards
        batches, singles, copies, sent = [], [], [], []
        for _ in range(1 if quick else ROUNDS):
            sent.append(queues(made, phones=phones))
            singles.append(come_back(made, port, queues(made, phones=phones), way="single")[0])
            batches.append(come_back(made, port, sent[-1], way="batch"))
            copies.append(copied(made, rows=phones * QUEUED))
        _say(report, made, batches=batches, singles=singles, copies=copies, rows=phones * QUEUED)
        _replay(report, made, port, sent[-1])
        _beside(report, made, port, phones=phones)


def _say(
    report: Report,
    made: Stand,
    *,
    batches: list[tuple[Return, list[str]]],
    singles: list[Return],
    copies: list[float],
    rows: int,
) -> None:
    rates = [rows / outcome.seconds for outcome, _ in batches]
    single = [rows / outcome.seconds for outcome in singles]
    report.line(case="COPY into the same log", value=median(copies), unit="check-ins/s")
    report.line(
        case="one by one, plain endpoint", value=median(single), unit="check-ins/s",
        ratio=_ratio(single, copies), of="COPY into the same log",
    )  # fmt: skip
    name = f"{rows // QUEUED} phones with {QUEUED} each, batch"
    report.line(
        case=name, value=median(rates), unit="check-ins/s", ratio=_ratio(rates, single),
        of="one by one, plain endpoint", at_least=1.5,
    )  # fmt: skip
    report.line(
        case=f"{name}, over COPY", value=median(rates), unit="check-ins/s", ratio=_ratio(rates, copies),
        of="COPY into the same log", at_least=0.1,
    )  # fmt: skip
    for case, waits in (("batch", [one for one, _ in batches]), ("one by one", singles)):
        report.line(case=f"a phone's whole queue, {case}, p50", value=median(one.p50 for one in waits), unit="ms")
        report.line(case=f"a phone's whole queue, {case}, p99", value=median(one.p99 for one in waits), unit="ms")
    report.line(case="refused with 503 and sent again", value=sum(one.refused for one, _ in batches), unit="check-ins")
    acknowledged = [visit for _, visits in batches for visit in visits]
    found = made.count(acknowledged)
    report.line(
        case="acknowledged found once", value=found, unit="check-ins",
        ratio=found / max(1, len(acknowledged)), of=f"{len(acknowledged)} acknowledged", at_least=1.0,
    )  # fmt: skip


def _replay(report: Report, made: Stand, port: int, sent: list[list[dict[str, Any]]]) -> None:
    """Send the same queues again, each time shuffled within and among the phones, and count what is stored."""
    ids = [item["id"] for queue in sent for item in queue]
    before = stored(made)
    for _ in range(REPLAYS):
        items = [item for queue in sent for item in queue]
        random.shuffle(items)
        again = [items[at : at + QUEUED] for at in range(0, len(items), QUEUED)]
        outcome, acknowledged = come_back(made, port, again, way="batch")
        assert sorted(acknowledged) == sorted(ids), "a replayed check-in was not acknowledged"
    report.line(
        case=f"replayed {REPLAYS} times and shuffled, found once", value=made.count(ids), unit="check-ins",
        ratio=made.count(ids) / len(ids), of=f"{len(ids)} sent", at_least=1.0,
    )  # fmt: skip
    report.line(case="rows that the replays added", value=stored(made) - before, unit="rows", at_most=0)
    report.line(case="a phone's whole queue, replayed, p99", value=outcome.p99, unit="ms")


def _beside(report: Report, made: Stand, port: int, *, phones: int) -> None:
    """Let visitors check in at doors while all phones come back, and say how long they waited."""
    target = made.target(port, "known")
    quiet = load.opened(target, rate=DOORS, seconds=DOOR_SECONDS)
    sent = queues(made, phones=phones)
    with ThreadPoolExecutor(1) as doors:
        busy = doors.submit(load.opened, target, rate=DOORS, seconds=DOOR_SECONDS)
        time.sleep(1)  # the loader's own start
        come_back(made, port, sent, way="batch")
        outcome = busy.result()
    assert not outcome.errors, f"{outcome.errors} at the door were refused"
    name = f"at a door, {DOORS}/s, p99"
    report.line(case=name, value=quiet.p99, unit="ms")
    report.line(
        case="at a door while all come back, p99", value=outcome.p99, unit="ms", ratio=outcome.p99 / quiet.p99, of=name
    )


def queues(made: Stand, *, phones: int) -> list[list[dict[str, Any]]]:
    """Return for each phone its check-ins of the last days, as it kept them."""
    codes, tokens = made.codes.read_text().split(), made.tokens.read_text().split()
    now = datetime.now(UTC)

    def item(token: str) -> dict[str, Any]:
        at = now - timedelta(hours=random.uniform(1, WAITED_HOURS))
        return {"id": str(uuid7_at(at)), "code": random.choice(codes), "visitor": token, "queued": True}

    return [[item(token) for _ in range(QUEUED)] for token in random.sample(tokens, phones)]


def come_back(made: Stand, port: int, sent: list[list[dict[str, Any]]], *, way: str) -> tuple[Return, list[str]]:
    """Return what became of the queues, sent from a process of their own, and the ids that were acknowledged."""
    file, acknowledged = made.codes.with_name("queues"), made.codes.with_name("acknowledged")
    file.write_text("".join(json.dumps(queue) + "\n" for queue in sent))
    output = subprocess.run(
        _command(port, way, file, acknowledged), cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout
    outcome = Return(**json.loads(output))
    assert not outcome.failed, f"{outcome.failed} check-ins were refused"
    return outcome, acknowledged.read_text().split()


def _command(port: int, way: str, file: Path, acknowledged: Path) -> list[str]:
    fixed = [sys.executable, "-m", "bench.phones", "--port", str(port), "--way", way]
    return [*fixed, "--queues", str(file), "--acknowledged", str(acknowledged)]


def copied(made: Stand, *, rows: int) -> float:
    """Return how many rows a second COPY writes into the log, in one transaction, from rows ready in memory."""
    now = datetime.now(UTC)
    moments = [now - timedelta(hours=random.uniform(1, WAITED_HOURS)) for _ in range(rows)]
    ready = [
        (random.randint(1, 2_000), at, uuid7(), at + timedelta(minutes=45), number, None, 1, 2)
        for number, at in enumerate(moments, start=1)
    ]
    with psycopg.connect(made.database.urls.app) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        with cursor.copy(f"copy visits_visit ({COLUMNS}) from stdin") as copy:
            for row in ready:
                copy.write_row(row)
        connection.commit()
        return rows / (time.perf_counter() - began)


def stored(made: Stand) -> int:
    """Return how many visits there are."""
    with psycopg.connect(made.database.urls.app) as connection:
        row = connection.execute("select count(*) from visits_visit").fetchone()
    assert row is not None
    return int(row[0])


def _ratio(ones: list[float], others: list[float]) -> float:
    return median(one / other for one, other in zip(ones, others, strict=True))
