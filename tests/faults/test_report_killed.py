"""``kill -9`` of the worker in the midst of a table of cases: the rest is taken in, no case is lost or made twice."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tracing.cases import office

from jejak.formats.tablefiles import PAGE
from jejak.kernel.places import local_day
from jejak.tracing import actions, jobs, queries
from jejak.tracing.models import Case, CaseEvent, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROWS = 4_000
LONGEST_SECONDS = 120.0


@pytest.fixture
def agreed(database: Any, demo_node: None) -> Any:
    """A table of thousands of cases that its sender agreed to, in the queue."""
    desk = office()
    day = local_day(desk.now).isoformat()
    rows = [f"Orang {one};012{one:07d};{day};M-{one};Petaling" for one in range(ROWS)]
    table = "\n".join(["Nama;Telefon;Tarikh sampel;No makmal;Daerah", *rows]).encode()
    uuid = actions.preview_report(
        file=io.BytesIO(table), name="kes.csv", way="file", disease="covid-19", office=desk.agency.pk, limits=PAGE,
        by=desk.laboratory, now=desk.now,
    )  # fmt: skip
    number = actions.confirm_report(uuid=uuid, by=desk.laboratory, now=desk.now)
    assert jobs.defer_report(number)
    return Report.objects.get(pk=number)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as a node does, in a process of its own."""
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "jejak", "work"], env=dict(os.environ))
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


def settled(database: Any) -> int:
    with psycopg.connect(database.owner) as observer:
        found = observer.execute("select count(*) from tracing_report_row where outcome <> ''").fetchone()
    return int(found[0]) if found else 0


def wait_until_more(database: Any, than: int, process: subprocess.Popen[bytes]) -> int:
    """Wait until more rows are settled, and return how many."""
    end = time.monotonic() + LONGEST_SECONDS
    while (now := settled(database)) <= than:
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < end, "the worker does nothing"
        time.sleep(0.005)
    return now


def test_kill_9_of_the_worker_loses_no_case_of_a_table_and_doubles_none(agreed: Any, database: Any) -> None:
    with worker() as process:
        reached = wait_until_more(database, 0, process)
    assert 0 < settled(database) < ROWS, "killed in the midst of it"
    jobs.take_reports(timestamp=0)  # as every few minutes: what is not done comes into the queue again
    with worker() as process:
        while reached < ROWS:
            reached = wait_until_more(database, reached, process)
        end = time.monotonic() + LONGEST_SECONDS
        while Report.objects.get(pk=agreed.pk).finished_at is None and time.monotonic() < end:
            time.sleep(0.02)
    agreed.refresh_from_db()
    assert (agreed.accepted, agreed.known, agreed.quarantined) == (ROWS, 0, 0)
    assert (agreed.finished_at is not None, actions.unfinished_reports()) == (True, [])
    assert Case.objects.values("reference").distinct().count() == Case.objects.count() == ROWS
    assert CaseEvent.objects.filter(kind="reported").count() == ROWS
    assert queries.report_of(uuid=agreed.uuid, by=agreed.by).received == ROWS
