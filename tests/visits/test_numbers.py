"""How many are where, against counts over the plain rules on the same visits."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.store import sql
from jejak.visits import queries, rules, zones
from jejak.visits.models import Burst
from jejak.visits.zones import Layout

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.visits.rules import Stay


def a_mall(log: Any, draw: random.Random) -> tuple[list[Stay], int, Layout]:
    """Return stays at a mall with two shops and two doors and at another place, the mall's number, and its zones."""
    mall, shop = log.premises(), log.premises()
    zones = {log.zone(mall, minutes=20): 20, log.zone(mall, minutes=50): 50}
    entrance, way_out = log.zone(mall, kind="entrance"), log.zone(mall, kind="exit")
    zones |= {entrance: 5, way_out: 5}
    stays = []
    for _ in range(draw.randint(30, 90)):
        where, start = draw.choice([mall, mall, shop]), draw.randint(-200, 200)
        zone = draw.choice([None, *zones]) if where == mall else None
        stays.append(
            log.stay(
                draw.randint(1, 25), where, start, start + draw.randint(1, 180), observed=draw.random() < 0.3, zone=zone
            )
        )
    return stays, mall, Layout(zones, doors={entrance, way_out}, exits={way_out})


def inside(stays: list[Stay], premises: int, layout: Layout, at: datetime) -> int:
    def out(stay: Stay) -> bool:
        own = (each for each in stays if each.person == stay.person and each.zone in layout.exits)
        return not stay.observed and any(each.period.start >= stay.period.start for each in own)

    return len(
        {
            stay.person
            for stay in rules.trimmed(zones.until_left(stays, layout=layout))
            if stay.premises == premises and at in stay.period and not out(stay)
        }
    )


def in_zone(stays: list[Stay], premises: int, zone: int, layout: Layout, at: datetime) -> int:
    if zone in layout.exits:
        return 0
    last: dict[int, Stay] = {}
    left = zones.until_left(stays, layout=layout)
    for stay in sorted(rules.trimmed(left), key=lambda stay: (stay.period.start, stay.zone or 0)):
        if stay.premises == premises and stay.period.start <= at:
            last[stay.person] = stay
    return sum(
        stay.zone == zone
        and at in stay.period
        and (stay.observed or at < stay.period.start + timedelta(minutes=layout.typical[zone]))
        for stay in last.values()
    )


@pytest.mark.parametrize("seed", range(12))
def test_who_is_inside_agrees_with_the_plain_rules(log: Any, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's mall
    stays, mall, layout = a_mall(log, draw)
    for minute in (-150, 0, 7, 100, 250):
        now = log.at(minute)
        # Nothing that lies ahead is known to a display, so the plain count looks at what had happened by then.
        known = [stay for stay in stays if stay.period.start <= now]
        assert queries.inside(premises=mall, zone=None, now=now) == inside(known, mall, layout, now)
        for zone in layout.typical:
            assert queries.inside(premises=mall, zone=zone, now=now) == in_zone(known, mall, zone, layout, now)


def test_who_went_elsewhere_is_gone_and_who_scanned_twice_counts_once(log: Any) -> None:
    mall, shop = log.premises(), log.premises()
    log.stay(1, mall, -30, 60, observed=False)
    log.stay(1, mall, -10, 80, observed=False)
    log.stay(2, mall, -30, 60, observed=False)
    log.stay(2, shop, -5, 15, observed=False)
    log.stay(3, mall, -30, 60)
    log.stay(3, shop, -5, 15, observed=False)  # whose end was scanned is there until then, whatever the other scan says
    log.stay(4, mall, -30, 0)
    assert queries.inside(premises=mall, zone=None, now=log.at(0)) == 2


def test_who_scanned_on_leaving_the_mall_has_left_its_shops(log: Any) -> None:
    mall = log.premises()
    shop = log.zone(mall, minutes=60)
    log.stay(1, mall, -60, -5)
    log.stay(1, mall, -20, 100, observed=False, zone=shop)
    log.stay(2, mall, -60, 30)
    log.stay(2, mall, -20, 100, observed=False, zone=shop)
    assert queries.inside(premises=mall, zone=None, now=log.at(0)) == 1
    assert queries.inside(premises=mall, zone=shop, now=log.at(0)) == 1


def test_who_scanned_at_an_exit_is_no_longer_inside(log: Any) -> None:
    mall = log.premises()
    shop, way_out = log.zone(mall), log.zone(mall, kind="exit")
    for person in (1, 2, 3):
        log.stay(person, mall, -30, 90, observed=False)
        log.stay(person, mall, -20, 100, observed=False, zone=shop)
    log.stay(2, mall, -1, 4, observed=False, zone=way_out)
    log.stay(3, mall, -10, -5, observed=False, zone=way_out)
    log.stay(3, mall, -2, 118, observed=False, zone=shop)  # who came back
    log.stay(4, mall, -1, 119, observed=False, zone=way_out)  # written before the part was called an exit
    assert queries.inside(premises=mall, zone=None, now=log.at(0)) == 2
    assert queries.inside(premises=mall, zone=shop, now=log.at(0)) == 2
    assert queries.inside(premises=mall, zone=way_out, now=log.at(0)) == 0


def test_implausible_visits_count(log: Any) -> None:
    mall = log.premises()
    log.stay(1, mall, -30, 60, flags=rules.BURST | rules.CLOSED_HOURS)
    assert queries.inside(premises=mall, zone=None, now=log.at(0)) == 1


@pytest.mark.parametrize("seed", range(4))
def test_hours_agree_with_counting_by_hand(log: Any, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's mall
    stays, mall, layout = a_mall(log, draw)
    day = log.noon.date()
    for zone in (None, *layout.typical):
        counted = [0] * 24
        for stay in stays:
            local = stay.period.start.astimezone(KUALA_LUMPUR)
            if stay.premises == mall and local.date() == day and zone in (None, stay.zone):
                counted[local.hour] += 1
        assert queries.hours(premises=mall, zone=zone, day=day) == counted


def test_the_usual_hours_are_the_mean_of_the_same_weekday_on_days_with_check_ins(log: Any) -> None:
    mall = log.premises()
    today = log.noon.date()
    with connection.cursor() as cursor:
        for weeks in (1, 2, 3):
            day = today - timedelta(days=7 * weeks)
            cursor.execute("select visits_make_partitions(%s, %s)", [day, day])
    week = 7 * 1440
    for person in range(6):
        log.stay(person, mall, -week, -week + 30)  # six a week ago, two the week before, none a week earlier
    log.stay(1, mall, -2 * week + 5, -2 * week + 30)
    log.stay(2, mall, -2 * week + 5, -2 * week + 30)
    log.stay(2, mall, -1440, -1440 + 30)  # another weekday
    usual = queries.usual_hours(premises=mall, zone=None, before=today)
    assert usual == [0.0] * 12 + [4.0] + [0.0] * 11
    assert queries.usual_hours(premises=mall, zone=None, before=today, weeks=1)[12] == 6
    assert queries.usual_hours(premises=log.premises(), zone=None, before=today) == [0.0] * 24
    assert queries.usual_or_near(premises=mall, before=today) == usual


def test_a_log_too_young_for_a_week_measures_by_the_days_around(log: Any) -> None:
    young, today = log.premises(), log.noon.date()
    assert queries.usual_or_near(premises=young, before=today) is None
    log.stay(1, young, 0, 30)
    assert queries.usual_or_near(premises=young, before=today) is None, "the day itself is what is asked about"
    for person in range(3):
        log.stay(person, young, -1440, -1440 + 30)
    assert queries.usual_or_near(premises=young, before=today) == [0.0] * 12 + [3.0] + [0.0] * 11


def test_bursts_are_told_newest_first(log: Any) -> None:
    mall = log.premises()
    for hour in (-3, -2, -1):
        Burst.objects.create(premises_id=mall, hour=log.at(60 * hour), scans=120 - hour, usual=10)
    found = queries.bursts(premises=mall, since=log.at(-120))
    assert [(burst.scans, burst.told_at) for burst in found] == [(121, None), (122, None)]
    assert queries.bursts(premises=log.premises(), since=log.at(-120)) == ()


def test_counting_a_full_mall_reads_no_table_page(log: Any) -> None:
    mall, shop = log.premises(), log.premises()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)"
            " select case when n %% 10 = 0 then %s else %s end, %s + n * interval '1 second', gen_random_uuid(),"
            " %s + interval '4 hours', n %% 3000, null, 1, 0 from generate_series(1, 6000) n",
            [shop, mall, log.noon, log.noon],
        )
        cursor.execute("analyze visits_visit")
        now = Period(log.noon, log.at(110)).end
        for name, values in {"inside": {}, "hours": hours_of(log)}.items():
            given = {"premises": mall, "now": now, "zone": None, **values}
            cursor.execute("explain " + sql.load("visits", name), given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index Only Scan" in plan
            assert "Seq Scan on visits_visit" not in plan
    assert queries.inside(premises=mall, zone=None, now=now) > 2000


def hours_of(log: Any) -> dict[str, Any]:
    start, end = log.noon - timedelta(hours=12), log.noon + timedelta(hours=12)
    return {"starts": [start], "ends": [end], "first": start, "last": end}
