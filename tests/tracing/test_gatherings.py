"""Where several cases were: what chance explains least comes first, never what is merely busy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.tracing.gatherings import LINGERS, CaseTime, Gathering, at_least, gatherings, ranked

NOON = datetime(2022, 1, 21, 4, tzinfo=UTC)
KEDAI, PASAR_RAYA = 1, 2


def at(case: int, premises: int, start: int, end: int) -> CaseTime:
    return CaseTime(case, premises, Period(NOON + timedelta(minutes=start), NOON + timedelta(minutes=end)))


def test_cases_soon_after_each_other_share_a_place_and_one_case_alone_shares_none() -> None:
    found = gatherings([at(1, KEDAI, 0, 30), at(2, KEDAI, 149, 200), at(1, KEDAI, 400, 430), at(3, PASAR_RAYA, 0, 60)])
    assert [(one.premises, one.cases, one.period.minutes) for one in found] == [(KEDAI, (1, 2), 200)]
    assert gatherings([at(1, KEDAI, 0, 30), at(2, KEDAI, 151, 200)]) == [], "more than two hours later"


def test_a_small_shop_with_three_cases_is_before_a_mall_with_five() -> None:
    shop, mall = (
        Gathering(each, Period(NOON, NOON + LINGERS), cases)
        for each, cases in ((KEDAI, (1, 2, 3)), (PASAR_RAYA, (1, 2, 3, 4, 5)))
    )
    order = ranked([mall, shop], expected={shop: 6, mall: 900})
    assert [one.gathering for one in order] == [shop, mall]
    assert order[0].chance < 0.05 < order[1].chance


def test_a_large_gathering_does_not_explain_itself_and_pairs_are_not_rare() -> None:
    pairs = [Gathering(10 + each, Period(NOON, NOON + LINGERS), (each, each + 1)) for each in range(16)]
    mall = Gathering(PASAR_RAYA, Period(NOON, NOON + LINGERS), tuple(range(13)))
    order = ranked([*pairs, mall], expected={**dict.fromkeys(pairs, 3), mall: 60})
    assert order[0].gathering == mall
    assert order[0].chance < 0.001
    assert all(one.chance > 0.05 for one in order[1:])


def test_a_place_without_a_measure_says_so_and_is_weighed_as_the_others_are() -> None:
    young, known = (Gathering(each, Period(NOON, NOON + LINGERS), (1, 2, 3)) for each in (KEDAI, PASAR_RAYA))
    order = {one.gathering: one for one in ranked([young, known], expected={known: 40})}
    assert order[young].expected is None
    assert order[young].rarity == order[known].rarity


def test_where_many_cases_met_it_is_still_not_the_volume_that_counts() -> None:
    church, mall = (
        Gathering(each, Period(NOON, NOON + LINGERS), tuple(range(many)))
        for each, many in ((KEDAI, 40), (PASAR_RAYA, 60))
    )
    order = ranked([mall, church], expected={church: 3, mall: 60})
    assert [one.gathering for one in order] == [church, mall], "the chance is too small for one minus the rest"
    assert order[0].rarity > 50 > order[1].rarity


@given(st.integers(1, 30), st.floats(0.01, 40))
def test_a_chance_is_what_adding_up_the_others_leaves(number: int, mean: float) -> None:
    term, below = exp(-mean), 0.0
    for count in range(number):
        below += term
        term *= mean / (count + 1)
    assert at_least(number, mean=mean) == pytest.approx(1 - below, abs=1e-9)


def test_nothing_found_ranks_nothing() -> None:
    assert ranked([], expected={}) == []


@given(st.integers(1, 12), st.floats(0.01, 30))
def test_more_cases_are_never_more_likely(number: int, mean: float) -> None:
    assert 0 <= at_least(number + 1, mean=mean) <= at_least(number, mean=mean) <= 1
    assert at_least(0, mean=mean) == 1


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(0, 900), st.integers(1, 60)), max_size=12))
def test_every_pair_of_cases_within_two_hours_is_in_one_gathering(rows: list[tuple[int, int, int, int]]) -> None:
    times = [at(case, premises, start, start + length) for case, premises, start, length in rows]
    found = gatherings(times)
    for one in times:
        for other in times:
            near = one.period.start <= other.period.end + LINGERS and other.period.start <= one.period.end + LINGERS
            if one.premises == other.premises and one.case != other.case and near:
                both = [
                    each for each in found if each.premises == one.premises and {one.case, other.case} <= {*each.cases}
                ]
                assert any(one.period.overlap(each.period) and other.period.overlap(each.period) for each in both)
