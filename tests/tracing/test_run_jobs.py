"""The worker's part in runs: each is in the queue once, and what a killed worker left is put there again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions, jobs
from jejak.tracing.models import Run
from jejak.tracing.sliders import Sliders
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(case: Town, office: Office) -> Any:
    """A run that nobody has done yet."""
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    uuid = actions.start_run(
        cases=[ill.uuid], direction=Direction.FORWARD, sliders=Sliders(), purpose="Kluster Tembok", by=office.officer,
        at=clock.now(),
    )  # fmt: skip
    return Run.objects.get(uuid=uuid)


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'tracing.run' and status = 'todo'")
        row = cursor.fetchone()
    return int(row[0])


def test_a_run_is_in_the_queue_once(run: Any) -> None:
    assert (jobs.defer(run.pk), jobs.defer(run.pk), queued()) == (True, False, 1)


def test_every_minute_what_is_not_done_is_put_into_the_queue_again(run: Any) -> None:
    jobs.go_on(timestamp=0)
    assert queued() == 1
    jobs.run(number=run.pk)
    run.refresh_from_db()
    assert run.finished_at is not None
    assert actions.unfinished() == []


def test_a_run_that_breaks_is_stopped_and_said_to_be(run: Any) -> None:
    Run.objects.filter(pk=run.pk).update(settings={})  # its minutes are gone
    with pytest.raises(KeyError):
        jobs.run(number=run.pk)
    run.refresh_from_db()
    assert (run.failed, actions.unfinished()) == ("broken", [])
