"""The worker's share of the visit log: days are made and dropped without anybody asking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.trail import jobs as nightly
from jejak.visits import jobs, queries
from jejak.visits.actions import DAYS_AHEAD, make_days

pytestmark = pytest.mark.django_db(databases=["default", "retention"], transaction=True)


def test_the_worker_makes_days_ahead_that_are_missing() -> None:
    last = local_day(clock.now()) + timedelta(days=DAYS_AHEAD)
    with connections["retention"].cursor() as cursor:
        cursor.execute("select visits_drop_partition(%s)", [last])
    jobs.make_partitions(0)
    assert last in queries.days()


def test_the_worker_drops_days_past_their_time() -> None:
    kept = local_day(clock.now()) - timedelta(days=settings().visit_days)
    make_days(first=kept - timedelta(days=1), last=kept)
    nightly.retention(0)
    assert min(queries.days()) == kept


def test_both_run_every_day() -> None:
    app.perform_import_paths()
    crons = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    for name in ("visits.make_partitions", "trail.retention"):
        assert crons[name].split()[2:] == ["*"] * 3
