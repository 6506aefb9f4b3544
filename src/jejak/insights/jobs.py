"""When the public numbers are made anew."""

from procrastinate.contrib.django import app

from jejak.insights import actions
from jejak.kernel import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="insights.refresh", queueing_lock="insights.refresh", pass_context=False)
def refresh(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Publish the numbers every five minutes."""
    actions.refresh(now=clock.now())


@app.periodic(cron="40 19 * * *")  # UTC: 3.40 at night in Malaysia
@app.task(name="insights.recount", queueing_lock="insights.recount", pass_context=False)
def recount(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Count every day anew at night: an import may have added to days that were over."""
    actions.refresh(now=clock.now(), recount=True)
