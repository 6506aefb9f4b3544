"""Check-ins and check-outs as JSON, over the migrated schema."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import psycopg
import pytest
from lane.stand import Answer, Site, Visitor, ask, ready, visit_id

from jejak.lane.app import Lane
from jejak.lane.errors import Busy

ALI = {"name": "Ali bin Abu", "phone": "012-345 6789"}


def test_a_known_visitor_is_stored_before_the_answer(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> Answer:
        return await Visitor(lane, site.code).check_in(token, visit=visit)

    answer = site.run(act)
    assert answer.status == 201
    assert answer.json["id"] == visit
    assert answer.json["premises"] == {"name": "Kedai Contoh", "branch": "Cawangan 1", "zone": None, "node": "Jejak"}
    assert answer.json["visitor"] == token
    assert site.visits(visit) == [(site.premises, 12345, None, 777, 0, 45)]


def test_a_zones_poster_stores_the_zone(site: Site, token: str) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.zone_code).check_in(token))
    assert answer.json["premises"]["zone"] == "Aras 2"
    ((_, _, zone, _, _, _),) = site.visits()
    assert zone is not None


def test_the_same_request_again_gets_the_same_answer(site: Site) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        return [await Visitor(lane, site.code).check_in(ALI, visit=visit) for _ in range(3)]

    first, *again = site.run(act)
    assert (first.status, [answer.status for answer in again]) == (201, [200, 200])
    assert {answer.body for answer in again} == {first.body}
    assert len(site.visits(visit)) == 1


def test_the_same_id_with_other_content_is_refused_and_tells_nothing(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> tuple[Answer, Answer, Answer]:
        one = Visitor(lane, site.code)
        return (
            await one.check_in(ALI, visit=visit),
            await one.check_in({"name": "Siti", "phone": "0123456789"}, visit=visit),
            await one.check_in(token, visit=visit),
        )

    first, other_name, other_token = site.run(act)
    assert first.status == 201
    for answer in (other_name, other_token):
        assert answer.status == 409
        assert answer.json["code"] == "id-conflict"
        assert first.json["visitor"] not in answer.text
    assert len(site.visits(visit)) == 1


def test_of_two_clients_with_one_id_exactly_one_is_stored(site: Site) -> None:
    visit = visit_id()
    who = [{"name": f"Pelawat {letter}", "phone": "0123456789"} for letter in "ABCDEFGH"]

    async def act(lane: Lane) -> list[Answer]:
        return await asyncio.gather(*(Visitor(lane, site.code).check_in(one, visit=visit) for one in who))

    answers = site.run(act)
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7
    assert len(site.visits(visit)) == 1


def test_two_lanes_agree_on_one_id(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        other = site.lane()
        other.start()
        try:
            await ready(other)
            return await asyncio.gather(
                *(Visitor(one, site.code).check_in(token, visit=visit) for one in (lane, other) * 10)
            )
        finally:
            await other.stop()

    statuses = sorted(answer.status for answer in site.run(act))
    assert statuses == [200] * 19 + [201]
    assert len(site.visits(visit)) == 1


def test_an_id_is_scoped_to_its_premises(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[int]:
        here, there = Visitor(lane, site.code), Visitor(lane, site.other_code)
        return [(await one.check_in(token, visit=visit)).status for one in (here, there, here, there)]

    assert site.run(act) == [201, 201, 200, 200]
    assert len(site.visits(visit)) == 2


def test_a_first_visit_makes_one_person_of_phone_and_name(site: Site) -> None:
    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        spellings = ["Ali bin Abu", "ENCIK ALI BIN ABU", "Ali b. Abu", "Siti binti Hassan"]
        return [await one.check_in({"name": name, "phone": "+60 12 345 6789"}) for name in spellings]

    answers = site.run(act)
    assert [answer.status for answer in answers] == [201] * 4
    people = site.rows("select id, level, phone_sealed, name_sealed from people_person order by id")
    assert len(people) == 2
    assert {level for _, level, _, _ in people} == {0}
    assert all(b"345" not in bytes(phone) and b"Ali" not in bytes(name) for _, _, phone, name in people)
    assert len({device for _, _, _, device, _, _ in site.visits()}) == 4


def test_many_first_visits_at_once_make_each_person_once(site: Site) -> None:
    who = [{"name": f"Pelawat {number % 7}", "phone": "0123456789"} for number in range(60)]

    async def act(lane: Lane) -> list[Answer]:
        return await asyncio.gather(*(Visitor(lane, site.code).check_in(one) for one in who))

    assert {answer.status for answer in site.run(act)} == {201}
    assert site.rows("select count(*) from people_person") == [(7,)]
    assert len(site.visits()) == 60


def test_the_token_of_a_first_visit_checks_in_the_same_person(site: Site) -> None:
    async def act(lane: Lane) -> None:
        one = Visitor(lane, site.code)
        given = (await one.check_in(ALI)).json["visitor"]
        assert (await one.check_in(given)).status == 201

    site.run(act)
    assert len({(person, device) for _, person, _, device, _, _ in site.visits()}) == 1


@pytest.mark.parametrize(
    ("ago", "queued", "status", "code"),
    [
        (0, False, 201, None),
        (9.5 * 60, False, 201, None),
        (-9.5 * 60, False, 201, None),
        (3600, False, 422, "clock-skew"),
        (-3600, False, 422, "clock-skew"),
        (-3600, True, 422, "clock-skew"),
        (3600, True, 201, None),
        (71 * 3600, True, 201, None),
        (73 * 3600, True, 422, "too-late"),
        (400 * 86400, True, 422, "too-late"),
    ],
)
def test_a_clock_may_be_ten_minutes_off_and_a_queue_three_days_old(
    site: Site, token: str, ago: float, queued: bool, status: int, code: str | None
) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).check_in(token, visit=visit_id(ago=ago), queued=queued))
    assert answer.status == status
    if code:
        assert answer.json["code"] == code
        assert abs(answer.json["server_ms"] - time.time() * 1000) < 5000
    else:
        late = 2 if ago > 600 else 0
        assert [flags for _, _, _, _, flags, _ in site.visits()] == [late]


@pytest.mark.parametrize(
    ("which", "status", "code"),
    [
        ("retired_code", 410, "poster-retired"),
        ("closed_code", 410, "premises-closed"),
        ("forged", 404, "poster-unknown"),
    ],
)
def test_a_poster_that_is_no_more_is_refused(site: Site, token: str, which: str, status: int, code: str) -> None:
    poster = site.code[:-1] + ("0" if site.code[-1] != "0" else "1") if which == "forged" else getattr(site, which)
    answer = site.run(lambda lane: Visitor(lane, poster).check_in(token))
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("which", ["retired_code", "closed_code"])
def test_who_was_there_before_the_poster_ended_is_taken_from_the_queue(site: Site, token: str, which: str) -> None:
    async def act(lane: Lane) -> list[int]:
        one = Visitor(lane, getattr(site, which))
        ages = [(3600, True), (3600, False), (0, True)]
        return [(await one.check_in(token, visit=visit_id(ago=ago), queued=queued)).status for ago, queued in ages]

    site.rows("update premises_poster set retired_at = now() - interval '10 minutes' where retired_at is not null")
    site.rows("update premises_premises set closed_at = now() - interval '10 minutes' where closed_at is not null")
    assert site.run(act) == [201, 410, 410]


def test_a_code_is_read_in_any_case(site: Site, token: str) -> None:
    assert site.run(lambda lane: Visitor(lane, site.code.lower()).check_in(token)).status == 201


def test_a_poster_issued_while_the_lane_runs_is_known_at_once(site: Site, token: str) -> None:
    async def act(lane: Lane) -> int:
        poster = site.add_poster(name="Kedai Baru")
        ((premises,),) = site.rows("select premises_id from premises_poster where id = %s", poster)
        site.rows("select pg_notify('jejak_posters', %s::text)", premises)
        answer = None
        for _ in range(1000):
            answer = await Visitor(lane, site.code_of(poster)).check_in(token)
            if answer.status == 201:
                break
            await asyncio.sleep(0.02)
        assert answer
        return answer.status

    assert site.run(act) == 201


def test_companions_are_visits_of_their_own(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        taken = [{"name": "Anak Kecil"}, token]
        return [await one.check_in(ALI, visit=visit, **{"with": taken}) for _ in range(2)]

    first, again = site.run(act)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert len(first.json["with"]) == 2
    assert len(site.visits()) == 3
    assert site.rows("select count(*) from people_person") == [(2,)]


@pytest.mark.parametrize(("companion", "code"), [({"name": "123"}, "name-invalid"), ("A" * 48, "visitor-unknown")])
def test_nobody_is_stored_where_a_companion_is_refused(site: Site, companion: Any, code: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> tuple[Answer, Answer]:
        one = Visitor(lane, site.code)
        refused = await one.check_in(ALI, visit=visit, **{"with": [{"name": "Anak"}, companion]})
        return refused, await one.check_in(ALI, visit=visit)

    refused, alone = site.run(act)
    assert (refused.status, refused.json["code"]) == (422, code)
    assert alone.status == 201


def test_a_known_visitor_brings_somebody_by_name_under_their_own_number(site: Site) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        me = (await one.check_in(ALI)).json["visitor"]
        return [await one.check_in(me, visit=visit, **{"with": [{"name": "Anak Kecil"}]}) for _ in range(2)]

    first, again = site.run(act)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    ((phones, people),) = site.rows("select count(distinct phone_key), count(*) from people_person")
    assert (phones, people) == (1, 2)
    assert len(site.visits()) == 3


def test_who_has_no_number_brings_nobody_by_name(site: Site, token: str) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).check_in(token, **{"with": [{"name": "Anak"}]}))
    assert (answer.status, answer.json["code"]) == (422, "visitor-unknown")
    assert site.visits() == []


def test_a_known_visitor_is_stored_without_reading_anything(site: Site, token: str) -> None:
    ran: list[str] = []

    def watched(lane: Lane) -> None:
        queue = lane.check_ins._known
        write = queue._write

        async def noted(session: Any, items: Any) -> Any:
            rows = session.rows

            async def row_by_row(room: str, name: str, *values: object) -> Any:
                ran.append(f"{room}/{name}")
                return await rows(room, name, *values)

            session.rows = row_by_row
            return await write(session, items)

        queue._write = noted

    assert site.run(lambda lane: Visitor(lane, site.code).check_in(token), change=watched).status == 201
    assert ran == ["visits/lane_insert"]


def test_a_partners_poster_is_refused_for_now(site: Site, token: str) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).check_in(token, descriptor="x"))
    assert (answer.status, answer.json["code"]) == (422, "descriptor-unsupported")


def test_checking_out_ends_the_stay_once(site: Site, token: str) -> None:
    visit = visit_id(ago=300)

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        await one.check_in(token, visit=visit)
        first = await one.check_out(token, visit)
        await asyncio.sleep(0.05)
        return [first, await one.check_out(token, visit)]

    first, again = site.run(act)
    assert (first.status, again.status) == (200, 200)
    assert first.json == again.json
    assert first.json["clamped"] is False
    assert [(flags, minutes) for _, _, _, _, flags, minutes in site.visits(visit)] == [(1, 5)]


def test_a_stay_is_never_longer_than_the_premises_allow(site: Site, token: str) -> None:
    visit = visit_id(ago=5 * 3600)

    async def act(lane: Lane) -> Answer:
        one = Visitor(lane, site.code)
        await one.check_in(token, visit=visit, queued=True)
        return await one.check_out(token, visit)

    answer = site.run(act)
    assert answer.json["clamped"] is True
    assert [minutes for *_, minutes in site.visits(visit)] == [180]


def test_an_end_before_the_beginning_is_refused_and_changes_nothing(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        await one.check_in(token, visit=visit)
        return [await one.check_out(token, visit, at="2020-01-01T00:00:00+08:00"), await one.check_out(token, visit)]

    refused, ended = site.run(act)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (422, "field-invalid", "at")
    assert ended.status == 200


def test_somebody_elses_visit_looks_like_none(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        await one.check_in(token, visit=visit)
        stranger = lane.tokens.visitor(person=999, device=777, ms=time.time_ns() // 1_000_000)
        other_device = lane.tokens.visitor(person=12345, device=778, ms=time.time_ns() // 1_000_000)
        return [
            await one.check_out(stranger, visit),
            await one.check_out(other_device, visit),
            await one.check_out(stranger, visit_id()),
        ]

    answers = site.run(act)
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert [flags for *_, flags, _ in site.visits(visit)] == [0]


def test_a_full_queue_says_so_and_loses_nothing_it_accepted(site: Site, token: str) -> None:
    visits = [visit_id() for _ in range(300)]

    def narrow(lane: Lane) -> None:
        queue = lane.check_ins._known
        queue.limit = 50
        write = queue._write

        async def slowly(session: Any, items: Any) -> Any:
            await asyncio.sleep(0.05)
            return await write(session, items)

        queue._write = slowly
        queue._measure = lambda _count, _seconds: None  # type: ignore[method-assign]

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        return await asyncio.gather(*(one.check_in(token, visit=visit) for visit in visits))

    answers = site.run(act, change=narrow)
    refused = [answer for answer in answers if answer.status == 503]
    accepted = {visit for visit, answer in zip(visits, answers, strict=True) if answer.status == 201}
    assert refused
    assert accepted
    assert len(refused) + len(accepted) == len(visits)
    for answer in refused:
        assert answer.json["code"] == Busy.code
        assert 1 <= int(answer.headers["retry-after"]) <= 10
    stored = {str(row[0]) for row in site.rows("select id from visits_visit")}
    assert stored == accepted


def test_who_hangs_up_is_stored_all_the_same(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> None:
        task = asyncio.create_task(Visitor(lane, site.code).check_in(token, visit=visit))
        await asyncio.sleep(0)  # far enough to be queued
        assert lane.check_ins._known._queue
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for _ in range(100):
            if site.visits(visit):
                return
            await asyncio.sleep(0.01)

    site.run(act)
    assert len(site.visits(visit)) == 1


def test_one_bad_row_does_not_fail_its_batch(site: Site, token: str) -> None:
    visits = [visit_id() for _ in range(20)]

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        good = [one.check_in(token, visit=visit) for visit in visits]
        too_old = one.check_in(token, visit=visit_id(ago=400 * 86400))  # no partition holds it
        lane.clock = lambda: int(time.time() * 1000)
        return await asyncio.gather(*good[:10], too_old, *good[10:])

    def lenient(lane: Lane) -> None:
        from jejak.lane import api

        original = api.admitted
        api.admitted = lambda **_: 0  # type: ignore[assignment]
        lane._restore = lambda: setattr(api, "admitted", original)  # type: ignore[attr-defined]

    async def and_restore(lane: Lane) -> list[Answer]:
        try:
            return await act(lane)
        finally:
            lane._restore()  # type: ignore[attr-defined]

    statuses = [answer.status for answer in site.run(and_restore, change=lenient)]
    assert statuses[10] == 503
    assert statuses[:10] + statuses[11:] == [201] * 20
    assert len(site.visits()) == 20


def test_without_a_database_a_check_in_is_told_to_try_again(site: Site, token: str) -> None:
    async def live() -> list[Answer]:
        lane = site.lane(url="postgresql://nobody:x@127.0.0.1:1/none")
        lane.start()
        try:
            return [
                await Visitor(lane, site.code).check_in(token),
                await ask(lane, "GET", "/healthz"),
                await Visitor(lane, site.code).open(),
            ]
        finally:
            await lane.stop()

    for answer in asyncio.run(live()):
        assert answer.status == 503
        assert "retry-after" in answer.headers


def test_a_lost_connection_is_made_anew(site: Site, token: str) -> None:
    async def act(lane: Lane) -> list[int]:
        one = Visitor(lane, site.code)
        before = (await one.check_in(token)).status
        site.rows("select 1")
        with psycopg.connect(site.app, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jejak-lane'"
            )
        statuses = []
        for _ in range(200):
            statuses.append((await one.check_in(token)).status)
            if statuses[-1] == 201 and lane.ready:
                break
            await asyncio.sleep(0.02)
        return [before, statuses[-1], *{status for status in statuses if status not in {201, 503}}]

    assert site.run(act) == [201, 201]


def test_a_lane_stops_although_its_connections_end_at_that_moment(site: Site) -> None:
    async def act(lane: Lane) -> None:
        for _ in range(5):
            with psycopg.connect(site.app, autocommit=True) as connection:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jejak-lane'"
                )
            await asyncio.wait_for(lane.stop(), 10)
            lane.start()
            await ready(lane)

    site.run(act)
