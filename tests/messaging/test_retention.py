"""What is past its time goes, through one function that only retention may run; and what the other roles may not do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from messaging.test_budgets import ask, notice, number_of

from jejak.kernel import clock
from jejak.messaging import actions, jobs, queries
from jejak.messaging.errors import PastTimeRefused
from jejak.messaging.models import Code, Incoming, Message, Refusal, Report, Shown, Trip
from jejak.messaging.queries import PastTime
from jejak.messaging.rules import Kind
from jejak.trail import jobs as nightly

TABLES = tuple(f"messaging_{name}" for name in ("message", "incoming", "refusal", "trip", "code", "report", "shown"))
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "retention"])


def fill(at: datetime) -> None:
    """Leave one row of each class at a moment."""
    notice(at)
    actions.send_due(clock=lambda: at)
    for _ in range(4):
        ask(at, number=number_of(7))
    actions.record_delivery(channel="sms", reference=f"gw-{at:%j}", state="sent", now=at)
    Trip.objects.create(kind="reply", reason="overall-rate", tripped_at=at, cools_at=at + DAY / 24)
    Incoming.objects.create(key=f"{at:%j}".zfill(16).encode(), at=at, received_at=at, state="accepted")


def test_what_is_older_than_thirty_days_goes_and_the_rest_stays() -> None:
    now = clock.now()
    fill(now - 31 * DAY)
    fill(now - 29 * DAY)
    expected = [
        PastTime("messages", 4),
        PastTime("incoming", 1),
        PastTime("refusals", 1),
        PastTime("reports", 1),
        PastTime("trips", 1),
        PastTime("codes", 6),
        PastTime("shown", 2),
    ]
    assert queries.past_time(now=now, days=30) == expected
    assert actions.run_retention(now=now, days=30, dry_run=True) == expected
    assert Message.objects.count() == 8
    assert actions.run_retention(now=now, days=30) == expected
    assert [row.rows for row in queries.past_time(now=now, days=30)] == [0] * 7
    left = [model.objects.count() for model in (Message, Incoming, Refusal, Report, Trip, Code, Shown)]
    assert left == [4, 1, 1, 1, 1, 0, 0]


def test_the_job_deletes_by_the_setting() -> None:
    fill(clock.now() - 31 * DAY)
    nightly.retention(timestamp=0)
    assert Message.objects.count() == 0


def test_the_minutes_job_sends_what_waits() -> None:
    notice(clock.now())
    jobs.send_due(timestamp=0)
    assert Shown.objects.count() == 1
    notice(clock.now(), number=number_of(1))
    jobs.send(message=str(Message.objects.get(state="queued").uuid))
    assert Shown.objects.count() == 2


def test_nothing_of_today_goes_whatever_is_asked_for() -> None:
    fill(clock.now())
    with pytest.raises(PastTimeRefused):
        actions.run_retention(now=clock.now(), days=0)
    with (
        connections["retention"].cursor() as cursor,
        pytest.raises(Exception, match="is not a day ago"),
    ):
        cursor.execute("select messaging_delete_past_time(now() + interval '1 day')")
    assert Message.objects.count() == 4


def refused(url: str, statement: str) -> bool:
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
    return True


@pytest.mark.parametrize("role", ["app", "retention"])
def test_no_role_deletes_by_itself(database: Any, role: str) -> None:
    for table in TABLES:
        for statement in (f"delete from {table}", f"truncate {table}", f"drop table {table}"):
            assert refused(getattr(database, role), statement)


@pytest.mark.parametrize("role", ["retention", "public"])
def test_neither_retention_nor_the_public_reads_a_row(database: Any, role: str) -> None:
    for table in TABLES:
        assert refused(getattr(database, role), f"select * from {table} limit 1")


@pytest.mark.parametrize("role", ["app", "public"])
def test_only_retention_runs_the_function(database: Any, role: str) -> None:
    assert refused(getattr(database, role), "select messaging_delete_past_time(now() - interval '30 days')")


def test_a_breaker_that_is_still_open_stays_however_old_it_is() -> None:
    now = clock.now()
    Trip.objects.create(kind=Kind.CODE, reason="overall-rate", tripped_at=now - 40 * DAY, cools_at=now + DAY)
    assert [row.rows for row in queries.past_time(now=now, days=30)] == [0] * 7
