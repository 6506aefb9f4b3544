"""The check-in page's script in a real browser: ids, double taps, the running clock; and the page without it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from chromium import CHROMIUM, SWITCHES
from journeys.waiting import until
from playwright.sync_api import Browser, Page, Route, sync_playwright

from jejak.visits import skeletons

STATIC = Path(skeletons.__file__).parents[1] / "ui" / "static"
HOUR = 3_600_000
SERVER_ID = "0190a1b2-0000-7000-8000-000000000000"

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield found
        found.close()


class Door:
    """A server of one page, which keeps what was sent to it and may stay silent."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.sent: list[dict[str, str]] = []
        self.silent = False

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix("http://localhost")
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif route.request.method == "POST":
            fields = parse_qs(route.request.post_data or "", keep_blank_values=True)
            self.sent.append({name: values[0] for name, values in fields.items()})
            if not self.silent:
                route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")


Opener = Callable[..., tuple[Page, Door]]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    contexts = []

    def open_page(name: str = "new", *, scripts: bool = True, ahead: int = 0, **values: str) -> tuple[Page, Door]:
        given = {"id": SERVER_ID, "sig": "signed", "action": "/p/X", "checkout_action": "/p/X/out", "colour": "1"}
        given |= {"server_ms": str(int(time.time() * 1000) + ahead)} | values
        html = re.sub(r"⟦(\w+)⟧", lambda slot: given.get(slot[1], ""), skeletons.render_all()["ms", name])
        html = re.sub(r"/static/([\w/]+?)(\.[0-9a-f]{12})?\.(css|js|svg)", r"/static/\1.\3", html)
        context = browser.new_context(java_script_enabled=scripts, timezone_id="America/New_York")
        contexts.append(context)
        page, door = context.new_page(), Door(html)
        page.route("**/*", door.answer)
        page.goto("http://localhost/")
        return page, door

    yield open_page
    for context in contexts:
        context.close()


def fill(page: Page, name: str = "Siti") -> None:
    page.fill("[name=phone]", "0123456789")
    page.fill("[name=name]", name)
    page.check("[name=agree]")


def test_the_browser_makes_the_id_by_the_servers_clock(opened: Opener) -> None:
    page, door = opened(ahead=HOUR)
    fill(page)
    page.click("button")
    page.wait_for_load_state()
    (sent,) = door.sent
    made = UUID(sent["id"])
    assert made.version == 7
    assert abs((made.int >> 80) - (time.time() * 1000 + HOUR)) < 60_000
    assert sent["sig"] == ""
    assert sent["name"] == "Siti"


def test_without_scripts_the_signed_id_is_sent(opened: Opener) -> None:
    page, door = opened(scripts=False)
    fill(page)
    page.click("button")
    page.wait_for_load_state()
    (sent,) = door.sent
    assert (sent["id"], sent["sig"]) == (SERVER_ID, "signed")


def test_a_double_tap_is_one_check_in(opened: Opener) -> None:
    page, door = opened()
    door.silent = True
    fill(page)
    with page.expect_request(lambda asked: asked.method == "POST"):
        let_through = page.evaluate(
            """() => {
                let count = 0;
                document.addEventListener("submit", (event) => { if (!event.defaultPrevented) count++; });
                for (let tap = 0; tap < 5; tap++) document.querySelector("button").click();
                return count;
            }"""
        )
    assert let_through == 1


def test_a_retry_of_the_same_form_is_the_same_visit_and_another_name_another(opened: Opener) -> None:
    page, door = opened()
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    fill(page)

    def press() -> str:
        page.evaluate("document.forms[0].sentAt = 0")
        page.click("button")
        return page.input_value("[name=id]")

    first, again = press(), press()
    fill(page, "Ahmad")
    other = press()
    assert first == again != other
    assert door.sent == []


def test_the_receipts_clock_runs_on_malaysian_time_wherever_the_phone_thinks_it_is(opened: Opener) -> None:
    page, _ = opened("receipt", server_ms="1642749300000")  # 2022-01-21 15:15 in Kuala Lumpur
    assert re.fullmatch(r"3\.15\.\d\d petang", page.inner_text("[data-clock]"))
    before = page.inner_text("[data-clock]")
    until(page, f"document.querySelector('[data-clock]').innerText !== {json.dumps(before)}")


def test_what_was_typed_wrongly_is_marked_and_has_the_focus(opened: Opener) -> None:
    page, _ = opened(error_phone="Tulis nombor telefon yang lengkap.", phone="12")
    assert page.get_attribute("#phone", "aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == "phone"


RECEIPT = {
    "receipt": "/p/X/receipt/Y",
    "code": "X",
    "visit": SERVER_ID,
    "at": "1642749300000",
    "until": "1642750500000",
    "node": "Jejak",
    "place": "Kedai Kopi",
    "branch": "Seksyen 7",
    "names": "Siti",
    "sealed": "Y",
}


def stays(page: Page) -> list[dict[str, object]]:
    return list(page.evaluate("JSON.parse(localStorage.getItem('jejak.stays') || '[]')"))


def test_a_receipt_is_remembered_on_the_device_once(opened: Opener) -> None:
    page, _ = opened("receipt", **RECEIPT)
    page.reload()
    [stay] = stays(page)
    assert stay == {
        "visit": SERVER_ID,
        "receipt": "/p/X/receipt/Y",
        "code": "X",
        "place": "Kedai Kopi",
        "branch": "Seksyen 7",
        "zone": "",
        "at": 1642749300000,
        "until": 1642750500000,
        "left": False,
        "node": "Jejak",
    }


def test_leaving_tells_the_device_when(opened: Opener) -> None:
    page, door = opened("receipt", **RECEIPT)
    left, _ = opened("left", **RECEIPT | {"until": "1642750000000"})
    assert stays(left) == [], "of a visit that this device does not remember nothing is kept"
    html = left.content()
    door.html = html
    page.reload()
    [stay] = stays(page)
    assert (stay["until"], stay["left"]) == (1642750000000, True)


def test_whom_the_phone_shall_not_remember_leaves_no_visit_on_it(opened: Opener) -> None:
    page, _ = opened("receipt", **RECEIPT | {"names": "—"})
    assert stays(page) == []


def test_companions_are_read_from_their_cookie_and_rubbish_is_none(opened: Opener) -> None:
    page, _ = opened()
    page.evaluate(
        "document.cookie = 'jejak_with=' + encodeURIComponent(JSON.stringify([['Aiman', 'tok', 1], ['Mei; Ling', 't', 0]]))"
    )
    assert page.evaluate("jejak.companions()") == [
        {"name": "Aiman", "token": "tok", "ticked": True},
        {"name": "Mei; Ling", "token": "t", "ticked": False},
    ]
    page.evaluate("document.cookie = 'jejak_with=%7Bnot'")
    assert page.evaluate("jejak.companions()") == []
