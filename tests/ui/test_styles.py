"""The stylesheets: one set of tokens, colours that can be read, nothing inline that the security policy would refuse."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[2] / "src" / "jejak"
STATIC = ROOMS / "ui" / "static" / "ui"
AA = 4.5
AA_LINES = 3.0

MEANINGS = ("good", "attention", "stop", "neutral")
TEXT_ON_GROUND = [
    *product(("ink", "grey-3", "brand", "accent-ink", *MEANINGS), ("paper", "grey-1")),
    *((meaning, f"{meaning}-tint") for meaning in MEANINGS),
    *(("ink", f"{meaning}-tint") for meaning in (*MEANINGS, "brand")),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-strong", "brand-tint"),
    ("brand", "brand-tint"),
    ("on-accent", "accent"),
    ("paper", "stop"),
]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme; dark ones fall back on the light."""
    light, dark = block(STATIC / "jejak.css").split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark)) if scheme == "dark" else found


def block(sheet: Path) -> str:
    """Return what stands between the token marks."""
    found = re.search(r"/\* tokens \*/(.*?)/\* end of tokens \*/", sheet.read_text(), re.DOTALL)
    assert found
    return found[1]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours. Source: WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_both_sheets_have_the_same_tokens() -> None:
    assert block(STATIC / "jejak.css") == block(STATIC / "checkin.css")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: str) -> None:
    colours = tokens(scheme)
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text, ground in TEXT_ON_GROUND
        if contrast(colours[text], colours[ground]) < AA
    }
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(scheme: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours["grey-3"], colours["paper"]) >= AA_LINES


HOURS = re.compile(r"^\.hour-(\d) \{ background: (#\w+); color: (#\w+); \}$", re.MULTILINE)


def test_the_colours_of_the_hour_can_be_read_at_arms_length() -> None:
    rules = HOURS.findall((STATIC / "checkin.css").read_text())
    assert [number for number, *_ in rules] == list("01234567")
    for _, ground, text in rules:
        assert contrast(ground, text.replace("#fff", "#ffffff") if text == "#fff" else text) >= 6


def test_the_colours_of_the_hour_are_those_of_the_receipt_everywhere() -> None:
    sheets = {str(path.relative_to(ROOMS)): HOURS.findall(path.read_text()) for path in ROOMS.glob("*/static/**/*.css")}
    with_hours = {name: rules for name, rules in sheets.items() if rules}
    assert set(with_hours) == {"ui/static/ui/checkin.css", "ui/static/ui/jejak.css"}
    assert with_hours["ui/static/ui/jejak.css"] == with_hours["ui/static/ui/checkin.css"]


def test_no_template_carries_styles_or_scripts_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=|\son(?!e=)[a-z]+=|javascript:", re.IGNORECASE)
    code = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
    guilty = [
        str(path.relative_to(ROOMS))
        for path in ROOMS.glob("*/templates/**/*.html")
        if inline.search(path.read_text()) or code.search(path.read_text())
    ]
    assert not guilty
