"""Nothing below ten leaves, and nothing that left gives it away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jejak.insights.rules import LEAST, in_steps, publishable

CELLS = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), st.integers(0, 60), min_size=1, max_size=17)


@given(CELLS)
def test_no_number_below_ten_is_published(cells: dict[str, int]) -> None:
    found = publishable(cells=cells)
    assert found.whole is None or found.whole >= LEAST
    assert all(value is None or value >= LEAST for value in found.cells.values())


@given(CELLS)
def test_what_is_hidden_cannot_be_had_by_subtracting(cells: dict[str, int]) -> None:
    found = publishable(cells=cells)
    hidden = [name for name, value in found.cells.items() if value is None]
    if found.whole is None or not hidden:
        return
    rest = found.whole - sum(value for value in found.cells.values() if value is not None)
    assert rest == sum(cells[name] for name in hidden)
    assert rest >= LEAST, "or a number below ten has left by the back door"
    assert len(hidden) > 1 or len(cells) == 1


@given(CELLS)
def test_what_is_shown_is_true_and_only_the_needed_is_hidden(cells: dict[str, int]) -> None:
    found = publishable(cells=cells)
    assert all(value in (None, cells[name]) for name, value in found.cells.items())
    assert found.whole in (None, sum(cells.values()))
    if min(cells.values()) >= LEAST:
        assert found.cells == cells


def test_a_single_small_number_takes_the_next_smallest_with_it() -> None:
    found = publishable(cells={"a": 3, "b": 40, "c": 12, "d": 100})
    assert found.cells == {"a": None, "b": 40, "c": None, "d": 100}
    assert found.whole == 155


def test_two_small_numbers_that_add_up_to_less_than_ten_take_a_third() -> None:
    assert publishable(cells={"a": 3, "b": 4, "c": 12, "d": 100}).cells == {"a": None, "b": None, "c": None, "d": 100}


def test_a_whole_below_ten_is_hidden_with_all_its_parts() -> None:
    found = publishable(cells={"a": 3, "b": 6})
    assert found.whole is None
    assert set(found.cells.values()) == {None}


@given(CELLS, CELLS)
def test_two_editions_differ_by_nothing_or_by_ten_at_least(before: dict[str, int], now: dict[str, int]) -> None:
    for name, value in in_steps(before=before, now=now).items():
        shown = before.get(name, 0)
        assert value == shown or abs(value - shown) >= LEAST
        assert abs(value - now[name]) < LEAST
