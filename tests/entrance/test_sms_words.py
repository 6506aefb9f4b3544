"""However somebody writes a check-in on a small phone, it is read alike, and nothing else is taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.entrance import texting
from jejak.entrance.texting import Asked
from jejak.formats import shortcode
from jejak.kernel.ids import is_uuid7, uuid7_time

CODE = shortcode.make(123_456_789)
A, B = CODE[:3], CODE[3:]
NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language", "rest"),
    [
        (f"MASUK {A}-{B}", "ms", ""),
        (f"masuk {CODE.lower()}", "ms", ""),
        (f"  Masuk   {A} {B}  ", "ms", ""),
        (f"MASUK {A} - {B} Ali bin Abu", "ms", "Ali bin Abu"),
        (f"MASUK{CODE}", "ms", ""),
        (f"masuk{A}-{B} Siti", "ms", "Siti"),
        (f"MASUK\n{A}-{B}\nSiti  binti Hassan", "ms", "Siti binti Hassan"),
        (f"Masuk: {A}-{B}, Siti", "ms", "Siti"),
        (f"IN {CODE} Tan Ah Kow", "en", "Tan Ah Kow"),
        (f"in {A}{B}", "en", ""),
        (f"CHECKIN {CODE}", "en", ""),
        (f"Check in {A} {B} Muthu a/l Samy", "en", "Muthu a/l Samy"),
        (f"check-in {CODE}", "en", ""),
        (f"in{CODE}", "en", ""),
        (f"\uff2d\uff21\uff33\uff35\uff2b {CODE}", "ms", ""),
    ],
)
def test_a_check_in_is_read_however_it_is_typed(text: str, language: str, rest: str) -> None:
    assert texting.read(text) == Asked(language, CODE, rest)


@pytest.mark.parametrize(
    "text", ["", " ", "helo", "Informasi penting", "STOP", "x" * 5000, "MASUK " * 1000, "\x00", "🦠"]
)
def test_what_asks_for_nothing_is_nothing(text: str) -> None:
    assert texting.read(text) is None or not texting.read(text).code  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("KELUAR", "ms"),
        (" keluar. ", "ms"),
        (f"Keluar {CODE}", "ms"),
        ("OUT", "en"),
        ("check out", "en"),
        ("CHECKOUT", "en"),
    ],
)
def test_leaving_is_read_too(text: str, language: str) -> None:
    assert texting.read(text) == Asked(language, leaving=True)


def test_a_mistyped_code_is_noticed_and_told_from_none() -> None:
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    assert texting.read(f"MASUK {wrong} Ali") == Asked("ms", "", f"{wrong} Ali")
    assert texting.read("IN") == Asked("en", "", "")


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    for prefix in ("", "MASUK ", f"MASUK {CODE} ", "in"):
        texting.read(prefix + text)


@given(st.binary(min_size=16, max_size=16), st.integers(min_value=0, max_value=10**15))
def test_a_message_always_makes_the_same_visit(key: bytes, microseconds: int) -> None:
    at = NOW + timedelta(microseconds=microseconds)
    visit = texting.visit_id(key=key, at=at)
    assert visit == texting.visit_id(key=key, at=at)
    assert is_uuid7(visit)
    assert timedelta() <= at - uuid7_time(visit) < timedelta(milliseconds=1)
    assert visit != texting.visit_id(key=bytes(b ^ 1 for b in key), at=at)


def test_late_is_what_waited_longer_than_ten_minutes() -> None:
    assert not texting.was_late(at=NOW, received_at=NOW + timedelta(minutes=10))
    assert texting.was_late(at=NOW, received_at=NOW + timedelta(minutes=10, seconds=1))


@pytest.mark.parametrize(
    ("sender", "expected"),
    [("60123456789", "+60123456789"), ("+60123456789", "+60123456789"), ("0123456789", "0123456789"), ("SHOP", "SHOP")],
)
def test_a_sender_without_its_plus_gets_it(sender: str, expected: str) -> None:
    assert texting.international(sender) == expected
