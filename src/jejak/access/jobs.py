"""What the worker does for requests: end those that nobody decided in time, and destroy files that are over."""

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
