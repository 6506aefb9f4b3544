"""What a scanned text stands for: our own codes, those of other systems, and posters whose time is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from lane.stand import Answer, Site, Visitor, visit_id

from jejak.formats import oldcodes
from jejak.lane.app import Lane

OLD = "https://mysejahtera.malaysia.gov.my/qrscan?lId=5f8a2b3c4d5e6f7a8b9c0d1e&eln=S2VkYWk="
PLAIN = "SELANGKAH-00017"


@pytest.fixture
def aliased(site: Site) -> Any:
    """Give a way to hang other systems' codes on a poster; they go when the test ends."""

    def add(text: str, poster: int) -> None:
        read = oldcodes.read(text)
        site.rows(
            "insert into premises_alias (poster_id, digest, system, text, added_at, added_by_name) "
            "values (%s, %s, %s, %s, now(), 'Pemilik')",
            poster,
            read.digest,
            read.system,
            text,
        )

    yield add
    site.rows("delete from premises_alias")


def poster(site: Site, **more: Any) -> int:
    return site.add_poster(**more)


def ends(site: Site, number: int, *, seconds: float) -> None:
    site.rows("update premises_poster set expires_at = now() + %s * interval '1 second' where id = %s", seconds, number)


async def until(check: Callable[[], Any]) -> None:
    for _ in range(300):
        if check():
            return
        await asyncio.sleep(0.02)
    pytest.fail("the catalogue did not follow")


@pytest.mark.parametrize("text", [OLD, PLAIN, f"  {PLAIN}\n"])
def test_an_old_code_on_a_wall_goes_on_working(site: Site, token: str, aliased: Any, text: str) -> None:
    aliased(OLD, site.poster)
    aliased(PLAIN, site.poster)

    async def act(lane: Lane) -> tuple[Answer, Answer, Answer]:
        one = Visitor(lane, site.code)
        visit = visit_id()
        done = await one.check_in(token, visit=visit, code=text)
        out = await one.post("/v1/check-outs", {"id": visit, "code": text, "visitor": token})
        many = await one.post("/v1/check-ins:batch", {"items": [{"id": visit_id(), "code": text, "visitor": token}]})
        return done, out, many

    done, out, many = site.run(act)
    assert (done.status, out.status, many.json["items"][0]["status"]) == (201, 200, 201)
    assert done.json["premises"]["name"] == "Kedai Contoh"
    assert f"/p/{site.code}/receipt/" in done.json["receipt"]
    assert {row[0] for row in site.visits()} == {site.premises}


def test_an_old_code_spelt_otherwise_is_the_same_place(site: Site, token: str, aliased: Any) -> None:
    aliased(OLD, site.poster)
    other = OLD.replace("&eln=S2VkYWk=", "&eln=T3RoZXI=&x=1")
    assert oldcodes.read(other).digest == oldcodes.read(OLD).digest
    assert site.run(lambda lane: Visitor(lane, site.code).check_in(token, code=other)).status == 201


@pytest.mark.parametrize("text", ["", "x", OLD, "9" * 1000, "\u0000", "'; --", "\ud800", "{{7*7}}"])
def test_a_code_that_nobody_imported_is_unknown(site: Site, token: str, aliased: Any, text: str) -> None:
    aliased(PLAIN, site.poster)
    answer = site.run(lambda lane: Visitor(lane, site.code).post("/v1/check-ins", check_in(text, token)))
    assert (answer.status, answer.json["code"]) == (404, "poster-unknown")


def check_in(code: str, token: str, **more: Any) -> dict[str, Any]:
    return {"id": visit_id(), "code": code, "visitor": token, **more}


def test_a_code_of_more_than_a_thousand_characters_is_none(site: Site, token: str, aliased: Any) -> None:
    aliased(PLAIN, site.poster)

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        wanted = [check_in("x" * 1001, token, queued=False), check_in("x" * 1001, token)]
        return [await one.post("/v1/check-ins", body) for body in wanted]

    assert [answer.status for answer in site.run(act)] == [422, 404]


@pytest.mark.parametrize(
    ("how", "code"), [("retired", "poster-retired"), ("closed", "premises-closed"), ("expired", "poster-expired")]
)
def test_an_old_code_ends_with_its_poster(site: Site, token: str, aliased: Any, how: str, code: str) -> None:
    number = site.add_poster(name="Kedai Lama", retired=how == "retired", closed=how == "closed")
    if how == "expired":
        ends(site, number, seconds=-60)
    aliased(PLAIN, number)
    answer = site.run(lambda lane: Visitor(lane, site.code).check_in(token, code=PLAIN))
    assert (answer.status, answer.json["code"]) == (410, code)
    assert answer.json["premises"]["name"] == "Kedai Lama"
    assert answer.json["what_to_do"]


def test_an_alias_added_and_taken_away_is_noticed(site: Site, token: str, aliased: Any) -> None:
    def told() -> None:
        site.rows("select pg_notify('jejak_posters', %s)", str(site.premises))

    async def act(lane: Lane) -> list[int]:
        one = Visitor(lane, site.code)
        before = await one.check_in(token, code=PLAIN)
        aliased(PLAIN, site.poster)
        told()
        await until(lambda: lane.catalogue._aliases)
        during = await one.check_in(token, code=PLAIN)
        site.rows("delete from premises_alias")
        told()
        await until(lambda: not lane.catalogue._aliases)
        after = await one.check_in(token, code=PLAIN)
        return [before.status, during.status, after.status]

    assert site.run(act) == [404, 201, 404]


def test_a_poster_stops_by_itself_when_its_time_is_over(site: Site, token: str) -> None:
    number = site.add_poster(name="Pasar Malam")
    ends(site, number, seconds=300)
    code = site.code_of(number)

    async def act(lane: Lane) -> list[Any]:
        one = Visitor(lane, code)
        before = await one.check_in(token)
        now = lane.clock()
        lane.clock = lambda: now + 301_000
        made_before, made_after = visit_id(), visit_id(ago=-300.5)
        return [
            before.status,
            await one.check_in(token),
            (await one.check_in(token, visit=made_before, queued=True)).status,
            (await one.check_in(token, visit=made_after, queued=True)).status,
            (await one.open()).status,
        ]

    before, refused, waited, too_late, page = site.run(act)
    assert (before, refused.status, waited, too_late, page) == (201, 410, 201, 410, 410)
    assert refused.json["code"] == "poster-expired"
    assert json.loads(refused.body)["premises"] == {"name": "Pasar Malam", "branch": "Cawangan 1", "zone": None}


def test_who_scans_a_withdrawn_poster_hears_whether_another_hangs_there(site: Site, token: str) -> None:
    number = site.add_poster(name="Kedai Berganti", retired=True)
    code = site.code_of(number)

    async def act(lane: Lane) -> bool:
        return (await Visitor(lane, code).check_in(token)).json["replaced"]

    alone = site.run(act)
    site.rows(
        "insert into premises_poster (premises_id, short_code, issued_at) select premises_id, '7777777', now() "
        "from premises_poster where id = %s",
        number,
    )
    assert (alone, site.run(act)) == (False, True)
    site.rows("delete from premises_poster where short_code = '7777777'")


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize("how", ["retired", "replaced", "expired", "closed"])
def test_the_page_of_a_poster_that_ended_says_where_what_and_what_to_do(site: Site, how: str, language: str) -> None:
    name = "Kedai <b>Lama</b>"
    number = site.add_poster(name=name, zone="Aras 3", retired=how in {"retired", "replaced"}, closed=how == "closed")
    if how == "expired":
        ends(site, number, seconds=-60)
    if how == "replaced":
        site.rows(
            "insert into premises_poster (premises_id, zone_id, short_code, issued_at) "
            "select premises_id, zone_id, '7777777', now() from premises_poster where id = %s",
            number,
        )

    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code_of(number))
        cookies = {"jejak_language": language}
        return [await one.open(cookies=cookies), await one.submit({"id": visit_id()}, cookies=cookies)]

    for answer in site.run(act):
        assert answer.status == 410
        assert f'<html lang="{language}">' in answer.text
        assert "Kedai &lt;b&gt;Lama" in answer.text
        assert "Aras 3" in answer.text
        assert 'href="/scan"' in answer.text
        assert answer.text.count("<h1>") == 1
        assert 'role="alert"' in answer.text
        assert site.messages[language][f"premises-{how}" if how == "closed" else f"poster-{how}"][0] in unescape(
            answer.text
        )
    site.rows("delete from premises_poster where short_code = '7777777'")


def test_a_code_that_moves_to_other_premises_goes_on_working_in_whatever_order_they_are_read(
    site: Site, token: str, aliased: Any
) -> None:
    first, second = (site.add_poster(name=name) for name in ("Kedai Penyamar", "Restoran Sah"))
    aliased(PLAIN, first)
    rows = site.rows("select premises_id from premises_poster where id = any(%s) order by id", [first, second])
    (old,), (new,) = rows

    async def act(lane: Lane) -> list[Any]:
        one, said = Visitor(lane, site.code), []
        said.append((await one.check_in(token, code=PLAIN)).json["premises"]["name"])
        for poster, order in ((second, (new, old)), (first, (new, old))):
            site.rows("update premises_alias set poster_id = %s", poster)
            for premises in order:
                site.rows("select pg_notify('jejak_posters', %s)", str(premises))
            await until(lambda poster=poster: set(lane.catalogue._aliases.values()) == {poster})
            await asyncio.sleep(0.1)
            said.append((await one.check_in(token, code=PLAIN)).json["premises"]["name"])
        return said

    assert site.run(act) == ["Kedai Penyamar", "Restoran Sah", "Kedai Penyamar"]


def test_pages_mark_premises_that_nobody_confirmed_until_somebody_does(site: Site, token: str) -> None:
    number = site.add_poster(name="Kedai Baru")
    code = site.code_of(number)
    ((premises,),) = site.rows("select premises_id from premises_poster where id = %s", number)
    mark = {"ms": "Pemilik premis ini belum disahkan.", "en": "The owner of this premises is not confirmed yet."}

    async def act(lane: Lane) -> tuple[list[str], list[str]]:
        one = Visitor(lane, code)
        receipt = (await one.check_in(token)).json["receipt"]

        async def pages() -> list[str]:
            wanted = [(path, cookies) for path, cookies in (("", {}), ("", {"jejak_visitor": token}), (receipt, {}))]
            found = []
            for language in mark:
                for at, cookies in wanted:
                    path = at[at.index("/p/") :] if at else f"/p/{code}"
                    found.append((await one.open(f"{path}?lang={language}", cookies=cookies)).text)
            return found

        before = await pages()
        statement = "update premises_premises set confirmed_at = now(), confirmed_way = 'post' where id = %s"
        site.rows(statement, premises)
        site.rows("select pg_notify('jejak_posters', %s)", str(premises))
        await until(lambda: lane.catalogue.any_door(code).place.confirmed)
        return before, await pages()

    before, after = site.run(act)
    assert [sum(text in page for text in mark.values()) for page in before] == [1] * 6
    assert not any(text in page for page in after for text in mark.values())
