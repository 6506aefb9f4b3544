"""When a check-in is admitted, and when a stay ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.ids import is_uuid7, uuid7, uuid7_at, uuid7_time
from jejak.lane import rules
from jejak.lane.checkin import companion_moment
from jejak.lane.errors import ClockSkew, IdInvalid, TooLate
from jejak.visits.rules import LATE, MOST_HOURS

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
MS = int(NOW.timestamp() * 1000)


def test_the_flag_of_a_late_visit_is_the_visit_logs() -> None:
    assert rules.LATE == LATE


@given(st.integers(-8 * 10**8, 10**10).map(lambda seconds: NOW + timedelta(seconds=seconds / 7)))
def test_an_id_carries_its_millisecond(moment: datetime) -> None:
    made = uuid7_at(moment)
    assert rules.moment_of(str(made)) == (str(made), int(uuid7_time(made).timestamp() * 1000 + 0.5))


def test_capitals_are_the_same_id() -> None:
    made = str(uuid7())
    assert rules.moment_of(made.upper()) == rules.moment_of(made)


@given(st.one_of(st.text(max_size=50), st.uuids().map(str), st.uuids(version=4).map(str), st.uuids(version=1).map(str)))
def test_what_is_no_uuid7_is_refused_as_the_slow_way_would(text: str) -> None:
    try:
        expected = len(text) == 36 and is_uuid7(UUID(text)) and str(UUID(text)) == text.lower()
    except ValueError:
        expected = False
    if expected:
        assert rules.moment_of(text).id == text.lower()
    else:
        with pytest.raises(IdInvalid):
            rules.moment_of(text)


@given(st.integers(-5 * rules.DAY, 5 * rules.DAY), st.booleans())
def test_admission_agrees_with_the_sentence_in_words(age: int, queued: bool) -> None:
    fresh = abs(timedelta(milliseconds=age)) <= timedelta(minutes=10)
    waited = queued and timedelta(0) <= timedelta(milliseconds=age) <= timedelta(hours=72)
    if fresh or waited:
        assert rules.admitted(made=MS - age, now=MS, queued=queued) == (0 if fresh else rules.LATE)
    else:
        with pytest.raises((ClockSkew, TooLate)) as refused:
            rules.admitted(made=MS - age, now=MS, queued=queued)
        assert refused.value.extra["server_ms"] == MS


@given(st.integers(-rules.DAY, 5 * rules.DAY), st.integers(1, MOST_HOURS * 60))
def test_a_stay_has_a_length_and_never_more_than_the_longest(after: int, longest: int) -> None:
    end = rules.stay_end(checked_in=MS, at=MS + after, longest_minutes=longest)
    assert MS < end <= MS + longest * rules.MINUTE
    if 0 < after <= longest * rules.MINUTE:
        assert end == MS + after


@given(st.integers(1, 9), st.integers(1, 9))
def test_companions_have_ids_of_their_own_at_the_same_moment(one: int, other: int) -> None:
    moment = rules.moment_of(str(uuid7()))
    first, second = (companion_moment(moment=moment, position=position) for position in (one, other))
    assert rules.moment_of(first.id) == first
    assert first.ms == moment.ms
    assert first.id != moment.id
    assert (first == second) == (one == other)
