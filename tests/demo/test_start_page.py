"""The start page of a demo node leads through check-in, search and registration, and its story comes true."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import segno
import zxingcpp
from django.db import connection
from django.test import Client
from PIL import Image
from rich.console import Console

from jejak.access import queries as access
from jejak.demo import queries
from jejak.demo.accounts import ACCOUNTS, HEALTH, OFFICER
from jejak.demo.command import fill
from jejak.demo.figures import ATTRIBUTION
from jejak.formats import postercode
from jejak.kernel.access import rule_of
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings as node_settings
from jejak.people import queries as people
from jejak.trail.rules import Purpose
from jejak.visits import queries as visits

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public", "owner", "retention"]),
    pytest.mark.urls("demo.demo_urls"),
]


@pytest.fixture
def demo(database: Any, demo_node: None) -> Iterator[queries.Tour]:
    fill(settings=node_settings(), scale="tiny", console=Console(quiet=True), now=NOW)
    found = queries.tour()
    assert found is not None
    yield found
    queries._story.cache_clear()


def contacts(tour: queries.Tour, *, minutes: int, purpose: Purpose) -> dict[str, tuple[int, bool]]:
    """Return minutes together and whether all was observed, by the key of the cast."""
    officer = access.account(OFFICER.email)
    numbers = {
        (person.name, guide.key): person.id
        for guide in tour.cast.values()
        for person in people.find_by_phone(phone=guide.phone, by=officer, purpose=purpose)
        if person.name == guide.name
    }
    keys = {number: key for (_, key), number in numbers.items()}
    case = next(number for number, key in keys.items() if key == "case")
    found = visits.contacts_of(persons=[case], period=tour.window, minutes=minutes, by=officer, purpose=purpose)
    return {keys[each.person]: (each.minutes, each.observed) for each in found if each.person in keys}


def test_the_search_finds_what_the_page_promises(demo: queries.Tour, exercise: Purpose) -> None:
    found = contacts(demo, minutes=15, purpose=exercise)
    assert found["exact"] == (15, True)
    assert "nearly" not in found
    assert found["moved"] == (22, False)
    assert found["colleague"][1]
    assert not found["forgot"][1]
    assert {"spouse", "child"} <= set(found)
    assert contacts(demo, minutes=14, purpose=exercise)["nearly"] == (14, True)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_page_shows_logins_codes_and_the_source_of_its_figures(
    demo: queries.Tour, client: Client, language: str
) -> None:
    client.cookies["jejak_language"] = language
    page = client.get("/demo/").content.decode()
    for account in ACCOUNTS.values():
        assert account.email in page
        assert account.password in page
    assert ATTRIBUTION in page
    assert page.count('class="demo-qr"') == 3
    assert all(guide.name in page for key, guide in demo.cast.items() if key not in {"spouse", "again"})


def test_a_code_on_the_page_is_a_poster_of_this_node(demo: queries.Tour) -> None:
    key = keyring().active("poster")
    for poster in queries.scannables():
        code, _, signed = poster.path.removeprefix("/p/").partition("#")
        parsed = postercode.parse(code)
        assert signed
        assert postercode.verify(parsed, secret=key.secret)
        address = node_settings().base_url + poster.path
        drawn = io.BytesIO()
        segno.make(address, error="m", micro=False).save(drawn, kind="png", scale=4, border=3)
        assert [code.text for code in zxingcpp.read_barcodes(Image.open(drawn))] == [address]


def test_one_button_signs_in_and_searches(demo: queries.Tour, client: Client) -> None:
    answer = client.post("/demo/search/")
    assert answer.status_code == 302
    assert re.fullmatch(r"/tracing/searches/[0-9a-f-]{36}/", answer.headers["Location"])
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("officer", "/tracing/"),
        ("owner", "/premises/"),
        ("colleague", "/tracing/work/"),
        ("laboratory", "/tracing/reports/"),
        ("clinician", "/tracing/cases/new/"),
        ("senior", "/staff/requests/"),
        ("steward", "/people/twice/"),
        ("second-steward", "/staff/requests/"),
        ("counter", "/counter/"),
        ("manager", "/staff/people/"),
        ("auditor", "/staff/accounts/"),
    ],
)
def test_one_button_signs_in_as_any_of_the_accounts(demo: queries.Tour, client: Client, who: str, where: str) -> None:
    answer = client.post(f"/demo/enter/{who}/")
    assert answer.headers["Location"] == where
    assert client.get(where).status_code == 200


def test_the_case_sees_the_own_visits_and_who_searched(demo: queries.Tour, client: Client) -> None:
    found = client.post("/demo/search/").headers["Location"]
    case = queries.cast_numbers()["case"]
    client.get(found, {"who": case})
    answer = client.post("/demo/me/")
    assert answer.headers["Location"] == "/me/"
    page = client.get("/me/").content.decode()
    assert demo.cast["case"].name in page
    assert demo.places["office"] in page
    looked = client.get("/me/looked/").content.decode()
    assert HEALTH.name in looked


def test_the_colleague_who_exists_twice_waits_for_the_steward(demo: queries.Tour, client: Client) -> None:
    client.post("/demo/enter/steward/")
    numbers = queries.cast_numbers()
    page = client.get("/people/twice/").content.decode()
    assert str(numbers["colleague"]) in page
    assert str(numbers["again"]) in page


def test_the_ledger_has_the_first_nights_periods(demo: queries.Tour) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_record")
        assert cursor.fetchone()[0] >= 1


@pytest.mark.parametrize(
    ("to", "where"), [("runs", "/tracing/runs/"), ("cases", "/tracing/cases/"), ("x", "/tracing/")]
)
def test_a_step_sends_the_officer_where_it_goes_on(demo: queries.Tour, client: Client, to: str, where: str) -> None:
    assert client.post("/demo/enter/officer/", {"to": to}).headers["Location"] == where


def test_nobody_else_can_be_entered(demo: queries.Tour, client: Client) -> None:
    assert client.post("/demo/enter/admin/").status_code == 404
    assert client.get("/demo/enter/officer/").status_code == 405


def test_entering_needs_the_pages_own_form(demo: queries.Tour) -> None:
    assert Client(enforce_csrf_checks=True).post("/demo/enter/officer/").status_code == 403


def test_an_account_of_the_same_address_that_is_no_demos_cannot_be_entered(
    database: Any, demo_node: None, client: Client
) -> None:
    from jejak.access import actions

    actions.add_account(
        email=OFFICER.email, name="Pegawai", kind="staff", role="health_officer", password="rahsia-benar-9"
    )
    assert client.post("/demo/enter/officer/").status_code == 404


def test_on_a_node_that_is_no_demo_nothing_can_be_entered(database: Any, client: Client) -> None:
    assert client.post("/demo/me/").status_code == 404
    assert client.post("/demo/enter/officer/").status_code == 404
    assert client.post("/demo/search/").status_code == 404


def test_an_unfilled_demo_says_what_to_do(database: Any, demo_node: None, client: Client) -> None:
    answer = client.get("/demo/")
    assert answer.status_code == 200
    assert answer.context["tour"] is None


def test_every_route_of_the_demo_names_its_access_rule() -> None:
    from jejak.demo.urls import urlpatterns

    assert all(rule_of(pattern.callback) for pattern in urlpatterns)


def test_the_front_page_of_a_demo_node_leads_here(database: Any, demo_node: None, client: Client) -> None:
    assert client.get("/").headers["Location"] == "/demo/"


@pytest.mark.parametrize("mode", ["counter", "kiosk", "display"])
def test_the_page_makes_a_tablet_of_this_browser(demo: queries.Tour, client: Client, mode: str) -> None:
    answer = client.post(f"/demo/tablet/{mode}/")
    path, _, code = answer.headers["Location"].partition("#")
    paired = client.post(path, {"code": code})
    assert (paired.status_code, paired.headers["Location"]) == (302, "/door/")
    assert client.get("/door/", follow=True).redirect_chain[-1][0].startswith("/door/")
    assert client.post("/demo/tablet/lain/").status_code == 404


def test_a_text_message_typed_on_the_page_is_answered(demo: queries.Tour, client: Client) -> None:
    poster = queries.scannables()[0]
    said = {"phone": "011-0999 0002", "text": f"MASUK {poster.short_code} Mak Timah Demo"}
    page = client.post("/demo/text/", said, follow=True).content.decode()
    assert poster.short_code.replace("-", "") in page.replace("-", "")
    assert "MASUK" not in page.split('class="alert')[1].split("</div>")[0]


def test_the_owner_sees_the_malls_day(demo: queries.Tour, client: Client) -> None:
    answer = client.post("/demo/today/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].endswith("/today")
