"""Persons with several records are one in every search: as if all that was written of them stood under one number."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jejak.people import actions as people
from jejak.people.models import Merge, Person
from jejak.visits import queries, rules
from jejak.visits.rules import Stay

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.trail.rules import Purpose

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 1, 21, 4, tzinfo=UTC)
PEOPLE = 14


@pytest.fixture
def persons() -> list[int]:
    """Persons by the numbers that their visits will have."""
    return [people.upsert_claimed(phone=f"01{20_000_000 + n}", name=f"Orang {n}", at=NOW) for n in range(PEOPLE)]


def merge(one: int, other: int, by: User) -> None:
    Merge.objects.create(kept_id=one, merged_id=other, merged_at=NOW, merged_by=by)


def a_town(log: Any, draw: random.Random, persons: list[int]) -> list[Stay]:
    """Return stays stored in the log: few places, many short scans, so that records complete each other."""
    places = [log.premises() for _ in range(3)]
    longest = dict(zip(places, [60, 240, 1440], strict=True))
    with connection.cursor() as cursor:
        for place, minutes in longest.items():
            cursor.execute("update premises_premises set longest_minutes = %s where id = %s", [minutes, place])
    stays = []
    for _ in range(draw.randint(30, 140)):
        place, start = draw.choice(places), draw.randint(-400, 400)
        length = draw.randint(1, draw.choice([12, 40, longest[place]]))
        flags = draw.choice([0, 0, 0, rules.SMS, rules.LATE | rules.BURST])
        stays.append(
            log.stay(draw.choice(persons), place, start, start + length, observed=draw.random() < 0.4, flags=flags)
        )
    return stays


@pytest.mark.parametrize("seed", range(40))
def test_the_searches_agree_with_the_plain_rules_over_one_number_each(
    log: Any, officer: User, exercise: Purpose, persons: list[int], seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's town
    stays = a_town(log, draw, persons)
    for one, other in draw.choice([[(0, 1)], [(2, 3), (4, 5)], [(0, 1), (2, 3), (3, 6)], []]):
        merge(persons[one], persons[other], officer)
    ask: dict[str, Any] = {"by": officer, "purpose": exercise}
    of = {person: min(group) for person in persons for group in [_group(person, persons)]}
    one_each = [replace(stay, person=of[stay.person]) for stay in stays]
    for cases in ([persons[0]], [persons[1]], [persons[2], persons[7]]):
        start = draw.randint(-500, 300)
        period, minutes = log.period(start, start + draw.randint(1, 900)), draw.choice([1, 5, 15, 30])
        found = queries.contacts_of(persons=cases, period=period, minutes=minutes, **ask)
        plain = rules.contacts(cases={of[case] for case in cases}, stays=one_each, period=period, minutes=minutes)
        assert found == plain
        own = {of[case] for case in cases}
        whole = [stay for stay in rules.united(rules.trimmed(one_each)) if stay.period.overlap(period)]
        mine = queries.stays_of(persons=cases, period=period, **ask)
        assert set(mine) == {stay for stay in whole if stay.person in own}
        there = rules.united(stay for stay in rules.trimmed(one_each) if stay.period.overlap(period))
        for place in {stay.premises for stay in stays}:
            visitors = queries.visitors_of(premises=place, period=period, **ask)
            assert set(visitors) == {stay for stay in there if stay.premises == place}


def _group(person: int, persons: list[int]) -> set[int]:
    """Return everybody who is one with a person: walked pair by pair, slow and plain."""
    group, pairs = {person}, list(Merge.objects.filter(undone_at=None).values_list("kept_id", "merged_id"))
    for _ in persons:
        group |= {number for pair in pairs if group & set(pair) for number in pair}
    return group


def test_two_records_at_one_place_make_one_meeting_whose_time_counts_once(
    log: Any, officer: User, exercise: Purpose, persons: list[int]
) -> None:
    place = log.premises()
    log.stay(persons[0], place, 0, 60)
    log.stay(persons[1], place, 10, 20)
    log.stay(persons[2], place, 18, 28)
    ask: dict[str, Any] = {"period": log.period(-10, 100), "minutes": 15, "by": officer, "purpose": exercise}
    assert queries.contacts_of(persons=[persons[0]], **ask) == [], "ten minutes each are no meeting of fifteen"
    merge(persons[1], persons[2], officer)
    (found,) = queries.contacts_of(persons=[persons[0]], **ask)
    assert (found.person, found.minutes) == (persons[1], 18)
    (same,) = queries.contacts_of(persons=[persons[2]], **ask)
    assert (same.person, same.minutes) == (persons[0], 18)
    assert queries.contacts_of(persons=[persons[0], persons[1]], **ask) == [], "nobody is their own contact"


def test_a_merge_undone_makes_them_two_again(log: Any, officer: User, exercise: Purpose, persons: list[int]) -> None:
    place = log.premises()
    for person in persons[:3]:
        log.stay(person, place, 0, 60)
    ask: dict[str, Any] = {"period": log.period(-10, 100), "minutes": 15, "by": officer, "purpose": exercise}
    merge(persons[1], persons[2], officer)
    assert [one.person for one in queries.contacts_of(persons=[persons[0]], **ask)] == [persons[1]]
    Merge.objects.update(undone_at=NOW, undone_by=officer)
    assert [one.person for one in queries.contacts_of(persons=[persons[0]], **ask)] == persons[1:3]


def test_the_record_that_is_better_proved_stands_for_both(
    log: Any, officer: User, exercise: Purpose, persons: list[int]
) -> None:
    place = log.premises()
    for person in persons[:3]:
        log.stay(person, place, 0, 60)
    Person.objects.filter(pk=persons[2]).update(level=1)
    merge(persons[1], persons[2], officer)
    found = queries.visitors_of(premises=place, period=log.period(0, 60), by=officer, purpose=exercise)
    assert [stay.person for stay in found] == [persons[0], persons[2]]
