"""Days, times, lengths and phone numbers as people write them."""

from datetime import date, datetime

import pytest

from jejak.ui import words


@pytest.mark.parametrize(
    ("at", "malay", "english"),
    [
        ("00:00", "12.00 tengah malam", "12:00 am"),
        ("00:59", "12.59 tengah malam", "12:59 am"),
        ("01:00", "1.00 pagi", "1:00 am"),
        ("11:59", "11.59 pagi", "11:59 am"),
        ("12:00", "12.00 tengah hari", "12:00 pm"),
        ("13:59", "1.59 tengah hari", "1:59 pm"),
        ("14:00", "2.00 petang", "2:00 pm"),
        ("15:15", "3.15 petang", "3:15 pm"),
        ("18:59", "6.59 petang", "6:59 pm"),
        ("19:00", "7.00 malam", "7:00 pm"),
        ("23:59", "11.59 malam", "11:59 pm"),
    ],
)
def test_times_name_the_part_of_the_day(at: str, malay: str, english: str) -> None:
    moment = datetime.fromisoformat(f"2022-01-21T{at}:30+08:00")
    assert words.clock(moment, language="ms") == malay
    assert words.clock(moment, language="en") == english


def test_days_are_written_out() -> None:
    assert words.day(date(2022, 1, 21), language="ms") == "21 Januari 2022"
    assert words.day(date(2022, 8, 1), language="ms") == "1 Ogos 2022"
    assert words.day(date(2022, 8, 1), language="en") == "1 August 2022"


def test_a_week_begins_on_monday() -> None:
    assert words.weekday(date(2022, 1, 17).weekday(), language="ms") == "Isnin"
    assert words.weekday(date(2022, 1, 23).weekday(), language="ms") == "Ahad"
    assert words.weekday(date(2022, 1, 23).weekday(), language="en-GB") == "Sunday"


def test_a_moment_is_its_day_and_its_time() -> None:
    moment = datetime.fromisoformat("2022-03-23T15:15:00+08:00")
    assert words.moment(moment, language="ms") == "23 Mac 2022, 3.15 petang"
    assert words.moment(moment, language="en") == "23 March 2022, 3:15 pm"


@pytest.mark.parametrize(
    ("length", "malay", "english"),
    [
        (0, "0 min", "0 min"),
        (45.9, "45 min", "45 min"),
        (60, "1 j", "1 h"),
        (80, "1 j 20 min", "1 h 20 min"),
        (1440, "24 j", "24 h"),
    ],
)
def test_lengths_are_hours_and_minutes_rounded_down(length: float, malay: str, english: str) -> None:
    assert words.minutes(length, language="ms") == malay
    assert words.minutes(length, language="en-gb") == english


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("+60123456789", "012-345 6789"),
        ("0123456789", "012-345 6789"),
        ("+601112345678", "011-1234 5678"),
        ("+60355443322", "03-5544 3322"),
        ("+6581234567", "+65 8123 4567"),
        ("tiada", "tiada"),
    ],
)
def test_phones_are_written_as_people_write_them(given: str, written: str) -> None:
    assert words.phone(given) == written


def test_an_unknown_language_reads_malay() -> None:
    assert words.day(date(2022, 5, 2), language="fr") == "2 Mei 2022"
