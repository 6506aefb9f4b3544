"""The check-in pages as the lane gets them."""

import re
from pathlib import Path
from string import Formatter

import pytest
from django.contrib.staticfiles import finders

from jejak.visits import skeletons

PAGES = [(language, page) for language in skeletons.LANGUAGES for page in skeletons.SLOTS]
FIRST_LOAD = 50_000
ATTRIBUTES = {"consent_checked", "remember_checked", "ticked_checked", "add_open"}


@pytest.fixture(scope="module")
def pages() -> dict[tuple[str, str], str]:
    return skeletons.render_all()


@pytest.mark.parametrize(("language", "page"), PAGES)
def test_a_page_has_exactly_the_slots_that_the_lane_fills(
    pages: dict[tuple[str, str], str], language: str, page: str
) -> None:
    assert set(re.findall(r"⟦(\w+)⟧", pages[language, page])) == skeletons.SLOTS[page]


@pytest.mark.parametrize(
    ("language", "piece"), [(one, piece) for one in skeletons.LANGUAGES for piece in skeletons.PIECES]
)
def test_a_piece_has_exactly_the_slots_that_the_lane_fills(
    pages: dict[tuple[str, str], str], language: str, piece: str
) -> None:
    assert set(re.findall(r"⟦(\w+)⟧", pages[language, piece])) == skeletons.PIECES[piece]


@pytest.mark.parametrize(("language", "page"), PAGES)
def test_a_page_speaks_one_language_and_leads_to_the_other(
    pages: dict[tuple[str, str], str], language: str, page: str
) -> None:
    other = "en" if language == "ms" else "ms"
    assert f'<html lang="{language}">' in pages[language, page]
    assert f'href="?lang={other}"' in pages[language, page]
    assert f'<strong lang="{language}" aria-current="true">' in pages[language, page]


@pytest.mark.parametrize("language", skeletons.LANGUAGES)
def test_the_first_load_is_light(pages: dict[tuple[str, str], str], language: str) -> None:
    html = pages[language, "new"]
    names = {address.split("/static/")[1] for address in re.findall(r'(?:href|src)="([^"]+\.(?:css|js|svg))"', html)}
    assert {"ui/checkin.css", "ui/checkin.js", "ui/mark.svg"} == names
    sizes = [Path(str(finders.find(name))).stat().st_size for name in names]
    assert len(html.encode()) + sum(sizes) < FIRST_LOAD / 2


@pytest.mark.parametrize("language", skeletons.LANGUAGES)
def test_the_first_check_in_says_what_why_how_long_and_who(pages: dict[tuple[str, str], str], language: str) -> None:
    html = pages[language, "new"]
    before_button = html[: html.index("<button")]
    assert before_button.count("<dt>") == 4
    assert "90 " in before_button
    assert 'name="agree"' in before_button


def test_a_slot_never_stands_unquoted_in_an_attribute(pages: dict[tuple[str, str], str]) -> None:
    for html in pages.values():
        for tag in re.findall(r"<[a-z][^>]*>", html):
            outside = re.sub(r'"[^"]*"', "", tag)
            assert set(re.findall(r"⟦(\w+)⟧", outside)) <= ATTRIBUTES


def test_every_refusal_is_said_in_both_languages() -> None:
    said = skeletons.render_messages()
    assert said["ms"].keys() == said["en"].keys() == skeletons.MESSAGES.keys()
    for code in skeletons.MESSAGES:
        assert said["ms"][code] != said["en"][code], code
        assert all(said["ms"][code])


def test_phrases_keep_their_values_in_both_languages() -> None:
    said = skeletons.render_phrases()
    for name, text in skeletons.PHRASES.items():
        wanted = {field for _, field, _, _ in Formatter().parse(text) if field}
        for language in skeletons.LANGUAGES:
            assert {field for _, field, _, _ in Formatter().parse(said[language][name]) if field} == wanted


def test_the_words_of_the_hour_are_many_short_and_the_same_for_every_guard() -> None:
    words = skeletons.render_words()
    assert len(set(words["ms"])) == len(words["ms"]) >= 24
    assert all(len(word) <= 8 for word in words["ms"])
    assert all(english.startswith(malay) for malay, english in zip(words["ms"], words["en"], strict=True))


def test_a_template_with_a_slot_nobody_fills_is_refused() -> None:
    with pytest.raises(ValueError, match="surprise"):
        skeletons._same_slots(page="error", html="⟦surprise⟧")
