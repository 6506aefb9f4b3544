"""How one case exposed somebody: the stretches of time at one place, what they add up to, and how they are kept; pure.

A stretch is kept as numbers and codes alone, ``{"premises": 7, "zone": null, "start": "…", "end": "…", "minutes": 60,
"close": 60, "near": 1, "crowd": 12, "observed": true, "flags": 0}``; what was said in an interview as ``{"said":
"household", "start": "…", "end": "…"}``. Neither names anybody.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel.periods import Period, unite
from jejak.tracing import tiers
from jejak.tracing.tiers import Evidence
from jejak.visits.rules import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.tracing.tiers import Rule
    from jejak.visits.rules import Meeting

QUARTER: Final = timedelta(minutes=15)
EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
HOUSEHOLD: Final = "household"
SAID_TIERS: Final = {HOUSEHOLD: 1}
OTHERWISE_SAID: Final = 2
"""The tiers of whom an interview names: people of one household are nearest, the others were remembered as near."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A time together at a premises; ``close`` are the minutes in one zone, or all where there are no zones.

    ``near`` is 1 in one place, 2 where a zone is unknown, 3 in different zones; ``crowd`` the people there in the
    busiest quarter of an hour of it; ``flags`` those of either's visits.
    """

    period: Period
    premises: int
    zone: int | None
    close: int
    near: int
    crowd: int
    observed: bool
    flags: int

    @property
    def doubtful(self) -> bool:
        """Whether anything speaks against one of the visits."""
        return bool(self.flags & DOUBTFUL)


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """That somebody was named in an interview, as what to the case, and for which time."""

    period: Period
    relation: str


@dataclass(frozen=True, slots=True)
class Exposed:
    """All that one case's run found of one contact."""

    stretches: tuple[Stretch, ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes together; time at one premises counts once."""
        return together(self.stretches)

    @property
    def period(self) -> Period:
        """From the first to the last moment."""
        periods = [*(one.period for one in self.stretches), *(one.period for one in self.told)]
        return Period(min(one.start for one in periods), max(one.end for one in periods))

    @property
    def observed(self) -> bool:
        """Whether no end is estimated, nor anything only said."""
        return not self.told and all(one.observed for one in self.stretches)

    @property
    def flags(self) -> int:
        """The flags of all visits."""
        flags = 0
        for one in self.stretches:
            flags |= one.flags
        return flags

    def tier(self, rules: Sequence[Rule]) -> int:
        """Return the tier by a rule set; who was named in an interview is near whatever the log says."""
        named = (SAID_TIERS.get(one.relation, OTHERWISE_SAID) for one in self.told)
        return min(tiers.of_stays(evidence=evidence(self.stretches), rules=rules), *named, tiers.LEAST)

    def why(self) -> list[dict[str, Any]]:
        """Return what is kept."""
        return [*(_of_stretch(one) for one in self.stretches), *(_of_told(one) for one in self.told)]


def read(why: Iterable[Mapping[str, Any]]) -> Exposed:
    """Return what `Exposed.why` was made of."""
    listed = list(why)
    return Exposed(
        stretches=tuple(_stretch(one) for one in listed if "premises" in one),
        told=tuple(Told(_period(one), one["said"]) for one in listed if "said" in one),
    )


def together(stretches: Sequence[Stretch]) -> int:
    """Return the whole minutes of stretches; time at one premises counts once, with however many cases it was."""
    if len(stretches) == 1:  # nearly always, and there are a hundred thousand of them
        return stretches[0].period.minutes
    at: defaultdict[int, list[Period]] = defaultdict(list)
    for one in stretches:
        at[one.premises].append(one.period)
    return sum((part.length for periods in at.values() for part in unite(periods)), timedelta()) // timedelta(minutes=1)


def evidence(stretches: Iterable[Stretch]) -> list[Evidence]:
    """Return what a rule set reads: the minutes in one zone as nearest, the rest as where nobody knows the zone."""
    found = []
    for one in stretches:
        parts = [(one.period.minutes, one.near)]
        if one.near == 1:
            rest = one.period.minutes - one.close
            parts = [(one.close, 1)] + [(rest, 2)] * (rest > 0)
        found += [_part(one, minutes=minutes, near=near) for minutes, near in parts]
    return found


def _part(one: Stretch, *, minutes: int, near: int) -> Evidence:
    return Evidence(minutes=minutes, near=near, crowd=one.crowd, estimated=not one.observed, doubtful=one.doubtful)


def stretch(meeting: Meeting, *, zone: int | None, crowds: Mapping[tuple[int, datetime], int]) -> Stretch:
    """Return a meeting as a stretch; ``crowds`` are the people at each premises by quarter of an hour."""
    near = meeting.near
    length = meeting.period.length if near is None else sum((part.length for part in near), timedelta())
    return Stretch(
        period=meeting.period,
        premises=meeting.premises,
        zone=zone,
        close=length // timedelta(minutes=1),
        near=int(meeting.tier),
        crowd=crowd(meeting.premises, meeting.period, crowds),
        observed=meeting.observed,
        flags=meeting.flags | meeting.case_flags,
    )


def crowd(premises: int, period: Period, crowds: Mapping[tuple[int, datetime], int]) -> int:
    """Return how many people there were in the busiest quarter of an hour of a period: at least the two who met."""
    quarter, most = period.start - (period.start - EPOCH) % QUARTER, 2
    while quarter < period.end:
        most = max(most, crowds.get((premises, quarter), 0))
        quarter += QUARTER
    return most


def _of_stretch(one: Stretch) -> dict[str, Any]:
    return {
        "premises": one.premises,
        "zone": one.zone,
        "start": one.period.start.isoformat(),
        "end": one.period.end.isoformat(),
        "minutes": one.period.minutes,
        "close": one.close,
        "near": one.near,
        "crowd": one.crowd,
        "observed": one.observed,
        "flags": one.flags,
    }


def _of_told(one: Told) -> dict[str, Any]:
    return {"said": one.relation, "start": one.period.start.isoformat(), "end": one.period.end.isoformat()}


def _stretch(one: Mapping[str, Any]) -> Stretch:
    return Stretch(
        period=_period(one),
        premises=one["premises"],
        zone=one["zone"],
        close=one["close"],
        near=one["near"],
        crowd=one["crowd"],
        observed=one["observed"],
        flags=one["flags"],
    )


def _period(one: Mapping[str, Any]) -> Period:
    return Period(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
