"""The list of a large run out of what rows keep, in one pass: which contacts the sliders leave, in which order; pure.

It says what `sliders.sifted` says, which a test compares it with, and makes no object of a stretch that is alone with
its contact, as nearly all are: an officer moves a slider over a hundred thousand exposures and waits for the answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from jejak.tracing import tiers
from jejak.tracing.exposures import OTHERWISE_SAID, SAID_TIERS
from jejak.tracing.sliders import FEW, Sums
from jejak.tracing.tiers import Evidence
from jejak.visits.rules import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jejak.tracing.sliders import Sliders
    from jejak.tracing.tiers import Rule

    Kept = Mapping[str, Any]
    Key = tuple[int, int, int, int, bool, int]

MINUTE = timedelta(minutes=1)
_case = attrgetter("case")
_asked: Callable[[Kept], Key] = itemgetter("minutes", "close", "near", "crowd", "observed", "flags")


class Ranked(NamedTuple):
    """A contact on the list, as `sliders.Listed` has it, without its stretches."""

    contact: int
    tier: int
    minutes: int
    weight: float
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A list with its sums; ``total`` counts the contacts before the sliders, ``of`` are the cases of all of them."""

    listed: Sequence[Ranked]
    sums: Sums
    total: int
    of: frozenset[int]


class _Entry(NamedTuple):
    """What is left of one exposure; its minutes and tier as its own case gives them."""

    case: int
    tier: int
    minutes: int
    weight: float
    left: Sequence[Kept]


def ranked(found: Iterable[tuple[int, int, Sequence[Kept]]], *, sliders: Sliders, rules: Sequence[Rule]) -> Ranking:
    """Return the list of exposures, each a contact, a case and what is kept of why."""
    tier, least = _Tiers(rules).of, sliders.minutes
    of: defaultdict[int, list[_Entry]] = defaultdict(list)
    contacts, cases = set[int](), set[int]()
    for contact, case, why in found:
        contacts.add(contact)
        cases.add(case)
        left = [one for one in why if "premises" in one and _let(one, sliders)]
        minutes = _together(left)
        if minutes < least:
            left, minutes = [], 0
        told = [SAID_TIERS.get(one["said"], OTHERWISE_SAID) for one in why if "said" in one]
        if left or told:
            of[contact].append(
                _Entry(case, min(tier(left), *told) if told else tier(left), minutes, _weight(left), left)
            )
    listed = [_listed(contact, own) for contact, own in of.items()]
    listed.sort(key=lambda one: (one.tier, -one.weight, one.contact))
    return Ranking(listed, _sums(listed, of.values()), len(contacts), frozenset(cases))


def _let(one: Kept, sliders: Sliders) -> bool:
    return (
        one["crowd"] <= sliders.crowd
        and one["near"] <= sliders.near
        and (sliders.estimated or one["observed"])
        and (sliders.doubtful or not one["flags"] & DOUBTFUL)
    )


def _together(stretches: Sequence[Kept]) -> int:
    """Return the whole minutes of stretches; time at one premises counts once."""
    if len(stretches) <= 1:
        return int(stretches[0]["minutes"]) if stretches else 0
    read = datetime.fromisoformat
    length, place, until = timedelta(), None, None
    for premises, start, end in sorted([(one["premises"], read(one["start"]), read(one["end"])) for one in stretches]):
        if premises != place or until is None or start >= until:
            place, until = premises, end
            length += end - start
        elif end > until:
            length, until = length + (end - until), end
    return length // MINUTE


def _listed(contact: int, own: list[_Entry]) -> Ranked:
    if len(own) == 1:
        (one,) = own
        return Ranked(contact, one.tier, one.minutes, round(one.weight, 3), (one.case,))
    own.sort(key=_case)
    return Ranked(
        contact,
        min([one.tier for one in own]),
        _together([each for one in own for each in one.left]),
        round(sum([one.weight for one in own]), 3),
        tuple([one.case for one in own]),
    )


def _weight(stretches: Sequence[Kept]) -> float:
    return float(sum([one["minutes"] * min(1.0, FEW / one["crowd"]) for one in stretches]))


def _sums(listed: Iterable[Ranked], of: Iterable[Sequence[_Entry]]) -> Sums:
    seen: list[int] = []
    for own in of:
        if len(own) == len(own[0].left) == 1:
            seen.append(own[0].left[0]["premises"])
        else:
            seen += {each["premises"] for one in own for each in one.left}
    counted = Counter([one.tier for one in listed])
    shared = Counter([len(one.cases) for one in listed])
    order = sorted(Counter(seen).items(), key=lambda each: (-each[1], each[0]))
    return Sums(tiers=dict(sorted(counted.items())), shared=dict(sorted(shared.items())), places=tuple(order))


class _Tiers:
    """The tier of stretches together, remembered by what the rules ask of them: few things differ among many."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._known: dict[tuple[Key, ...], int] = {}

    def of(self, stretches: Sequence[Kept]) -> int:
        """Return the tier by the rules, the least where there is no stretch."""
        keys = tuple([_asked(one) for one in stretches])
        found = self._known.get(keys)
        if found is None:
            evidence = [part for key in keys for part in _parts(*key)]
            found = self._known[keys] = tiers.of_stays(evidence=evidence, rules=self._rules)
        return found


def _parts(minutes: int, close: int, near: int, crowd: int, observed: bool, flags: int) -> list[Evidence]:  # noqa: FBT001 - a key's parts
    parts = [(minutes, near)]
    if near == 1:
        parts = [(close, 1)] + [(minutes - close, 2)] * (minutes > close)
    return [Evidence(of, nearness, crowd, not observed, bool(flags & DOUBTFUL)) for of, nearness in parts]
