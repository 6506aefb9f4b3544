"""What the pages' script adds in a real browser: keys in tables, sliders in words, one send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import CHROMIUM, SWITCHES
from playwright.sync_api import Page, sync_playwright

from jejak import ui

SCRIPT = Path(ui.__file__).parent / "static" / "ui" / "jejak.js"

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]

TABLE = """<input data-search><table data-keys><tbody>
<tr><th><a href="#1" id="one">1</a></th></tr><tr><th><a href="#2" id="two">2</a></th></tr></tbody></table>"""
SLIDER = """<div data-slider data-as-time="ms"><output>15 min</output><input type="range" min="0" max="240"></div>"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser.new_page()
        browser.close()


def show(page: Page, body: str) -> Page:
    page.goto("about:blank")
    page.set_content(f"<!doctype html><html lang=ms><body>{body}</body></html>")
    page.add_script_tag(content=SCRIPT.read_text())
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_j_and_k_walk_the_rows_and_stop_at_the_ends(page: Page) -> None:
    show(page, TABLE)
    walked = []
    for key in "jjjkk":
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == ["one", "two", "two", "one", "one"]


def test_keys_typed_into_a_field_are_letters(page: Page) -> None:
    show(page, TABLE)
    page.keyboard.press("/")
    page.keyboard.type("jk/")
    assert page.input_value("[data-search]") == "jk/"


def test_a_slider_says_its_value_in_words(page: Page) -> None:
    show(page, SLIDER)
    page.fill("input", "80")
    assert page.inner_text("output") == "1 j 20 min"
    page.fill("input", "120")
    assert page.inner_text("output") == "2 j"


def test_a_form_is_sent_once(page: Page) -> None:
    show(page, '<form method="post" target="elsewhere"><button>Send</button></form><iframe name="elsewhere"></iframe>')
    page.evaluate(
        "window.went = 0; window.addEventListener('submit', (e) => { if (!e.defaultPrevented) window.went++; })"
    )
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('button').click()")
    assert page.evaluate("window.went") == 1
