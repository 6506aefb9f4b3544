"""Forty cases before noon, walked in a browser on the demo: from a laboratory's result to a contact who is released."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from journeys.walking import Node, assert_accessible, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PURPOSE = "Empat puluh kes pagi ini"
WORKER_MS = 90_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A demo node, filled and running, as a newcomer starts one."""
    from jejak.store.place import place_for, remove

    made = Node(
        data=tmp_path_factory.mktemp("demo") / "node", port=free_port(), settings={"JEJAK_HOST": "127.0.0.1"}, runs="demo"
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


def test_from_a_laboratorys_result_to_a_released_contact(demo: Node, open_page: Any) -> None:
    page = open_page()
    reported(page, demo)
    run_over_all(page, demo)
    from_start(page, demo, "Kontak untuk dihubungi")
    assert page.locator("main tbody tr").count() == 50
    assert_accessible(page)
