"""What was known of a contact at a moment, read from what had happened to them until then: pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import followrules
from jejak.tracing.followrules import FOLLOWING, RELEASED, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

NEW, TO_CALL, DONE = "new", "to-call", "done"
_WORK: Final = {"became-case": DONE, "no-case": TO_CALL}
"""What work turns to by what happened."""
UNITED: Final = "united"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a contact; ``by`` is nobody where they did it themselves."""

    kind: str
    at: datetime
    by: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FollowThen:
    """How a contact was followed up at a moment; ``tests`` are not known of what was written before they were kept."""

    started: datetime
    until: date
    apart: date | None
    table: int | None
    row: int | None
    tests: tuple[date, ...] | None
    state: str = FOLLOWING
    extended: bool = False
    ill: bool = False
    heard: datetime | None = None
    facts: Mapping[str, str | bool] | None = None
    source: str = ""
    ended: datetime | None = None
    ended_by: int | None = None
    why: str = ""
    tested: str = ""  # what the last test found since it began


def work_then(happened: Iterable[Happened]) -> tuple[str, int | None]:
    """Return how far the work on a contact was, and whose it was; ``happened`` in order."""
    work, officer = NEW, None
    for one in happened:
        if "work" in one.facts:
            work = str(one.facts["work"])
        elif one.kind in _WORK:
            work = _WORK[one.kind]
        elif one.kind == "assigned":
            officer = one.facts["officer"]
            work = TO_CALL if officer is not None and work == NEW else work
        elif work == DONE and one.facts.get("calls", one.kind == "exposed-again"):
            work = NEW
    return work, officer


def follow_then(happened: Iterable[Happened]) -> FollowThen | None:
    """Return how a contact was followed up, or that nobody did; ``happened`` in order."""
    then: FollowThen | None = None
    for one in happened:
        if one.kind == "followed":
            then = _begun(then, one)
        elif then is not None and one.kind in _STEPS:
            then = _STEPS[one.kind](then, one)
    return then


def _begun(before: FollowThen | None, one: Happened) -> FollowThen:
    """Return a follow-up as it begins; what lasts of what was known of them before is known still."""
    begun = FollowThen(one.at, **_plan(one))
    if before is None:
        return begun
    known, source = followrules.lasting(facts=before.facts or {}, source=before.source)
    return replace(begun, facts=known, source=source)


def _plan(one: Happened) -> dict[str, Any]:
    told = one.facts
    tests = tuple(map(date.fromisoformat, told["tests"])) if "tests" in told else None
    return {
        "until": date.fromisoformat(told["until"]),
        "apart": date.fromisoformat(told["apart"]) if told["apart"] else None,
        "table": told["table"],
        "row": told["row"],
        "tests": tests,
    }


def _heard(then: FollowThen, one: Happened) -> FollowThen:
    said = Said(well=bool(one.facts["well"]), test=str(one.facts["test"]))
    tested = said.test or then.tested
    heard = replace(then, heard=one.at, tested=tested)
    if "known" in one.facts:
        return _heeding(heard, one.facts)
    return replace(
        heard,
        ill=followrules.is_ill(said) or (then.ill and one.by is None) or tested == followrules.POSITIVE,
        facts=followrules.facts_after(facts=then.facts or {}, said=said),
        source=then.source or followrules.SOURCES[0],
    )


def _heeding(then: FollowThen, told: Mapping[str, Any]) -> FollowThen:
    """Return a follow-up with what everything said and decided added up to, as its event tells."""
    return replace(then, ill=bool(told["ill"]), facts=dict(told["known"]), source=str(told["source"]))


def _said(then: FollowThen, one: Happened) -> FollowThen:
    known = {name: value for name, value in one.facts.items() if name != "source"}
    return replace(then, facts=known, source=str(one.facts["source"]) if known else "")


def _ended(then: FollowThen, one: Happened) -> FollowThen:
    return replace(then, state=str(one.facts["state"]), why=str(one.facts["why"]), ended=one.at, ended_by=one.by)


def _resumed(then: FollowThen, one: Happened) -> FollowThen:
    return replace(then, state=FOLLOWING, why="", ended=None, ended_by=None, **_plan(one))


def _united(then: FollowThen, one: Happened) -> FollowThen:
    """Return a follow-up that ended with its line, if it was another line that stayed; or heeds what was said there."""
    if "follow" in one.facts:
        told = one.facts["follow"]
        day = date.fromisoformat(told["heard"]) if told["heard"] else None
        known = local_day(then.heard) if then.heard else None
        heard = local_midnight(day) if day is not None and (known is None or known < day) else then.heard
        return replace(_heeding(then, told), heard=heard, extended=bool(told["extended"]))
    if "into" not in one.facts or then.state != FOLLOWING:
        return then
    return replace(then, state=RELEASED, why=UNITED, ended=one.at, ended_by=one.by)


_STEPS: Final[Mapping[str, Callable[[FollowThen, Happened], FollowThen]]] = {
    "follow-up-changed": lambda then, one: replace(then, **_plan(one)),
    "heard": _heard,
    "facts": _said,
    "extended": lambda then, one: replace(then, until=date.fromisoformat(one.facts["until"]), extended=True),
    "follow-up-ended": _ended,
    "follow-up-resumed": _resumed,
    UNITED: _united,
}
