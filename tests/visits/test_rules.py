"""The rules of contacts against a twin that walks through every minute."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.visits import rules
from jejak.visits.errors import DifferentPremises
from jejak.visits.rules import Stay

START = datetime(2022, 1, 21, tzinfo=UTC)
END = 100


def period(start: int, end: int) -> Period:
    return Period(START + timedelta(minutes=start), START + timedelta(minutes=end))


def minute(moment: datetime) -> int:
    return (moment - START) // timedelta(minutes=1)


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    start = draw(st.integers(0, END - 1))
    return Stay(
        person=draw(st.integers(1, 4)),
        premises=draw(st.integers(1, 3)),
        period=period(start, draw(st.integers(start + 1, END))),
        observed=draw(st.booleans()),
    )


def present(stay: Stay, everything: list[Stay]) -> list[int]:
    """Return the minutes of a stay: an estimated one is over once its person checks in elsewhere."""
    start, end = minute(stay.period.start), minute(stay.period.end)
    if not stay.observed:
        for later in everything:
            begins = minute(later.period.start)
            if later.person == stay.person and later.premises != stay.premises and start < begins < end:
                end = begins
    return list(range(start, end))


def places_by_minute(everything: list[Stay]) -> dict[tuple[int, int], set[int]]:
    """Return for each person and premises in which minutes the person was there."""
    there: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for stay in everything:
        there[stay.person, stay.premises].update(present(stay, everything))
    return there


def runs(minutes: set[int]) -> list[int]:
    """Return the lengths of the runs of minutes that follow each other."""
    lengths: list[int] = []
    for at in sorted(minutes):
        if at - 1 in minutes:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


@given(st.lists(stays(), max_size=12), st.integers(1, 30), st.integers(0, 60), st.integers(61, END))
def test_contacts_are_those_who_share_minutes_one_after_another(
    everything: list[Stay], least: int, start: int, end: int
) -> None:
    there = places_by_minute(everything)
    expected: defaultdict[int, int] = defaultdict(int)
    for (person, premises), minutes in there.items():
        shared = minutes & there.get((1, premises), set()) & set(range(start, end))
        if person != 1:
            expected[person] += sum(length for length in runs(shared) if length >= least)
    found = rules.contacts(cases=[1], stays=everything, period=period(start, end), minutes=least)
    assert {one.person: one.minutes for one in found} == {person: total for person, total in expected.items() if total}


@given(st.lists(stays(), max_size=12))
def test_united_stays_cover_the_same_minutes_and_never_touch(everything: list[Stay]) -> None:
    united = rules.united(everything)
    before: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    after: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for stay in everything:
        before[stay.person, stay.premises].update(range(minute(stay.period.start), minute(stay.period.end)))
    for stay in united:
        minutes = set(range(minute(stay.period.start), minute(stay.period.end)))
        assert not after[stay.person, stay.premises] & minutes
        assert minute(stay.period.start) - 1 not in after[stay.person, stay.premises]
        after[stay.person, stay.premises] |= minutes
    assert before == after


@given(st.lists(stays(), max_size=12), st.randoms())
def test_the_order_of_visits_does_not_matter(everything: list[Stay], random: object) -> None:
    window = period(0, END)
    found = rules.contacts(cases=[1, 2], stays=everything, period=window, minutes=5)
    shuffled = list(everything)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rules.contacts(cases=[1, 2], stays=shuffled, period=window, minutes=5) == found


@given(st.lists(stays(), max_size=12))
def test_contacts_come_ranked_and_add_up(everything: list[Stay]) -> None:
    found = rules.contacts(cases=[1, 2], stays=everything, period=period(0, END), minutes=5)
    assert [one.minutes for one in found] == sorted((one.minutes for one in found), reverse=True)
    for one in found:
        assert one.minutes == sum(place.minutes for place in one.shared)
        assert one.person not in {1, 2}
        assert one.first == min(meeting.period.start for meeting in one.meetings)
        assert one.last == max(meeting.period.end for meeting in one.meetings)


def test_comparing_stays_at_two_places_is_a_bug_of_the_caller() -> None:
    case, other = Stay(1, 1, period(0, 10)), Stay(2, 2, period(0, 10))
    with pytest.raises(DifferentPremises):
        rules.overlap(case=case, other=other)


def test_time_with_two_cases_at_once_counts_once() -> None:
    everything = [Stay(1, 1, period(0, 60)), Stay(2, 1, period(30, 90)), Stay(3, 1, period(0, 90))]
    (contact,) = rules.contacts(cases=[1, 2], stays=everything, period=period(0, END), minutes=15)
    assert (contact.person, contact.minutes, len(contact.meetings)) == (3, 90, 2)
