"""The whole demo from one seed: premises, people and a fortnight of visits that end now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from jejak.demo.noise import generator
from jejak.demo.outings import outings
from jejak.demo.residents import residents
from jejak.demo.scales import DAYS, SCALES
from jejak.demo.shops import shops
from jejak.demo.story import CAST, Story, tell
from jejak.demo.timetable import timetables, window_weights
from jejak.demo.trades import CLASSES
from jejak.demo.world import Window, World, catchments
from jejak.kernel.places import local_day, local_midnight

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from jejak.demo.columns import Outings
    from jejak.demo.residents import Residents
    from jejak.demo.scales import Scale
    from jejak.demo.shops import Shops

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Population:
    """Premises, people and visits of a demo; visits are made a day at a time, a fortnight of them is large.

    The persons of the guided tour (`Story.persons`) are numbered after the ``people``.
    """

    scale: Scale
    seed: int
    until: datetime
    world: World
    windows: tuple[Window, ...]
    counts: NDArray[np.int64]
    story: Story

    @property
    def premises(self) -> Shops:
        """The premises."""
        return self.world.premises

    @property
    def people(self) -> Residents:
        """The people, without those of the guided tour."""
        return self.world.people

    @property
    def days(self) -> tuple[date, ...]:
        """The local days with visits, 15 of them: the first and the last are filled in part."""
        return tuple(local_day(EPOCH + timedelta(milliseconds=window.start)) for window in self.windows)

    def visits_on(self, number: int) -> Outings:
        """Return the visits of ``days[number]``, by premises and time."""
        window = self.windows[number]
        now = _milliseconds(self.until)
        common = outings(world=self.world, window=window, count=int(self.counts[number]), now=now)
        told = self.story.visits.taken(_inside(self.story.visits, window))
        both = common.joined(told)
        return both.in_order()

    def visits(self) -> Outings:
        """Return all visits at once."""
        everything = self.visits_on(0)
        for number in range(1, len(self.windows)):
            everything = everything.joined(self.visits_on(number))
        return everything


def story_of(*, scale: str, seed: int, until: datetime) -> tuple[Story, Shops]:
    """Return the story of a population with its premises, without inventing the people."""
    size = SCALES[scale]
    premises = shops(scale=size, seed=seed)
    first_person = size.people - len(CAST)
    return tell(premises=premises, windows=_windows(until), first_person=first_person, seed=seed), premises


def generate(*, scale: str, seed: int = 2020, until: datetime) -> Population:
    """Return the population of a scale whose fortnight ends at ``until``; same arguments, same population.

    :raises KeyError: there is no such scale.
    """
    size = SCALES[scale]
    until = until.replace(microsecond=0)
    premises = shops(scale=size, seed=seed)
    windows = _windows(until)
    people = residents(scale=size, seed=seed, premises=premises, people=size.people - len(CAST))
    story = tell(premises=premises, windows=windows, first_person=len(people), seed=seed)
    demand = np.bincount(premises.opening, premises.weight, minlength=len(CLASSES)).astype(np.float64)
    world = World(
        seed=seed,
        premises=premises,
        people=people,
        catchments=catchments(premises=premises, people=people),
        timetables=timetables(demand),
    )
    counts = _counts(windows, size.visits - len(story.visits), seed)
    return Population(scale=size, seed=seed, until=until, world=world, windows=windows, counts=counts, story=story)


def _windows(until: datetime) -> tuple[Window, ...]:
    """Return the 14 × 24 hours before ``until``, cut at local midnight."""
    begin = until - timedelta(days=DAYS)
    first = local_day(begin)
    windows = []
    for number in range(DAYS + 1):
        day = first + timedelta(days=number)
        midnight, next_midnight = local_midnight(day), local_midnight(day + timedelta(days=1))
        start, end = max(begin, midnight), min(until, next_midnight)
        if start < end:
            windows.append(
                Window(number, day.weekday(), _milliseconds(midnight), _milliseconds(start), _milliseconds(end)),
            )
    return tuple(windows)


def _counts(windows: tuple[Window, ...], visits: int, seed: int) -> NDArray[np.int64]:
    """Return how many visits each window holds, by weekday and by the hours it covers."""
    weights = np.array([window_weights(window.parts(), weekday=window.weekday).sum() for window in windows])
    counts: NDArray[np.int64] = generator(seed, "days").multinomial(visits, weights / weights.sum())
    return counts


def _inside(visits: Outings, window: Window) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (visits.checked_in >= window.start) & (visits.checked_in < window.end)
    return inside


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
