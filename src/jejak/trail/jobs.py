"""What the worker does for the trail every night."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.kernel.settings import settings
from jejak.trail import closing


@app.periodic(cron="20 16,20 * * *")  # UTC: shortly after midnight in Malaysia, and again should that have failed
@app.task(name="trail.close_days", queueing_lock="trail.close_days", retry=3)
def close_days(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Commit the day that is over to the ledger; until there are agencies, all accounts are this node's."""
    closing.close_days(now=clock.now(), agency_of=lambda _by_id: settings().node_id)
