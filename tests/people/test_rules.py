"""Phone numbers and names as people type them at a door."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.people import errors, rules

TITLES = st.sampled_from(
    [
        "",
        "Encik ",
        "Puan ",
        "Dato' ",
        "Datuk Seri ",
        "Tan Sri Dato' Seri ",
        "Dr. ",
        "Hj. ",
        "Hajah ",
        "Mr ",
        "CIK ",
    ]
)
LETTERS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0123456789", "+60123456789"),
        ("012-345 6789", "+60123456789"),
        ("+60 12 345 6789", "+60123456789"),
        ("60123456789", "+60123456789"),
        ("0060123456789", "+60123456789"),
        ("01112345678", "+601112345678"),
        (
            "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
            "+60123456789",
        ),
        ("03-2161 8888", "+60321618888"),
        ("+65 8123 4567", "+6581234567"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(typed: str, number: str) -> None:
    assert rules.e164(phone=typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "012",
        "12345",
        "0123456789 ext 5",
        "hello",
        "+",
        "01234567890123",
        "+999 123",
        "0\x00123456789",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(errors.PhoneInvalid):
        rules.e164(phone=typed)


@pytest.mark.parametrize("typed", ["", " ", " - "])
def test_a_missing_number_is_called_missing(typed: str) -> None:
    with pytest.raises(errors.PhoneMissing):
        rules.e164(phone=typed)


@given(st.from_regex(r"(\+60|60|0)1[0-9]{8,9}", fullmatch=True))
def test_the_fast_path_agrees_with_the_library_wherever_that_knows_the_number(
    typed: str,
) -> None:
    number = phonenumbers.parse("+" + typed if typed.startswith("60") else typed, "MY")
    if phonenumbers.is_valid_number(number):
        assert rules.e164(phone=typed) == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(LETTERS)
def test_any_text_gives_a_number_or_a_refusal(typed: str) -> None:
    try:
        number = rules.e164(phone=typed)
    except errors.PersonRefused:
        return
    assert number[0] == "+"
    assert number[1:].isdecimal()
    assert rules.e164(phone=number) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ali bin Abu", "ALI BIN  ABU"),
        ("Ali bin Abu", "Encik Ali b. Abu"),
        ("Ali bin Abu", "\uff21\uff4c\uff49 Bin\u3000Abu"),
        ("Siti binti Hassan", "Dr. Hjh. Siti bt Hassan"),
        ("Siti binti Hassan", "Puan Siti Binte Hassan"),
        ("Muthu a/l Samy", "Muthu A/L. Samy"),
        ("Muthu a/l Samy", "muthu s/o samy"),
        ("Muthu a/l Samy", "Muthu anak lelaki Samy"),
        ("Devi a/p Raju", "Devi d/o Raju"),
        ("Jos\u00e9 \u00d1and\u00fa", "Jose Nandu"),
        ("Lim Goh Tong", "Tan Sri Dato' Seri Lim Goh Tong"),
        ("D'Cruz", "D\u2019Cruz"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert rules.fold_name(name=one) == rules.fold_name(name=other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ali bin Abu", "Ali binti Abu"),
        ("Tan Ah Kow", "Ah Kow"),
        ("Haji", "Hajah"),
        ("Muthu a/l Samy", "Muthu a/p Samy"),
        ("\u0bae\u0bc1\u0ba4\u0bcd\u0ba4\u0bc1", "\u0bae\u0ba4\u0ba4"),
        ("\u9673\u5927\u6587", "\u9673\u5c0f\u6587"),
    ],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert rules.fold_name(name=one) != rules.fold_name(name=other)


@given(LETTERS)
def test_folding_twice_changes_nothing(name: str) -> None:
    once = rules.fold_name(name=name)
    assert rules.fold_name(name=once) == once


@given(
    TITLES,
    st.from_regex(r"[A-Z][a-z]{2,9} (bin|binti|a/l) [A-Z][a-z]{4,9}", fullmatch=True),
)
def test_a_title_makes_nobody_else(title: str, name: str) -> None:
    assert rules.fold_name(name=title + name) == rules.fold_name(name=name.upper())


@given(LETTERS)
def test_a_tidied_name_is_shown_as_it_is(name: str) -> None:
    try:
        tidy = rules.tidy_name(name=name)
    except errors.PersonRefused:
        return
    assert rules.tidy_name(name=tidy) == tidy
    assert rules.fold_name(name=tidy)
    tidy.encode()


@pytest.mark.parametrize("name", ["...", "123", "Ali\x00", "\u202eilA", "\ud800x", "Jos\ufffd"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(errors.NameInvalid):
        rules.tidy_name(name=name)
