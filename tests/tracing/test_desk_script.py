"""The sliders of a window say in words where they stand, in the very words of the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import CHROMIUM, SWITCHES

from jejak import tracing
from jejak.kernel.places import KUALA_LUMPUR
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

SCRIPT = Path(tracing.__file__).parent / "static" / "tracing" / "desk.js"
MIDNIGHT = datetime(2022, 1, 30, tzinfo=KUALA_LUMPUR)
FIRST, LAST = MIDNIGHT + timedelta(hours=9, minutes=42), MIDNIGHT + timedelta(hours=50, minutes=5)

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


def frame(language: str) -> str:
    slider = '<div><output></output><input type="range" id="{}" min="9" max="51" value="{}" data-mark></div>'
    return (
        f'<div data-window data-midnight="{MIDNIGHT.isoformat()}" data-first="{FIRST.isoformat()}"'
        f' data-last="{LAST.isoformat()}" data-language="{language}">'
        f"{slider.format('start', 9)}{slider.format('end', 51)}</div>"
    )


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        # A reader abroad still reads Malaysian time.
        yield browser.new_page(timezone_id="America/New_York", locale="de-DE")
        browser.close()


def said(page: Page, slider: str) -> str:
    return page.eval_on_selector(f"div:has(> #{slider}) > output", "output => output.textContent")


def move(page: Page, slider: str, value: int) -> None:
    page.eval_on_selector(
        f"#{slider}",
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_slider_says_what_the_page_would_say(page: Page, language: str) -> None:
    page.set_content(frame(language))
    page.add_script_tag(path=SCRIPT)
    for mark in range(10, 51):
        move(page, "end", 51)
        move(page, "start", mark)
        assert said(page, "start") == words.moment(MIDNIGHT + timedelta(hours=mark), language=language)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_ends_of_a_window_are_said_to_the_minute(page: Page, language: str) -> None:
    page.set_content(frame(language))
    page.add_script_tag(path=SCRIPT)
    move(page, "start", 9)
    assert said(page, "start") == words.moment(FIRST, language=language)
    assert said(page, "end") == words.moment(LAST, language=language)


def test_the_sliders_never_cross(page: Page) -> None:
    page.set_content(frame("en"))
    page.add_script_tag(path=SCRIPT)
    move(page, "end", 20)
    move(page, "start", 30)
    assert page.input_value("#end") == "31"
    move(page, "end", 12)
    assert page.input_value("#start") == "11"
