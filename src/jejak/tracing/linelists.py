"""Contacts as the line lists of other health offices say them: one line with its cases in three ways of writing; pure.

What a log of check-ins cannot know is left out: that two were in one room is the nearest it says, and how they were
together nobody claims. Whoever is followed was decided to be a contact; all others are candidates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.formats import godata, sormas
from jejak.kernel.places import STATES, local_day
from jejak.tracing.exposures import HOUSEHOLD
from jejak.tracing.followrules import BECAME_CASE, FOLLOWING, LOST, RELEASED, last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from jejak.tracing.exposures import Exposed

NAMELESS: Final = "–"
"""Stands where a program must have a name and there is none; no hyphen, which would begin a formula."""
FATHER: Final = re.compile(r"\s+(?=(?:bin|binti|bte|bt|b\.|bt\.|a/l|a/p|anak)\s)", re.IGNORECASE)
DISEASES: Final = {
    "covid-19": sormas.Disease.COVID,
    "measles": sormas.Disease.MEASLES,
    "dengue": sormas.Disease.DENGUE,
    "cholera": sormas.Disease.CHOLERA,
}
LEVELS: Final = {1: godata.Level.HIGH, 2: godata.Level.MEDIUM}
RELATIONS: Final = {
    HOUSEHOLD: sormas.Relation.HOUSEHOLD,
    "workplace": sormas.Relation.ENVIRONMENT,
    "other": sormas.Relation.OTHER,
}
VACCINATIONS: Final = {
    "boosted": sormas.Vaccination.VACCINATED,
    "full": sormas.Vaccination.VACCINATED,
    "none": sormas.Vaccination.UNVACCINATED,
}
"""``partial`` has no word in SORMAS, so nothing is said."""
NO_CONTACT: Final = frozenset({"not-exposed", "wrong-person"})
OVER_AT_ONCE: Final = NO_CONTACT | {"died"}
"""Why a follow-up ended before its time so that nobody stays apart any more; the first two were no contacts."""


@dataclass(frozen=True, slots=True)
class Met:
    """How one case exposed the contact; ``state`` is a code of ISO 3166-2."""

    case: str
    state: str
    district: str
    first: datetime
    last: datetime
    tier: int
    exposed: Exposed

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last local day."""
        first = local_day(self.first)
        return first, max(first, last_day(self.last))

    @property
    def relation(self) -> str:
        """What an interview said they are to the case, the nearest of it; empty if only the log knows of them."""
        said = {one.relation for one in self.exposed.told}
        return next((one for one in RELATIONS if one in said), "")


@dataclass(frozen=True, slots=True)
class Followed:
    """How a contact is followed; ``heard`` is when they last said how they were, ``ended`` the local day of the end."""

    state: str
    started: date
    until: date
    apart_until: date | None
    tests: tuple[str, ...]
    due: date | None
    heard: date | None
    ill: bool
    ended: date | None
    why: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One contact with whom a line list may name, the nearest case first."""

    contact: str
    disease: str
    name: str
    phone: str
    reach: str
    tier: int
    work: str
    officer: str
    found: date
    met: tuple[Met, ...]
    followed: Followed | None


def named(name: str) -> tuple[str, str]:
    """Return a name as given name and the rest, for programs that want two; joined by a space they are the name again.

    A Malay or Indian name parts before ``bin``, ``binti``, ``a/l``, ``a/p`` or ``anak``, any other before its last
    word; the rest of a single word is ``–``.
    """
    words = " ".join(name.split())
    parts = FATHER.split(words, maxsplit=1)
    if len(parts) == 1:
        parts = words.rsplit(" ", maxsplit=1)
    return (parts[0] or NAMELESS, parts[1] if len(parts) > 1 else NAMELESS)


def sormas_rows(lines: Iterable[Line]) -> list[sormas.Row]:
    """Return a row for each case of each contact."""
    return [_row(line, met) for line in lines for met in line.met]


def godata_items(lines: Iterable[Line]) -> list[godata.Item]:
    """Return an item for each case of each contact."""
    return [_item(line, met) for line in lines for met in line.met]


def _row(line: Line, met: Met) -> sormas.Row:
    (first_name, last_name), (first, last) = named(line.name), met.days
    followed = line.followed
    apart = followed.apart_until if followed and followed.why not in OVER_AT_ONCE else None
    return sormas.Row(
        case=met.case,
        disease=DISEASES.get(line.disease, sormas.Disease.OTHER),
        reported=max(line.found, last),  # SORMAS takes no contact that was reported before it happened
        region=STATES.get(met.state, ""),
        district=met.district,
        first=first,
        last=last,
        proximity=_proximity(met),
        category=sormas.Category.HIGH if met.tier == 1 else sormas.Category.LOW,
        classification=_classification(followed),
        status=_status(followed),
        follow_up=_follow_up(followed),
        follow_up_until=followed.until if followed else None,
        relation=RELATIONS.get(met.relation, sormas.Relation.UNKNOWN),
        quarantine=_quarantine(followed),
        quarantine_from=min(last, apart) if apart else None,
        quarantine_to=apart,
        first_name=first_name,
        last_name=last_name,
        sex="UNKNOWN",
        birth_day="",
        birth_month="",
        birth_year="",
        national_id="",
        phone=line.phone,
        email="",
        vaccination=_vaccination(followed),
    )


def _item(line: Line, met: Met) -> godata.Item:
    (first_name, last_name), (first, last) = named(line.name), met.days
    return godata.Item(
        contact=line.contact,
        first_name=first_name,
        last_name=last_name,
        phone=line.phone,
        district=met.district,
        reported=line.found,
        risk=LEVELS.get(line.tier, godata.Level.LOW),
        followed=_followed(line.followed),
        case=met.case,
        first=first,
        last=last,
        estimated=not met.exposed.observed,
        certainty=LEVELS.get(met.tier, godata.Level.LOW),
        household=met.relation == HOUSEHOLD,
        times=len(met.exposed.stretches),
        minutes=met.exposed.minutes,
    )


def _proximity(met: Met) -> sormas.Proximity:
    together = met.relation == HOUSEHOLD or any(one.near == 1 for one in met.exposed.stretches)
    return sormas.Proximity.SAME_ROOM if together else sormas.Proximity.UNKNOWN


def _classification(followed: Followed | None) -> sormas.Classification:
    if followed is None:
        return sormas.Classification.UNCONFIRMED
    return sormas.Classification.NO_CONTACT if followed.why in NO_CONTACT else sormas.Classification.CONFIRMED


def _status(followed: Followed | None) -> sormas.Status:
    if followed and followed.state == BECAME_CASE:
        return sormas.Status.CONVERTED
    return sormas.Status.DROPPED if followed and followed.why in OVER_AT_ONCE else sormas.Status.ACTIVE


def _follow_up(followed: Followed | None) -> sormas.FollowUp:
    if followed is None:
        return sormas.FollowUp.UNSAID
    if followed.state == RELEASED:
        whole = followed.ended is not None and followed.ended >= followed.until
        return sormas.FollowUp.COMPLETED if whole else sormas.FollowUp.CANCELED
    words = {FOLLOWING: sormas.FollowUp.GOING, LOST: sormas.FollowUp.LOST}
    return words.get(followed.state, sormas.FollowUp.CANCELED)


def _quarantine(followed: Followed | None) -> sormas.Quarantine:
    if followed is None:
        return sormas.Quarantine.UNSAID
    apart = followed.apart_until and followed.why not in OVER_AT_ONCE
    return sormas.Quarantine.HOME if apart else sormas.Quarantine.NONE


def _vaccination(followed: Followed | None) -> sormas.Vaccination:
    said = str(followed.facts.get("vaccination", "")) if followed else ""
    return VACCINATIONS.get(said, sormas.Vaccination.UNSAID)


def _followed(followed: Followed | None) -> godata.Followed | None:
    if followed is None:
        return None
    words = {RELEASED: godata.FollowUp.COMPLETED, LOST: godata.FollowUp.LOST}
    status = words.get(followed.state, godata.FollowUp.GOING)  # Go.Data counts in which one somebody became a case
    return godata.Followed(followed.started, followed.until, status)
