"""How long staff stay signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jejak.access import actions, queries
from jejak.access.models import User
from jejak.access.rules import session_over
from jejak.access.sessions import SEEN, SIGNED_IN
from jejak.kernel import clock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("signed_in", "seen", "is_over"),
    [(0, 0, False), (40, 30, False), (40, 31, True), (12 * 60, 1, False), (12 * 60 + 1, 1, True), (-600, -600, False)],
)
def test_a_session_ends_after_half_an_hour_idle_and_twelve_hours(signed_in: int, seen: int, is_over: bool) -> None:
    assert session_over(signed_in=NOW - signed_in * MINUTE, seen=NOW - seen * MINUTE, now=NOW) is is_over


def aged(client: Any, **minutes: int) -> None:
    session = client.session
    for name, many in minutes.items():
        session[name] = (clock.now() - many * MINUTE).timestamp()
    session.save()


def test_an_idle_officer_signs_in_again_and_hears_why(officer_client: Any) -> None:
    assert officer_client.get("/tracing/").status_code == 200
    aged(officer_client, **{SEEN: 31})
    answer = officer_client.get("/tracing/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/tracing/")
    assert officer_client.get("/tracing/").status_code == 302  # the session is dead, not only this answer


def test_a_busy_officer_signs_in_again_after_twelve_hours(officer_client: Any) -> None:
    officer_client.get("/tracing/")
    aged(officer_client, **{SIGNED_IN: 12 * 60 + 1, SEEN: 0})
    assert officer_client.get("/tracing/").status_code == 302


def test_an_owner_keeps_an_older_session(client: Any, owner: User) -> None:
    client.force_login(owner)
    client.get("/premises/")
    aged(client, **{SEEN: 300})
    assert client.get("/premises/").status_code == 200


def test_use_is_noted_to_the_minute(officer_client: Any, officer: User) -> None:
    officer_client.get("/tracing/")
    officer.refresh_from_db()
    assert officer.seen_at is not None
    assert clock.now() - officer.seen_at < MINUTE
    aged(officer_client, **{SEEN: 5})
    before = officer.seen_at
    officer_client.get("/tracing/")
    officer.refresh_from_db()
    assert officer.seen_at > before


def test_whoever_left_is_out_with_the_next_request(officer_client: Any, officer: User) -> None:
    assert officer_client.get("/tracing/").status_code == 200
    actions.close_account(user=officer, now=clock.now())
    assert officer_client.get("/tracing/").status_code == 302
    assert queries.roles_of(officer) == frozenset()
