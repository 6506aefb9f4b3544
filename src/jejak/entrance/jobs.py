"""What the door forgets by the hour."""

from procrastinate.contrib.django import app

from jejak.entrance import actions
from jejak.kernel import clock


@app.periodic(cron="38 * * * *")
@app.task(name="entrance.forget_last_texts", queueing_lock="entrance.forget_last_texts")
def forget_last_texts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Forget where numbers last checked in by SMS, once no text can end it any more."""
    actions.forget_last_texts(now=clock.now())
