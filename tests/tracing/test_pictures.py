"""Where stays and counts lie in the pictures."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.tracing.answers import StayRow
from jejak.tracing.pictures import COUNT_HEIGHT, DAY_WIDTH, columns, timeline
from jejak.tracing.rules import HourCount


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 1, day, hour, minute, tzinfo=KUALA_LUMPUR)


def a_stay(start: datetime, end: datetime) -> StayRow:
    return StayRow("Kedai", Period(start, end), observed=True)


def test_a_stay_over_midnight_lies_in_both_days() -> None:
    lines = timeline(stays=[a_stay(at(10, 23), at(11, 1, 30))], period=Period(at(10, 0), at(12, 0)))
    assert [(line.day, [(bar.x, bar.width) for bar in line.bars]) for line in lines] == [
        (date(2022, 1, 10), [(1380.0, 60.0)]),
        (date(2022, 1, 11), [(0.0, 90.0)]),
    ]


def test_a_day_without_a_stay_has_its_line_too_and_the_window_is_marked() -> None:
    lines = timeline(stays=[], period=Period(at(10, 12), at(12, 6)))
    assert [(line.starts, line.length) for line in lines] == [(720.0, 720.0), (0.0, 1440.0), (0.0, 360.0)]


def test_a_window_that_ends_at_midnight_has_no_line_of_the_next_day() -> None:
    assert len(timeline(stays=[], period=Period(at(10, 0), at(11, 0)))) == 1


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_no_stay_is_too_short_to_see_or_leaves_its_line(start: int, length: int) -> None:
    period = Period(at(10, 0), at(12, 0))
    begin = at(10, start // 60, start % 60)
    stay = StayRow("Kedai", Period(begin, min(begin + length * (at(10, 0, 1) - at(10, 0)), at(12, 0))), observed=False)
    for line in timeline(stays=[stay], period=period):
        for bar in line.bars:
            assert bar.width >= 8
            assert 0 <= bar.x <= bar.x + bar.width <= DAY_WIDTH


def test_the_fullest_hour_is_as_high_as_the_picture() -> None:
    drawn = columns([HourCount(at(10, 0), 2), HourCount(at(10, 1), 4), HourCount(at(10, 2), 0)])
    assert [(bar.y, bar.height, bar.midnight) for bar in drawn] == [
        (50.0, 50.0, True),
        (0.0, COUNT_HEIGHT, False),
        (100.0, 0.0, False),
    ]


def test_hours_without_anybody_draw_nothing() -> None:
    assert [bar.height for bar in columns([HourCount(at(10, 1), 0)])] == [0.0]
