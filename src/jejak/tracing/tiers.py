"""The risk tier of an exposure, by a rule set that is data: the first rule that fits; pure.

A rule set is a list of ``{"tier": 1, "minutes": 15, "near": 1, "crowd": 50, "estimated": false, "doubtful": false}``:
at least so many minutes, at least so near (1 same place … 3 other zones), at most so many people there at once, and
whether estimated ends or doubtful visits are allowed. What a rule does not name it does not ask. What no rule takes is
tier 4, the least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST: Final = 4
MOST_CROWD: Final = 100_000

USUAL: Final[Sequence[Mapping[str, int | bool]]] = (
    {"tier": 1, "minutes": 60, "near": 1, "crowd": 50, "estimated": False, "doubtful": False},
    {"tier": 1, "minutes": 240, "near": 1, "doubtful": False},
    {"tier": 2, "minutes": 15, "near": 1, "crowd": 50, "doubtful": False},
    {"tier": 2, "minutes": 60, "near": 2, "crowd": 50, "doubtful": False},
    {"tier": 3, "minutes": 15, "near": 2},
)
"""Where a disease's profile says nothing else: long and near first, crowds and estimates lower."""


class RulesInvalid(ValueError):
    """A rule set cannot be used."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an exposure: whole minutes, nearness from 1, people there at once, and what it rests on."""

    minutes: int
    near: int
    crowd: int
    estimated: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; see the module."""

    tier: int
    minutes: int = 0
    near: int = 3
    crowd: int = MOST_CROWD
    estimated: bool = True
    doubtful: bool = True


def read(data: Iterable[Mapping[str, object]]) -> tuple[Rule, ...]:
    """Return a rule set out of its data.

    :raises RulesInvalid: it says something unknown or out of range.
    """
    return tuple(_rule(one) for one in data)


def tier(*, evidence: Evidence, rules: Iterable[Rule]) -> int:
    """Return the tier of an exposure, 1 (the most) to 4."""
    return next((rule.tier for rule in rules if _fits(rule, evidence)), LEAST)


def of_stays(*, evidence: Sequence[Evidence], rules: Iterable[Rule]) -> int:
    """Return the tier of several stays together: the first rule that the minutes of those it allows add up to.

    Of one stay that is `tier`; one more stay never makes it less.
    """
    return next((rule.tier for rule in rules if _add_up(rule, evidence)), LEAST)


def _add_up(rule: Rule, evidence: Sequence[Evidence]) -> bool:
    allowed = [one.minutes for one in evidence if _allows(rule, one)]
    return bool(allowed) and sum(allowed) >= rule.minutes


def _fits(rule: Rule, evidence: Evidence) -> bool:
    return evidence.minutes >= rule.minutes and _allows(rule, evidence)


def _allows(rule: Rule, evidence: Evidence) -> bool:
    return (
        evidence.near <= rule.near
        and evidence.crowd <= rule.crowd
        and (rule.estimated or not evidence.estimated)
        and (rule.doubtful or not evidence.doubtful)
    )


_RANGES: Final = {"tier": (1, LEAST - 1), "minutes": (0, 720), "near": (1, 3), "crowd": (1, MOST_CROWD)}


def _rule(data: Mapping[str, object]) -> Rule:
    if not isinstance(data, Mapping) or "tier" not in data:
        raise RulesInvalid("a rule names its tier")
    for name, value in data.items():
        if name in _RANGES:
            low, high = _RANGES[name]
            if type(value) is not int or not low <= value <= high:
                raise RulesInvalid(f"{name} is a whole number from {low} to {high}")
        elif name not in {"estimated", "doubtful"} or type(value) is not bool:
            raise RulesInvalid(f"{name} is nothing that a rule can ask")
    return Rule(**data)  # type: ignore[arg-type]
