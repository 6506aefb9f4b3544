"""What the worker does for persons: those who may exist twice, those who come of age, those whose erasure is due."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.people import accounts, guarding, leaving, matching


@app.periodic(cron="25 * * * *")
@app.task(name="people.find_twice", queueing_lock="people.find_twice")
def find_twice(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Propose pairs among persons who came or were proved since the last run, and veto what they contradict."""
    matching.find_changed(now=clock.now())


@app.periodic(cron="3 * * * *")
@app.task(name="people.daily", queueing_lock="people.daily", retry=3)
def daily(timestamp: int) -> None:  # noqa: ARG001 - likewise
    """End guardianships of who came of age, erase whose day has come, and end accounts that speak for nobody."""
    guarding.come_of_age(now=clock.now())
    leaving.erase_due(now=clock.now())
    accounts.end_unused(now=clock.now())
