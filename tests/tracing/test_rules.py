"""What a search may ask, and how its answer is narrowed, ordered and counted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.tracing import rules
from jejak.tracing.errors import (
    FileTooLarge,
    MinutesOutOfRange,
    WindowOutOfReach,
    WindowTooLong,
    WindowTurnedRound,
)
from jejak.trail.errors import PurposeMissing
from jejak.visits.rules import Contact, Shared

MIDNIGHT = datetime(2022, 1, 10, tzinfo=KUALA_LUMPUR)
HOUR = timedelta(hours=1)
MOMENTS = st.integers(0, 31 * 24 * 60).map(lambda minute: MIDNIGHT + timedelta(minutes=minute))
PERIODS = st.tuples(MOMENTS, MOMENTS).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Period(*ends))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 1, day, hour, minute, tzinfo=KUALA_LUMPUR)


def a_contact(person: int, minutes: int, *, places: int = 1, day: int = 10) -> Contact:
    shared = tuple(Shared(premises=place, minutes=minutes) for place in range(places))
    return Contact(person, minutes, shared, at(day, 9), at(day, 10), observed=True, meetings=())


def test_a_window_may_be_31_days_and_no_longer() -> None:
    assert rules.window(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=31)).length == timedelta(days=31)
    with pytest.raises(WindowTooLong):
        rules.window(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=31, microseconds=1))


@pytest.mark.parametrize("year", [1, 1999, 2100, 9999])
def test_a_window_in_another_century_is_refused(year: int) -> None:
    start = MIDNIGHT.replace(year=year)
    with pytest.raises(WindowOutOfReach):
        rules.window(start=start, end=start + timedelta(days=1))


@pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=1)])
def test_a_window_that_does_not_end_after_it_starts_is_refused(back: timedelta) -> None:
    with pytest.raises(WindowTurnedRound):
        rules.window(start=MIDNIGHT, end=MIDNIGHT - back)


@pytest.mark.parametrize("text", ["", "   ", "test", "x", "........", "a b c d"])
def test_a_purpose_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(PurposeMissing):
        rules.purpose(text)


def test_a_purpose_is_kept_without_needless_spaces() -> None:
    assert rules.purpose("  Kluster  Tembok,\tkes 12 ") == "Kluster Tembok, kes 12"


@pytest.mark.parametrize(
    ("number", "good"), [(0, False), (1, True), (15, True), (720, True), (721, False), (-5, False)]
)
def test_minutes_lie_between_one_and_twelve_hours(number: int, *, good: bool) -> None:
    if good:
        assert rules.minutes(number) == number
    else:
        with pytest.raises(MinutesOutOfRange):
            rules.minutes(number)


@given(PERIODS, st.integers(-10, 900), st.integers(-10, 900))
def test_what_sliders_say_never_leaves_the_window_and_is_never_empty(period: Period, start: int, end: int) -> None:
    part = rules.narrowed(period=period, start=start, end=end)
    assert period.start <= part.start < part.end <= period.end
    first, last = rules.marks(period)
    if first <= start < end <= last:
        midnight = period.start.replace(hour=0, minute=0)
        assert part == Period(max(midnight + start * HOUR, period.start), min(midnight + end * HOUR, period.end))


@given(PERIODS)
def test_untouched_sliders_show_the_whole_window(period: Period) -> None:
    first, last = rules.marks(period)
    assert rules.narrowed(period=period, start=first, end=last) == period


def test_marks_are_full_hours_of_the_local_day() -> None:
    assert rules.marks(Period(at(10, 9, 30), at(11, 1, 15))) == (9, 26)
    assert rules.marks(Period(datetime(2022, 1, 9, 16, tzinfo=UTC), at(10, 1))) == (0, 1)


@pytest.mark.parametrize(
    ("order", "persons"),
    [
        ("-minutes", [1, 3, 2, 4]),
        ("minutes", [4, 2, 1, 3]),
        ("-places", [4, 1, 3, 2]),
        ("first", [1, 2, 4, 3]),
        ("-last", [3, 4, 2, 1]),
        ("nonsense", [1, 3, 2, 4]),
        ("", [1, 3, 2, 4]),
    ],
)
def test_an_order_leaves_equals_ranked(order: str, persons: list[int]) -> None:
    ranked = [a_contact(1, 60), a_contact(3, 60, day=13), a_contact(2, 45, day=11), a_contact(4, 15, places=2, day=12)]
    assert [one.person for one in rules.ordered(ranked, by=order)] == persons


def test_a_file_of_more_people_than_one_officer_may_take_out_is_refused() -> None:
    assert rules.file_of(5_000) == 5_000
    with pytest.raises(FileTooLarge) as refused:
        rules.file_of(5_001)
    assert refused.value.extra == {"people": 5_001}


def test_the_hours_count_people_and_not_scans() -> None:
    period = Period(at(10, 9), at(10, 12))
    stays = [
        (1, Period(at(10, 8), at(10, 10))),
        (1, Period(at(10, 9, 30), at(10, 9, 40))),
        (2, Period(at(10, 9, 59), at(10, 11, 1))),
        (3, Period(at(10, 12), at(10, 13))),
    ]
    assert [(hour.start, hour.people) for hour in rules.by_hour(stays, period=period)] == [
        (at(10, 9), 2),
        (at(10, 10), 1),
        (at(10, 11), 1),
    ]


@given(PERIODS, st.lists(st.tuples(st.integers(1, 4), PERIODS), max_size=6))
def test_the_hours_agree_with_asking_hour_by_hour(period: Period, stays: list[tuple[int, Period]]) -> None:
    for hour in rules.by_hour(stays, period=period):
        clock_hour = Period(hour.start, hour.start + HOUR).overlap(period)
        assert clock_hour is not None
        there = {person for person, stay in stays if stay.overlap(clock_hour)}
        assert hour.people == len(there)
