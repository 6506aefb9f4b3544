"""The worker itself: a queued message is sent by its job, and a failed one again when it is due."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from messaging.test_budgets import ask, notice, number_of
from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.messaging import queries
from jejak.messaging.models import Message


async def _work_off() -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")


def test_a_worker_sends_what_was_queued(transactional_db: None) -> None:
    ask(clock.now())
    notice(clock.now(), number=number_of(3))
    asyncio.run(_work_off())
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert {shown.recipient for shown in queries.console()} == {"+60123456789", number_of(3)}


@pytest.mark.parametrize("name", ["messaging.send", "messaging.send_due"])
def test_the_jobs_are_known_by_name(name: str) -> None:
    assert name in app.tasks


def test_a_code_goes_before_notices_and_other_jobs(db: None) -> None:
    notice(clock.now())
    ask(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("select priority from procrastinate_jobs order by id")
        assert cursor.fetchall() == [(-10,), (20,)]
