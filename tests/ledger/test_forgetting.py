"""What retention takes is covered by what it publishes; whatever else is missing is a loss, and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.ledger import actions, checking, forgetting, queries, sequencing
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.models import Record
from jejak.ledger.reconciling import reconcile
from jejak.store import retention
from jejak.trail import actions as trail
from jejak.trail.actions import Machine

pytestmark = pytest.mark.django_db(databases=["default", "retention"], transaction=True)
Append = Callable[..., list[int]]
DAY = timedelta(days=1)
TODAY = date(2022, 1, 21)


def ran(*, on: date, kept_from: date, of: str = "visits") -> None:
    """Publish that retention ran on a day, and let it into the log."""
    with transaction.atomic():
        actions.announce_deletion(of=of, on=on, kept_from=kept_from)
    sequencing.sequence()


def behind(database: Any, statement: str, *values: object) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute(statement.encode(), values)


def good(log: LogFiles) -> bool:
    head = log.head()
    assert head
    return checking.check(log, key=sequencing.verifier_keys(head.origin)[0]).good


def test_records_past_their_time_open_to_nothing_and_the_log_holds(
    log: LogFiles, append: Append, database: Any
) -> None:
    days = retention.classes()["ledger"].days()
    today = local_day(clock.now())
    old = append(3)
    sequencing.sequence()
    ran(on=today - (days + 1) * DAY, kept_from=today - (days + 91) * DAY)
    young = append(2, first=9)
    sequencing.sequence()
    behind(database, "update ledger_record set at = at - %s::interval where id = any (%s)", f"{days + 2} days", old)
    before = log.published()
    assert {
        one.code: sum(part.rows for part in one.gone) for one in trail.run_retention(now=clock.now(), dry_run=True)
    }["ledger"] == 3
    trail.run_retention(now=clock.now())
    sequencing.sequence()
    assert before
    assert good(log)
    kept = Record.objects.in_bulk([*old, *young])
    assert [kept[one].record is None and kept[one].salt is None for one in (*old, *young)] == [True] * 3 + [False] * 2
    done = reconcile(readers={})
    assert (done.erased, done.findings) == (3, []), "forgotten, as published"
    assert b"extra" not in queries.proof(old[0]).text, "its place is still proved, and tells nothing"
    behind(database, "update ledger_record set record = null, salt = null where id = %s", young[0])
    assert f"record {young[0]}" in reconcile(readers={}).findings[0]


def test_a_date_changed_in_the_database_covers_nothing(log: LogFiles, append: Append, database: Any) -> None:
    ran(on=TODAY, kept_from=TODAY - 90 * DAY, of="ledger")
    [number] = append(1)
    sequencing.sequence()
    ran(on=TODAY + DAY, kept_from=TODAY - 89 * DAY, of="ledger")
    behind(database, "update ledger_record set record = null, salt = null, at = '2001-01-01' where id = %s", number)
    assert reconcile(readers={}).findings == [f"record {number}, entry 1, was erased, and no retention entry covers it"]


def test_a_clock_that_went_back_covers_nothing(log: LogFiles, append: Append) -> None:
    append(3)
    ran(on=TODAY - 10 * DAY, kept_from=TODAY - 100 * DAY)
    append(3, first=3)
    ran(on=TODAY, kept_from=TODAY - 90 * DAY)
    append(3, first=6)
    ran(on=TODAY - 4000 * DAY, kept_from=TODAY - 5000 * DAY)
    assert forgetting.erasable(before=TODAY - 11 * DAY) == 0
    assert forgetting.erasable(before=TODAY - 10 * DAY) == 3
    assert forgetting.erasable(before=TODAY - DAY) == 3
    assert forgetting.erasable(before=TODAY) == 11, "behind the last run, whose day is earlier still"


def test_a_longer_period_brings_nothing_back(log: LogFiles) -> None:
    ran(on=TODAY, kept_from=TODAY - 30 * DAY)
    ran(on=TODAY + DAY, kept_from=TODAY - 89 * DAY)
    assert queries.kept_from(of="visits") == TODAY - 30 * DAY
    assert queries.kept_from(of="vis") == queries.kept_from(of="trail") == date.min


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_record set record = replace(record, '2021', '2029') where kind = 2",
        "update ledger_record set record = replace(record, '2021', '2029'), commitment = sha256('x') where kind = 2",
        "delete from ledger_place; update ledger_record set record = replace(record, '2021', '2029')",
    ],
)
def test_only_a_run_that_the_log_commits_to_is_believed(log: LogFiles, database: Any, statement: str) -> None:
    ran(on=TODAY, kept_from=TODAY - 90 * DAY)
    assert queries.kept_from(of="visits") == TODAY - 90 * DAY
    for one in statement.split("; "):
        behind(database, one)
    assert queries.kept_from(of="visits") == date.min


def test_a_run_that_waits_for_the_log_is_believed(log: LogFiles) -> None:
    with transaction.atomic():
        actions.announce_deletion(of="visits", on=TODAY, kept_from=TODAY)
    assert queries.kept_from(of="visits") == TODAY


def test_rows_that_are_there_although_published_as_gone_are_named(log: LogFiles, append: Append) -> None:
    trail.run_retention(now=clock.now())
    sequencing.sequence()
    assert reconcile(readers={}).findings == []
    long_ago = clock.now() - (retention.classes()["trail"].days() + 2) * DAY
    trail.record(by=Machine(0, "nod"), action="x", purpose="contoh", at=long_ago)
    [found] = reconcile(readers={}).findings
    assert found.startswith("trail: 1 entries are there, and a retention entry says that nothing before")


def test_a_run_that_keeps_less_than_its_own_day_covers_nothing_and_is_named(log: LogFiles) -> None:
    ran(on=TODAY, kept_from=TODAY - 90 * DAY)
    ran(on=TODAY + DAY, kept_from=TODAY + 2 * DAY)
    assert queries.kept_from(of="visits") == TODAY - 90 * DAY
    [named] = reconcile(readers={}).findings
    assert "a retention run of visits on 2022-01-22, claims that all before 2022-01-23 is gone" in named
    ran(on=TODAY + 2 * DAY, kept_from=TODAY + 2 * DAY, of="notices")
    assert reconcile(readers={}).findings == [named], "a class kept for no days goes up to the day of the run"
