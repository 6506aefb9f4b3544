"""A code that a browser waits for: one at a time, for one purpose, for the number to which it went."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.backends.db import SessionStore

from jejak.messaging import queries
from jejak.messaging.actions import pending, send_due

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

pytestmark = pytest.mark.django_db
PHONE, OTHER = "+60123456789", "+60139876543"


def send(session: SessionBase, now: datetime, *, purpose: str = "sign-in", phone: str = PHONE) -> str:
    """Return the digits of a code that went out."""
    assert pending.send(session, purpose=purpose, phone=phone, language="en", source="address:203.0.113.9", now=now)
    send_due(clock=lambda: now)
    words = queries.console(limit=1)[0].text.replace(".", " ").split()
    return next(word for word in words if word.isdigit() and len(word) == 7)


def check(session: SessionBase, typed: str, now: datetime, purpose: str = "sign-in") -> bool:
    return pending.right(session, purpose=purpose, typed=typed, now=now)


def test_the_code_is_right_once_and_the_session_waits_no_more(now: datetime) -> None:
    session = SessionStore()
    digits = send(session, now)
    assert pending.number(session, purpose="sign-in") == PHONE
    assert check(session, digits, now)
    assert pending.number(session, purpose="sign-in") == ""
    assert not check(session, digits, now)


def test_a_code_for_one_purpose_opens_no_other(now: datetime) -> None:
    session = SessionStore()
    digits = send(session, now)
    assert pending.number(session, purpose="erase") == ""
    assert not check(session, digits, now, "erase")
    assert check(session, digits, now)


def test_a_session_waits_for_the_last_code_alone(now: datetime) -> None:
    session = SessionStore()
    first = send(session, now)
    last = send(session, now, purpose="number", phone=OTHER)
    assert not check(session, first, now)
    assert not check(session, first, now, "number")
    assert pending.number(session, purpose="number") == OTHER
    assert check(session, last, now, "number")


def test_a_number_that_was_changed_in_the_session_is_none(now: datetime) -> None:
    session, other = SessionStore(), SessionStore()
    digits = send(session, now)
    send(other, now, phone=OTHER)
    held: dict[str, Any] = session[pending.KEY]
    session[pending.KEY] = held | {"phone": other[pending.KEY]["phone"]}  # sealed, but of another challenge
    assert pending.number(session, purpose="sign-in") == ""
    assert not check(session, digits, now)


def test_where_the_budget_is_spent_the_session_keeps_what_it_waits_for(now: datetime) -> None:
    session = SessionStore()
    digits = [send(session, now) for _ in range(3)][-1]
    assert not pending.send(
        session, purpose="sign-in", phone=PHONE, language="en", source="address:203.0.113.9", now=now
    )
    assert check(session, digits, now)
