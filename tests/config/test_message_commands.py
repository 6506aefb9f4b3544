"""`jejak messages` as an operator uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner
from messaging.test_budgets import ask, notice, number_of

from jejak.config import message_commands
from jejak.config.cli import main
from jejak.kernel import clock
from jejak.messaging.models import Trip


@pytest.fixture(autouse=True)
def running(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database is ready already."""

    @contextmanager
    def existing() -> Iterator[None]:
        yield

    monkeypatch.setattr(message_commands, "existing", existing)


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["messages", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_it_says_when_there_were_none() -> None:
    assert run("status") == "No messages in the last 24 hours.\n"


def test_it_shows_numbers_and_no_recipient() -> None:
    for _ in range(4):
        ask(clock.now())
    notice(clock.now(), number=number_of(1))
    said = run("status")
    assert "3  code.sign-in             sms    queued" in said
    assert "1  code.sign-in             turned away: recipient-hour" in said
    assert "1  notice.contact           sms    queued" in said
    assert "60123" not in said
    assert {row["state"] for row in json.loads(run("status", "--json"))} == {"queued", "turned-away"}


def test_an_open_breaker_is_shown_and_closed_under_a_name() -> None:
    now = clock.now()
    Trip.objects.create(kind="code", reason="overall-rate", tripped_at=now, cools_at=now + timedelta(hours=1))
    assert "The breaker of class code is open (overall-rate); 0 wait." in run("status")
    assert run("reset", "code", "--by", "Puan Aminah") == "The breaker of class code is closed; counting begins anew.\n"
    assert Trip.objects.get().reset_by == "Puan Aminah"
    assert CliRunner().invoke(main, ["messages", "reset", "code", "--by", "Puan Aminah"]).exit_code == 1


def test_a_text_message_is_tried_as_the_gateway_would_bring_it() -> None:
    said = run("incoming", "--from", "012-345 6789", "--id", "try-1", "helo", code=1)
    assert said.startswith("Refused: not-understood.\nReply: ")
    assert "MASUK" in said
    again = run("incoming", "--from", "012-345 6789", "--id", "try-1", "helo", code=1)
    assert "It had come before; nothing was done." in again
    assert "not-understood" in run("status")
    rows = json.loads(run("status", "--json"))
    assert {"text": "incoming", "state": "refused", "reason": "not-understood", "channel": "sms", "count": 1} in rows


def test_a_text_message_from_nowhere_gets_no_reply() -> None:
    assert run("incoming", "--from", "MAXIS", "MASUK", code=1) == "Refused: sender-no-phone.\nReply: none.\n"
