"""What the worker does for persons: it looks for those who may exist twice among those who changed."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.people import matching


@app.periodic(cron="25 * * * *")
@app.task(name="people.find_twice", queueing_lock="people.find_twice")
def find_twice(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Propose pairs among persons who came or were proved since the last run, and veto what they contradict."""
    matching.find_changed(now=clock.now())
