"""When the public numbers are made anew."""

from typing import Final

from procrastinate.contrib.django import app

from jejak.insights import actions
from jejak.kernel import clock
from jejak.kernel.settings import settings

LATE_DAYS: Final = 4
"""How many days, today included, may still grow: check-ins that waited offline come up to 72 hours late."""


@app.periodic(cron="*/5 * * * *")
@app.task(name="insights.refresh", queueing_lock="insights.refresh")
def refresh(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Publish the numbers every five minutes."""
    actions.refresh(now=clock.now())


@app.periodic(cron="2 * * * *")
@app.task(name="insights.recount", queueing_lock="insights.recount")
def recount(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Count the days anew every hour to which late check-ins may have been added."""
    actions.refresh(now=clock.now(), days=LATE_DAYS)


@app.periodic(cron="40 19 * * *")  # UTC: 3.40 at night in Malaysia
@app.task(name="insights.recount_all", queueing_lock="insights.recount_all")
def recount_all(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Count every day anew at night: an import may have added to any."""
    actions.refresh(now=clock.now(), days=settings().visit_days)
