"""Forty cases before noon, walked in a browser on the demo: from a laboratory's result to a contact who is released."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from journeys.walking import Node, assert_accessible, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

PURPOSE = "Empat puluh kes pagi ini"
WORKER_MS = 90_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A demo node, filled and running, as a newcomer starts one."""
    from jejak.store.place import place_for, remove

    made = Node(
        data=tmp_path_factory.mktemp("demo") / "node",
        port=free_port(),
        settings={"JEJAK_HOST": "127.0.0.1"},
        runs="demo",
    )
    made.start()
    yield made
    made.stop()
    remove(place_for(made.data))


def from_start(page: Page, node: Node, button: str) -> None:
    """Press a button of the start page's step."""
    page.goto(f"{node.url}/demo/")
    page.locator("#forty").get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()


def reported(page: Page, node: Node) -> None:
    """Send the laboratory's file and agree to it."""
    from_start(page, node, "Hantar fail makmal")
    page.wait_for_url("**/tracing/reports/**")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("Laporkan")).click()
    page.get_by_text("Setiap baris ada kiraannya").wait_for()
    assert [int(one) for one in page.locator("main dl.stats dd").all_inner_texts()] == [30, 28, 1, 1]
    assert_accessible(page)


def run_over_all(page: Page, node: Node) -> None:
    """Start a run over all forty, wait for the worker, and show the names of its first page."""
    from_start(page, node, "Carian bagi semua kes")
    assert_accessible(page)
    assert page.locator("[name=case]").count() == 40
    page.locator("[data-all=case]").check()
    page.locator("[name=purpose]").fill(PURPOSE)
    page.get_by_role("button", name="Mulakan carian").click()
    page.wait_for_url(re.compile(r"/tracing/runs/[0-9a-f-]{36}/"))
    page.get_by_role("button", name="Tunjukkan nama di halaman ini").wait_for(timeout=WORKER_MS)
    assert_accessible(page)
    assert page.locator("table.contacts tbody tr").count() == 0, "counts come first"
    page.get_by_role("button", name="Tunjukkan nama di halaman ini").click()
    page.get_by_text("(Demo)").nth(3).wait_for()
    assert_accessible(page)


def told(page: Page, reader: Page, node: Node) -> tuple[str, set[str]]:
    """Send a notice to the first contact of the list; return where their page is, and the places they were exposed at."""
    from_start(page, node, "Kontak untuk dihubungi")
    assert page.locator("main tbody tr").count() == 50
    assert_accessible(page)
    page.locator("main tbody a").first.click()
    page.wait_for_url(re.compile(r"/tracing/work/[0-9a-f-]{36}/"))
    contact, places = page.url, set(page.locator(".why b").all_inner_texts())
    assert places
    page.go_back()
    page.locator("[name=contact]").first.check()
    page.get_by_role("button", name="Notis kepada yang dipilih…").click()
    page.wait_for_url("**/tracing/notices/new/")
    assert_accessible(page)
    assert messages(reader, node, "/notices/") == [], "nothing leaves before it is confirmed"
    page.locator("form[action$='/notices/send/'] button").click()
    page.wait_for_url(re.compile(r"/tracing/notices/[0-9a-f-]{36}/"))
    eventually(page, lambda: page.get_by_text("Semua dihantar").count() > 0)
    assert_accessible(page)
    return contact, places


def messages(page: Page, node: Node, part: str) -> list[str]:
    """Return what phones received that holds a text, newest first."""
    page.goto(f"{node.url}/demo/phones/")
    return [text for text in page.locator(".demo-phones li").all_inner_texts() if part in text]


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Look again until something holds that the worker does."""
    end = time.monotonic() + WORKER_MS / 1000
    while not holds():
        assert time.monotonic() < end, page.locator("main").inner_text()
        page.wait_for_timeout(500)
        page.reload()


def proved(reader: Page, node: Node, address: str, places: set[str]) -> None:
    """Open a notice by its link, which names no place, and prove by a code whose phone this is, which does."""
    reader.goto(address)
    assert not any(place in reader.content() for place in places), "the link alone shows advice"
    reader.get_by_role("button", name="Hantar kod kepada saya").click()
    reader.wait_for_load_state()
    eventually(reader, lambda: bool(messages(reader, node, "ialah kod anda")))
    [text, *_] = messages(reader, node, "ialah kod anda")
    reader.goto(address)
    reader.locator("[name=code]").fill(re.search(r"\b\d{7}\b", text).group())  # type: ignore[union-attr]
    reader.locator("form[action$='/open/'] button").click()
    reader.wait_for_load_state()
    assert any(place in reader.content() for place in places)


def said_well(reader: Page, address: str) -> None:
    """Say, as the contact, that one is well today."""
    reader.goto(f"{address}today/")
    reader.locator("[name=well][value=yes]").check()
    reader.locator("main form button").last.click()
    reader.wait_for_load_state()
    assert reader.locator(".alert-good").count() == 2, "thanked, and told what is kept of it"


def released(page: Page, contact: str) -> None:
    """See what the contact said, and release them before the last day, with a reason."""
    page.goto(contact)
    assert page.locator("#follow-up ul.recent li").count() == 1, "they said how they are"
    page.locator("#release summary").click()
    assert_accessible(page)
    page.locator("[name=release-why]").select_option("doctor")
    page.locator("#release button").click()
    page.wait_for_load_state()
    assert page.locator("#follow-up #release").count() == 0
    assert_accessible(page)


def test_from_a_laboratorys_result_to_a_released_contact(demo: Node, open_page: Any) -> None:
    page, reader = open_page(), open_page(phone=True, scripts=False)
    reported(page, demo)
    run_over_all(page, demo)
    contact, places = told(page, reader, demo)
    page.goto(f"{demo.url}/demo/phones/")
    address = page.locator(".demo-phones a[href*='/notices/']").first.get_attribute("href") or ""
    address = f"{demo.url}{address.rstrip('/')}/"
    other = open_page(phone=True)
    other.goto(address)
    assert_accessible(other)
    proved(reader, demo, address, places)
    said_well(reader, address)
    released(page, contact)
    reader.goto(f"{address}today/")
    assert reader.locator("[name=well]").count() == 0, "nobody asks whoever is released"
