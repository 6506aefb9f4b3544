"""The check-in page, its form and its receipt, over the migrated schema and the pages that Django renders."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lane.stand import Answer, Site, Visitor, ask, visit_id

from jejak.lane.app import Lane

TYPED = {"phone": "012-345 6789", "name": "Ali bin Abu", "agree": "1", "remember": "1", "sig": ""}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no {name}"
    return found[1]


def test_a_newcomer_without_javascript_checks_in_and_is_one_tap_away_next_time(site: Site) -> None:
    async def act(lane: Lane) -> tuple[Answer, ...]:
        one = Visitor(lane, site.code)
        page = await one.open()
        fields = TYPED | {"id": hidden(page.text, "id"), "sig": hidden(page.text, "sig")}
        done = await one.submit(fields, sec_fetch_site="same-origin")
        receipt = await one.open(done.headers["location"], cookies=done.cookies)
        known = await one.open(cookies=done.cookies)
        fields = {"id": hidden(known.text, "id"), "sig": hidden(known.text, "sig")}
        again = await one.submit(fields, cookies=done.cookies)
        return page, done, receipt, known, again

    page, done, receipt, known, again = site.run(act)
    assert (page.status, done.status, receipt.status, known.status, again.status) == (200, 303, 200, 200, 303)
    assert 'name="phone"' in page.text
    assert 'name="phone"' not in known.text
    assert "Ali bin Abu" in known.text
    assert "Ali bin Abu" in receipt.text
    assert "Kedai Contoh" in receipt.text
    assert len(site.visits()) == 2
    assert len({row[1] for row in site.visits()}) == 1


def test_no_page_may_be_kept_or_framed_or_run_foreign_scripts(site: Site) -> None:
    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        done = await one.submit(TYPED | {"id": visit_id()})
        bad = await one.submit(TYPED | {"id": visit_id(), "phone": "1"})
        return [await one.open(), await one.open(done.headers["location"]), bad, await one.open("/p/XYZ"), done]

    for answer in site.run(act):
        assert answer.headers["cache-control"] == "no-store"
        if answer.status != 303:
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert not re.search(r"<script(?![^>]* src=)|<style|style=|\son\w+=", answer.text)


def test_somebody_else_on_this_phone_is_not_remembered_and_forgets_nobody(site: Site) -> None:
    async def act(lane: Lane) -> tuple[Answer, ...]:
        one = Visitor(lane, site.code)
        mine = (await one.submit(TYPED | {"id": visit_id()})).cookies
        page = await one.open(f"/p/{site.code}?other=1", cookies=mine)
        fields = {"phone": "0139999999", "name": "Siti", "agree": "1", "id": visit_id(), "sig": ""}
        done = await one.submit(fields, cookies=mine)
        return page, done, await one.open(done.headers["location"], cookies=mine)

    page, done, receipt = site.run(act)
    assert 'name="phone"' in page.text
    assert not re.search(r'name="remember"[^>]*checked', page.text)
    assert done.cookies == {}
    assert "Ali bin Abu" not in receipt.text
    assert len({row[1] for row in site.visits()}) == 2


@pytest.mark.parametrize(
    ("change", "slot"),
    [
        ({"phone": "12"}, "phone-error"),
        ({"phone": ""}, "phone-error"),
        ({"name": " "}, "name-error"),
        ({"name": "x" * 101}, "name-error"),
        ({"agree": ""}, None),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    site: Site, change: dict[str, str], slot: str | None
) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).submit(TYPED | {"id": visit_id()} | change))
    assert answer.status == 422
    if slot:
        assert re.search(rf'id="{slot}">[^<]', answer.text)
    for name in {"phone", "name"} - set(change):
        assert f'value="{TYPED[name]}"' in answer.text
    assert site.visits() == []


@pytest.mark.parametrize("change", [{"id": ""}, {"id": "x"}, {"sig": "forged"}, {"id": None}])
def test_a_form_open_too_long_comes_back_as_typed_with_a_fresh_number(site: Site, change: dict[str, Any]) -> None:
    old = visit_id(ago=3600)

    async def act(lane: Lane) -> tuple[Answer, Answer]:
        one = Visitor(lane, site.code)
        fields = TYPED | {"id": visit_id()} | change
        fields = {key: old if value is None else value for key, value in fields.items()}
        answer = await one.submit(fields)
        fresh = {"id": hidden(answer.text, "id"), "sig": hidden(answer.text, "sig")}
        return answer, await one.submit(TYPED | fresh)

    answer, sent_again = site.run(act)
    assert answer.status == 422
    assert 'value="Ali bin Abu"' in answer.text
    assert re.search(r'role="alert">[^<]', answer.text)
    assert sent_again.status == 303
    assert len(site.visits()) == 1


def test_a_number_signed_for_one_poster_is_not_taken_at_another(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        page = await Visitor(lane, site.code).open()
        fields = TYPED | {"id": hidden(page.text, "id"), "sig": hidden(page.text, "sig")}
        return await Visitor(lane, site.other_code).submit(fields)

    assert site.run(act).status == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example", "host": "jejak.example"},
        {"origin": "null", "host": "jejak.example"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).submit(TYPED | {"id": visit_id()}, **headers))
    assert answer.status == 403
    assert site.visits() == []


def test_our_own_origin_is_taken(site: Site) -> None:
    headers = {"origin": "https://jejak.example", "host": "jejak.example"}
    answer = site.run(lambda lane: Visitor(lane, site.code).submit(TYPED | {"id": visit_id()}, **headers))
    assert answer.status == 303


def test_the_same_form_sent_twice_is_one_visit(site: Site) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[Answer]:
        return [await Visitor(lane, site.code).submit(TYPED | {"id": visit}) for _ in range(2)]

    first, again = site.run(act)
    assert (first.status, again.status) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert first.cookies == again.cookies
    assert len(site.visits()) == 1


def test_checking_out_from_the_receipt_says_goodbye(site: Site) -> None:
    async def act(lane: Lane) -> tuple[Answer, Answer]:
        one = Visitor(lane, site.code)
        done = await one.submit(TYPED | {"id": visit_id(ago=120)})
        page = await one.open(done.headers["location"])
        left = await one.submit({"visit": hidden(page.text, "visit")}, path=f"/p/{site.code}/out")
        return left, await one.open(left.headers["location"])

    left, page = site.run(act)
    assert (left.status, page.status) == (303, 200)
    assert 'name="visit"' not in page.text
    assert [flags for *_, flags, _ in site.visits()] == [1]


def test_a_receipt_opens_for_its_own_poster_and_a_day(site: Site) -> None:
    async def act(lane: Lane) -> list[int]:
        one = Visitor(lane, site.code)
        place = (await one.submit(TYPED | {"id": visit_id()})).headers["location"]
        sealed = place.rpartition("/")[2]
        wrong = [
            f"/p/{site.other_code}/receipt/{sealed}",
            f"/p/{site.code}/receipt/{sealed[:9]}{'B' if sealed[9] == 'A' else 'A'}{sealed[10:]}",
            f"/p/{site.code}/receipt/x",
        ]
        statuses = [(await one.open(path)).status for path in [place, *wrong]]
        now = lane.clock()
        lane.clock = lambda: now + 25 * 3_600_000
        return [*statuses, (await one.open(place)).status]

    assert site.run(act) == [200, 404, 404, 404, 404]


def test_a_guard_sees_the_same_colour_and_word_on_every_receipt_of_the_hour(site: Site) -> None:
    hour = 3_600_000

    async def act(lane: Lane) -> list[tuple[int, int]]:
        began = lane.clock() // hour
        return [lane.tokens.of_the_hour(premises=1, hour=began + ahead, words=32) for ahead in (0, 0, 1, 2, 3, 4, 5)]

    same, again, *later = site.run(act)
    assert same == again
    assert any(other != same for other in later)


def test_english_is_a_choice_that_stays(site: Site) -> None:
    async def act(lane: Lane) -> list[Answer]:
        one = Visitor(lane, site.code)
        asked = await one.open(f"/p/{site.code}?lang=en")
        return [
            await one.open(),
            asked,
            await one.open(cookies=asked.cookies),
            await one.open("/p/nothing", cookies=asked.cookies),
        ]

    plain, asked, kept, error = site.run(act)
    assert 'lang="ms"' in plain.text
    assert asked.cookies == {"jejak_language": "en"}
    for answer in (asked, kept, error):
        assert '<html lang="en"' in answer.text


@pytest.mark.parametrize(
    "hostile", ['"><script>alert(1)</script>', "{{ 7*7 }}", "${7*7}", "%s %(x)s {0}", "⟦code⟧", "<!-- "]
)
def test_what_is_typed_is_shown_as_text_and_never_run(site: Site, hostile: str) -> None:
    from html import escape

    answer = site.run(
        lambda lane: Visitor(lane, site.code).submit(TYPED | {"id": visit_id(), "name": hostile, "phone": hostile})
    )
    assert answer.status == 422
    assert answer.text.count(f'value="{escape(hostile)}"') == 2
    assert "<script>alert" not in answer.text


def test_the_page_is_small(site: Site) -> None:
    answer = site.run(lambda lane: Visitor(lane, site.code).open())
    assert len(answer.body) < 12_000


def test_the_known_page_needs_both_a_token_and_a_name(site: Site, token: str) -> None:
    async def act(lane: Lane) -> list[str]:
        one = Visitor(lane, site.code)
        jars = [{"jejak_visitor": token}, {"jejak_name": "Ali"}, {"jejak_visitor": "x", "jejak_name": "Ali"},
                {"jejak_visitor": token, "jejak_name": "%ff%00"}, {"jejak_visitor": token, "jejak_name": "Ali%20Abu"}]  # fmt: skip
        return [(await one.open(cookies=jar)).text for jar in jars]

    assert ['name="phone"' in page for page in site.run(act)] == [True, True, True, True, False]


def test_a_tap_with_a_token_of_nobody_asks_for_name_and_phone(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        return await Visitor(lane, site.code).submit(
            {"id": visit_id(), "sig": ""}, cookies={"jejak_visitor": "x", "jejak_name": "A"}
        )

    answer = site.run(act)
    assert answer.status == 422
    assert 'name="phone"' in answer.text


def test_nothing_personal_stands_in_a_receipts_address(site: Site) -> None:
    async def act(lane: Lane) -> tuple[str, Any]:
        place = (await Visitor(lane, site.code).submit(TYPED | {"id": visit_id()})).headers["location"]
        return place, lane.tokens.read_receipt(place.rpartition("/")[2])

    place, held = site.run(act)
    assert "Ali" not in place
    ((person,),) = site.rows("select id from people_person")
    assert set(held._fields) == {"flags", "poster", "visit", "until"}
    assert person


def test_pages_say_for_scripts_what_they_show(site: Site) -> None:
    def said(page: str) -> dict[str, str]:
        return dict(re.findall(r'data-([a-z-]+)="([^"]*)"', page))

    visit = visit_id()

    async def act(lane: Lane) -> tuple[str, str, str]:
        one = Visitor(lane, site.zone_code)
        form = (await one.open()).text
        done = await one.submit(TYPED | {"id": visit})
        return form, (await one.open(done.headers["location"])).text, done.headers["location"]

    form, receipt, place = site.run(act)
    where = {"code": site.zone_code, "branch": "Cawangan 1", "zone": "Aras 2"}
    assert said(form).items() >= (where | {"place": "Pusat Beli-belah"}).items()
    shown = said(receipt)
    assert shown.items() >= (where | {"premises": "Pusat Beli-belah", "visit": visit, "receipt": place}).items()
    assert int(shown["until"]) - int(shown["at"]) == 45 * 60_000
    assert shown["node"] == "Jejak"
    assert 'rel="manifest"' in form


def test_scripts_may_fetch_from_here_and_nowhere_else(site: Site) -> None:
    policy = site.run(lambda lane: Visitor(lane, site.code).open()).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["connect-src"] == rules["worker-src"] == rules["manifest-src"] == rules["script-src"] == "'self'"
    assert rules["default-src"] == "'none'"


@pytest.mark.parametrize("path", ["/healthz", "/v1/check-ins"])
def test_other_methods_are_named(site: Site, path: str) -> None:
    answer = site.run(lambda lane: ask(lane, "DELETE", path))
    assert answer.status == 405
    assert answer.headers["allow"]


def test_a_receipt_says_to_who_listens_what_a_guard_sees(site: Site) -> None:
    async def act(lane: Lane) -> str:
        one = Visitor(lane, site.code)
        done = await one.submit(TYPED | {"id": visit_id(), "add": "Siti"}, sec_fetch_site="same-origin")
        return (await one.open(done.headers["location"], cookies=done.cookies)).text

    page = site.run(act)
    assert page.count("<h1>") == 1
    announced = page[page.index('role="status"') : page.index('<p class="now">')]
    assert "<h1>" in announced
    assert re.search(r'visually-hidden">Kata jam ini: </span>[A-Za-z]+', announced)
    assert '<p class="people">2 orang</p>' in announced
    assert "data-clock" not in announced
