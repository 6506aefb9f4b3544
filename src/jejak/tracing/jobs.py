"""What the worker does for tracing: runs, tables of cases, notices; also what a stopped worker left undone."""

from django.db import OperationalError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jejak.kernel import clock
from jejak.tracing import actions
from jejak.tracing.actions.sending import SEND_JOB


@app.task(name="tracing.run")
def run(number: int) -> None:
    """Do what is left of one run, named by its number; what breaks it stops it until somebody lets it go on."""
    try:
        actions.go_on(number=number, clock=clock.now)
    except OperationalError:
        raise  # the database was away; the next minute goes on
    except Exception:
        actions.stop(number=number, why="broken")
        raise


@app.periodic(cron="* * * * *")
@app.task(name="tracing.go_on", queueing_lock="tracing.go_on")
def go_on(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Put unfinished runs into the queue again: whoever killed a worker said nothing."""
    for number in actions.unfinished():
        defer(number)


def defer(number: int) -> bool:
    """Put a run into the queue, once; return whether it was not there yet."""
    try:
        with transaction.atomic():
            app.configure_task("tracing.run", queueing_lock=f"tracing-run-{number}").defer(number=number)
    except AlreadyEnqueued:
        return False
    return True


@app.task(name="tracing.take_report")
def take_report(number: int) -> None:
    """Make cases of one table that its sender agreed to, named by its number; what breaks it holds it."""
    try:
        actions.take_report(number=number, clock=clock.now)
    except OperationalError:
        raise  # the database was away; the next minutes go on
    except Exception:
        actions.hold_report(number=number, why="broken")
        raise


@app.periodic(cron="*/5 * * * *")
@app.task(name="tracing.take_reports", queueing_lock="tracing.take_reports")
def take_reports(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Put tables that were cut off into the queue again."""
    for number in actions.unfinished_reports():
        defer_report(number)


def defer_report(number: int) -> bool:
    """Put a table into the queue, once; return whether it was not there yet.

    No lock of the queue holds it while it is worked on: a killed worker would keep that for good. The row's lock does.
    """
    try:
        with transaction.atomic():
            app.configure_task("tracing.take_report", queueing_lock=f"tracing-report-{number}").defer(number=number)
    except AlreadyEnqueued:
        return False
    return True


@app.task(name=SEND_JOB)
def send_notices(number: int) -> None:
    """Send what is left of one batch of notices, named by its number; what breaks it holds it."""
    try:
        actions.send_notices(number=number, clock=clock.now)
    except OperationalError:
        raise  # the database was away; the next minute goes on
    except Exception:
        actions.hold_notices(number=number, why="broken")
        raise


@app.periodic(cron="* * * * *")
@app.task(name="tracing.go_on_notices", queueing_lock="tracing.go_on_notices")
def go_on_notices(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Put batches into the queue again that a killed worker left, or that waited until messages are taken in."""
    for number in actions.unfinished_notices(at=clock.now()):
        actions.hand_over_notices(number=number)


@app.periodic(cron="41 * * * *")
@app.task(name="tracing.note_lost_notices", queueing_lock="tracing.note_lost_notices")
def note_lost_notices(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Keep which notices did not arrive, before messaging forgets it."""
    actions.note_lost(at=clock.now())
