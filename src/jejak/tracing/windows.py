"""From when to when a case may have infected others, or was infected: pure, in local days, by a disease's profile.

Source: KKM and WHO: from 2 days before onset to 10 days after it, and at least 3 days without symptoms; without
symptoms from 2 days before the sample to 10 days after it. Backward tracing widens the window before onset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from jejak.kernel.periods import Period
from jejak.kernel.places import local_midnight

if TYPE_CHECKING:
    from datetime import date

DAY = timedelta(days=1)


class Direction(StrEnum):
    """Whom a search is for: those the case may have infected, where it was infected, or contacts of contacts."""

    FORWARD = "forward"
    BACKWARD = "backward"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Days:
    """A disease's profile, in days, as `models.Profile` keeps it."""

    before: int
    after: int
    symptom_free: int
    sample_before: int
    sample_after: int
    backward: int


COVID_19 = Days(before=2, after=10, symptom_free=3, sample_before=2, sample_after=10, backward=6)


@dataclass(frozen=True, slots=True)
class Dates:
    """What a window counts from: onset, or for somebody without symptoms the sample; ``free_since`` ends symptoms."""

    onset: date | None
    sample: date | None
    free_since: date | None = None


def infectious(*, dates: Dates, days: Days) -> tuple[date, date]:
    """Return the first and last local day on which a case may infect others.

    :raises ValueError: there is neither onset nor sample.
    """
    if dates.onset is None:
        if dates.sample is None:
            raise ValueError("a window needs an onset or a sample")
        return dates.sample - days.sample_before * DAY, dates.sample + days.sample_after * DAY
    last = dates.onset + days.after * DAY
    if dates.free_since is None:
        return dates.onset - days.before * DAY, last + days.symptom_free * DAY
    return dates.onset - days.before * DAY, max(last, dates.free_since) + days.symptom_free * DAY


def exposed(*, dates: Dates, days: Days) -> tuple[date, date]:
    """Return the first and last local day on which a case may have been infected: backward tracing.

    :raises ValueError: there is neither onset nor sample.
    """
    begun = dates.onset or dates.sample
    if begun is None:
        raise ValueError("a window needs an onset or a sample")
    return begun - days.backward * DAY, begun


def window(*, direction: Direction, dates: Dates, days: Days, today: date) -> Period:
    """Return the window of a case as a period of whole local days, no later than the end of ``today``."""
    first, last = (exposed if direction is Direction.BACKWARD else infectious)(dates=dates, days=days)
    last = max(first, min(last, today))
    return Period(local_midnight(first), local_midnight(last + DAY))
