"""What a scanner types and what a queue sends is read, bounded, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from jejak.entrance.errors import ConsentMissing, NothingSent
from jejak.entrance.sent import Sent, card_code, names_in
from jejak.kernel.ids import uuid7

ID = str(uuid7())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0000000489SNZQM69Q", "0000000489SNZQM69Q"),
        (" 0000000489snzqm69q\n", "0000000489snzqm69q"),
        ("https://jejak.example/c/0000000489SNZQM69Q", "0000000489SNZQM69Q"),
        ("HTTPS://JEJAK.EXAMPLE/c/0000000489SNZQM69Q/", "0000000489SNZQM69Q"),
        ("0000-0004-89SN-ZQM6-9Q", "0000-0004-89SN-ZQM6-9Q"),
        ("", ""),
        ("x" * 5000, "x" * 40),
        ("https://elsewhere.example/?q=1", "https://elsewhere.example/?q=1"),
    ],
)
def test_a_scanner_types_the_code_or_the_address_that_the_card_holds(typed: str, code: str) -> None:
    assert card_code(typed) == code


def test_names_stand_one_a_line_or_with_commas_between() -> None:
    assert names_in("Adik, Abang;Kakak\n\n Along ,") == ("Adik", "Abang", "Kakak", "Along")
    assert names_in(" , \n") == ()


@pytest.mark.parametrize(
    ("item", "error"),
    [
        (None, NothingSent),
        ([], NothingSent),
        ({}, ConsentMissing),
        ({"id": ID, "name": "Ali", "phone": 12, "agree": True}, NothingSent),
        ({"id": ID, "name": "x" * 401, "phone": "0", "agree": True}, NothingSent),
        ({"id": ID, "name": "Ali", "phone": "0", "agree": 1}, ConsentMissing),
        ({"id": "x", "name": "Ali", "phone": "0", "agree": True}, NothingSent),
        ({"id": None, "card": "ABC"}, NothingSent),
    ],
)
def test_an_item_that_is_none_is_refused(item: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Sent.of_item(item)


def test_a_card_alone_says_who_comes() -> None:
    sent = Sent.of_item({"id": ID, "card": "ABC", "name": "Somebody", "phone": "012", "queued": True})
    assert (sent.visitor.card, sent.visitor.name, sent.visitor.phone) == ("ABC", "", "")
    assert sent.queued
