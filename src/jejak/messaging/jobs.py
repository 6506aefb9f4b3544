"""When messages go out, and when what is kept of them is deleted; jobs carry a message's uuid and nothing else."""

from uuid import UUID

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.kernel.settings import settings
from jejak.messaging import actions
from jejak.messaging.queueing import SEND_JOB


@app.task(name=SEND_JOB)
def send(message: str) -> None:
    """Send one message as soon as it is queued, and again when a further try is due."""
    actions.send(message=UUID(message), clock=clock.now)


@app.periodic(cron="* * * * *")
@app.task(name="messaging.send_due", queueing_lock="messaging.send_due")
def send_due(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Send every minute what nobody else sends: after a kill, and when a breaker has closed."""
    actions.send_due(clock=clock.now)


@app.periodic(cron="52 * * * *")
@app.task(name="messaging.retention", queueing_lock="messaging.retention")
def retention(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Delete every hour what is past its time."""
    actions.run_retention(now=clock.now(), days=settings().message_days)
