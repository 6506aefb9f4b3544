"""What cannot well be true, and what looks odd and is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR, STATES
from jejak.premises.rules import ALWAYS_OPEN, opening_hours
from jejak.visits import plausibility
from jejak.visits.plausibility import Hour, Seen

FRIDAY = datetime(2022, 1, 21, tzinfo=KUALA_LUMPUR)
KEDAI = opening_hours({day: [["09:00", "22:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")})
NIGHT = opening_hours({day: [["18:00", "02:00"]] for day in ("fri", "sat")})


def shut(hours: Any, day: datetime, clock: str) -> bool:
    hour, minute = map(int, clock.split(":"))
    moment = day.replace(hour=hour, minute=minute)
    return bool(plausibility.closed(hours=hours, period=Period(moment, moment + timedelta(seconds=1))))


@pytest.mark.parametrize(
    ("clock", "closed"),
    [("07:59", True), ("08:00", False), ("12:00", False), ("22:29", False), ("22:30", True), ("03:00", True)],
)
def test_an_hour_before_opening_and_half_an_hour_after_closing_are_nothing_odd(clock: str, closed: bool) -> None:
    assert shut(KEDAI, FRIDAY, clock) is closed


def test_an_evening_past_midnight_is_open_and_the_next_noon_is_not() -> None:
    saturday = FRIDAY + timedelta(days=1)
    assert not shut(NIGHT, saturday, "01:30")
    assert not shut(NIGHT, FRIDAY + timedelta(days=2), "02:15")
    assert shut(NIGHT, saturday, "12:00")
    assert shut(NIGHT, FRIDAY, "01:30")  # Thursday is closed


def test_a_day_of_rest_is_closed() -> None:
    assert shut(KEDAI, FRIDAY + timedelta(days=2), "12:00")


def test_unknown_hours_and_those_of_a_place_that_never_closes_flag_nothing() -> None:
    week = Period(FRIDAY, FRIDAY + timedelta(days=7))
    assert plausibility.closed(hours=None, period=week) == ()
    assert plausibility.closed(hours=ALWAYS_OPEN, period=week) == ()


@given(st.integers(-2000, 9000), st.integers(1, 3000), st.sampled_from([KEDAI, NIGHT]))
def test_closed_times_agree_with_asking_minute_by_minute(start: int, length: int, hours: Any) -> None:
    period = Period(FRIDAY + timedelta(minutes=start), FRIDAY + timedelta(minutes=start + length))
    parts = plausibility.closed(hours=hours, period=period)
    for minute in range(start, start + length, 7):
        moment = FRIDAY + timedelta(minutes=minute)
        around = [moment + timedelta(minutes=each) for each in range(-30, 61)]
        late = any(hours.open_at(each - timedelta(seconds=1)) for each in around[1:31])
        early = any(hours.open_at(each) for each in around[30:])
        assert any(moment in part for part in parts) is not (late or early)


def test_states_that_touch_can_be_crossed_at_once() -> None:
    assert plausibility.least_travel("MY-10", "MY-06") == timedelta()
    assert plausibility.least_travel("MY-14", "MY-16") == timedelta()
    assert plausibility.least_travel("MY-14", "MY-05") == timedelta()
    assert plausibility.least_travel("MY-12", "MY-13") == timedelta()
    assert plausibility.least_travel("MY-12", "MY-15") == timedelta()


def test_the_sea_takes_a_flight() -> None:
    assert plausibility.least_travel("MY-14", "MY-12") == timedelta(hours=2)
    assert plausibility.least_travel("MY-13", "MY-01") == timedelta(minutes=75)


@given(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(STATES)))
def test_the_way_back_is_as_long_and_no_way_exceeds_the_longest(one: str, other: str) -> None:
    there = plausibility.least_travel(one, other)
    assert there == plausibility.least_travel(other, one)
    assert timedelta() <= there <= plausibility.LONGEST_WAY


def seen(number: int, person: int, minute: int, state: str) -> Seen:
    return Seen(
        number, datetime(2022, 1, 21, 4, tzinfo=UTC) + timedelta(minutes=minute), UUID(int=number), person, state
    )


def test_both_check_ins_of_an_impossible_journey_are_flagged_and_others_are_not() -> None:
    visits = [seen(1, 7, 0, "MY-10"), seen(2, 7, 30, "MY-12"), seen(3, 7, 200, "MY-12"), seen(4, 8, 30, "MY-12")]
    assert {each.premises for each in plausibility.impossible_travel(visits)} == {1, 2}


def test_a_flight_to_sabah_is_no_impossible_journey() -> None:
    assert plausibility.impossible_travel([seen(1, 7, 0, "MY-14"), seen(2, 7, 150, "MY-12")]) == set()


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 300), st.sampled_from(sorted(STATES))), max_size=12))
def test_travel_agrees_with_comparing_all_with_all(made: list[tuple[int, int, str]]) -> None:
    visits = [seen(number, *each) for number, each in enumerate(made)]
    expected = {
        one
        for one in visits
        for other in visits
        if one.person == other.person
        and abs(one.checked_in - other.checked_in) < plausibility.least_travel(one.state, other.state)
    }
    assert plausibility.impossible_travel(visits) == expected


@pytest.mark.parametrize(
    ("hour", "most"),
    [
        (Hour(0, 0.0, None, open=True), 40),  # one every 90 seconds
        (Hour(0, 30.0, 10, open=True), 120),  # four times the usual, whatever the capacity
        (Hour(0, None, None, open=True), 100),  # a new place
        (Hour(0, None, 600, open=True), 600),  # a new hall that fills
        (Hour(0, 500.0, 5000, open=False), 20),  # closed
    ],
)
def test_how_many_scans_an_hour_may_have(hour: Hour, most: int) -> None:
    assert plausibility.at_most(hour) == most


def test_what_is_usual_leaves_out_days_without_a_scan_and_looks_at_the_hours_beside() -> None:
    assert plausibility.usual_of([(True, (0, 10, 2)), (False, (0, 0, 0)), (True, (80, 30, 4))]) == 40
    assert plausibility.usual_of([(False, (0, 0, 0))] * 4) is None
