"""What following a contact up means: how long, when they are due, what they may say, how it ends; pure.

A day is a local day. Whoever was heard of on a day is due on the next; a day that ended unheard is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from jejak.kernel.places import local_day
from jejak.tracing import quarantine

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from jejak.tracing.quarantine import Stay, Table

FOLLOWING, RELEASED, LOST, BECAME_CASE = "following", "released", "lost", "became-case"
SYMPTOMS: Final = (
    "fever", "cough", "sore-throat", "runny-nose", "breathless", "smell-taste", "headache", "aches", "tired",
    "stomach", "other",
)  # fmt: skip
"""What somebody may have, in the order a page asks for it."""
OTHER: Final = SYMPTOMS[-1]
POSITIVE: Final = "positive"
TESTS: Final = ("", "negative", POSITIVE)
SOURCES: Final = ("contact", "document", "clinic")
"""Who says whether a contact is vaccinated: they themselves, a certificate they showed, or a clinic."""
OVER: Final = "over"
DIED: Final = "died"
EARLY: Final = ("not-exposed", "wrong-person", "doctor", DIED)
"""Why somebody is released before the last day."""
FOLLOW_UP_ENDED: Final = "follow-up-ended"
"""What an event is called by which a follow-up ended."""
LOSSES: Final = ("unreachable", "refuses", "moved")
"""Why nobody follows a contact any more."""
MOST_DAYS: Final = 60
"""No follow-up ends later than so many days after the last exposure."""
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a follow-up is worked out from: ``days`` by the disease's profile, and what an officer added to it."""

    last_exposure: date
    begun: date
    days: int
    facts: Mapping[str, str | bool]
    extended_until: date | None = None
    extended_apart: bool = False
    apart_until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Until when somebody is followed and stays apart (``None``: not at all), and when to test; ``row`` says why."""

    until: date
    quarantine_until: date | None
    tests: tuple[date, ...]
    row: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """How somebody was on one day, by themselves or by whom an officer called."""

    well: bool
    symptoms: tuple[str, ...] = ()
    test: str = ""
    note: str = ""


def last_day(last: datetime) -> date:
    """Return the day of a last exposure, whose end is a moment that is no more part of it."""
    return local_day(last - timedelta(microseconds=1))


def plan(*, table: Table | None, basis: Basis) -> Plan:
    """Return how somebody is followed: by the profile's days, no shorter than the table of quarantine, once at least.

    A day that lies before the follow-up began is no day to test.
    """
    found: Stay | None = None
    if table is not None:
        found = quarantine.stay(table=table, facts=basis.facts, last_exposure=basis.last_exposure)
    tests = tuple(day for day in found.tests if day >= basis.begun) if found else ()
    apart = found.until if found else None
    extended = basis.extended_until
    longer = (basis.apart_until, extended if basis.extended_apart else None)
    apart = max((day for day in (apart, *longer) if day), default=None)
    ends = [basis.last_exposure + basis.days * DAY, basis.begun, *tests]
    until = max(*ends, *(day for day in (apart, extended) if day))
    return Plan(until, apart, tests, found.row if found else None)


def due_after(*, heard: date, until: date) -> date:
    """Return when somebody is due who was heard of on a day: on the next; after the last day, to be released then."""
    return min(heard, until) + DAY


def is_over(*, until: date, today: date) -> bool:
    """Return whether the last day has ended."""
    return today > until


def is_released_freely(*, until: date, heard: date | None, ill: bool, today: date) -> bool:
    """Return whether no reason is needed to release somebody: it is over, they were heard of, and are not ill."""
    return is_over(until=until, today=today) and heard is not None and not ill


def is_overdue(*, due_on: date, until: date, today: date) -> bool:
    """Return whether a day ended on which somebody should have been heard of."""
    return due_on <= until and due_on < today


def is_ill(said: Said) -> bool:
    """Return whether somebody needs an officer now: they have symptoms, or a test found the disease."""
    return not said.well or said.test == POSITIVE


def facts_after(*, facts: Mapping[str, str | bool], said: Said) -> dict[str, str | bool]:
    """Return what is known of somebody once they said how they are: who had symptoms once had them."""
    return {**facts, "symptoms": bool(facts.get("symptoms")) or not said.well}


def lasting(*, facts: Mapping[str, str | bool], source: str) -> tuple[dict[str, str | bool], str]:
    """Return what is still known of somebody who is followed anew, and from whom: symptoms and an infection pass."""
    kept = {name: value for name, value in facts.items() if name == "vaccination"}
    return kept, source if kept else ""


def problem_of(said: Said) -> str:
    """Return the field in which something makes no sense, empty if all of it does."""
    if len(set(said.symptoms)) < len(said.symptoms) or not set(said.symptoms) <= set(SYMPTOMS):
        return "symptoms"
    if said.well == bool(said.symptoms):
        return "well"
    return "" if said.test in TESTS else "test"


def known(facts: Mapping[str, object]) -> dict[str, str | bool]:
    """Return the facts of somebody that are known: those that have a value, as a table may ask for it."""
    return {name: value for name, value in facts.items() if isinstance(value, str | bool) and _may_be(name, value)}


def wrong_fact(facts: Mapping[str, object]) -> str:
    """Return which fact has a value that there is not, empty if each has one that a table may ask for, or none."""
    return next((name for name, value in facts.items() if value not in ("", None) and not _may_be(name, value)), "")


def _may_be(name: str, value: object) -> bool:
    allowed: Collection[object] = quarantine.FACTS.get(name, frozenset())
    return value in allowed
