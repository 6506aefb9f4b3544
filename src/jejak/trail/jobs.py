"""The one job that deletes what is past its time, of every class that a room registered."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.trail import actions


@app.periodic(cron="30 18 * * *")  # UTC: 2.30 at night in Malaysia
@app.task(name="trail.retention", queueing_lock="trail.retention", retry=3)
def retention(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Delete what is past its time, and note what went."""
    actions.run_retention(now=clock.now())
