"""What an address says about a list."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.tracing.state import View

START = datetime(2022, 1, 10, 9, tzinfo=KUALA_LUMPUR)
WINDOW = Period(START, START + timedelta(days=2))


def read(**query: str) -> View:
    return View.read(query, window=WINDOW, minutes=15)


def test_an_address_without_a_query_shows_the_search_as_it_was_asked() -> None:
    view = read()
    assert (view.period, view.minutes, view.order, view.page) == (WINDOW, 15, "near", 1)


def test_an_address_narrows_sorts_and_pages() -> None:
    view = read(minutes="30", start="24", end="48", sort="first", page="3")
    assert view.period == Period(START + timedelta(hours=15), START + timedelta(hours=39))
    assert (view.minutes, view.order, view.page) == (30, "first", 3)


@given(st.dictionaries(st.sampled_from(["minutes", "start", "end", "sort", "page", "who"]), st.text(max_size=8)))
def test_no_address_makes_a_view_that_cannot_be(query: dict[str, str]) -> None:
    view = View.read(query, window=WINDOW, minutes=15)
    assert WINDOW.start <= view.period.start < view.period.end <= WINDOW.end
    assert 1 <= view.minutes <= 720
    assert view.page >= 0
    assert set(view.chosen((7, 8))) <= {7, 8}


@pytest.mark.parametrize(
    ("who", "persons", "chosen"),
    [
        ("", (7,), (7,)),
        ("", (7, 8), ()),
        ("2", (7, 8), (8,)),
        ("all", (7, 8), (7, 8)),
        ("3", (7, 8), ()),
        ("0", (7, 8), ()),
        ("-1", (7, 8), ()),
        ("²", (7, 8), ()),
        ("7", (7,), (7,)),
    ],
)
def test_nobody_is_meant_until_one_of_several_names_is_chosen(
    who: str, persons: tuple[int, ...], chosen: tuple[int, ...]
) -> None:
    assert read(who=who).chosen(persons) == chosen
