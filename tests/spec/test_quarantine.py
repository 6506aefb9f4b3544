"""How long a close contact stays apart under the table of 1 March 2022: to read without knowing the program.

The last exposure is on 10 March. ``?`` is a fact that nobody knows.
"""

from __future__ import annotations

from datetime import date

import pytest

from jejak.tracing import quarantine
from jejak.tracing.quarantine import MARCH_2022, TableInvalid, in_force, read, stay

# vaccination  symptoms  infected within 60 days   until   tests
TABLE = """
  boosted      no        no                        -       11 13
  boosted      yes       no                        15      -
  boosted      ?         no                        15      -
  boosted      ?         ?                         15      -
  full         no        no                        15      -
  full         yes       no                        15      -
  full         yes       yes                       -       -
  boosted      yes       yes                       -       -
  partial      no        no                        17      -
  partial      no        yes                       17      -
  none         no        yes                       17      -
  ?            ?         ?                         17      -
"""
ROWS = TABLE.strip().splitlines()
SAID = {"yes": True, "no": False}


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row.split()) for row in ROWS])
def test_until_when_a_contact_stays_apart(row: str) -> None:
    vaccination, symptoms, recovered, until, *tests = row.split()
    facts: dict[str, str | bool] = {} if vaccination == "?" else {"vaccination": vaccination}
    facts |= {"symptoms": SAID[symptoms]} if symptoms in SAID else {}
    facts |= {"recovered_within_60_days": SAID[recovered]} if recovered in SAID else {}
    found = stay(table=read(MARCH_2022), facts=facts, last_exposure=date(2022, 3, 10))
    assert found.until == (None if until == "-" else date(2022, 3, int(until)))
    assert [day.day for day in found.tests] == [int(day) for day in tests if day != "-"]


def test_the_table_of_the_day_holds() -> None:
    march = read(MARCH_2022)
    may = read(MARCH_2022 | {"valid_from": "2022-05-01"})
    assert in_force([may, march], on=date(2022, 2, 28)) is None
    assert in_force([may, march], on=date(2022, 3, 1)) is march
    assert in_force([may, march], on=date(2022, 4, 30)) is march
    assert in_force([may, march], on=date(2022, 5, 1)) is may


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"when": {"vaccination": "full"}, "days": 5, "tests": []}],
        [{"when": {"weather": "hot"}, "days": 5, "tests": []}, {"when": {}, "days": 7, "tests": []}],
        [{"when": {"symptoms": "perhaps"}, "days": 5, "tests": []}, {"when": {}, "days": 7, "tests": []}],
        [{"when": {}, "days": -1, "tests": []}],
        [{"when": {}, "days": 7, "tests": [99]}],
        [{"when": {}, "days": "7", "tests": []}],
        [{"days": 7, "tests": []}],
        ["seven days"],
    ],
)
def test_a_table_that_says_something_unknown_is_refused(rows: list[object]) -> None:
    with pytest.raises(TableInvalid):
        quarantine.read(MARCH_2022 | {"rows": rows})
