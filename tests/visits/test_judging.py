"""The job that flags what cannot well be true: generated sequences, repeated, racing and late runs."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from procrastinate.contrib.django import app

from jejak.kernel.places import KUALA_LUMPUR
from jejak.messaging.models import Message
from jejak.visits import actions, judging, queries, rules
from jejak.visits.models import Burst, Judged

if TYPE_CHECKING:
    from jejak.access.models import User

BY_DAY = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def flags_at(premises: int) -> Counter[int]:
    with connection.cursor() as cursor:
        cursor.execute("select flags & %s from visits_visit where premises_id = %s", [rules.IMPLAUSIBLE, premises])
        return Counter(row[0] for row in cursor.fetchall())


def poster(premises: int, log: Any, *, zone: int | None = None, code: str = "0000001") -> None:
    from jejak.premises.models import Poster

    Poster.objects.create(premises_id=premises, zone_id=zone, short_code=code, issued_at=log.noon)


def a_zoo(log: Any, owner: User) -> int:
    zoo = log.premises(opening_hours=BY_DAY, capacity=5000, owner=owner)
    poster(zoo, log)
    return int(zoo)


def test_a_zoo_at_night_is_flagged_and_its_owner_told_once(log: Any, owner: User) -> None:
    zoo = a_zoo(log, owner)
    for person in range(110):  # a photographed poster, passed on at eleven in the evening
        log.stay(person, zoo, 11 * 60 + person / 4, 13 * 60, observed=False)
    for person in range(30):  # and thirty who were there by day
        log.stay(200 + person, zoo, person, 120)
    done = actions.judge(now=log.at(12 * 60))
    assert (done.closed, done.burst, done.bursts, done.told) == (110, 110, 1, 1)
    assert flags_at(zoo) == {rules.CLOSED_HOURS | rules.BURST: 110, 0: 30}
    for minutes in (10, 20, 60):
        again = actions.judge(now=log.at(12 * 60 + minutes))
        assert (again.closed, again.burst, again.told) == (0, 0, 0)
    (message,) = Message.objects.all()
    assert (message.template, message.channel, message.language) == ("notice.poster-unusual", "email", "ms")
    (seen,) = queries.bursts(premises=zoo, since=log.noon)
    assert (seen.scans, seen.usual, seen.told_at) == (110, 0, log.at(12 * 60))


def test_the_owner_of_a_place_is_told_at_most_once_a_day(log: Any, owner: User) -> None:
    zoo = a_zoo(log, owner)
    for hour in (10, 11, 12):
        for person in range(30):
            log.stay(person, zoo, hour * 60 + person, hour * 60 + 200, observed=False)
        actions.judge(now=log.at(hour * 60 + 50))
    assert Burst.objects.count() == 3
    assert Message.objects.count() == 1


def test_the_owner_is_told_of_a_burst_that_arrives_late(log: Any, owner: User) -> None:
    zoo = a_zoo(log, owner)
    now = log.at(36 * 60)
    actions.judge(now=now)
    for person in range(130):  # waited in phones for thirty hours
        log.stay(person, zoo, 6 * 60 + person / 4, 10 * 60, observed=False, flags=rules.LATE)
    assert actions.judge(now=now).told == 0
    assert actions.judge(now=now, back=actions.HELD_BACK).told == 1
    assert Burst.objects.get().told_at == now
    assert actions.judge(now=now + timedelta(hours=25), back=actions.HELD_BACK).told == 0  # once an hour of a place
    assert Message.objects.count() == 1


def test_several_late_bursts_of_a_place_are_told_one_a_day(log: Any, owner: User) -> None:
    zoo = a_zoo(log, owner)
    for hour, scans in ((10, 30), (11, 40), (12, 50)):
        for person in range(scans):
            log.stay(person, zoo, hour * 60 + person, hour * 60 + 200, observed=False)
    told = []
    for hours in (24 + 12, 24 + 20, 48 + 13, 72 + 14, 96 + 14):
        done = actions.judge(now=log.at(hours * 60), back=actions.HELD_BACK)
        told.append(done.told)
    assert told == [1, 0, 1, 0, 0]  # the third is older than check-ins can be late by the time its day comes
    assert Message.objects.count() == 2


def test_a_tenant_is_told_of_their_own_poster(log: Any, owner: User, officer: User) -> None:
    from jejak.premises.models import Zone

    mall = a_zoo(log, officer)
    zone = log.zone(mall)
    Zone.objects.filter(pk=zone).update(owner=owner)
    poster(mall, log, zone=zone, code="0000002")
    for person in range(30):
        log.stay(person, mall, 11 * 60 + person, 14 * 60, observed=False, zone=zone)
    assert actions.judge(now=log.at(12 * 60)).told == 1
    from jejak.messaging.queueing import recipient_key
    from jejak.messaging.recipients import Mailbox

    assert bytes(Message.objects.get().recipient_key) == recipient_key(Mailbox(owner.email))


def test_what_is_usual_there_is_no_burst(log: Any) -> None:
    busy = log.premises(opening_hours=BY_DAY)
    day = log.noon.date()
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [day - timedelta(days=7), day - timedelta(days=7)])
    for person in range(50):
        log.stay(person, busy, person - 7 * 1440, 60 - 7 * 1440)
    for person in range(150):
        log.stay(300 + person, busy, person / 3, 70)
    assert actions.judge(now=log.at(60)).burst == 0
    for person in range(51):
        log.stay(500 + person, busy, person / 3, 70)
    assert actions.judge(now=log.at(61)).burst == 201


def test_one_person_in_selangor_and_sabah_within_the_hour_is_flagged_at_both(log: Any) -> None:
    here, there = log.premises(state="MY-10"), log.premises(state="MY-12")
    log.stay(1, here, 0, 30)
    log.stay(1, there, 60, 90)
    log.stay(2, here, 0, 30)
    log.stay(3, there, 60, 90)
    assert actions.judge(now=log.at(100)).travel == 2
    assert flags_at(here) == {rules.TRAVEL: 1, 0: 1}
    assert flags_at(there) == {rules.TRAVEL: 1, 0: 1}


def test_travel_is_seen_across_the_beginning_of_a_run(log: Any) -> None:
    here, there = log.premises(state="MY-10"), log.premises(state="MY-12")
    log.stay(1, here, 0, 30)
    actions.judge(now=log.at(50))
    log.stay(1, there, 110, 120)
    assert actions.judge(now=log.at(50) + judging.RECENT + timedelta(minutes=30)).travel == 2


def scans(shop: int, log: Any, *, people: int, device: int) -> None:
    """Write rows as the lane does for one phone: one number of the device, above 0, whoever it speaks for."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into visits_visit (premises_id, checked_in, id, until, person_id, device_id, flags)"
            " values (%s, %s, gen_random_uuid(), %s, %s, %s, 0)",
            [(shop, log.at(n * 10), log.at(n * 10 + 5), 1000 + n, device) for n in range(people)],
        )


@pytest.mark.parametrize(("people", "flagged"), [(20, 0), (21, 21)])
def test_one_phone_may_speak_for_twenty_people_a_day(log: Any, people: int, flagged: int) -> None:
    shop = log.premises()
    scans(shop, log, people=people, device=0x5EED_CAFE_0000_0001)
    log.stay(1, shop, 0, 5)  # somebody else's phone
    assert actions.judge(now=log.at(300)).crowded == flagged
    assert flags_at(shop) == Counter({rules.CROWDED: flagged, 0: people + 1 - flagged} if flagged else {0: people + 1})


@pytest.mark.parametrize(("first", "flagged"), [(10, 0), (20, 0), (21, 21)])
def test_two_phones_are_counted_each_for_itself(log: Any, first: int, flagged: int) -> None:
    shop = log.premises()
    scans(shop, log, people=first, device=0x5EED_CAFE_0000_0001)
    scans(shop, log, people=20, device=0x5EED_CAFE_0000_0002)
    assert actions.judge(now=log.at(300)).crowded == flagged


@pytest.mark.parametrize("device", [0, -5])
def test_tablets_and_text_messages_speak_for_anybody(log: Any, device: int) -> None:
    shop = log.premises()
    for person in range(40):
        log.stay(person, shop, person * 6, person * 6 + 5)
    with connection.cursor() as cursor:
        cursor.execute("update visits_visit set device_id = %s", [device])
    assert actions.judge(now=log.at(300)).crowded == 0


def test_what_comes_late_is_found_by_night_and_flags_are_never_cleared(log: Any) -> None:
    shop = log.premises(opening_hours=BY_DAY)
    actions.judge(now=log.at(60))
    late = log.at(-9 * 60)
    log.stay(1, shop, -9 * 60, -8 * 60, flags=rules.LATE)
    assert actions.judge(now=log.at(60)).closed == 0
    assert actions.judge(now=log.at(60), back=actions.HELD_BACK).closed == 1
    from jejak.premises.models import Premises

    Premises.objects.filter(pk=shop).update(opening_hours={})
    actions.judge(now=log.at(120), back=actions.HELD_BACK)
    assert flags_at(shop) == {rules.CLOSED_HOURS: 1}
    assert late < log.noon


def test_a_worker_that_slept_catches_up_and_a_clock_that_went_back_loses_nothing(log: Any) -> None:
    shop = log.premises(opening_hours=BY_DAY)
    actions.judge(now=log.at(-600))
    log.stay(1, shop, -550, -500)  # at three in the morning, found two days later
    assert actions.judge(now=log.at(2 * 1440)).closed == 1
    assert Judged.objects.get().upto == log.at(2 * 1440)
    log.stay(2, shop, 11 * 60, 12 * 60)
    assert actions.judge(now=log.at(11 * 60 + 30)).closed == 1  # the clock was wrong before
    assert Judged.objects.get().upto == log.at(2 * 1440)


def test_a_disputed_visit_keeps_its_other_flags(log: Any) -> None:
    shop = log.premises(opening_hours=BY_DAY)
    log.stay(1, shop, 11 * 60, 12 * 60, flags=rules.DISPUTED | rules.SMS)
    actions.judge(now=log.at(12 * 60))
    with connection.cursor() as cursor:
        cursor.execute("select flags from visits_visit")
        assert cursor.fetchone()[0] == rules.OBSERVED | rules.DISPUTED | rules.SMS | rules.CLOSED_HOURS


def test_all_of_it_runs_every_ten_minutes() -> None:
    app.perform_import_paths()
    crons = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert crons["visits.judge"] == "*/10 * * * *"
    assert crons["visits.judge_late"].split()[2:] == ["*"] * 3


def test_a_burst_has_more_scans_than_usual_and_stands_once(log: Any) -> None:
    with pytest.raises(IntegrityError, match="burst_is_more_than_usual"), transaction.atomic():
        Burst.objects.create(premises_id=1, hour=log.noon, scans=10, usual=10)
    Burst.objects.create(premises_id=1, hour=log.noon, scans=50, usual=10)
    with pytest.raises(IntegrityError, match="burst_once"), transaction.atomic():
        Burst.objects.create(premises_id=1, hour=log.noon, scans=60, usual=10)


def test_the_log_is_judged_up_to_one_moment(log: Any) -> None:
    with pytest.raises(IntegrityError, match="judged_once"), transaction.atomic():
        Judged.objects.create(pk=2, upto=log.noon)


@pytest.mark.django_db(transaction=True)
def test_racing_runs_flag_and_tell_once(log: Any, owner: User) -> None:
    zoo = a_zoo(log, owner)
    for person in range(60):
        log.stay(person, zoo, 11 * 60 + person / 2, 13 * 60, observed=False)

    def run(_number: int) -> judging.Judgement:
        try:
            return actions.judge(now=log.at(12 * 60))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as runners:
        done = list(runners.map(run, range(8)))
    assert sum(each.closed for each in done) == 60
    assert sum(each.told for each in done) == 1
    assert Message.objects.count() == 1
    assert flags_at(zoo) == {rules.CLOSED_HOURS | rules.BURST: 60}


@pytest.mark.parametrize("seed", range(6))
def test_random_towns_are_flagged_as_the_plain_rules_say(log: Any, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's town
    shop = log.premises(opening_hours=BY_DAY)
    hall = log.premises(opening_hours={}, capacity=draw.choice([None, 30, 130]))
    zone = log.zone(hall)
    made = []
    for _ in range(draw.randint(100, 400)):
        where = draw.choice([shop, hall, hall])
        room = draw.choice([None, zone]) if where == hall else None
        start = draw.randint(-120, 700) if draw.random() < 0.5 else draw.randint(0, 40)
        person, device = draw.randint(1, 60), draw.choice([-2, 0, 5, *range(100, 160)])
        made.append((where, room, log.at(start), person, device))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into visits_visit (premises_id, zone_id, checked_in, person_id, device_id, id, until, flags)"
            " values (%s, %s, %s, %s, %s, gen_random_uuid(), %s::timestamptz + interval '1 hour', 0)",
            [(*each, each[2]) for each in made],
        )
    actions.judge(now=log.at(800))
    with connection.cursor() as cursor:
        cursor.execute("select premises_id, zone_id, checked_in, person_id, device_id, flags from visits_visit")
        found = Counter(cursor.fetchall())
    assert found == Counter((*each, plain_flags(each, made, shop, hall)) for each in made)


def plain_flags(visit: Any, made: list[Any], shop: int, hall: int) -> int:
    """Return the flags of one visit of a town without a past, by looking at all others."""
    from jejak.premises.models import Premises

    where, room, at, _person, device = visit
    local = at.astimezone(KUALA_LUMPUR)
    minute = local.hour * 60 + local.minute
    flags = rules.CLOSED_HOURS if where == shop and not 8 * 60 <= minute < 17 * 60 + 30 else 0
    hour = at.replace(minute=0)
    scans = sum(each[:2] == (where, room) and each[2].replace(minute=0) == hour for each in made)
    most = max(100, Premises.objects.get(pk=hall).capacity or 0) if where == hall else 100
    if where == shop and not 8 <= local.hour <= 17:
        most = 20
    flags |= rules.BURST if scans > most else 0
    people = {each[3] for each in made if each[4] == device and each[2].astimezone(KUALA_LUMPUR).date() == local.date()}
    return flags | (rules.CROWDED if device > 0 and len(people) > 20 else 0)
