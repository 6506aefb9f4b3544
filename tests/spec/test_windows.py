"""From which day to which a case is traced: tables to read without knowing the program.

Days of March 2022. ``free`` is the first day without symptoms, where it is known. The profile is that of COVID-19.
"""

from __future__ import annotations

from datetime import date

import pytest

from jejak.kernel.places import local_day
from jejak.tracing.windows import COVID_19, Dates, Direction, exposed, infectious, window


def march(day: int) -> date:
    return date(2022, 3, day)


#   onset  sample  free   first  last
FORWARD = [
    ("ill, still with symptoms", 10, None, None, 8, 23),
    ("ill, free of symptoms early", 10, None, 14, 8, 23),
    ("ill, free of symptoms late", 10, None, 24, 8, 27),
    ("onset counts, not the sample", 10, 12, None, 8, 23),
    ("never ill", None, 10, None, 8, 20),
]


@pytest.mark.parametrize(
    ("onset", "sample", "free", "first", "last"), [row[1:] for row in FORWARD], ids=[row[0] for row in FORWARD]
)
def test_whom_a_case_may_have_infected(
    onset: int | None, sample: int | None, free: int | None, first: int, last: int
) -> None:
    dates = Dates(*(None if day is None else march(day) for day in (onset, sample, free)))
    assert infectious(dates=dates, days=COVID_19) == (march(first), march(last))


@pytest.mark.parametrize(("onset", "sample", "first", "last"), [(10, None, 4, 10), (None, 10, 4, 10), (10, 12, 4, 10)])
def test_where_a_case_may_have_been_infected(onset: int | None, sample: int | None, first: int, last: int) -> None:
    dates = Dates(*(None if day is None else march(day) for day in (onset, sample)))
    assert exposed(dates=dates, days=COVID_19) == (march(first), march(last))


def test_a_window_ends_today_for_nobody_was_anywhere_tomorrow() -> None:
    found = window(direction=Direction.FORWARD, dates=Dates(march(10), None), days=COVID_19, today=march(12))
    assert (local_day(found.start), local_day(found.end)) == (march(8), march(13))


def test_a_window_needs_a_day_to_count_from() -> None:
    with pytest.raises(ValueError, match="onset or a sample"):
        infectious(dates=Dates(None, None), days=COVID_19)
    with pytest.raises(ValueError, match="onset or a sample"):
        exposed(dates=Dates(None, None), days=COVID_19)
