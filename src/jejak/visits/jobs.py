"""When the visit log gets its days to come, and loses those that are past their time."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.visits import actions


@app.periodic(cron="12 * * * *")
@app.task(name="visits.partitions", queueing_lock="visits.partitions")
def partitions(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Make the days to come every hour; without a day of its own no check-in can be stored."""
    actions.make_partitions(now=clock.now())


@app.periodic(cron="22 * * * *")
@app.task(name="visits.retention", queueing_lock="visits.retention")
def retention(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Delete the days past their time every hour, so that a worker that slept at midnight catches up.

    Far more days than usual fail the job and wait for somebody: `jejak doctor` says so.
    """
    actions.run_retention(on=local_day(clock.now()), days=settings().visit_days)
