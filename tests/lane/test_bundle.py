"""Many check-ins in one request: an outcome each, in order, however often and in whatever order they are sent."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lane.stand import Answer, Site, Visitor, ask, ready, visit_id

from jejak.lane.app import Lane
from jejak.lane.protocol import LARGEST_BATCH

ALI = {"name": "Ali bin Abu", "phone": "012-345 6789"}
JSON = {"content-type": "application/json"}
PATH = "/v1/check-ins:batch"
KILLS = 8
LANE = ["jejak-lane"]


async def send(lane: Lane, items: Any, **headers: str) -> Answer:
    sent = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    body = items if isinstance(items, bytes) else json.dumps({"items": items}).encode()
    return await ask(lane, "POST", PATH, body=body, headers=sent)


def item(site: Site, who: Any, *, ago: float = 3600, code: str = "", **more: Any) -> dict[str, Any]:
    return {"id": visit_id(ago=ago), "code": code or site.code, "visitor": who, "queued": True} | more


def statuses(answer: Answer) -> list[int]:
    assert answer.status == 200, answer.text
    found = answer.json
    refused = [one for one in found["items"] if one["status"] not in {200, 201}]
    assert found["received"] == len(found["items"]) == found["accepted"] + found["refused"]
    assert found["refused"] == len(refused)
    assert all({"code", "title"} <= one["problem"].keys() for one in refused)
    return [one["status"] for one in found["items"]]


def test_each_item_has_its_own_outcome_in_order(site: Site, token: str) -> None:
    items: list[Any] = [
        item(site, token),
        item(site, token, code="x"),
        item(site, ALI, **{"with": [{"name": "Anak Kecil"}, token]}),
        "no object",
        item(site, token, code=site.retired_code, ago=0),
        item(site, "x" * 48),
        item(site, {"name": "123", "phone": "0123456789"}),
        item(site, token, ago=73 * 3600),
        item(site, token, ago=3600, queued=False),
        item(site, token, code=site.zone_code),
        {},
    ]
    answer = site.run(lambda lane: send(lane, items))
    assert statuses(answer) == [201, 404, 201, 422, 410, 422, 422, 422, 422, 201, 422]
    found = answer.json["items"]
    assert [one["id"] for one in found] == [one.get("id") if isinstance(one, dict) else None for one in items]
    assert [one["problem"]["code"] for one in found if "problem" in one] == [
        "poster-unknown", "field-invalid", "poster-retired", "visitor-unknown", "name-invalid", "too-late", "clock-skew",
        "field-invalid",
    ]  # fmt: skip
    assert len(found[2]["with"]) == 2
    assert found[0]["receipt"].startswith("http")
    assert isinstance(answer.json["server_ms"], int)
    assert len(site.visits()) == 5
    assert {flags for *_, flags, _ in site.visits()} == {2}


def test_sent_three_times_and_shuffled_each_is_one_visit(site: Site, token: str) -> None:
    rng = random.Random(20220121)  # noqa: S311 - a shuffle that can be repeated
    items = [item(site, who, ago=60 + at) for at, who in enumerate([token, ALI, token, {**ALI, "name": "Siti"}] * 10)]
    items[1]["with"] = [{"name": "Aiman"}, token]

    async def act(lane: Lane) -> list[Answer]:
        answers = []
        for _ in range(3):
            rng.shuffle(items)
            answers.append((list(items), await send(lane, items)))
        return answers

    seen: dict[str, set[str]] = {}
    news = []
    for sent, answer in site.run(act):
        news.append(statuses(answer))
        for asked, one in zip(sent, answer.json["items"], strict=True):
            assert one["id"] == asked["id"]
            seen.setdefault(one["id"], set()).add(json.dumps({k: v for k, v in one.items() if k != "status"}))
    assert [set(codes) for codes in news] == [{201}, {200}, {200}]
    assert all(len(answers) == 1 for answers in seen.values()), "the same item got two different answers"
    assert site.rows("select count(*), count(distinct id) from visits_visit") == [(42, 42)]
    assert site.rows("select count(*) from people_person") == [(3,)]


def test_the_same_item_twice_in_one_batch_is_one_visit(site: Site, token: str) -> None:
    one, first = item(site, token), item(site, ALI)
    answer = site.run(lambda lane: send(lane, [one, first, one, first, one]))
    assert sorted(statuses(answer)) == [200, 200, 200, 201, 201]
    assert len(site.visits()) == 2


def test_the_same_batch_at_two_lanes_at_once_is_each_visit_once(site: Site, token: str) -> None:
    items = [item(site, who, ago=60 + at) for at, who in enumerate([token, ALI] * 60)]

    async def act(lane: Lane) -> list[Answer]:
        other = site.lane()
        other.start()
        try:
            await ready(other)
            backwards = items[::-1]
            return await asyncio.gather(
                send(lane, items), send(other, backwards), send(lane, backwards), send(other, items)
            )
        finally:
            await other.stop()

    answers = site.run(act)
    codes = [code for answer in answers for code in statuses(answer)]
    assert codes.count(201) == len(items)
    assert codes.count(200) == 3 * len(items)
    assert site.rows("select count(*), count(distinct id) from visits_visit") == [(120, 120)]


def test_a_full_queue_refuses_items_and_loses_none_it_acknowledged(site: Site, token: str) -> None:
    items = [item(site, token, ago=60 + at) for at in range(200)]

    def narrow(lane: Lane) -> None:
        lane.check_ins._late.limit = 50

    answer = site.run(lambda lane: send(lane, items), change=narrow)
    codes = statuses(answer)
    assert set(codes) == {201, 503}
    assert answer.headers["retry-after"]
    accepted = {one["id"] for one in answer.json["items"] if one["status"] == 201}
    assert {str(row[0]) for row in site.rows("select id from visits_visit")} == accepted


def test_those_at_the_door_do_not_wait_behind_a_queue_that_comes_back(site: Site, token: str) -> None:
    def stuffed(lane: Lane) -> None:
        lane.check_ins._late.limit = 0

    async def act(lane: Lane) -> tuple[Answer, Answer]:
        return await send(lane, [item(site, token)]), await Visitor(lane, site.code).check_in(token)

    late, now = site.run(act, change=stuffed)
    assert (statuses(late), now.status) == ([503], 201)


def test_a_lost_connection_refuses_and_the_same_batch_again_finds_out(site: Site, token: str) -> None:
    items = [item(site, who, ago=60 + at) for at, who in enumerate([token, ALI] * 20)]

    async def act(lane: Lane) -> list[int]:
        acknowledged: set[str] = set()
        for round_ in range(100):
            sending = asyncio.create_task(send(lane, items))
            await asyncio.sleep(round_ / 1000)
            if round_ < KILLS:
                with psycopg.connect(site.app, autocommit=True) as own:
                    own.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s", LANE
                    )
            answer = await sending
            assert set(statuses(answer)) <= {200, 201, 503}
            acknowledged |= {one["id"] for one in answer.json["items"] if one["status"] in {200, 201}}
            if round_ >= KILLS and len(acknowledged) == len(items):
                break
            await asyncio.sleep(0.1)
        await ready(lane)
        return statuses(await send(lane, items))

    assert set(site.run(act)) == {200}
    assert site.rows("select count(*), count(distinct id) from visits_visit") == [(40, 40)]


def test_a_visitor_left_out_is_the_one_of_the_cookie_from_our_own_page(site: Site, token: str) -> None:
    cookie = f"jejak_visitor={token}"

    def fresh() -> list[Any]:
        one = item(site, None)
        del one["visitor"]
        return [one]

    async def act(lane: Lane) -> list[Answer]:
        return [
            await send(lane, fresh(), cookie=cookie, sec_fetch_site="same-origin"),
            await send(lane, fresh(), cookie=cookie, sec_fetch_site="cross-site"),
            await send(lane, fresh(), cookie=cookie, origin="https://evil.example", host="jejak.example"),
            await send(lane, fresh()),
        ]

    ours, other, foreign, nobody = site.run(act)
    assert statuses(ours) == [201]
    assert (other.status, foreign.status) == (403, 403)
    assert statuses(nobody) == [422]
    assert len(site.visits()) == 1


def test_a_newcomer_who_asks_is_remembered(site: Site) -> None:
    async def act(lane: Lane) -> tuple[Answer, Answer, Answer]:
        done = await send(lane, [item(site, ALI), item(site, ALI, remember=True)], sec_fetch_site="same-origin")
        page = await Visitor(lane, site.code).open(cookies=done.cookies)
        return done, page, await send(lane, [item(site, ALI, remember=True)], sec_fetch_site="cross-site")

    done, page, foreign = site.run(act)
    assert done.cookies.keys() == {"jejak_visitor", "jejak_name"}
    assert done.cookies["jejak_visitor"] == done.json["items"][1]["visitor"]
    assert "Ali bin Abu" in page.text
    assert 'name="phone"' not in page.text
    assert (foreign.status, foreign.cookies) == (403, {})


def test_too_many_items_are_refused_whole(site: Site, token: str) -> None:
    answer = site.run(lambda lane: send(lane, [item(site, token) for _ in range(201)]))
    assert (answer.status, answer.json["code"], answer.json["most"]) == (422, "batch-too-long", 200)
    assert "200" in answer.json["detail"]
    assert site.visits() == []


def test_too_large_a_body_is_refused_whole(site: Site, token: str) -> None:
    answer = site.run(lambda lane: send(lane, [item(site, token, note="x" * LARGEST_BATCH)]))
    assert (answer.status, answer.json["code"], answer.json["most"]) == (413, "too-large", 200)
    assert answer.json["most_bytes"] == LARGEST_BATCH
    assert site.visits() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"[]", 400), (b"{}", 422), (b'{"items":{}}', 422), (b'{"items":null}', 422),
        (b'{"items":[]}', 200), (b'{"items":[[],1,null,"x",[[{}]]]}', 200), (b'{"items":' + b"[" * 100_000, 400),
        (b'{"items":[' + b"9" * 100_000 + b"]}", 400), (b"\xff" * 50, 400),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_and_never_our_fault(site: Site, body: bytes, status: int) -> None:
    answer = site.run(lambda lane: send(lane, body))
    assert answer.status == status
    if status == 200:
        assert set(statuses(answer)) <= {422}
    assert site.visits() == []


def test_a_batch_is_json(site: Site) -> None:
    answer = site.run(
        lambda lane: ask(lane, "POST", PATH, body=b'{"items":[]}', headers={"content-type": "text/plain"})
    )
    assert answer.status == 415


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.dictionaries(
    st.sampled_from(["id", "code", "visitor", "with", "queued", "remember", "descriptor"]), VALUES, max_size=7
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(ITEMS | VALUES, max_size=6), min_size=3, max_size=3))
def test_any_items_are_refused_one_by_one(site: Site, batches: list[list[Any]]) -> None:
    good = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        token = lane.tokens.visitor(person=1, device=2, ms=time.time_ns() // 1_000_000)
        valid = {"id": good, "code": site.code, "visitor": token}
        return [await send(lane, [*items, valid]) for items in batches]

    for answer in site.run(act):
        codes = statuses(answer)
        assert codes[-1] in {200, 201}
        assert all(400 <= code < 500 for code in codes[:-1])
