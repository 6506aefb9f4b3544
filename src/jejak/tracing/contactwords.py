"""What is said of any contact, on pages and in files: the tier, the state of the work, what an interview said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

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
