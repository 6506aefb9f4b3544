"""The searches over the real log, against the plain rules on the same visits."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jejak.trail.errors import TrailError
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose
from jejak.visits import queries, rules, zones
from jejak.visits.rules import Stay
from jejak.visits.zones import Layout

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.visits.rules import Contact

PURPOSE = Purpose("exercise", "Jejak kontak kes 17")


@pytest.fixture(autouse=True)
def allowed(exercise: Purpose) -> None:
    """Let the officer read for `PURPOSE`."""


def contacts(log: Any, officer: User, persons: list[int], start: float, end: float, minutes: int = 15) -> list[Any]:
    return queries.contacts_of(
        persons=persons, period=log.period(start, end), minutes=minutes, by=officer, purpose=PURPOSE
    )


def a_town(log: Any, draw: random.Random) -> list[Stay]:
    """Return stays stored in the log: few places and people, so that they meet, scan twice and move on; whole minutes."""
    places = [log.premises() for _ in range(4)]
    longest = dict(zip(places, [30, 90, 600, 1440], strict=True))
    with connection.cursor() as cursor:
        for place, minutes in longest.items():
            cursor.execute("update premises_premises set longest_minutes = %s where id = %s", [minutes, place])
    stays = []
    for _ in range(draw.randint(20, 120)):
        place, start = draw.choice(places), draw.randint(-1400, 1400)
        length = draw.randint(1, draw.choice([20, longest[place]]) if longest[place] > 20 else longest[place])
        flags = draw.choice([0, 0, rules.SMS, rules.LATE | rules.BURST, rules.DISPUTED])
        seen = draw.random() < 0.4
        stays.append(log.stay(draw.randint(1, 12), place, start, start + length, observed=seen, flags=flags))
    return stays


def a_mall(log: Any, draw: random.Random) -> tuple[list[Stay], int, Layout]:
    """Return stays stored in the log at a mall and a shop, the mall, and its zones."""
    mall, shop = log.premises(), log.premises()
    typical = {log.zone(mall, minutes=minutes): minutes for minutes in (10, 40, 120)}
    entrance, way_out = log.zone(mall, kind="entrance"), log.zone(mall, kind="exit", minutes=90)
    typical |= {log.zone(mall): 30, entrance: 5, way_out: 5}  # a shop of which nobody said how long: as in the mall
    rooms = [None, *typical]
    stays = []
    for _ in range(draw.randint(30, 120)):
        where, start = draw.choice([mall, mall, mall, shop]), draw.randint(-300, 300)
        zone = draw.choice(rooms) if where == mall else None
        seen, end = draw.random() < 0.3, start + draw.randint(1, 150)
        stays.append(log.stay(draw.randint(1, 12), where, start, end, observed=seen, zone=zone))
    return stays, mall, Layout(typical, doors={entrance, way_out}, exits={way_out})


def nearness(found: list[Contact]) -> list[Any]:
    """Return what zones decide; whether ends were observed is the business of the test above."""
    return [
        (one.person, one.tier, one.minutes, one.near, [(each.period, each.tier, each.near) for each in one.meetings])
        for one in found
    ]


@pytest.mark.parametrize("seed", range(25))
def test_tiers_within_a_mall_agree_with_the_plain_rules(log: Any, officer: User, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's mall
    stays, mall, layout = a_mall(log, draw)
    for persons in ([1], [2, 3]):
        start = draw.randint(-400, 200)
        end, minutes = start + draw.randint(30, 600), draw.choice([1, 15, 30])
        found = contacts(log, officer, persons, start, end, minutes)
        period = log.period(start, end)
        plain = zones.contacts(cases=persons, stays=stays, period=period, minutes=minutes, zoned={mall}, layout=layout)
        assert nearness(found) == nearness(plain)


@pytest.mark.parametrize("seed", range(25))
def test_the_search_agrees_with_the_plain_rules(log: Any, officer: User, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's towns
    stays = a_town(log, draw)
    for persons in ([1], [2], [3, 4], [1, 5, 6]):
        start = draw.randint(-1500, 1400)
        end, minutes = start + draw.randint(1, 2000), draw.choice([1, 5, 15, 16, 60])
        found = contacts(log, officer, persons, start, end, minutes)
        plain = rules.contacts(cases=persons, stays=stays, period=log.period(start, end), minutes=minutes)
        assert found == plain


@pytest.mark.parametrize("seed", range(5))
def test_stays_and_visitors_agree_with_the_plain_rules(log: Any, officer: User, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's towns
    stays = a_town(log, draw)
    period = log.period(-500, 300)
    whole = [stay for stay in rules.united(rules.trimmed(stays)) if stay.period.overlap(period)]
    there = rules.united(stay for stay in rules.trimmed(stays) if stay.period.overlap(period))
    found = queries.stays_of(persons=[1, 2], period=period, by=officer, purpose=PURPOSE)
    assert set(found) == {stay for stay in whole if stay.person in {1, 2}}
    for place in {stay.premises for stay in stays}:
        found = queries.visitors_of(premises=place, period=period, by=officer, purpose=PURPOSE)
        assert set(found) == {stay for stay in there if stay.premises == place}
        assert found == sorted(found, key=lambda stay: (stay.period, stay.premises, stay.person))


def test_exactly_fifteen_minutes_are_enough_and_a_second_less_is_not(log: Any, officer: User) -> None:
    place = log.premises()
    log.stay(1, place, 0, 60)
    log.stay(2, place, 45, 90)
    log.stay(3, place, 45 + 1 / 60, 90)
    log.stay(4, place, -30, 15)
    found = contacts(log, officer, [1], -100, 100)
    assert [(one.person, one.minutes) for one in found] == [(2, 15), (4, 15)]


def test_leaving_at_noon_and_arriving_at_noon_is_no_meeting(log: Any, officer: User) -> None:
    place = log.premises()
    log.stay(1, place, -60, 0)
    log.stay(2, place, 0, 60)
    assert contacts(log, officer, [1], -100, 100, minutes=0) == []


def test_a_stay_across_midnight_is_found_from_both_days(log: Any, officer: User) -> None:
    place = log.premises(longest=180)
    midnight = 12 * 60
    log.stay(1, place, midnight - 30, midnight + 60)
    log.stay(2, place, midnight - 90, midnight + 20)
    log.stay(3, place, midnight + 20, midnight + 90)
    found = contacts(log, officer, [1], midnight - 1000, midnight + 1000)
    assert [(one.person, one.minutes) for one in found] == [(2, 50), (3, 40)]
    after = contacts(log, officer, [1], midnight, midnight + 1000)
    assert [(one.person, one.minutes) for one in after] == [(3, 40), (2, 20)]


def test_a_stay_longer_than_the_premises_usual_is_found_by_its_longest_bound(log: Any, officer: User) -> None:
    place = log.premises(longest=1440)
    log.stay(1, place, 0, 60)
    log.stay(2, place, 30 - 1440, 30)
    assert [one.person for one in contacts(log, officer, [1], -10, 100)] == [2]


def test_short_scans_that_make_one_stay_add_up(log: Any, officer: User) -> None:
    place = log.premises()
    log.stay(1, place, 0, 30)
    log.stay(2, place, 0, 8)
    log.stay(2, place, 7, 16)
    log.stay(3, place, 0, 8)
    log.stay(3, place, 9, 17)
    assert [(one.person, one.minutes) for one in contacts(log, officer, [1], -100, 100)] == [(2, 16)]


def test_an_estimated_end_gives_way_to_the_next_check_in_elsewhere(log: Any, officer: User) -> None:
    place, other = log.premises(), log.premises()
    log.stay(1, place, 0, 120)
    log.stay(2, place, 0, 120, observed=False)
    log.stay(2, other, 20, 60)
    log.stay(3, place, 0, 120, observed=True)
    log.stay(3, other, 20, 60)
    found = contacts(log, officer, [1], -100, 200)
    assert [(one.person, one.minutes, one.observed) for one in found] == [(3, 120, True), (2, 20, False)]


def test_nobody_reads_without_a_purpose(log: Any, officer: User) -> None:
    period = log.period(0, 60)
    with pytest.raises(TrailError):
        queries.contacts_of(persons=[1], period=period, minutes=15, by=officer, purpose=Purpose("exercise", " "))
    with pytest.raises(TrailError):
        queries.stays_of(persons=[1], period=period, by=None, purpose=PURPOSE)  # type: ignore[arg-type]
    with pytest.raises(TrailError):
        queries.visitors_of(premises=1, period=period, by=officer, purpose=Purpose("exercise", ""))
    assert not Entry.objects.exists()


def test_every_look_names_the_persons_asked_about(log: Any, officer: User) -> None:
    contacts(log, officer, [1, 2], 0, 60)
    entry = Entry.objects.get(action="visits.contacts")
    assert set(entry.subjects.values_list("person_id", flat=True)) == {1, 2}
    assert (entry.by_id, entry.purpose, entry.detail["found"]) == (officer.id, PURPOSE.text, 0)


def test_counts_name_nobody(log: Any) -> None:
    place, other = log.premises(), log.premises(state="MY-09")
    log.stay(1, place, 0, 60)
    log.stay(2, place, 10, 60)
    log.stay(2, other, 70, 80)
    assert queries.counts_for(premises=[place, other], period=log.period(5, 100)) == {place: 1, other: 1}
    assert queries.tally(log.noon.date()) == {"MY-10": (2, 2, 1), "MY-09": (1, 1, 1)}
    assert queries.visits_on(log.noon.date()) == 3
