"""When messages go out, jobs carry a message's uuid and nothing else."""

from uuid import UUID

from procrastinate.contrib.django import app

from jejak.kernel import clock
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
