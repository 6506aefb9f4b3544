"""What of the exposures found is looked at: sliders that change the counts before anybody is named; pure.

The list is ranked by tier, then by the minutes together, each weighed by how many were there: an hour among ten people
counts whole, among a hundred as six minutes, so that a mall does not drown a dinner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

from jejak.tracing import exposures
from jejak.tracing.exposures import Exposed
from jejak.tracing.tiers import MOST_CROWD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.tracing.exposures import Stretch
    from jejak.tracing.tiers import Rule

MOST_MINUTES: Final = 12 * 60
FEW: Final = 10
"""So many people at once make no crowd."""
CROWDS: Final = (10, 25, 50, 100, 250, 1000)
"""Where the slider of the crowd stops; beyond the last is any number."""


@dataclass(frozen=True, slots=True)
class Sliders:
    """Which stretches count: how long in all, how many people at once, how near, estimated ends and doubts or not."""

    minutes: int = 15
    crowd: int = MOST_CROWD
    near: int = 3
    estimated: bool = True
    doubtful: bool = True

    @classmethod
    def read(cls, asked: Mapping[str, Any], *, otherwise: Self | None = None) -> Self:
        """Return what an address or a kept row says, each part that makes no sense as ``otherwise`` has it."""
        start = otherwise or cls()
        return cls(
            minutes=_number(asked.get("minutes"), 1, MOST_MINUTES, start.minutes),
            crowd=_number(asked.get("crowd"), 1, MOST_CROWD, start.crowd),
            near=_number(asked.get("near"), 1, 3, start.near),
            estimated=_yes(asked.get("estimated"), start.estimated),
            doubtful=_yes(asked.get("doubtful"), start.doubtful),
        )

    def kept(self) -> dict[str, int | bool]:
        """Return them as a row keeps them."""
        return asdict(self)

    def query(self) -> dict[str, str]:
        """Return what an address says of them: what differs from the usual."""
        usual = type(self)()
        changed = {each.name for each in fields(self) if getattr(self, each.name) != getattr(usual, each.name)}
        return {name: str(int(value)) for name, value in asdict(self).items() if name in changed}

    def let(self, one: Stretch) -> bool:
        """Return whether a stretch counts."""
        return (
            one.crowd <= self.crowd
            and one.near <= self.near
            and (self.estimated or one.observed)
            and (self.doubtful or not one.doubtful)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What one case's run keeps of one contact."""

    contact: int
    case: int
    exposed: Exposed


@dataclass(frozen=True, slots=True)
class Listed:
    """A contact on the list; ``weight`` are the minutes weighed by the crowd, over all ``cases`` that share it."""

    contact: int
    tier: int
    minutes: int
    weight: float
    cases: tuple[int, ...]
    exposed: tuple[Exposed, ...]  # of each case, in the order of cases


@dataclass(frozen=True, slots=True)
class Sums:
    """How many contacts by tier, by how many cases share them, and by premises (the most first)."""

    tiers: Mapping[int, int]
    shared: Mapping[int, int]
    places: tuple[tuple[int, int], ...]


def sifted(found: Iterable[Found], *, sliders: Sliders, rules: Sequence[Rule]) -> list[Listed]:
    """Return the contacts that the sliders leave, the nearest first; each once, with all cases that share it.

    What an interview says is always left: no slider asks for it.
    """
    of: defaultdict[int, list[tuple[int, Exposed]]] = defaultdict(list)
    for one in found:
        stretches = tuple(each for each in one.exposed.stretches if sliders.let(each))
        enough = exposures.together(stretches) >= sliders.minutes if stretches else False
        if enough or one.exposed.told:
            of[one.contact].append((one.case, Exposed(stretches if enough else (), one.exposed.told)))
    listed = [_listed(contact, sorted(own, key=lambda each: each[0]), rules) for contact, own in of.items()]
    return sorted(listed, key=lambda one: (one.tier, -one.weight, one.contact))


def sums(listed: Iterable[Listed]) -> Sums:
    """Return the counts of a list."""
    tiers, shared, places = Counter[int](), Counter[int](), Counter[int]()
    for one in listed:
        tiers[one.tier] += 1
        shared[len(one.cases)] += 1
        places.update({each.premises for exposed in one.exposed for each in exposed.stretches})
    order = sorted(places.items(), key=lambda each: (-each[1], each[0]))
    return Sums(tiers=dict(sorted(tiers.items())), shared=dict(sorted(shared.items())), places=tuple(order))


def weight(stretches: Iterable[Stretch]) -> float:
    """Return the minutes of stretches, each less the more people were there."""
    return sum(one.period.minutes * min(1.0, FEW / one.crowd) for one in stretches)


def _listed(contact: int, own: Sequence[tuple[int, Exposed]], rules: Sequence[Rule]) -> Listed:
    exposed = tuple(each for _case, each in own)
    return Listed(
        contact=contact,
        tier=min(each.tier(rules) for each in exposed),
        minutes=exposures.together([one for each in exposed for one in each.stretches]),
        weight=round(sum(weight(each.stretches) for each in exposed), 3),
        cases=tuple(case for case, _each in own),
        exposed=exposed,
    )


def _number(value: object, least: int, most: int, otherwise: int) -> int:
    text = str(value) if value is not None else ""
    return min(max(int(text), least), most) if text.isascii() and text.isdigit() and len(text) <= 6 else otherwise  # noqa: PLR2004 - digits of the largest


def _yes(value: object, otherwise: bool) -> bool:  # noqa: FBT001 - a value, no switch
    return {"1": True, "0": False, "True": True, "False": False}.get(str(value), otherwise)
