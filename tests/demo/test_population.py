"""The invented population has the shape of the real figures, and is the same every time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import numpy as np
import phonenumbers
import pytest

from jejak.demo.columns import END_OBSERVED, HALF_HOUR, Outings
from jejak.demo.figures import figures
from jejak.demo.names import MARK
from jejak.demo.popularity import check_ins_a_day
from jejak.demo.population import Population, generate
from jejak.demo.scales import SCALES
from jejak.demo.shops import shops
from jejak.demo.story import CAST, DAY, open_at_all_scenes
from jejak.demo.trades import CLASSES, TRADES
from jejak.kernel.ids import uuid7_time
from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.premises.rules import KINDS, opening_hours

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)


@cache
def population() -> Population:
    return generate(scale="small", until=NOW)


@cache
def visits() -> Outings:
    return population().visits()


def test_the_scale_is_what_was_asked_for() -> None:
    assert len(population().premises) == 2_000
    assert len(population().people) + len(CAST) == 20_000
    assert len(visits()) == 300_000


def test_the_same_seed_gives_the_same_population_and_another_seed_another() -> None:
    again, other = generate(scale="tiny", until=NOW), generate(scale="tiny", until=NOW, seed=7)
    first = generate(scale="tiny", until=NOW)
    assert np.array_equal(again.visits().id, first.visits().id)
    assert np.array_equal(again.visits().person, first.visits().person)
    assert [again.people.name_of(i) for i in range(50)] == [first.people.name_of(i) for i in range(50)]
    assert not np.array_equal(first.visits().id, other.visits().id)


def test_a_day_is_the_same_whether_or_not_other_days_were_made_before() -> None:
    assert np.array_equal(
        generate(scale="tiny", until=NOW).visits_on(9).id, generate(scale="tiny", until=NOW).visits_on(9).id
    )


def test_half_hours_follow_the_national_profile_of_their_weekday() -> None:
    for weekday in range(7):
        held = np.zeros(48)
        for number, window in enumerate(population().windows):
            if window.weekday == weekday and window.end - window.start == DAY:
                moments = population().visits_on(number).checked_in
                held += np.bincount((moments - window.midnight) // HALF_HOUR, minlength=48)
        expected = figures().half_hours[weekday] * held.sum()
        chi_square = ((held - expected) ** 2 / expected).sum()
        assert chi_square < 95, f"weekday {weekday}: chance gives more once in 20,000 times at 47 degrees of freedom"


def test_weekdays_follow_their_factors() -> None:
    found = population()
    whole = [n for n, window in enumerate(found.windows) if window.end - window.start == DAY]
    expected = figures().weekdays[[found.windows[n].weekday for n in whole]]
    held = found.counts[whole] / found.counts[whole].mean()
    assert np.abs(held / (expected / expected.mean()) - 1).max() < 0.03


@pytest.mark.parametrize("scale", ["tiny", "small", "seed"])
def test_popularity_has_the_busiest_the_median_and_the_sum_of_the_scale(scale: str) -> None:
    size = SCALES[scale]
    curve = check_ins_a_day(size)
    assert np.all(np.diff(curve) <= 0)
    assert curve[0] == pytest.approx(size.busiest_a_day)
    assert np.median(curve) == pytest.approx(size.median_a_day, rel=0.01)
    assert curve.sum() == pytest.approx(size.visits_a_day, rel=0.001)


def test_premises_are_visited_as_often_as_their_popularity_says() -> None:
    held = np.bincount(visits().premises, minlength=2_000) / 14
    expected = population().premises.weight
    busy = expected > 40
    assert np.abs(held[busy] / expected[busy] - 1).mean() < 0.1
    assert abs(np.median(held) / np.median(expected) - 1) < 0.1


def test_states_have_their_shares_of_check_ins() -> None:
    found = shops(scale=SCALES["seed"], seed=1)
    states = np.array([found.state_of(i) for i in range(len(found))])
    for state, share in figures().states.items():
        assert found.weight[states == state].sum() / found.weight.sum() == pytest.approx(share, rel=0.02)


def test_every_visit_lies_in_its_window_and_within_opening_hours() -> None:
    found = population()
    for number, window in enumerate(found.windows):
        day = found.visits_on(number)
        assert day.checked_in.min() >= window.start
        assert day.checked_in.max() < window.end
        for index, opening in enumerate(CLASSES):
            hours = (day.checked_in[found.premises.opening[day.premises] == index] - window.midnight) / (2 * HALF_HOUR)
            inside = np.zeros(len(hours), dtype=bool)
            for begin, end in opening.hours.on(window.weekday):
                inside |= (hours >= begin) & (hours < end)
            assert inside.all(), opening
    assert found.windows[0].start == int((NOW - timedelta(days=14)).timestamp() * 1000)
    assert found.windows[-1].end == int(NOW.timestamp() * 1000)


def test_stays_end_after_they_begin_and_never_last_longer_than_the_kind_allows() -> None:
    stays = visits().until - visits().checked_in
    longest = np.array([trade.longest for trade in TRADES])[population().premises.trade[visits().premises]]
    assert (stays >= 60_000).all()
    assert (stays <= longest * 60_000).all()


def test_a_third_of_the_ends_was_observed_and_none_lies_in_the_future() -> None:
    observed = visits().flags & END_OBSERVED > 0
    assert 0.33 < observed.mean() < 0.37
    assert visits().until[observed].max() <= NOW.timestamp() * 1000


def test_ids_carry_the_moment_of_check_in_and_are_unique() -> None:
    found = visits()
    for row in range(0, len(found), 9_973):
        assert uuid7_time(UUID(bytes=found.id[row].tobytes())).timestamp() * 1000 == found.checked_in[row]
    assert len({row.tobytes() for row in found.id[::7]}) == len(found.id[::7])


def test_zones_belong_to_the_premises_of_the_visit() -> None:
    zoned = visits().taken(visits().zone >= 0)
    first = population().premises.zone_first[zoned.premises]
    assert len(zoned) > 1_000
    assert ((zoned.zone >= first) & (zoned.zone < first + population().premises.zone_count[zoned.premises])).all()


def test_people_return_to_places_they_know() -> None:
    pairs = visits().person.astype(np.int64) * 2_000 + visits().premises
    _, counts = np.unique(pairs, return_counts=True)
    assert counts[counts > 2].sum() / counts.sum() > 0.25


def test_staff_are_at_one_work_only_once_a_day() -> None:
    day = population().visits_on(9)
    works = np.array([trade.works for trade in TRADES])[population().premises.trade[day.premises]]
    pairs = day.person[works].astype(np.int64) * 2_000 + day.premises[works]
    assert len(np.unique(pairs)) / len(pairs) > 0.9


def test_phones_are_well_formed_and_reach_nobody() -> None:
    people = population().people
    for index in range(0, len(people), 331):
        number = phonenumbers.parse(people.phone_of(index))
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number), "a range that was never given out"
    assert len(np.unique(people.phone)) > 0.93 * len(people)


def test_those_who_share_a_phone_have_different_names() -> None:
    people = population().people
    doors = {(int(people.phone[i]), people.name_of(i)) for i in range(len(people))}
    assert len(doors) == len(people)


def test_names_say_that_they_are_a_demo() -> None:
    found = population()
    assert all(found.people.name_of(i).endswith(MARK) for i in range(0, 20_000, 501))
    assert all("Demo" in found.premises.name_of(i) for i in range(2_000))
    assert len({found.premises.name_of(i) for i in range(2_000)}) == 2_000


def test_kinds_and_opening_hours_are_those_that_premises_know() -> None:
    assert {trade.kind for trade in TRADES} <= set(KINDS)
    for index in range(200):
        opening_hours(population().premises.hours_of(index))


def test_the_case_meets_one_person_for_exactly_a_quarter_of_an_hour() -> None:
    story, first = population().story, len(population().people)
    case, exact = (first + [guide.key for guide in CAST].index(key) for key in ("case", "exact"))
    met = [
        overlap.minutes
        for mine, theirs in (
            (_stay(story.visits, a), _stay(story.visits, b))
            for a in np.flatnonzero(story.visits.person == case)
            for b in np.flatnonzero(story.visits.person == exact)
            if story.visits.premises[a] == story.visits.premises[b] == story.places["market"]
        )
        if (overlap := mine.overlap(theirs))
    ]
    assert met == [15]


def _stay(found: Outings, row: np.int64) -> Period:
    start, end = found.checked_in[row] / 1000, found.until[row] / 1000
    return Period(datetime.fromtimestamp(start, tz=KUALA_LUMPUR), datetime.fromtimestamp(end, tz=KUALA_LUMPUR))


@pytest.mark.parametrize("scale", ["tiny", "small", "seed"])
@pytest.mark.parametrize("day", range(7))
def test_the_story_can_be_told_on_any_day_of_the_week(scale: str, day: int) -> None:
    found = generate(scale=scale, until=NOW + timedelta(days=day, hours=day * 3))
    assert open_at_all_scenes(found.premises, found.story.places)
    held = sum(
        int(((found.story.visits.checked_in >= w.start) & (found.story.visits.checked_in < w.end)).sum())
        for w in found.windows
    )
    assert held == len(found.story.visits)
