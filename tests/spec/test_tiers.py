"""How risky an exposure was, by the usual rules: to read without knowing the program."""

from __future__ import annotations

import pytest

from jejak.tracing.tiers import USUAL, Evidence, RulesInvalid, read, tier

PLACE = {"same-place": 1, "same-premises": 2, "other-zones": 3}

# minutes  nearness       people there  ends       doubts  tier
TABLE = """
  90       same-place     10            scanned    none    1
  60       same-place     50            scanned    none    1
  59       same-place     10            scanned    none    2
  90       same-place     51            scanned    none    3
  240      same-place     400           estimated  none    1
  90       same-place     10            estimated  none    2
  15       same-place     50            estimated  none    2
  14       same-place     10            scanned    none    4
  60       same-premises  50            scanned    none    2
  59       same-premises  50            scanned    none    3
  15       same-premises  900           estimated  some    3
  90       same-place     10            scanned    some    3
  600      other-zones    10            scanned    none    4
"""
ROWS = TABLE.strip().splitlines()


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row.split()) for row in ROWS])
def test_the_tier_of_an_exposure(row: str) -> None:
    minutes, near, crowd, ends, doubts, expected = row.split()
    evidence = Evidence(int(minutes), PLACE[near], int(crowd), ends == "estimated", doubts == "some")
    assert tier(evidence=evidence, rules=read(USUAL)) == int(expected)


def test_without_rules_everything_is_the_least() -> None:
    assert tier(evidence=Evidence(600, 1, 2, estimated=False, doubtful=False), rules=()) == 4


@pytest.mark.parametrize(
    "rule",
    [
        {"minutes": 15},
        {"tier": 4},
        {"tier": 0},
        {"tier": 1, "minutes": -1},
        {"tier": 1, "minutes": True},
        {"tier": 1, "near": 4},
        {"tier": 1, "weather": 3},
        {"tier": 1, "estimated": 1},
    ],
)
def test_a_rule_that_asks_something_unknown_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(RulesInvalid):
        read([rule])
