"""When a contact is due, overdue and released: to read without knowing the program.

The last exposure was on 10 March, the notice came on 12 March, the disease is followed for 10 days.
"""

from __future__ import annotations

from datetime import date

import pytest

from jejak.tracing.followrules import Basis, Said, due_after, facts_after, is_ill, is_over, is_overdue, last_day, plan
from jejak.tracing.quarantine import MARCH_2022, read

TABLE = read(MARCH_2022)

# what is known         extended to  apart as long   at home until   followed until   tests on
PLANS = """
  nothing               -            -               17              20               -
  boosted               -            -               15              20               -
  boosted,well          -            -               -               20               13
  boosted,ill           -            -               15              20               -
  full                  -            -               15              20               -
  full,recovered        -            -               -               20               -
  nothing               24           no              17              24               -
  nothing               24           yes             24              24               -
  full,recovered        24           yes             24              24               -
"""
KNOWN = {
    "boosted": {"vaccination": "boosted"}, "full": {"vaccination": "full"}, "well": {"symptoms": False},
    "ill": {"symptoms": True}, "recovered": {"recovered_within_60_days": True}, "nothing": {},
}  # fmt: skip
ROWS = [" ".join(line.split()) for line in PLANS.strip().splitlines()]


def day(text: str) -> date | None:
    return None if text == "-" else date(2022, 3, int(text))


@pytest.mark.parametrize("row", ROWS)
def test_until_when_a_contact_is_followed(row: str) -> None:
    known, extended, apart, home, until, *tests = row.split()
    facts = {name: value for part in known.split(",") for name, value in KNOWN[part].items()}
    basis = Basis(date(2022, 3, 10), date(2022, 3, 12), 10, facts, day(extended), apart == "yes")
    found = plan(table=TABLE, basis=basis)
    assert (found.quarantine_until, found.until) == (day(home), day(until))
    assert list(found.tests) == [day(text) for text in tests if text != "-"]


# heard of on   today   due on   stands as
STANDINGS = """
  -             12      12       due
  -             13      12       overdue
  12            12      13       heard
  12            13      13       due
  12            14      13       overdue
  20            20      21       heard
  20            21      21       over
  -             21      12       over
"""


@pytest.mark.parametrize("row", [" ".join(line.split()) for line in STANDINGS.strip().splitlines()])
def test_where_a_contact_stands_who_is_followed_until_the_20th(row: str) -> None:
    heard, today, due, standing = row.split()
    until, now, on = date(2022, 3, 20), date(2022, 3, int(today)), date(2022, 3, 12)
    said = day(heard)
    on = due_after(heard=said, until=until) if said else on
    assert on == day(due)
    assert is_over(until=until, today=now) == (standing == "over")
    if standing != "over":
        assert is_overdue(due_on=on, until=until, today=now) == (standing == "overdue")
        assert (on == now) == (standing == "due")


def test_who_has_symptoms_or_a_positive_test_is_ill() -> None:
    assert not is_ill(Said(well=True, test="negative"))
    assert is_ill(Said(well=True, test="positive"))
    assert is_ill(Said(well=False, symptoms=("cough",)))


def test_who_had_symptoms_once_had_them() -> None:
    ill = facts_after(facts={}, said=Said(well=False, symptoms=("cough",)))
    assert facts_after(facts=ill, said=Said(well=True)) == {"symptoms": True}
    assert facts_after(facts={}, said=Said(well=True)) == {"symptoms": False}


def test_an_exposure_that_ended_at_midnight_was_the_day_before() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    kuala_lumpur = ZoneInfo("Asia/Kuala_Lumpur")
    assert last_day(datetime(2022, 3, 11, tzinfo=kuala_lumpur)) == date(2022, 3, 10)
    assert last_day(datetime(2022, 3, 11, 0, 1, tzinfo=kuala_lumpur)) == date(2022, 3, 11)
