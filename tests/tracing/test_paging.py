"""Numbers in addresses, whatever somebody writes there."""

from __future__ import annotations

import pytest

from jejak.tracing import paging


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("007", 7), ("999999999", 999_999_999), ("1000000000", None), ("", None), ("-1", None), ("٣", None),
     ("²", None), ("1.5", None), (" 1", None)],
)  # fmt: skip
def test_a_number_is_plain_digits_and_not_too_many(text: str, number: int | None) -> None:
    assert paging.whole(text) == number


@pytest.mark.parametrize(("text", "page"), [("", 1), ("0", 1), ("x", 1), ("3", 3)])
def test_a_page_that_makes_no_sense_is_the_first(text: str, page: int) -> None:
    assert paging.page_asked(text) == page


@pytest.mark.parametrize(
    ("asked", "total", "there"), [(1, 0, 1), (0, 0, 1), (9, 0, 1), (2, 50, 1), (2, 51, 2), (3, 51, 2), (-4, 51, 1)]
)
def test_a_page_beyond_the_list_is_its_last(asked: int, total: int, there: int) -> None:
    assert paging.page_there(asked, total=total, length=50) == there
