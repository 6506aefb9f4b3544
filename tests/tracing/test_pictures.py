"""Where stays and counts lie in the pictures."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.tracing.answers import StayRow
from jejak.tracing.pictures import COUNT_HEIGHT, columns, overlaps, timeline
from jejak.tracing.rules import HourCount
from jejak.visits.rules import Contact, Meeting


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 1, day, hour, minute, tzinfo=KUALA_LUMPUR)


def a_stay(start: datetime, end: datetime) -> StayRow:
    return StayRow("Kedai", Period(start, end), observed=True)


def test_a_stay_over_midnight_lies_in_both_days() -> None:
    lines = timeline(stays=[a_stay(at(10, 23), at(11, 1, 30))], period=Period(at(10, 0), at(12, 0)))
    assert [(line.day, [(bar.x, bar.width) for bar in line.bars]) for line in lines] == [
        (date(2022, 1, 10), [(95.83, 4.17)]),
        (date(2022, 1, 11), [(0.0, 6.25)]),
    ]


def test_a_day_without_a_stay_has_its_line_too_and_the_window_is_marked() -> None:
    lines = timeline(stays=[], period=Period(at(10, 12), at(12, 6)))
    assert [(line.starts, line.length) for line in lines] == [(50.0, 50.0), (0.0, 100.0), (0.0, 25.0)]


def test_a_window_that_ends_at_midnight_has_no_line_of_the_next_day() -> None:
    assert len(timeline(stays=[], period=Period(at(10, 0), at(11, 0)))) == 1


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_no_stay_is_too_short_to_see_or_leaves_its_line(start: int, length: int) -> None:
    period = Period(at(10, 0), at(12, 0))
    begin = at(10, start // 60, start % 60)
    stay = StayRow("Kedai", Period(begin, min(begin + length * (at(10, 0, 1) - at(10, 0)), at(12, 0))), observed=False)
    for line in timeline(stays=[stay], period=period):
        for bar in line.bars:
            assert bar.width >= 0.5
            assert 0 <= bar.x <= bar.x + bar.width <= 100


def test_the_fullest_hour_is_as_high_as_the_picture() -> None:
    drawn = columns([HourCount(at(10, 0), 2), HourCount(at(10, 1), 4), HourCount(at(10, 2), 0)])
    assert [(bar.y, bar.height, bar.midnight) for bar in drawn] == [
        (50.0, 50.0, True),
        (0.0, COUNT_HEIGHT, False),
        (100.0, 0.0, False),
    ]


def test_hours_without_anybody_draw_nothing() -> None:
    assert [bar.height for bar in columns([HourCount(at(10, 1), 0)])] == [0.0]


def test_a_strip_is_as_long_as_the_time_together_and_shows_what_was_observed() -> None:
    times = [(Period(at(10, 9), at(10, 10)), True), (Period(at(11, 9), at(11, 9, 30)), False)]
    meetings = tuple(Meeting(1, 2, 3, period, observed) for period, observed in times)
    contact = Contact(2, 90, (), at(10, 9), at(11, 9, 30), observed=False, meetings=meetings)
    assert [bar.observed for bar in overlaps(contact=contact, most=180)] == [True, False]
    first, second = overlaps(contact=contact, most=180)
    assert first.x == 0
    assert first.width > second.width
    assert 49 < second.x + second.width <= 50


def test_many_short_times_stay_on_their_strip() -> None:
    meetings = tuple(Meeting(1, 2, 3, Period(at(10, hour), at(10, hour, 1)), observed=True) for hour in range(24))
    contact = Contact(2, 24, (), at(10, 0), at(10, 23, 1), observed=True, meetings=meetings)
    assert all(0 <= bar.x <= 99 for bar in overlaps(contact=contact, most=6_000))
