"""What the doctor sees in a node whose worker has not been doing its work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from jejak.config import doctor
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings


def seen(name: str) -> doctor.Finding:
    return next(finding for finding in doctor.examine() if finding.name == name)


@pytest.mark.parametrize("ahead", [0, 1, doctor.DAYS_AHEAD])
def test_a_missing_day_is_seen_whatever_comes_after_it(database: Any, ahead: int) -> None:
    day = local_day(clock.now()) + timedelta(days=ahead)
    assert seen("partitions").good
    with psycopg.connect(database.retention, autocommit=True) as connection:
        connection.execute("select visits_drop_partition(%s)", [day])
    try:
        found = seen("partitions")
    finally:
        with psycopg.connect(database.app, autocommit=True) as connection:
            connection.execute("select visits_make_partitions(%s, %s)", [day, day])
    assert not found.good
    assert str(day) in found.found


def test_days_past_their_time_are_seen(database: Any) -> None:
    day = local_day(clock.now()) - timedelta(days=settings().visit_days + 1)
    with psycopg.connect(database.app, autocommit=True) as connection:
        connection.execute("select visits_make_partitions(%s, %s)", [day, day])
    found = seen("retention")
    assert not found.good
    assert "--force" in found.advice
    with psycopg.connect(database.retention, autocommit=True) as connection:
        connection.execute("select visits_drop_partition(%s)", [day])
    assert str(day) not in seen("retention").found


def test_a_ledger_that_does_not_come_on_is_seen(database: Any) -> None:
    assert seen("ledger").good
    kept = "insert into ledger_record (kind, schema, record, salt, commitment, opened, at) values (1, 1, '{}', sha256('a'), sha256('b'), false, now() - interval '1 hour') returning id"
    with psycopg.connect(database.app) as connection:
        connection.execute("insert into ledger_waiting (record_id) values (%s)", connection.execute(kept).fetchone())
    found = seen("ledger")
    assert not found.good
    assert "1 have waited" in found.found


def test_a_database_that_lags_behind_the_log_is_seen(database: Any) -> None:
    head = settings().data / "ledger" / "head"
    head.parent.mkdir(exist_ok=True)
    head.write_text(f"jejak.example/ledger\n7\n{'A' * 43}=\n")
    try:
        found = seen("ledger")
    finally:
        head.unlink()
    assert not found.good
    assert "7 entries are signed, the database knows 0" in found.found
    assert "jejak ledger continue" in found.advice
