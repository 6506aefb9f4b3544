"""What the worker does for requests, files and alerts: end, destroy and tell in time."""

from procrastinate.contrib.django import app

from jejak.access import actions
from jejak.kernel import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="access.end_requests", queueing_lock="access.end_requests", retry=3)
def end_requests(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """End requests that have run out, and destroy the bytes of files that nobody may take any more."""
    now = clock.now()
    actions.expire_requests(now=now)
    actions.destroy_over(now=now)


@app.periodic(cron="* * * * *")
@app.task(name="access.tell", queueing_lock="access.tell")
def tell(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Write to managers and auditors about accounts that were stopped, of which nobody was told yet."""
    actions.tell(now=clock.now())
