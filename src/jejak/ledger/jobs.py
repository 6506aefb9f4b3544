"""What the worker does for the ledger."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.ledger import gathering, sequencing


@app.periodic(cron="* * * * *")
@app.task(name="ledger.sequence", queueing_lock="ledger.sequence")
def sequence(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Let what waits into the log every minute, and sign that it has grown."""
    sequencing.sequence()


@app.periodic(cron="* * * * *")
@app.task(name="ledger.witnesses", queueing_lock="ledger.witnesses")
def witnesses(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Ask the witnesses every minute to cosign the latest checkpoint."""
    gathering.gather(now=clock.now())
