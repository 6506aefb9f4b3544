"""What the worker does for the visit log: days made ahead, implausible visits found; `trail.jobs` drops what is old."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.visits import actions


@app.periodic(cron="10 16,4 * * *")  # UTC: shortly after midnight in Malaysia, and again at noon
@app.task(name="visits.make_partitions", queueing_lock="visits.make_partitions")
def make_partitions(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Make the days ahead, long before anybody checks in on them."""
    actions.make_partitions(now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="visits.judge", queueing_lock="visits.judge")
def judge(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Flag what cannot well be true of the last check-ins, and tell owners whose posters are scanned far too often."""
    actions.judge(now=clock.now())


@app.periodic(cron="20 19 * * *")  # UTC: 3.20 at night in Malaysia
@app.task(name="visits.judge_late", queueing_lock="visits.judge_late")
def judge_late(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """Look again at the last days, for phones without a network hold check-ins back."""
    actions.judge(now=clock.now(), back=actions.HELD_BACK)
