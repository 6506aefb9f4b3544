"""Taking others along: one tap, a visit each, names remembered by the visitor's own device and by nobody else."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lane.stand import Answer, Site, Visitor, ask, visit_id

from jejak.kernel.keys import keyring
from jejak.kernel.sealing import Sealer
from jejak.lane import together
from jejak.lane.app import Lane
from jejak.lane.tokens import Tokens
from jejak.people import rules

TYPED = {"phone": "012-345 6789", "name": "Ali bin Abu", "agree": "1", "remember": "1", "sig": ""}


def listed(cookies: dict[str, str]) -> list[list[Any]]:
    return json.loads(unquote(cookies[together.COOKIE]))


def jar(site: Site, *companions: str, ticked: bool = True) -> dict[str, str]:
    """Return the cookies of a device that knows its visitor and these companions."""
    tokens = Tokens(site.ring, visit_days=90)
    names = [
        [name, tokens.visitor(person=900 + at, device=9, ms=time.time_ns() // 1_000_000), int(ticked)]
        for at, name in enumerate(companions)
    ]
    return {
        "jejak_visitor": tokens.visitor(person=12345, device=777, ms=time.time_ns() // 1_000_000),
        "jejak_name": "Ali%20Abu",
        together.COOKIE: quote(json.dumps(names)),
    }


async def tap(one: Visitor, fields: list[tuple[str, str]], cookies: dict[str, str]) -> Answer:
    from urllib.parse import urlencode

    from lane.stand import ask

    sent = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()),
    }
    return await ask(one.lane, "POST", f"/p/{one.code}", body=urlencode(fields).encode(), headers=sent)


def names(site: Site) -> set[str]:
    unseal = Sealer(keyring()).unseal
    rows = site.rows("select uuid, name_sealed from people_person")
    return {unseal(table=rules.TABLE, column="name", row=uuid, sealed=bytes(sealed)) for uuid, sealed in rows}


def test_a_family_comes_in_with_one_form_and_next_time_with_one_tap(site: Site) -> None:
    async def act(lane: Lane) -> tuple[Answer, ...]:
        one = Visitor(lane, site.code)
        first = await one.submit(TYPED | {"id": visit_id(), "add": "Siti binti Ali\r\nAiman, Nur"})
        receipt = await one.open(first.headers["location"], cookies=first.cookies)
        page = await one.open(cookies=first.cookies)
        fields = [("id", visit_id()), ("sig", ""), ("with", "0"), ("with", "2"), ("add", "")]
        again = await tap(one, fields, first.cookies)
        return first, receipt, page, again, await one.open(again.headers["location"], cookies=first.cookies)

    first, receipt, page, again, second = site.run(act)
    assert (first.status, again.status) == (303, 303)
    assert names(site) == {"Ali bin Abu", "Siti binti Ali", "Aiman", "Nur"}
    assert len(site.visits()) == 4 + 3
    assert len({row[1] for row in site.visits()}) == 4
    assert "Ali bin Abu and 3 more" in receipt.text or "Ali bin Abu dan 3 lagi" in receipt.text
    assert re.search(r'class="people">4 ', receipt.text)
    assert re.search(r'class="people">3 ', second.text)
    assert [(name, ticked) for name, _, ticked in listed(first.cookies)] == [
        ("Siti binti Ali", 1), ("Aiman", 1), ("Nur", 1),
    ]  # fmt: skip
    assert [(name, ticked) for name, _, ticked in listed(again.cookies)] == [
        ("Siti binti Ali", 1), ("Aiman", 0), ("Nur", 1),
    ]  # fmt: skip
    assert page.text.count('name="with"') == page.text.count("checked>") == 3


def test_one_phone_number_stands_behind_all_of_a_family(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        one = Visitor(lane, site.code)
        first = await one.submit(TYPED | {"id": visit_id()})
        return await one.submit({"id": visit_id(), "sig": "", "add": "Anak Kecil"}, cookies=first.cookies)

    assert site.run(act).status == 303
    assert site.rows("select count(*), count(distinct phone_key) from people_person") == [(2, 1)]


def test_a_form_sent_twice_is_each_visit_once_whatever_the_first_answer_changed(site: Site) -> None:
    fields = TYPED | {"id": visit_id(), "add": "Siti, Aiman"}
    tapped = [("id", visit_id()), ("sig", ""), ("with", "1"), ("add", "Nur")]

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        first = [await one.submit(fields) for _ in range(2)]
        before = first[0].cookies
        again = await tap(one, tapped, before)
        return [*first, again, await tap(one, tapped, before | again.cookies)]

    answers = site.run(act)
    assert {answer.status for answer in answers} == {303}
    assert answers[0].headers == answers[1].headers
    assert answers[2].headers == answers[3].headers
    assert len(site.visits()) == 3 + 3


def test_checking_out_ends_the_stay_of_all_who_came(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        one = Visitor(lane, site.code)
        done = await one.submit(TYPED | {"id": visit_id(ago=120), "add": "Siti, Aiman"})
        page = await one.open(done.headers["location"])
        (sealed,) = re.findall(r'name="visit" value="([^"]+)"', page.text)
        return await one.submit({"visit": sealed}, path=f"/p/{site.code}/out")

    assert site.run(act).status == 303
    assert [flags & 1 for *_, flags, _ in site.visits()] == [1, 1, 1]


def test_without_being_remembered_nobodys_name_stays_on_the_device(site: Site) -> None:
    fields = {name: value for name, value in TYPED.items() if name != "remember"} | {"add": "Siti", "id": visit_id()}
    answer = site.run(lambda lane: Visitor(lane, site.code).submit(fields))
    assert (answer.status, answer.cookies) == (303, {})


def test_a_companion_is_taken_off_the_device(site: Site) -> None:
    cookies = jar(site, "Siti", "Aiman")

    async def act(lane: Lane) -> tuple[Answer, Answer, Answer]:
        one = Visitor(lane, site.code)
        path = f"/p/{site.code}/forget"
        gone = await one.submit({"index": "0"}, path=path, cookies=cookies)
        last = await one.submit({"index": "0"}, path=path, cookies=cookies | gone.cookies)
        foreign = await one.submit({"index": "0"}, path=path, cookies=cookies, sec_fetch_site="cross-site")
        return gone, last, foreign

    gone, last, foreign = site.run(act)
    assert (gone.status, gone.headers["location"]) == (303, f"/p/{site.code}")
    assert [name for name, *_ in listed(gone.cookies)] == ["Aiman"]
    assert last.cookies[together.COOKIE] == ""
    assert foreign.status == 403
    assert site.visits() == []


@pytest.mark.parametrize(
    ("fields", "slot"),
    [
        ([("add", "123")], "add-error"),
        ([("add", "x" * 101)], "add-error"),
        ([("add", "\n".join("Anak " + letter for letter in "ABCDEFGHIJ"))], "add-error"),
        ([("with", "0"), ("add", "\n".join("Anak " + letter for letter in "ABCDEFGHI"))], "add-error"),
        ([("with", "7")], None),
        ([("with", "x")], None),
        ([("with", "-1")], None),
        ([("with", "٠")], None),
    ],
)
def test_a_party_that_cannot_be_comes_back_as_typed_and_nobody_is_stored(
    site: Site, fields: list[tuple[str, str]], slot: str | None
) -> None:
    from html import escape

    async def act(lane: Lane) -> Answer:
        return await tap(Visitor(lane, site.code), [("id", visit_id()), ("sig", ""), *fields], jar(site, "Siti"))

    answer = site.run(act)
    assert answer.status == 422
    assert re.search(r'id="add-error">[^<]' if slot else r'role="alert">[^<]', answer.text)
    assert escape(dict(fields).get("add", "")) in answer.text
    assert "Siti" in answer.text
    assert site.visits() == []


def test_a_newcomers_companion_with_a_name_that_cannot_be_is_said_beside_its_field(site: Site) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).submit(TYPED | {"id": visit_id(), "add": "007"}))
    assert answer.status == 422
    assert re.search(r'id="add-error">[^<]', answer.text)
    assert '<details class="more" open>' in answer.text
    assert site.visits() == []


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "{{ x*7 }}", "⟦code⟧ ⟦name⟧", "%s{0}a"])
def test_a_remembered_name_is_shown_as_text_and_never_run(site: Site, hostile: str) -> None:
    from html import escape

    page = site.run(lambda lane: Visitor(lane, site.code).open(cookies=jar(site, hostile)))
    assert page.status == 200
    assert page.text.count(escape(hostile)) == 2
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "%5B%5D",
        "%5B%5B%5D%5D",
        "%ff",
        "%5B1,2%5D",
        "%5B%5B1,2,3%5D%5D",
        "%7B%7D",
        "%5B" * 2000,
        "null",
        "9" * 9000,
    ],
)
def test_a_cookie_that_is_no_list_remembers_nobody(site: Site, cookie: str) -> None:
    cookies = jar(site) | {together.COOKIE: cookie}

    async def act(lane: Lane) -> tuple[Answer, Answer]:
        one = Visitor(lane, site.code)
        return await one.open(cookies=cookies), await tap(one, [("id", visit_id()), ("sig", "")], cookies)

    page, done = site.run(act)
    assert (page.status, done.status) == (200, 303)
    assert 'name="with"' not in page.text


def test_a_companion_of_another_node_is_not_shown_and_the_others_keep_their_places(site: Site) -> None:
    from datetime import UTC, datetime

    from jejak.kernel.keys import Keyring

    other = Tokens(Keyring([]).completed(now=datetime.now(UTC)), visit_days=90).visitor(
        person=1, device=1, ms=time.time_ns() // 1_000_000
    )
    mine = Tokens(site.ring, visit_days=90).visitor(person=900, device=9, ms=time.time_ns() // 1_000_000)
    cookies = jar(site) | {together.COOKIE: quote(json.dumps([["Orang Lain", other, 1], ["Siti", mine, 0]]))}

    async def act(lane: Lane) -> tuple[Answer, Answer]:
        one = Visitor(lane, site.code)
        return await one.open(cookies=cookies), await tap(one, [("id", visit_id()), ("with", "1")], cookies)

    page, done = site.run(act)
    assert "Orang Lain" not in page.text
    assert 'value="1"' in page.text
    assert done.status == 303
    assert {row[1] for row in site.visits()} == {12345, 900}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=100), max_size=12))
def test_what_is_kept_is_read_back_and_fits_a_cookie(site: Site, texts: list[str]) -> None:
    tokens = Tokens(site.ring, visit_days=90)
    kept = [
        together.Companion(f"A{text}", tokens.visitor(person=1, device=at, ms=time.time_ns() // 1_000_000), at % 2 == 0)
        for at, text in enumerate(texts)
    ]
    ((_, header),) = together.keeping(kept, secure=True)
    value = header.decode().partition(";")[0].partition("=")[2]
    assert len(header) < 4096
    assert b"HttpOnly" not in header
    assert b"Secure" in header
    for companion in together.remembered(tokens, {together.COOKIE: value}).values():
        assert companion.token in {one.token for one in kept[-9:]}


def test_one_phone_is_one_device_whoever_it_speaks_for(site: Site) -> None:
    async def act(lane: Lane) -> list[Answer]:
        async def come(name: str, **more: str) -> Answer:
            visitor = {"name": name, "phone": "012-345 6789", **more}
            body = json.dumps({"id": visit_id(), "code": site.code, "visitor": visitor}).encode()
            return await ask(lane, "POST", "/v1/check-ins", body=body, headers={"content-type": "application/json"})

        first = await come("Aminah Contoh")
        return [
            first,
            await come("Bakar Contoh", device=json.loads(first.body)["visitor"]),
            await come("Chong Contoh", device="x" * 46),
        ]

    answers = site.run(act)
    tokens = Tokens(site.ring, visit_days=90)
    devices = [tokens.read_visitor(json.loads(answer.body)["visitor"])[1] for answer in answers]
    assert [answer.status for answer in answers] == [201, 201, 201]
    assert devices[0] == devices[1] != devices[2]
