"""Runs and contacts in the words of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import KUALA_LUMPUR
from jejak.tracing import followwords
from jejak.tracing.contactwords import RELATIONS, TIERS, WORKS
from jejak.tracing.marks import marks_of
from jejak.tracing.narrowing import place_name
from jejak.tracing.sliders import CROWDS
from jejak.tracing.tiers import MOST_CROWD
from jejak.tracing.trees import BRANCH_X, CASE_X, LEAF_X
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from jejak.premises.queries import Place
    from jejak.tracing.actions.listing import ListRow, RunList
    from jejak.tracing.actions.pastshowing import ContactThen
    from jejak.tracing.actions.picturing import Grown, Shared
    from jejak.tracing.actions.work import Shown
    from jejak.tracing.exposures import Exposed, Stretch
    from jejak.tracing.sliders import Sliders

    Line = dict[str, Any]

DIRECTIONS: Final[Mapping[str, _StrPromise]] = {
    "forward": _("Whom they may have infected"),
    "backward": _("Where they may have been infected"),
    "second": _("Contacts of their contacts"),
}
EVENTS: Final[Mapping[str, _StrPromise]] = {
    "found": _("found by a run"),
    "released": _("name shown for the first time"),
    "exposed-again": _("exposed by another case"),
    "exposure-changed": _("the exposure changed"),
    "exposure-ended": _("an exposure is found no more"),
    "unfounded": _("no exposure is left"),
    "united": _("records of one person became one line"),
    "assigned": _("given to an officer"),
    "worked": _("work changed"),
    "became-case": _("became a case"),
    "no-case": _("is no case after all"),
    "noticed": _("a notice was sent"),
    "notice-recalled": _("a notice was taken back before it left"),
    "notice-withdrawn": _("a notice was withdrawn"),
    "notice-opened": _("opened places and times of a notice"),
    "disputed": _("said that a stay is not right"),
    "dispute-entered": _("told an officer that a stay is not right"),
    "dispute-decided": _("what they said was decided"),
    "withdrawal-waits": _("the withdrawal of a notice waits for a senior officer"),
    "dispute-undone": _("a correction was taken back"),
    "language": _("the language noted"),
}
STOPPED: Final[Mapping[str, _StrPromise]] = {
    "budget-spent": _(
        "The officer who started it has looked at as many people as one account may. It can go on later."
    ),
    "purpose-refused": _("The officer who started it may not do so any more."),
    "broken": _("Something broke. What was done stands; let it go on, and tell the operator if it stops again."),
}
CHANCES: Final = (
    (0.001, _("hardly by chance")),
    (0.05, _("unlikely by chance")),
    (1.0, _("chance may explain it")),
)
CASE_WIDTH, BRANCH_WIDTH = 110, 140
"""How far the words of a case and of a contact reach in the tree."""
OTHERWISE_STOPPED: Final = _("It was refused. What was done stands.")


def rows(found: RunList) -> list[Line]:
    """Return the lines of the contacts on a page."""
    return [_row(one, found.places) for one in found.rows]


def sums(found: RunList) -> Line:
    """Return the counts of a list: by tier, by how many cases share somebody, by premises."""
    places = [(place_name(found.places, number), people) for number, people in found.sums.places[:20]]
    most = max(found.sums.tiers.values(), default=0)
    return {
        "tiers": [(TIERS[tier][0], people) for tier, people in found.sums.tiers.items()],
        "shared": list(found.sums.shared.items()),
        "places": places[:6],
        "more": places[6:],
        "most": most,
        "most_shared": max(found.sums.shared.values(), default=0),
        "most_there": max((people for _name, people in places), default=0),
    }


def crowds(sliders: Sliders) -> list[tuple[str, str, bool]]:
    """Return the steps of the crowd: value, words, whether it is chosen."""
    steps = [(str(step), words.number(step), sliders.crowd == step) for step in CROWDS]
    if sliders.crowd not in (*CROWDS, MOST_CROWD):
        steps.append((str(sliders.crowd), words.number(sliders.crowd), True))
    return [*steps, ("100000", str(_("any number")), sliders.crowd == MOST_CROWD)]


def exposures(found: Iterable[tuple[str, int, Exposed]], *, places: Mapping[int, Place]) -> list[Line]:
    """Return why somebody is a contact, or where cases may have been infected: a block for each case."""
    language = _language()
    return [
        {
            "case": case,
            "tier": TIERS[tier],
            "minutes": words.minutes(one.minutes, language=language) if one.minutes else "",
            "lines": why(one, places),
        }
        for case, tier, one in found
    ]


def why(one: Exposed, places: Mapping[int, Place]) -> list[Line]:
    """Return the stretches of an exposure, and what was said, in words."""
    language = _language()
    seen = [_stretch(each, places, language) for each in one.stretches]
    told = [
        {"said": RELATIONS[each.relation], "day": words.day(_local(each.period.start), language=language)}
        for each in one.told
    ]
    return seen + told


def events(shown: Shown | ContactThen) -> list[Line]:
    """Return what happened to a contact, newest first."""
    return [
        {
            "what": EVENTS.get(one.kind) or followwords.EVENTS.get(one.kind, one.kind),
            "at": one.at,
            "by": one.by.name if one.by else "",
            "work": WORKS.get(one.facts.get("work", ""), ""),
        }
        for one in shown.events
    ]


def trunks(grown: Grown) -> list[Line]:
    """Return the tree's cases and branches with where their lines and words lie."""
    return [
        {
            "case": grown.numbers[trunk.case],
            "people": trunk.people,
            "y": trunk.y,
            "branches": [
                {
                    "one": branch,
                    "path": _curve(CASE_X + CASE_WIDTH, trunk.y, BRANCH_X, branch.y),
                    "line": _curve(BRANCH_X + BRANCH_WIDTH, branch.y, LEAF_X, branch.y),
                    "number": number,
                }
                for number, branch in enumerate(trunk.branches, start=1)
            ],
        }
        for trunk in grown.tree.trunks
    ]


def gatherings(shared: Shared) -> list[Line]:
    """Return the lines of where and when several cases were."""
    language = _language()
    return [
        {
            "rank": rank,
            "place": place_name(shared.places, one.gathering.premises),
            "day": words.day(_local(one.gathering.period.start), language=language),
            "from": words.clock(_local(one.gathering.period.start), language=language),
            "until": words.clock(_local(one.gathering.period.end), language=language),
            "cases": [shared.numbers[case] for case in one.gathering.cases],
            "expected": None if one.expected is None else round(one.expected),
            "chance": _chance(one.chance),
        }
        for rank, one in enumerate(shared.ranked, start=1)
    ]


def _chance(chance: float) -> _StrPromise:
    """Return in words how well chance explains something."""
    return next(text for most, text in CHANCES if chance <= most)


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"


def _row(one: ListRow, places: Mapping[int, Place]) -> Line:
    language, found = _language(), one.found
    stretches: Sequence[Stretch] = [each for exposed in found.exposed for each in exposed.stretches]
    flags = 0
    for each in stretches:
        flags |= each.flags
    return {
        "rank": one.rank,
        "uuid": one.uuid,
        "name": one.who.name,
        "phone": one.who.reached,
        "tier": TIERS[found.tier],
        "together": words.minutes(found.minutes, language=language) if found.minutes else "",
        "crowd": max((each.crowd for each in stretches), default=0),
        "sure": bool(stretches) and all(each.observed for each in stretches),
        "cases": one.cases,
        "work": WORKS[one.work],
        "marks": marks_of(flags),
        "why": [
            {"case": case, "lines": why(exposed, places)}
            for case, exposed in zip(one.cases, found.exposed, strict=True)
        ],
    }


def _stretch(one: Stretch, places: Mapping[int, Place], language: str) -> Line:
    start, end = _local(one.period.start), _local(one.period.end)
    return {
        "place": place_name(places, one.premises),
        "day": words.day(start, language=language),
        "from": words.clock(start, language=language),
        "until": words.clock(end, language=language),
        "minutes": words.minutes(one.period.minutes, language=language),
        "crowd": one.crowd,
        "observed": one.observed,
        "near": one.near,
        "zoned": one.zone is not None,
        "marks": marks_of(one.flags),
    }


def _language() -> str:
    return get_language() or "ms"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(KUALA_LUMPUR)
