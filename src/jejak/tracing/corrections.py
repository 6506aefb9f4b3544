"""What an officer agreed was not so: the stays of a contact that end or get shorter, whatever a run finds; pure.

A correction names a premises and the time that a notice named. Every stretch there within that time was read off the
same visit of the contact, so it goes, or is cut to the times that they told. What is left of it rests on what somebody
said, so it counts as not observed. What an interview said has no place, so a correction of it names the case and as
what to it they were named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel.periods import Period
from jejak.tracing.exposures import Exposed, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.tracing.exposures import Stretch, Told


NOWHERE: Final = 0
"""Stands for the place of what an interview said; no premises has this number."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A stay as its reader sees it: times at one place that touch are one, however many cases were there.

    ``exposure`` and ``stay`` are those of the first of them, by which a dispute names it. What an interview ``said``
    of a ``case`` stands alone, and is `NOWHERE`.
    """

    premises: int
    zone: int | None
    period: Period
    exposure: int
    stay: int
    said: str = ""
    case: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A time at a premises that was not so; ``instead`` is when they were there, ``None`` if they were not.

    `NOWHERE` it is about what an interview of a ``case`` ``said``.
    """

    premises: int
    period: Period
    instead: Period | None = None
    said: str = ""
    case: int = 0

    @property
    def about(self) -> tuple[int, str, int]:
        """What it is about, whenever that was."""
        return self.premises, self.said, self.case


def spoken(named: Sequence[Mapping[str, Any]]) -> tuple[Spoken, ...]:
    """Return the stays of which a notice speaks, in the order of time."""
    each = sorted(
        (
            Spoken(one["premises"], one.get("zone"), _period(one), one["exposure"], one["stay"])
            for one in named
            if "premises" in one
        ),
        key=lambda one: (one.premises, one.period, one.exposure, one.stay),
    )
    found: list[Spoken] = []
    for one in each:
        last = found[-1] if found else None
        if last is not None and last.premises == one.premises and one.period.start <= last.period.end:
            found[-1] = replace(
                last,
                period=Period(last.period.start, max(last.period.end, one.period.end)),
                zone=last.zone if last.zone == one.zone else None,
            )
        else:
            found.append(one)
    found += [
        Spoken(NOWHERE, None, _period(one), one["exposure"], one["stay"], one["said"], one["case"])
        for one in named
        if "case" in one  # as a dispute keeps it
    ]
    return tuple(sorted(found, key=lambda one: (one.period, one.premises)))


def spoken_of(named: Sequence[Mapping[str, Any]], *, exposure: int, stay: int) -> Spoken | None:
    """Return the stay of a notice that a dispute names, if it is there."""
    return next((one for one in spoken(named) if (one.exposure, one.stay) == (exposure, stay)), None)


def corrected(
    exposed: Exposed, corrections: Sequence[Correction], *, case: int = 0, minutes: int = 0
) -> Exposed | None:
    """Return how a case exposed somebody as corrected; ``None`` if nothing is left, or less than ``minutes`` together.

    Corrections are in the order of their decisions. What none touches stays as it is, whatever its length.
    """
    known = in_force(corrections)
    stretches = tuple(part for one in exposed.stretches if (part := _cut(one, known)) is not None)
    told = tuple(rest for one in exposed.told if (rest := _unsaid(one, known, case=case)) is not None)
    if (stretches, told) == (exposed.stretches, exposed.told):
        return exposed
    left = Exposed(tuple(sorted(stretches)), told)
    if left.told or (stretches and stretches == exposed.stretches):
        return left
    return left if left.stretches and together(left.stretches) >= minutes else None


def in_force(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """Return the corrections that hold, in the order of their decisions: the latest word on a time replaces others.

    A later one that is about times to which an earlier one had moved somebody moves them on, out of all of the earlier.
    """
    held: list[Correction] = []
    for one in corrections:
        meant = one
        for other in [each for each in held if each.about == one.about]:
            if one.period.start <= other.period.start and other.period.end <= one.period.end:
                held.remove(other)
            elif other.instead is not None and other.instead.overlap(one.period) == one.period:
                held.remove(other)
                meant = replace(meant, period=_hull(meant.period, other.period))
        held.append(meant)
    return tuple(held)


def _hull(one: Period, other: Period) -> Period:
    return Period(min(one.start, other.start), max(one.end, other.end))


def _cut(one: Stretch, corrections: Iterable[Correction]) -> Stretch | None:
    for correction in corrections:
        if correction.premises != one.premises or one.period.overlap(correction.period) is None:
            continue
        part = one.period.overlap(correction.instead) if correction.instead else None
        if part is None:
            return None
        if part != one.period:
            one = replace(one, period=part, close=min(one.close, part.minutes), observed=False)
    return one


def _unsaid(one: Told, corrections: Iterable[Correction], *, case: int) -> Told | None:
    for correction in corrections:
        if correction.about != (NOWHERE, one.relation, case) or one.period.overlap(correction.period) is None:
            continue
        part = one.period.overlap(correction.instead) if correction.instead else None
        if part is None:
            return None
        one = replace(one, period=part)
    return one


def _period(one: Mapping[str, Any]) -> Period:
    return Period(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
