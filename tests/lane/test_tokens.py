"""Visitor tokens, form numbers and receipts: made, read back, and refused when touched."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.ids import uuid7
from jejak.kernel.keys import Keyring
from jejak.lane.errors import ReceiptUnknown, VisitorUnknown
from jejak.lane.tokens import Receipt, Tokens

NOW = datetime(2022, 1, 21, tzinfo=UTC)
RING = Keyring([]).completed(now=NOW)
TOKENS = Tokens(RING, visit_days=90)
NUMBERS = st.integers(0, 2**63 - 1)
TEXT = st.text(max_size=80)
VISITS = st.uuids(version=4).map(str)


@given(NUMBERS, NUMBERS)
def test_a_token_says_person_and_device_and_is_the_same_each_time(person: int, device: int) -> None:
    token = TOKENS.visitor(person=person, device=device, ms=time.time_ns() // 1_000_000)
    assert TOKENS.read_visitor(token) == (person, device)
    assert token == TOKENS.visitor(person=person, device=device, ms=time.time_ns() // 1_000_000)
    assert len(token) == 48


@given(NUMBERS, NUMBERS, st.integers(0, 47), st.characters())
def test_a_token_with_one_character_changed_is_refused(person: int, device: int, at: int, letter: str) -> None:
    token = TOKENS.visitor(person=person, device=device, ms=time.time_ns() // 1_000_000)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(VisitorUnknown):
            TOKENS.read_visitor(changed)


@given(TEXT)
def test_any_other_text_is_no_token_and_no_receipt(text: str) -> None:
    with pytest.raises(VisitorUnknown):
        TOKENS.read_visitor(text)
    with pytest.raises(ReceiptUnknown):
        TOKENS.read_receipt(text)
    assert not TOKENS.form_holds(visit="x", poster=1, signature=text)


def test_another_nodes_token_is_refused() -> None:
    other = Tokens(Keyring([]).completed(now=NOW), visit_days=90)
    with pytest.raises(VisitorUnknown):
        TOKENS.read_visitor(other.visitor(person=1, device=2, ms=time.time_ns() // 1_000_000))


def test_a_receipt_is_no_token_although_both_are_sealed() -> None:
    receipt = TOKENS.receipt(Receipt(0, 1, str(uuid7()), 2)).decode()
    with pytest.raises(VisitorUnknown):
        TOKENS.read_visitor(receipt)


@given(st.integers(0, 39), st.integers(1, 2**38 - 1), VISITS, st.integers(0, 2**48 - 1))
def test_a_receipt_is_read_back(flags: int, poster: int, visit: str, until: int) -> None:
    receipt = Receipt(flags, poster, visit, until)
    text = TOKENS.receipt(receipt).decode()
    assert TOKENS.read_receipt(text) == receipt
    assert visit not in text


@given(VISITS, st.integers(1, 2**38 - 1))
def test_a_forms_number_holds_for_its_poster_only(visit: str, poster: int) -> None:
    signature = TOKENS.form(visit=visit, poster=poster)
    assert TOKENS.form_holds(visit=visit, poster=poster, signature=signature)
    assert not TOKENS.form_holds(visit=visit, poster=poster + 1, signature=signature)
    assert not TOKENS.form_holds(visit=str(uuid7()), poster=poster, signature=signature)


@pytest.mark.parametrize("purpose", ["visitor", "form", "receipt"])
def test_what_an_older_key_made_is_still_read_after_a_rotation(purpose: str) -> None:
    later = Tokens(RING.rotated(purpose=purpose, now=NOW), visit_days=90)
    visit = str(uuid7())
    assert later.read_visitor(TOKENS.visitor(person=1, device=2, ms=time.time_ns() // 1_000_000)) == (1, 2)
    assert later.read_receipt(TOKENS.receipt(Receipt(1, 2, visit, 3)).decode()).poster == 2
    assert later.form_holds(visit=visit, poster=1, signature=TOKENS.form(visit=visit, poster=1))
    key = b"k" * 16
    assert later.device(visit=visit, premises=1, door_key=key) == TOKENS.device(visit=visit, premises=1, door_key=key)


def test_a_device_depends_on_visit_place_and_person() -> None:
    visit = str(uuid7())
    numbers = {
        TOKENS.device(visit=visit, premises=1, door_key=b"a" * 16),
        TOKENS.device(visit=visit, premises=1, door_key=b"b" * 16),
        TOKENS.device(visit=visit, premises=2, door_key=b"a" * 16),
        TOKENS.device(visit=str(uuid7()), premises=1, door_key=b"a" * 16),
    }
    assert len(numbers) == 4
    assert all(0 <= number < 2**63 for number in numbers)


DAY = 86_400_000
LONG_AGO = 1_700_000_000_000


def test_a_token_not_used_for_longer_than_visits_are_kept_names_nobody() -> None:
    token = TOKENS.visitor(person=1, device=2, ms=LONG_AGO)
    assert TOKENS.read_visitor(token, ms=LONG_AGO + 90 * DAY) == (1, 2)
    with pytest.raises(VisitorUnknown):
        TOKENS.read_visitor(token, ms=LONG_AGO + 91 * DAY)


def test_a_token_in_use_is_handed_out_afresh_after_thirty_days() -> None:
    token = TOKENS.visitor(person=1, device=2, ms=LONG_AGO)
    assert TOKENS.renewed(token, ms=LONG_AGO + 30 * DAY) == token
    fresh = TOKENS.renewed(token, ms=LONG_AGO + 31 * DAY)
    assert fresh != token
    assert TOKENS.read_visitor(fresh, ms=LONG_AGO + 121 * DAY) == (1, 2)


def test_a_queued_check_in_does_not_make_a_token_younger_than_it_was() -> None:
    token = TOKENS.visitor(person=1, device=2, ms=LONG_AGO)
    assert TOKENS.renewed(token, ms=LONG_AGO - 3 * DAY) == token
