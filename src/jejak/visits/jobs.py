"""What the worker does for the visit log every night."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.ledger import actions as ledger
from jejak.visits import actions


@app.periodic(cron="10 16,4 * * *")  # UTC: shortly after midnight in Malaysia, and again at noon
@app.task(name="visits.make_partitions", queueing_lock="visits.make_partitions")
def make_partitions(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Make the days ahead, long before anybody checks in on them."""
    actions.make_partitions(now=clock.now())


@app.periodic(cron="30 18 * * *")  # UTC: 2.30 at night in Malaysia
@app.task(name="visits.retention", queueing_lock="visits.retention", retry=3)
def retention(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Delete what is past its time: whole days of visits, and quarantined rows of old imports."""
    today = local_day(clock.now())
    ledger.announce_periods(days={"visits": settings().visit_days})
    actions.run_retention(on=today, days=settings().visit_days)
    actions.forget_quarantined(on=today, days=settings().visit_days)
