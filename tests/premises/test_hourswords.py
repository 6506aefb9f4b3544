"""Opening hours in one cell, as people write them in Malay and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from premises.weeks import every_day

from jejak.premises.errors import OpeningHoursWrong
from jejak.premises.hourswords import read_hours
from jejak.premises.rules import ALWAYS_OPEN, OpeningHours, opening_hours

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def week(**days: list[list[str]]) -> OpeningHours:
    return opening_hours(days)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-22:00", every_day((540, 1320))),
        ("9.00 - 22.00", every_day((540, 1320))),
        ("9am-10pm", every_day((540, 1320))),
        ("12am to 12pm", every_day((0, 720))),
        ("Setiap hari 09:00 hingga 22:00", every_day((540, 1320))),
        ("daily: 09:00–24:00", every_day((540, 1440))),
        ("10:00-00:00", every_day((600, 1440))),
        ("18:00-02:00", every_day((1080, 1560))),
        ("24 jam", ALWAYS_OPEN),
        ("24/7", ALWAYS_OPEN),
        ("Setiap hari 24 jam", ALWAYS_OPEN),
        ("Isnin-Jumaat 09:00-17:00", week(**{key: [["09:00", "17:00"]] for key in WORKDAYS})),
        ("Mon to Fri 9am-5pm; Sat, Sun closed", week(**{key: [["09:00", "17:00"]] for key in WORKDAYS})),
        ("Sabtu & Ahad 10:00-18:00", week(sat=[["10:00", "18:00"]], sun=[["10:00", "18:00"]])),
        ("Sabtu-Isnin 10:00-18:00", week(**{key: [["10:00", "18:00"]] for key in ("sat", "sun", "mon")})),
        ("Jumaat 08:00-12:00, 14:30-17:00", week(fri=[["08:00", "12:00"], ["14:30", "17:00"]])),
        ("09:00-22:00; Jumaat tutup", week(**{d: [["09:00", "22:00"]] for d in ("mon", "tue", "wed", "thu", "sat", "sun")})),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(text: str, hours: OpeningHours) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize(
    "text",
    ["", ";", "tutup", "bila-bila", "9-", "25:00-26:00", "13pm-14pm", "Funday 09:00-10:00", "09:00-09:00",
     "09:00-22:00 lebih kurang", "Isnin 09:00-22:00 18:00-23:00", "tutup 09:00", "1" * 400],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(OpeningHoursWrong):
        read_hours(text)


@given(st.text(max_size=80))
def test_whatever_stands_there_is_a_week_or_refused(text: str) -> None:
    try:
        found = read_hours(text)
    except OpeningHoursWrong:
        return
    assert opening_hours(found.document()) == found


@given(
    opens=st.integers(0, 1439),
    closes=st.integers(0, 1439),
    separator=st.sampled_from(["-", " - ", "–", " hingga ", " to "]),
)
def test_every_pair_of_times_reads_as_the_week_of_the_form(opens: int, closes: int, separator: str) -> None:
    first, last = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in (opens, closes))
    document = {
        key: [[first, "24:00" if closes == 0 else last]] for key in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    try:
        expected = opening_hours(document)
    except OpeningHoursWrong:
        with pytest.raises(OpeningHoursWrong):
            read_hours(f"{first}{separator}{last}")
    else:
        assert read_hours(f"{first}{separator}{last}") == expected
