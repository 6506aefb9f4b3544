"""``kill -9`` of the worker in the midst of a run over many cases: the rest is done, nobody is found twice or missed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection
from tracing.conftest import Town
from tracing.office import Office

from jejak.kernel import clock
from jejak.kernel.places import KUALA_LUMPUR, local_day, local_midnight
from jejak.tracing import actions, jobs
from jejak.tracing.models import Contact, ContactEvent, Exposure, Run, RunCase
from jejak.tracing.sliders import Sliders
from jejak.tracing.windows import Direction
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

CASES = 160
OWN = 2
"""Contacts that a case has to itself; one more is shared by all."""
KILLS = 2
LONGEST_SECONDS = 120.0


@pytest.fixture
def run(database: Any, officer: Any, demo_node: None) -> Any:
    """A run over hundreds of cases, in the queue: each has contacts of its own, and all of them share one."""
    first = local_day(clock.now()) - timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [first, first + timedelta(days=4)])
    town, office = Town(local_midnight(first).astimezone(KUALA_LUMPUR)), Office.open(officer)
    town.place("Stesen")
    town.person("Penjaga Kaunter")
    town.visit("Penjaga Kaunter", "Stesen", town.at(6), 14 * 60)
    for number in range(CASES):
        town.place(f"Kedai {number}")
        for name in (f"Kes {number}", *(f"Kontak {number} {own}" for own in range(OWN))):
            town.person(name)
            town.visit(name, f"Kedai {number}", town.at(21), 30)
        office.case(town.persons[f"Kes {number}"], onset=first)
        # one after the other, so that the cases meet the guard and not each other
        town.visit(f"Kes {number}", "Stesen", town.at(7) + timedelta(seconds=40 * number), 20)
    uuid = actions.start_run(
        cases=[one.uuid for one in office.cases], direction=Direction.FORWARD, sliders=Sliders(minutes=15),
        purpose="Kluster Tembok, kes minggu ini", by=officer, at=clock.now(),
    )  # fmt: skip
    return Run.objects.get(uuid=uuid)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as a node does, in a process of its own."""
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "jejak", "work"], env=dict(os.environ))
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


def done(database: Any) -> int:
    with psycopg.connect(database.owner) as observer:
        found = observer.execute("select count(*) from tracing_run_case where done_at is not null").fetchone()
    return int(found[0]) if found else 0


def wait_until_more(database: Any, than: int, process: subprocess.Popen[bytes]) -> int:
    """Wait until more cases are done, and return how many."""
    end = time.monotonic() + LONGEST_SECONDS
    while (now := done(database)) <= than:
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < end, "the worker does nothing"
        time.sleep(0.005)
    return now


def test_kill_9_of_the_worker_loses_no_contact_and_doubles_none(run: Any, database: Any) -> None:
    reached = 0
    for _kill in range(KILLS):
        jobs.go_on(timestamp=0)  # as every minute: what is not done comes into the queue again
        with worker() as process:
            reached = wait_until_more(database, reached, process)
    assert 0 < done(database) < CASES, "killed in the midst of it"
    jobs.go_on(timestamp=0)
    with worker() as process:
        while reached < CASES:
            reached = wait_until_more(database, reached, process)
        end = time.monotonic() + LONGEST_SECONDS
        while Run.objects.get(pk=run.pk).finished_at is None and time.monotonic() < end:
            time.sleep(0.02)
    run.refresh_from_db()
    assert (run.finished_at is not None, run.failed, actions.unfinished()) == (True, "", [])
    assert set(RunCase.objects.filter(run=run).values_list("found", flat=True)) == {OWN + 1}
    assert Contact.objects.count() == CASES * OWN + 1
    pairs = Counter(Exposure.objects.values_list("contact", "case"))
    assert (len(pairs), set(pairs.values())) == (CASES * (OWN + 1), {1})
    found = Counter(ContactEvent.objects.filter(kind="found").values_list("contact", flat=True))
    assert (len(found), set(found.values())) == (CASES * OWN + 1, {1}), "each told of once in its history"
    chunks = Entry.objects.filter(action="tracing.ran", refused="").values_list("detail", flat=True)
    assert sum(one["cases"] for one in chunks) == 2 * CASES, "asked for once, and each case read once on record"
