"""What the first hour promises in numbers is what the demo does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jejak.demo import accounts, morning
from jejak.tracing.actions.listing import PAGE_LENGTH
from jejak.tracing.noticerules import LARGE_BATCH

HERE = Path(__file__).parents[2] / "docs/tutorial"
TEXT = (HERE / "first-hour.md").read_text(encoding="utf-8")
KNOWN, WITHOUT_A_DATE = 1, 1
NEW = morning.FORTY - morning.REPORTED


@pytest.mark.parametrize(
    "said",
    [
        f"{NEW + KNOWN + WITHOUT_A_DATE} rows, of which {NEW} become cases",
        f"With the {morning.REPORTED} reported before there are {morning.FORTY}",
        f"*Show the names of this page* names {PAGE_LENGTH}",
        f"more than {PAGE_LENGTH} people, so it waits for a second person",
        f"Choose more than {LARGE_BATCH} at once",
        f"--as {accounts.OFFICER.email}",
    ],
)
def test_the_first_hour_says_what_the_demo_does(said: str) -> None:
    assert said in " ".join(TEXT.split())


def test_a_dozen_met_before() -> None:
    assert "a dozen of them met five days before" in " ".join(TEXT.split())
    assert (morning.MET, morning.MET_BEFORE) == (12, 5)


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", TEXT)
    assert links
    assert all((HERE / link).exists() for link in links)
