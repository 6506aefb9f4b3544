"""What the worker does for premises: taking in a file that its sender agreed to."""

from procrastinate.contrib.django import app

from jejak.kernel import clock
from jejak.premises import actions


@app.task(name="premises.take_import")
def take_import(number: int) -> None:
    """Take in one file, named by its number."""
    actions.take_import(number=number, clock=clock.now)
