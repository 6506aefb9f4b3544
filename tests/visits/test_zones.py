"""How near people were within a premises, against a walk through every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.visits import rules, zones
from jejak.visits.rules import Meeting, Stay, Tier
from jejak.visits.zones import Layout

NOON = datetime(2022, 1, 21, 4, tzinfo=UTC)
MALL, TYPICAL = 1, {11: 20, 12: 45}  # a third zone has no typical stay of its own
LENGTH = 120
LAYOUT = Layout(TYPICAL)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def scans(person: int) -> st.SearchStrategy[list[Stay]]:
    one = st.builds(
        lambda start, length, zone, observed: Stay(
            person, MALL, Period(at(start), at(start + length)), observed=observed, zone=zone
        ),
        st.integers(-30, LENGTH),
        st.integers(1, 150),
        st.sampled_from([None, 11, 12, 13]),
        st.booleans(),
    )
    return st.lists(one, max_size=6, unique_by=lambda scan: scan.period.start)


def zone_at(own: list[Stay], minute: int) -> int | None:
    """Return the zone in which somebody is taken to be in a minute, asked the slow way."""
    before = [scan for scan in own if scan.period.start <= at(minute)]
    if not before:
        return None
    last = max(before, key=lambda scan: scan.period.start)
    over = last.period.end
    if not last.observed and last.zone in TYPICAL:
        over = min(over, last.period.start + timedelta(minutes=TYPICAL[last.zone]))
    return last.zone if at(minute) < over else None


def longest(minutes: list[bool]) -> int:
    return max((len(list(run)) for held, run in groupby(minutes) if held), default=0)


@given(scans(1), scans(2), st.integers(1, 40))
def test_tiers_agree_with_a_walk_through_every_minute(case: list[Stay], other: list[Stay], minutes: int) -> None:
    meeting = Meeting(1, 2, MALL, Period(at(0), at(LENGTH)), observed=True)
    told = (zones.parts(own, layout=LAYOUT) for own in (case, other))
    found = zones.judged(meeting, **dict(zip(("case", "other"), told, strict=True)), minutes=minutes)
    pairs = [(zone_at(case, minute), zone_at(other, minute)) for minute in range(LENGTH)]
    same = [mine is not None and mine == theirs for mine, theirs in pairs]
    maybe = [mine is None or theirs is None or mine == theirs for mine, theirs in pairs]
    expected = Tier.HIGH if longest(same) >= minutes else Tier.MEDIUM if longest(maybe) >= minutes else Tier.LOW
    assert found.tier is expected
    assert found.near is not None
    assert sum(period.minutes for period in found.near) == sum(same)


@given(scans(1))
def test_nobody_is_in_two_zones_at_once(own: list[Stay]) -> None:
    told = zones.parts(own, layout=LAYOUT)
    assert all(not one.period.overlap(other.period) for one in told for other in told if one is not other)


@given(scans(1))
def test_the_exit_cuts_estimates_of_shops_alone(own: list[Stay]) -> None:
    for before, after in zip(own, zones.until_left(own, layout=LAYOUT), strict=True):
        if before.observed or before.zone is None:
            assert after == before
            continue
        exits = [
            scan.period.end
            for scan in own
            if scan.observed and scan.zone is None and before.period.start in scan.period
        ]
        assert after.period.end == min([before.period.end, *exits])


def test_a_meeting_shortened_by_the_exit_is_dropped_when_too_short() -> None:
    case = Stay(1, MALL, Period(at(0), at(60)), observed=True, zone=11)
    entrance = Stay(2, MALL, Period(at(0), at(14)), observed=True)
    shop = Stay(2, MALL, Period(at(5), at(125)), zone=11)
    meeting = Meeting(1, 2, MALL, Period(at(0), at(60)), observed=False)
    for least, expected in ((14, [Period(at(0), at(14))]), (15, [])):
        found = zones.refined([meeting], zoned={MALL}, scans=[case, entrance, shop], layout=LAYOUT, minutes=least)
        assert [each.period for each in found] == expected
        assert all(each.observed for each in found)


def test_a_meeting_at_a_premises_without_zones_is_left_as_it_is() -> None:
    meeting = Meeting(1, 2, 5, Period(at(0), at(30)), observed=True)
    assert zones.refined([meeting], zoned={MALL}, scans=[], layout=Layout(), minutes=15) == [meeting]


def test_the_nearest_meeting_makes_the_contacts_tier_and_tiers_rank_first() -> None:
    period = Period(at(0), at(30))
    low = Meeting(1, 2, MALL, Period(at(0), at(90)), observed=True, tier=Tier.LOW, near=())
    high = Meeting(1, 3, 5, period, observed=True)
    both = [Meeting(1, 4, MALL, period, observed=True, tier=Tier.LOW, near=()), Meeting(1, 4, 5, period, observed=True)]
    found = rules.ranked([low, high, *both])
    assert [(one.person, one.tier, one.minutes, one.near) for one in found] == [
        (4, Tier.HIGH, 60, 30),
        (3, Tier.HIGH, 30, 30),
        (2, Tier.LOW, 90, 0),
    ]


def test_flags_of_either_side_lie_on_the_meeting_they_belong_to() -> None:
    stays = [
        Stay(1, 5, Period(at(0), at(60)), observed=True, flags=rules.SMS),
        Stay(2, 5, Period(at(0), at(30)), observed=True, flags=rules.BURST),
        Stay(2, 5, Period(at(200), at(230)), observed=True, flags=rules.DISPUTED),
    ]
    (one,) = rules.contacts(cases=[1], stays=stays, period=Period(at(-10), at(300)), minutes=15)
    assert (one.flags, one.doubts) == (rules.BURST, rules.BURST | rules.SMS)
