"""Where and when several cases were at one place, ranked by how little chance explains it; pure.

A place that everybody visits is shared by cases because everybody visits it. What counts is how many cases were there
against how many visits that place usually has at those hours (`docs/why/search.md`), never the volume itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from math import exp, expm1, lgamma, log
from typing import TYPE_CHECKING, Final

from jejak.kernel.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LINGERS: Final = timedelta(hours=2)
"""Cases who were at a place so soon after each other shared it: somebody infected by both may have been there."""
PRECISE: Final = 1e-17
LEAST_EXPECTED: Final = 0.5
"""A place that usually has no visits at these hours is not thereby infinitely unlikely."""
LEAST_CASES: Final = 2
"""So many cases make a gathering: places of fewer are not looked at, which the chance must allow for."""
RATES: Final = tuple(10 ** (step / 20) for step in range(-120, 41))
"""Which shares of the visits cases may be, from one in a million on, an eighth more at each step."""
SMALL: Final = 1e-3


@dataclass(frozen=True, slots=True)
class CaseTime:
    """That a case was at a premises."""

    case: int
    premises: int
    period: Period


@dataclass(frozen=True, slots=True)
class Gathering:
    """A stretch of time at a premises that several cases share."""

    premises: int
    period: Period
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A gathering with the visits expected there then, and the chance of so many cases among them if two are there.

    ``expected`` is none if no other day is a measure; it is ranked as if it had as many as the others usually have.
    ``rarity`` is the logarithm of that chance, turned round: where many cases met, chances are too small for a number.
    """

    gathering: Gathering
    expected: float | None
    chance: float
    rarity: float


def gatherings(times: Iterable[CaseTime]) -> list[Gathering]:
    """Return the stretches that at least two cases share, by premises and time."""
    at: defaultdict[int, list[CaseTime]] = defaultdict(list)
    for one in times:
        at[one.premises].append(one)
    return [found for premises, own in sorted(at.items()) for found in _at(premises, own)]


def _at(premises: int, own: Iterable[CaseTime]) -> list[Gathering]:
    groups: list[tuple[Period, set[int]]] = []
    for one in sorted(own, key=lambda each: (each.period, each.case)):
        if groups and one.period.start <= groups[-1][0].end + LINGERS:
            period, cases = groups[-1]
            groups[-1] = (Period(period.start, max(period.end, one.period.end)), cases | {one.case})
        else:
            groups.append((one.period, {one.case}))
    return [Gathering(premises, period, tuple(sorted(cases))) for period, cases in groups if len(cases) > 1]


def ranked(found: Sequence[Gathering], *, expected: Mapping[Gathering, float]) -> list[Ranked]:
    """Return gatherings, those first that chance explains least; ``expected`` are the usual visits of each.

    If cases went wherever everybody goes, each would see its share of all the cases seen here: a Poisson number. That
    share is what the other gatherings say, or a large one would explain itself.
    """
    known = sorted(expected[one] for one in found if one in expected)
    usual = known[len(known) // 2] if known else 0.0
    visits = {one: max(expected.get(one, usual), LEAST_EXPECTED) for one in found}
    rare = {one: _rarity(len(one.cases), mean=visits[one] * rate) for one, rate in _rates(visits).items()}
    listed = [Ranked(one, expected.get(one), exp(-rare[one]), rare[one]) for one in found]
    return sorted(listed, key=lambda one: (-one.rarity, -len(one.gathering.cases), one.gathering.premises))


def _rates(visits: Mapping[Gathering, float]) -> dict[Gathering, float]:
    """Return for each gathering which share of the visits cases were at all others; its own share if there are none.

    It is the share at which gatherings of at least two would have as many cases as they have, and one more: where
    all are pairs, cases are rare and not absent.
    """
    whole = [sum(_cases(many * rate) for many in visits.values()) for rate in RATES]
    cases = sum(len(one.cases) for one in visits)
    if len(visits) == 1:
        return {one: len(one.cases) / many for one, many in visits.items()}
    return {one: _share(many, whole, cases=cases - len(one.cases) + 1) for one, many in visits.items()}


def _share(visits: float, whole: Sequence[float], *, cases: int) -> float:
    reached = bisect_left([many - _cases(visits * rate) for many, rate in zip(whole, RATES, strict=True)], cases)
    return RATES[min(reached, len(RATES) - 1)]


def _cases(mean: float) -> float:
    """Return how many cases a gathering has on average if a Poisson number of this mean is at least two."""
    if mean < SMALL:
        return LEAST_CASES + mean / 3
    some = -expm1(-mean)
    return mean * some / (some - mean * exp(-mean))


def _rarity(number: int, *, mean: float) -> float:
    """Return minus the logarithm of the chance of at least ``number`` cases where at least two are."""
    return max(0.0, rarity(number, mean=mean) - rarity(LEAST_CASES, mean=mean))


def at_least(number: int, *, mean: float) -> float:
    """Return the chance that a Poisson number of this mean is at least ``number``."""
    return exp(-rarity(number, mean=mean))


def rarity(number: int, *, mean: float) -> float:
    """Return minus the logarithm of the chance that a Poisson number of this mean is at least ``number``.

    Terms are added from the largest on, each as a share of it: one minus the rest would be nought for every place at
    which many cases met, and these would be ranked by their volume again.
    """
    if number <= 0:
        return 0.0
    top = max(number, int(mean))
    term, total, count = 1.0, 1.0, top
    while term > total * PRECISE:
        count += 1
        term *= mean / count
        total += term
    term, count = 1.0, top
    while count > number and term > total * PRECISE:
        term *= count / mean
        count -= 1
        total += term
    return max(0.0, mean - top * log(mean) + lgamma(top + 1) - log(total))
