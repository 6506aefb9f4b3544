"""Sliders leave what they say, each contact once, the nearest first and crowds behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.tracing import tiers
from jejak.tracing.exposures import Exposed, Stretch, Told, read
from jejak.tracing.ranking import ranked
from jejak.tracing.sliders import CROWDS, Found, Sliders, sifted, sums
from jejak.visits.rules import DISPUTED, TRAVEL

NOON = datetime(2022, 1, 21, 4, tzinfo=UTC)
RULES = tiers.read(tiers.USUAL)


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    start, length = draw(st.integers(0, 300)), draw(st.integers(1, 300))
    near = draw(st.integers(1, 3))
    return Stretch(
        period=Period(NOON + timedelta(minutes=start), NOON + timedelta(minutes=start + length)),
        premises=draw(st.integers(1, 3)),
        zone=None,
        close=draw(st.integers(0, length)) if near == 1 else 0,
        near=near,
        crowd=draw(st.sampled_from([2, 8, 40, 60, 900])),
        observed=draw(st.booleans()),
        flags=draw(st.sampled_from([0, DISPUTED, TRAVEL])),
    )


EXPOSED = st.builds(lambda each: Exposed(tuple(sorted(each))), st.lists(stretches(), min_size=1, max_size=4))
FOUND = st.lists(st.builds(Found, st.integers(1, 6), st.integers(1, 4), EXPOSED), max_size=15).map(
    lambda rows: list({(one.contact, one.case): one for one in rows}.values())
)
SLIDERS = st.builds(
    Sliders, st.integers(1, 300), st.sampled_from([*CROWDS, 100_000]), st.integers(1, 3), st.booleans(), st.booleans()
)


def minutes_of(rows: list[Stretch]) -> int:
    """Return the minutes together, counted one by one: a moment at a place counts once."""
    return len(
        {
            (one.premises, minute)
            for one in rows
            for minute in range(600)
            if NOON + timedelta(minutes=minute) in one.period
        }
    )


@given(FOUND, SLIDERS)
def test_the_list_is_what_a_slow_reading_of_the_sliders_leaves(found: list[Found], sliders: Sliders) -> None:
    slow: dict[int, dict[int, list[Stretch]]] = {}
    for one in found:
        left = [
            each
            for each in one.exposed.stretches
            if each.crowd <= sliders.crowd
            and each.near <= sliders.near
            and (each.observed or sliders.estimated)
            and (each.flags == 0 or sliders.doubtful)
        ]
        if minutes_of(left) >= sliders.minutes:
            slow.setdefault(one.contact, {})[one.case] = left
    listed = sifted(found, sliders=sliders, rules=RULES)
    assert {one.contact: set(one.cases) for one in listed} == {one: set(own) for one, own in slow.items()}
    for one in listed:
        assert one.minutes == minutes_of([each for own in slow[one.contact].values() for each in own])
    assert [(one.tier, -one.weight) for one in listed] == sorted((one.tier, -one.weight) for one in listed)
    assert sum(sums(listed).tiers.values()) == sum(sums(listed).shared.values()) == len(listed)


@given(
    FOUND,
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 4), st.sampled_from(["household", "workplace"]))),
    SLIDERS,
)
def test_the_list_of_a_large_run_is_the_same_list(
    found: list[Found], said: list[tuple[int, int, str]], sliders: Sliders
) -> None:
    told = {(contact, case): Told(Period(NOON, NOON + timedelta(days=1)), relation) for contact, case, relation in said}
    of = {(one.contact, one.case): one.exposed.stretches for one in found}
    rows = [Found(*key, Exposed(of.get(key, ()), (told[key],) if key in told else ())) for key in sorted({*of, *told})]
    slow = sifted(rows, sliders=sliders, rules=RULES)
    fast = ranked([(one.contact, one.case, one.exposed.why()) for one in rows], sliders=sliders, rules=RULES)
    assert [(one.contact, one.tier, one.minutes, one.weight, one.cases) for one in slow] == list(
        map(tuple, fast.listed)
    )
    assert fast.sums == sums(slow)
    assert (fast.total, fast.of) == (len({one.contact for one in rows}), {one.case for one in rows})


@given(FOUND, SLIDERS)
def test_a_stricter_slider_never_shows_more(found: list[Found], sliders: Sliders) -> None:
    usual = {one.contact for one in sifted(found, sliders=Sliders(minutes=1), rules=RULES)}
    strict = {one.contact for one in sifted(found, sliders=sliders, rules=RULES)}
    assert strict <= usual


@given(EXPOSED)
def test_what_is_kept_says_all_of_an_exposure(exposed: Exposed) -> None:
    assert read(exposed.why()) == exposed


@given(EXPOSED, stretches())
def test_one_more_stay_never_makes_an_exposure_less(exposed: Exposed, more: Stretch) -> None:
    assert Exposed((*exposed.stretches, more)).tier(RULES) <= exposed.tier(RULES)


@given(SLIDERS)
def test_an_address_says_the_sliders_again(sliders: Sliders) -> None:
    assert Sliders.read(sliders.query()) == sliders
    assert Sliders.read(sliders.kept()) == sliders


def test_an_address_that_makes_no_sense_is_the_usual() -> None:
    asked = {"minutes": "-3", "crowd": "x", "near": "9", "estimated": "maybe", "doubtful": "٣"}
    assert Sliders.read(asked) == Sliders(near=3)


def test_whom_an_interview_names_no_slider_leaves_out() -> None:
    told = Exposed(told=(Told(Period(NOON, NOON + timedelta(days=1)), "household"),))
    listed = sifted([Found(1, 1, told)], sliders=Sliders(minutes=700, crowd=1), rules=RULES)
    assert [(one.tier, one.minutes) for one in listed] == [(1, 0)]
