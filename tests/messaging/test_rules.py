"""Budgets, states, retries and codes as pure rules, against slow plain twins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.messaging import rules
from jejak.messaging.rules import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    DAY,
    HOUR,
    MOVES,
    REPORTS,
    WAITING,
    Breaker,
    Budget,
    Kind,
    Spent,
    State,
)

START = datetime(2022, 1, 21, tzinfo=UTC)
NOTHING = Spent(
    tripped=False,
    recipient_hour=0,
    recipient_day=0,
    source_hour=0,
    source_day=0,
    all_hour=0,
    new_hour=0,
    new=True,
)
WIDE = Breaker(an_hour=10**6, new_an_hour=10**6)
reports = st.sampled_from(sorted(REPORTS))
states = st.sampled_from(list(State))


# States


@given(states, reports)
def test_a_report_moves_a_message_only_along_the_table(state: State, report: State) -> None:
    after = rules.after_report(state=state, report=report)
    assert after is state or after in MOVES[state]


@given(states, reports)
def test_a_report_that_comes_twice_changes_nothing_more(state: State, report: State) -> None:
    once = rules.after_report(state=state, report=report)
    assert rules.after_report(state=once, report=report) is once


@given(st.sampled_from(sorted(WAITING | {State.SENT})), st.lists(reports, max_size=5))
def test_the_order_of_reports_does_not_matter(state: State, said: list[State]) -> None:
    ends = set()
    for order in permutations(said):
        now = state
        for report in order:
            now = rules.after_report(state=now, report=report)
        ends.add(now)
    assert len(ends) == 1


@given(st.lists(reports, min_size=1, max_size=8))
def test_the_end_is_what_a_plain_reading_of_all_reports_says(said: list[State]) -> None:
    now = State.SENT
    for report in said:
        now = rules.after_report(state=now, report=report)
    plain = State.DELIVERED if State.DELIVERED in said else State.FAILED if State.FAILED in said else State.SENT
    assert now is plain


def test_every_state_has_its_moves_and_every_state_can_be_reached() -> None:
    assert set(MOVES) == set(State)
    reached = {State.QUEUED}
    for _ in State:
        reached |= {after for state in reached for after in MOVES[state]}
    assert reached == set(State)


def test_nothing_that_has_left_waits_again_and_delivery_is_final() -> None:
    assert all(not (MOVES[state] & WAITING) for state in set(State) - WAITING)
    assert MOVES[State.DELIVERED] == MOVES[State.REFUSED] == frozenset()


# Budgets


def asks(*, times: list[int], kind: Kind) -> list[datetime]:
    """Return the moments of those asks, in minutes from the start, that were taken in."""
    taken: list[datetime] = []
    for minute in times:
        now = START + timedelta(minutes=minute)
        spent = Spent(
            tripped=False,
            recipient_hour=sum(at > now - HOUR for at in taken),
            recipient_day=sum(at > now - DAY for at in taken),
            source_hour=0,
            source_day=0,
            all_hour=0,
            new_hour=0,
            new=not taken,
        )
        if not rules.judge(kind=kind, spent=spent, breaker=WIDE).reason:
            taken.append(now)
    return taken


def most_within(moments: list[datetime], length: timedelta) -> int:
    """Return the most that lie within any window of a length, by trying each as its first."""
    return max((sum(first <= at < first + length for at in moments) for first in moments), default=0)


@given(st.lists(st.integers(0, 3000), max_size=60).map(sorted))
def test_no_hour_and_no_day_wherever_they_begin_hold_more_than_the_budget(times: list[int]) -> None:
    taken = asks(times=times, kind=Kind.CODE)
    assert most_within(taken, HOUR) <= 3
    assert most_within(taken, DAY) <= 5


@given(st.lists(st.integers(0, 3000), max_size=60).map(sorted))
def test_nobody_is_refused_while_there_is_room(times: list[int]) -> None:
    taken = asks(times=times, kind=Kind.CODE)
    left = list(taken)
    for minute in times:
        at = START + timedelta(minutes=minute)
        if left and left[0] == at:
            left.pop(0)
            continue
        before = [moment for moment in taken if moment <= at]
        assert sum(moment > at - HOUR for moment in before) >= 3 or sum(moment > at - DAY for moment in before) >= 5


def test_codes_to_one_number_are_three_an_hour_and_five_a_day() -> None:
    assert rules.TO_RECIPIENT[Kind.CODE] == Budget(an_hour=3, a_day=5)


@pytest.mark.parametrize(
    ("changes", "reason", "trips"),
    [
        ({}, "", False),
        ({"tripped": True}, "breaker", False),
        ({"recipient_hour": 2}, "", False),
        ({"recipient_hour": 3}, "recipient-hour", False),
        ({"recipient_day": 5}, "recipient-day", False),
        ({"source_hour": 30}, "source-hour", False),
        ({"source_day": 100}, "source-day", False),
        ({"all_hour": 49}, "", False),
        ({"all_hour": 50}, "overall-rate", True),
        ({"new_hour": 20}, "new-recipients", True),
        ({"new_hour": 20, "new": False}, "", False),
        ({"recipient_hour": 3, "all_hour": 50}, "recipient-hour", False),
    ],
)
def test_the_first_budget_that_is_used_up_is_the_reason(changes: dict[str, int], reason: str, trips: bool) -> None:
    fields = {name: getattr(NOTHING, name) for name in Spent.__slots__} | changes
    verdict = rules.judge(kind=Kind.CODE, spent=Spent(**fields), breaker=Breaker(an_hour=50, new_an_hour=20))
    assert (verdict.reason, verdict.trips) == (reason, trips)
    assert not reason or reason in rules.REASONS


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.9", "address:203.0.113.9"),
        ("::ffff:203.0.113.9", "address:203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "address:2001:db8:1:2::/64"),
        ("", "address:unknown"),
        ("unknown", "address:unknown"),
    ],
)
def test_a_source_is_an_address_or_the_network_of_one_subscriber(address: str, source: str) -> None:
    assert rules.source_of(address) == source


# Retries


@given(st.integers(1, rules.MOST_TRIES), st.floats(0, 1))
def test_waits_grow_and_stay_within_their_bounds(tries: int, jitter: float) -> None:
    wait = rules.retry_after(tries=tries, jitter=jitter)
    assert timedelta(seconds=2.5) <= wait <= timedelta(minutes=22.5)
    assert wait <= rules.retry_after(tries=tries + 1, jitter=jitter)


def test_a_message_is_tried_often_enough_and_not_for_ever() -> None:
    later = START + timedelta(hours=1)
    assert rules.tries_again(tries=rules.MOST_TRIES - 1, at=START, expires_at=later)
    assert not rules.tries_again(tries=rules.MOST_TRIES, at=START, expires_at=later)
    assert not rules.tries_again(tries=1, at=later, expires_at=later)


# Codes


def test_a_code_holds_twenty_bits_and_lives_ten_minutes_and_five_tries() -> None:
    assert 10**CODE_DIGITS >= 2**20
    assert timedelta(minutes=10) >= CODE_LIFE
    assert CODE_TRIES == 5


@pytest.mark.parametrize(
    ("seconds", "tries", "used", "is_open"),
    [
        (0, 0, False, True),
        (599, 4, False, True),
        (600, 0, False, False),
        (-1, 0, False, False),
        (10, 5, False, False),
        (10, 1, True, False),
    ],
)
def test_when_a_code_may_be_tried(seconds: int, tries: int, used: bool, is_open: bool) -> None:
    now = START + timedelta(seconds=seconds)
    assert rules.code_open(issued_at=START, tries=tries, used_at=START if used else None, now=now) is is_open
