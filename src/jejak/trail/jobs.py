"""What the worker does every night: close the day of the trail that is over, and delete what is past its time."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.kernel.settings import settings
from jejak.trail import actions, closing


@app.periodic(cron="20 16,20 * * *")  # UTC: shortly after midnight in Malaysia, and again should that have failed
@app.task(name="trail.close_days", queueing_lock="trail.close_days", retry=3)
def close_days(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Commit each agency's day that is over to the ledger."""
    closing.close_days(now=clock.now(), node=settings().node_id)


@app.periodic(cron="30 18 * * *")  # UTC: 2.30 at night in Malaysia
@app.task(name="trail.retention", queueing_lock="trail.retention", retry=3)
def retention(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Delete what is past its time, of every class that a room registered, and note what went."""
    actions.run_retention(now=clock.now())
