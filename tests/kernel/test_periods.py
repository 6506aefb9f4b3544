from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period, unite

START = datetime(2022, 1, 21, 8, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


spans = st.tuples(st.integers(0, 200), st.integers(1, 90)).map(lambda pair: Period(at(pair[0]), at(pair[0] + pair[1])))


def minutes_of(periods: list[Period]) -> set[int]:
    """The slow twin: every minute that some period covers."""
    return {minute for minute in range(400) if any(at(minute) in period for period in periods)}


@given(st.lists(spans))
def test_united_periods_cover_the_same_minutes(periods: list[Period]) -> None:
    united = list(unite(periods))
    assert minutes_of(united) == minutes_of(periods)
    assert sum(period.minutes for period in united) == len(minutes_of(periods))


@given(st.lists(spans))
def test_united_periods_are_apart_and_in_order(periods: list[Period]) -> None:
    united = unite(periods)
    assert all(earlier.end < later.start for earlier, later in pairwise(united))


@given(spans, spans)
def test_an_overlap_is_what_both_cover(one: Period, other: Period) -> None:
    shared = one.overlap(other)
    assert minutes_of([shared] if shared else []) == minutes_of([one]) & minutes_of([other])


def test_leaving_when_another_arrives_is_no_overlap() -> None:
    assert Period(at(0), at(60)).overlap(Period(at(60), at(90))) is None


def test_an_end_is_not_inside() -> None:
    period = Period(at(0), at(60))
    assert at(0) in period
    assert at(60) not in period


@pytest.mark.parametrize(("start", "end"), [(at(5), at(5)), (at(6), at(5))])
def test_an_empty_or_reversed_period_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="before it ends"):
        Period(start, end)


def test_a_period_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Period(datetime(2022, 1, 1), datetime(2022, 1, 2))  # noqa: DTZ001 - the mistake under test
