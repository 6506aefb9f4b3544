"""What is said of any contact, on pages and in files: the tier, the work, an interview, how following up ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from jejak.tracing.followrules import BECAME_CASE, FOLLOWING, LOST, OVER, RELEASED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

TIERS: Final[Mapping[int, tuple[_StrPromise, str]]] = {
    1: (_("1 · very close"), "stop"),
    2: (_("2 · close"), "attention"),
    3: (_("3 · possible"), "neutral"),
    4: (_("4 · slight"), "neutral"),
}
WORKS: Final[Mapping[str, _StrPromise]] = {
    "new": _("New"),
    "to-call": _("To call"),
    "unreachable": _("Not reached"),
    "done": _("Done"),
}
RELATIONS: Final[Mapping[str, _StrPromise]] = {
    "household": _("named in an interview: household"),
    "workplace": _("named in an interview: workplace"),
    "other": _("named in an interview"),
}
EARLY: Final[Mapping[str, _StrPromise]] = {
    "not-exposed": _("They were not exposed"),
    "wrong-person": _("It is somebody else"),
    "doctor": _("A doctor decided so"),
    "died": _("They died"),
}
LOSSES: Final[Mapping[str, _StrPromise]] = {
    "unreachable": _("They cannot be reached"),
    "refuses": _("They do not want it"),
    "moved": _("They moved out of reach"),
}
ENDINGS: Final[Mapping[str, _StrPromise]] = {
    OVER: _("The last day has ended"),
    **EARLY,
    **LOSSES,
    "case": _("Became a case"),
    "united": _("records of one person became one line"),
}
STATES: Final[Mapping[str, tuple[_StrPromise, str]]] = {
    FOLLOWING: (_("Followed up"), "neutral"),
    RELEASED: (_("Released"), "good"),
    LOST: (_("Given up"), "neutral"),
    BECAME_CASE: (_("Became a case"), "stop"),
}
MARKS: Final[Mapping[str, tuple[_StrPromise, str]]] = {
    "told": (_("A notice was sent"), "neutral"),
    "ill": (_("Said to be ill"), "stop"),
    **STATES,
}
