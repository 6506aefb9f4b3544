"""Kinds, stays, opening hours and details are judged without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from premises.weeks import every_day

from jejak.kernel.places import KUALA_LUMPUR, STATES
from jejak.premises import rules
from jejak.premises.districts import DISTRICTS
from jejak.premises.errors import DetailsWrong, OpeningHoursWrong
from jejak.premises.rules import ALWAYS_OPEN, DAYS, KINDS, Details, OpeningHours, checked, opening_hours

MONDAY = datetime(2022, 1, 17, tzinfo=KUALA_LUMPUR)
SHOP = Details(
    name="Kedai Seri",
    kind="shop",
    address="12, Jalan Mawar",
    state="MY-10",
    district="Petaling",
    opening_hours=every_day((540, 1320)),
)


def week(**days: list[list[str]]) -> OpeningHours:
    return opening_hours(days)


# Kinds ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_has_two_names_and_a_stay_within_its_bound(kind: rules.Kind) -> None:
    assert kind.malay
    assert kind.english
    assert kind.name("ms") == kind.malay
    assert kind.name("en-gb") == kind.english
    assert 1 <= kind.stay_minutes <= kind.longest_minutes <= rules.LONGEST_STAY


def test_workplaces_are_bounded_by_ten_hours_and_shops_by_three() -> None:
    assert {KINDS[code].longest_minutes for code in ("office", "factory", "construction")} == {600}
    assert {KINDS[code].longest_minutes for code in ("shop", "supermarket")} == {180}


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=8))
def test_through_any_change_of_kind_the_longest_stay_never_shrinks(kinds: list[str]) -> None:
    longest = 0
    for kind in kinds:
        stay, after = rules.stay_bounds(kind=kind, longest_before=longest)
        assert after >= max(longest, KINDS[kind].longest_minutes)
        assert 1 <= stay <= after
        longest = after


# Opening hours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "when", "open_"),
    [
        ({"mon": [["09:00", "22:00"]]}, MONDAY.replace(hour=8, minute=59), False),
        ({"mon": [["09:00", "22:00"]]}, MONDAY.replace(hour=9), True),
        ({"mon": [["09:00", "22:00"]]}, MONDAY.replace(hour=21, minute=59), True),
        ({"mon": [["09:00", "22:00"]]}, MONDAY.replace(hour=22), False),
        ({"mon": [["09:00", "22:00"]]}, MONDAY + timedelta(days=1, hours=12), False),
        ({"mon": [["09:00", "13:00"], ["14:30", "22:00"]]}, MONDAY.replace(hour=13, minute=30), False),
        ({"mon": [["18:00", "02:00"]]}, MONDAY + timedelta(days=1, hours=1, minutes=59), True),
        ({"mon": [["18:00", "02:00"]]}, MONDAY + timedelta(days=1, hours=2), False),
        ({"mon": [["18:00", "02:00"]]}, MONDAY.replace(hour=1), False),
        ({"sun": [["18:00", "02:00"]]}, MONDAY.replace(hour=1), True),
        ({"mon": [["00:00", "24:00"]]}, MONDAY.replace(hour=23, minute=59), True),
        ({"mon": [["00:00", "24:00"]]}, MONDAY + timedelta(days=1), False),
    ],
)
def test_whether_a_premises_is_open(days: dict[str, Any], when: datetime, open_: bool) -> None:
    assert opening_hours(days).open_at(when) is open_


def test_a_moment_is_judged_by_the_clock_on_the_wall_in_malaysia() -> None:
    from datetime import UTC

    assert week(mon=[["09:00", "10:00"]]).open_at(datetime(2022, 1, 17, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("document", "problem", "day"),
    [
        ({}, "never", ""),
        ({"mon": []}, "never", ""),
        ([], "form", ""),
        ({"monday": [["09:00", "10:00"]]}, "day", "monday"),
        ({"mon": "09:00-10:00"}, "form", "mon"),
        ({"mon": ["09"]}, "form", "mon"),
        ({"mon": [["09:00"]]}, "form", "mon"),
        ({"mon": [["9:00", "10:00"]]}, "time", "mon"),
        ({"mon": [["09:00", "10:00 "]]}, "time", "mon"),
        ({"mon": [["09:00", "25:00"]]}, "time", "mon"),
        ({"mon": [["09:00", "24:01"]]}, "time", "mon"),
        ({"mon": [["09:60", "10:00"]]}, "time", "mon"),
        ({"mon": [[540, 600]]}, "time", "mon"),
        ({"mon": [["٠٩:٠٠", "10:00"]]}, "time", "mon"),
        ({"tue": [["09:00", "09:00"]]}, "empty", "tue"),
        ({"tue": [["24:00", "09:00"]]}, "empty", "tue"),
        ({"wed": [["14:00", "18:00"], ["09:00", "13:00"]]}, "order", "wed"),
        ({"wed": [["09:00", "13:00"], ["12:59", "18:00"]]}, "overlap", "wed"),
        ({"wed": [["18:00", "02:00"], ["20:00", "23:00"]]}, "overlap", "wed"),
        ({"thu": [["18:00", "02:00"]], "fri": [["01:59", "10:00"]]}, "overlap", "thu"),
        ({"sun": [["18:00", "02:00"]], "mon": [["01:00", "10:00"]]}, "overlap", "sun"),
        ({"fri": [[f"{hour:02}:00", f"{hour:02}:30"] for hour in range(9, 14)]}, "too-many", "fri"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_day(document: Any, problem: str, day: str) -> None:
    with pytest.raises(OpeningHoursWrong) as caught:
        opening_hours(document)
    assert (caught.value.problem, caught.value.day) == (problem, day)


def test_the_end_of_one_range_may_touch_the_start_of_the_next() -> None:
    hours = week(thu=[["18:00", "02:00"]], fri=[["02:00", "10:00"], ["10:00", "12:00"]])
    assert hours.open_at(MONDAY + timedelta(days=4, hours=2))


minutes = st.integers(0, 1439)


@given(st.dictionaries(st.sampled_from(DAYS), st.lists(st.tuples(minutes, minutes), max_size=2)))
def test_what_is_accepted_is_written_and_read_back_the_same_and_open_when_a_minute_list_says_so(
    drawn: dict[str, list[tuple[int, int]]],
) -> None:
    document = {day: [[f"{m // 60:02}:{m % 60:02}" for m in each] for each in ranges] for day, ranges in drawn.items()}
    try:
        hours = opening_hours(document)
    except OpeningHoursWrong:
        return
    assert opening_hours(hours.document()) == hours
    slow: list[int] = []
    for index, day in enumerate(DAYS):
        for opens, closes in drawn.get(day, []):
            length = closes - opens if closes > opens else closes + 1440 - opens
            slow += [(index * 1440 + opens + minute) % (7 * 1440) for minute in range(length)]
    assert len(slow) == len(set(slow)), "no minute belongs to two ranges"
    for minute in {0, 1, 1439, 1440, 7 * 1440 - 1, *(slow[:1]), *(slow[-1:]), *((m + 1) % 10080 for m in slow[-1:])}:
        assert hours.open_at(MONDAY + timedelta(minutes=minute)) == (minute in set(slow))


def test_days_of_equal_hours_are_told_together() -> None:
    nine_to_five, friday = [["09:00", "17:00"]], [["09:00", "12:30"], ["14:30", "17:00"]]
    hours = week(mon=nine_to_five, tue=nine_to_five, wed=nine_to_five, thu=nine_to_five, fri=friday)
    assert [(first, last, len(ranges)) for first, last, ranges in hours.runs()] == [(0, 3, 1), (4, 4, 2), (5, 6, 0)]
    assert ALWAYS_OPEN.runs() == ((0, 6, ((0, 1440),)),)


# Details -------------------------------------------------------------------------------------------------------------


def test_details_come_back_tidied_and_the_district_as_it_is_spelled() -> None:
    tidied = checked(replace(SHOP, name="  Kedai\t Seri\n ", branch=" A ", district="hulu LANGAT"))
    assert (tidied.name, tidied.branch, tidied.district) == ("Kedai Seri", "A", "Hulu Langat")


def test_a_district_that_is_not_on_the_list_is_kept_as_given() -> None:
    assert checked(replace(SHOP, district="Daerah Baharu")).district == "Daerah Baharu"


def test_every_state_has_districts() -> None:
    assert set(DISTRICTS) == set(STATES)
    assert all(list(names) == sorted(names) for names in DISTRICTS.values())


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"name": ""}, "name", "missing"),
        ({"name": " \u3000 "}, "name", "missing"),
        ({"name": "x" * 121}, "name", "too-long"),
        ({"name": "a\x00b"}, "name", "characters"),
        ({"name": "a\u202eb"}, "name", "characters"),
        ({"name": "a\ud800"}, "name", "characters"),
        ({"name": "a\u200bb"}, "name", "characters"),
        ({"branch": "x" * 121}, "branch", "too-long"),
        ({"kind": "casino"}, "kind", "unknown"),
        ({"kind": ""}, "kind", "unknown"),
        ({"address": ""}, "address", "missing"),
        ({"address": "x" * 301}, "address", "too-long"),
        ({"state": "MY-17"}, "state", "unknown"),
        ({"district": ""}, "district", "missing"),
        ({"capacity": 0}, "capacity", "range"),
        ({"capacity": 1_000_001}, "capacity", "range"),
    ],
)
def test_details_that_cannot_be_used_are_refused_by_name(change: dict[str, Any], field: str, problem: str) -> None:
    with pytest.raises(DetailsWrong) as caught:
        checked(replace(SHOP, **change))
    assert (caught.value.field, caught.value.problem) == (field, problem)


@pytest.mark.parametrize(
    "name", ["新山茶室", "كداي روناي", "ஶ்ரீ முருகன் கடை", "Café Ñandú", "می\u200cخوا", "7-Eleven ☕️"]
)
def test_names_in_every_script_of_the_country_are_accepted(name: str) -> None:
    assert checked(replace(SHOP, name=name)).name == name


@given(st.text(max_size=150))
def test_any_text_is_accepted_tidied_or_refused(text: str) -> None:
    try:
        name = checked(replace(SHOP, name=text)).name
    except DetailsWrong:
        return
    assert 1 <= len(name) <= rules.LONGEST_NAME
    assert name == name.strip()
    assert checked(replace(SHOP, name=name)).name == name


def test_a_zone_without_a_name_is_the_whole_premises() -> None:
    assert rules.zone_name("  ") == ""
    with pytest.raises(DetailsWrong):
        rules.zone_name("a\x07")
