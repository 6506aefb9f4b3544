"""Registration numbers as certificates print them and people type them; what is none is told how to be written."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.premises import registration
from jejak.premises.errors import DetailsWrong
from jejak.premises.registration import Registration


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("202003123456", "202003123456", "business"),
        ("2020 0312 3456", "202003123456", "business"),
        ("201901000005", "201901000005", "company"),
        ("198002000012", "198002000012", "foreign"),
        ("202104000123", "202104000123", "partnership"),
        ("1234567-X", "1234567-X", "company"),
        ("1234567x", "1234567-X", "company"),
        ("672-T", "672-T", "company"),
        ("1234567\u2013X", "1234567-X", "company"),
        ("SA0123456-X", "SA0123456-X", "business"),
        ("sa 0123456 x", "SA0123456-X", "business"),
        ("001234567-K", "001234567-K", "business"),
        ("LLP0012345-LGN", "LLP0012345-LGN", "partnership"),
        ("llp0012345lca", "LLP0012345-LCA", "partnership"),
        ("MBSA/L/2021/00123", "MBSA/L/2021/00123", "other"),
        ("L 8.123", "L 8.123", "other"),
        ("\uff11\uff12\uff13\uff14\uff15\uff16\uff17-X", "1234567-X", "company"),
    ],
)
def test_a_number_is_kept_in_its_usual_spelling(typed: str, text: str, kind: str) -> None:
    assert registration.read(typed) == Registration(text, kind)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("20200312345", "ssm-digits"),
        ("2020031234567", "ssm-digits"),
        ("312003123456", "ssm-year"),
        ("202007123456", "ssm-kind"),
        ("202000123456", "ssm-kind"),
        ("LLP12345-LGN", "partnership-form"),
        ("LLP0012345", "partnership-form"),
        ("Tiada", "number-form"),
        ("-", "number-form"),
        ("1<script>", "number-form"),
        ("=1+1", "number-form"),
        ("MBSA" + "1" * 60, "number-form"),
        ("MBSA 1\x00", "number-form"),
        ("MBSA \u0661\u0662", "number-form"),
    ],
)
def test_what_is_no_number_is_told_why(typed: str, problem: str) -> None:
    with pytest.raises(DetailsWrong) as caught:
        registration.read(typed)
    assert (caught.value.field, caught.value.problem) == ("registration_number", problem)


@given(
    year=st.integers(1800, 2099),
    kind=st.sampled_from(sorted(registration.KINDS)),
    rest=st.integers(0, 999_999),
    gaps=st.sets(st.integers(1, 11)),
)
def test_every_number_of_twelve_digits_is_read_however_it_is_spaced(
    year: int, kind: str, rest: int, gaps: set[int]
) -> None:
    digits = f"{year}{kind}{rest:06d}"
    typed = "".join(f" {digit}" if at in gaps else digit for at, digit in enumerate(digits))
    assert registration.read(typed) == Registration(digits, registration.KINDS[kind])


@given(number=st.integers(0, 9_999_999), check=st.sampled_from(string.ascii_letters))
def test_every_old_company_number_reads_the_same_with_and_without_its_dash(number: int, check: str) -> None:
    assert registration.read(f"{number}-{check}") == registration.read(f"{number}{check}")
    assert registration.read(f"{number}-{check}").kind == "company"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_and_what_is_kept_reads_the_same_again(typed: str) -> None:
    try:
        found = registration.read(typed)
    except DetailsWrong as wrong:
        assert wrong.problem in {"ssm-digits", "ssm-year", "ssm-kind", "partnership-form", "number-form"}  # noqa: PT017
    else:
        assert registration.read(found.text) == found
        assert len(found.text) <= registration.LONGEST
        assert found.text.isascii()
