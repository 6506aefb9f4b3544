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
