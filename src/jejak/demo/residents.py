"""The invented people: homes, households, names and phone numbers that reach nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from jejak.demo import names
from jejak.demo.noise import generator
from jejak.demo.shops import MEDIUM, SMALL, STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jejak.demo.scales import Scale
    from jejak.demo.shops import Shops

# Mobile numbers that begin with 011 have eight more digits, given out from 011-1000 0000 on (MCMC, press
# release of 2 November 2010; libphonenumber's metadata of 2026 knows none below): 011-0xxx xxxx reaches nobody.
PHONE_BLOCK: Final = "+60110"
BLOCK: Final = 10**7
RESERVED: Final = 1_000
"""Numbers at the block's beginning that are kept for the persons of the guided tour."""
_STRIDE: Final = 7_654_321
SHARING: Final = 0.06
HOUSEHOLD_SIZES: Final = (0.12, 0.16, 0.18, 0.22, 0.18, 0.14)


@dataclass(frozen=True, slots=True)
class Residents:
    """People as columns, sorted by the area they live in; the row number is a person's index.

    ``area_first`` holds the first person of every area and, at the end, how many people there are; households
    are runs of ``household_size`` people from ``household_first``; ``phone`` is the number within the demo's
    block; ``days_known`` says how many days before the fortnight a person was first seen.
    """

    area_first: NDArray[np.int64]
    household_first: NDArray[np.int32]
    household_size: NDArray[np.int8]
    community: NDArray[np.int8]
    woman: NDArray[np.bool_]
    given: NDArray[np.int32]
    father: NDArray[np.int32]
    phone: NDArray[np.int32]
    days_known: NDArray[np.int16]

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self.phone)

    def name_of(self, index: int) -> str:
        """Return the person's name with the demo's mark."""
        return names.person(
            community=int(self.community[index]),
            woman=bool(self.woman[index]),
            given=int(self.given[index]),
            father=int(self.father[index]),
        )

    def phone_of(self, index: int) -> str:
        """Return the person's phone number, E.164."""
        return phone_number(int(self.phone[index]))


def phone_number(number: int) -> str:
    """Return a number of the demo's block, E.164."""
    return f"{PHONE_BLOCK}{number:07d}"


def residents(*, scale: Scale, seed: int, premises: Shops, people: int) -> Residents:
    """Return ``people`` people who live where the premises' customers come from; same seed, same people."""
    if people > BLOCK - RESERVED:
        message = f"The demo's block has {BLOCK - RESERVED} phone numbers; {scale.name} asks for {people}."
        raise ValueError(message)
    chance = generator(seed, "people")
    area_first = np.concatenate(([0], np.cumsum(_apportioned(_customers(premises), people))))
    household_first, household_size = _households(people, chance)
    member = np.arange(people) - household_first
    area = np.searchsorted(area_first, household_first, side="right") - 1
    given = chance.integers(0, 1 << 16, people)[household_first] + member
    sharing = (member > 0) & (chance.random(people) < SHARING)
    owner = np.where(sharing, household_first, np.arange(people))
    return Residents(
        area_first=area_first,
        household_first=household_first,
        household_size=household_size,
        community=_communities(premises.area_state[area], chance)[household_first],
        woman=chance.random(people) < 0.5,  # noqa: PLR2004
        given=given.astype(np.int32),
        father=chance.integers(0, 1 << 16, people)[household_first].astype(np.int32),
        phone=(owner.astype(np.int64) * _STRIDE % (BLOCK - RESERVED) + RESERVED).astype(np.int32),
        days_known=chance.integers(1, 60, people).astype(np.int16),
    )


def _customers(premises: Shops) -> NDArray[np.float64]:
    """Return how many check-ins a day the people of each area must make, over shops near and far."""
    areas = len(premises.area_state)
    district = premises.area_state.astype(np.int64) * 1_000 + premises.area_district
    local = premises.tier == SMALL
    medium = premises.tier == MEDIUM
    large = premises.tier < MEDIUM
    share = np.bincount(premises.area[local], premises.weight[local], minlength=areas).astype(np.float64)
    for chosen, region in ((medium, district), (large, premises.area_state.astype(np.int64))):
        _, group, size = np.unique(region, return_inverse=True, return_counts=True)
        visits = np.bincount(group[premises.area[chosen]], premises.weight[chosen], minlength=len(size))
        share = share + (visits / size)[group]
    return share


def _apportioned(shares: NDArray[np.float64], whole: int) -> NDArray[np.int64]:
    """Return whole numbers in proportion to ``shares`` that add up to ``whole``."""
    bounds = np.round(np.cumsum(shares) / shares.sum() * whole).astype(np.int64)
    numbers: NDArray[np.int64] = np.diff(bounds, prepend=0)
    return numbers


def _households(people: int, chance: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    sizes = chance.choice(np.arange(1, 7), people, p=HOUSEHOLD_SIZES)
    ends = np.cumsum(sizes)
    sizes = sizes[: int(np.searchsorted(ends, people)) + 1]
    sizes[-1] -= sizes.sum() - people
    first = np.cumsum(sizes) - sizes
    return np.repeat(first, sizes).astype(np.int32), np.repeat(sizes, sizes).astype(np.int8)


def _communities(states: NDArray[np.int8], chance: np.random.Generator) -> NDArray[np.int8]:
    bornean = np.isin(states, [STATES.index(code) for code in names.BORNEO_STATES])
    drawn = chance.random(len(states))
    peninsula = np.searchsorted(np.cumsum(names.PENINSULA)[:-1], drawn, side="right")
    borneo = np.searchsorted(np.cumsum(names.BORNEO)[:-1], drawn, side="right")
    return np.where(bornean, borneo, peninsula).astype(np.int8)
