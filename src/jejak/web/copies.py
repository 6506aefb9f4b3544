"""A citizen's data as one tree with labels: what a browser may show of persons, visits, disputes and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jejak.kernel.settings import settings
from jejak.visits import queries as log
from jejak.web.visited import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jejak.people.queries import Held
    from jejak.visits.queries import OwnDispute, OwnVisit
    from jejak.web.showing import Asking, Look


def everything(*, who: Asking, visits: Sequence[OwnVisit], looks: Sequence[Look], at: datetime) -> dict[str, Any]:
    """Return all of it: stable words as keys, each part with a label in the reader's language."""
    said = log.own_disputes(visits=visits)
    return {
        "node": settings().node_name,
        "made_at": _iso(at),
        "parts": [
            {"key": "persons", "label": _("Who you are to us"), "rows": [_person(one) for one in who.held]},
            {"key": "visits", "label": _("Visits"), "rows": [_visit(one, who) for one in visits]},
            {"key": "disputes", "label": _("What you said of visits"), "rows": [_dispute(one) for one in said]},
            {"key": "looks", "label": _("Who looked at your data"), "rows": [_look(one) for one in looks]},
        ],
    }


def _person(one: Held) -> dict[str, Any]:
    levels = (_("typed at a door"), _("proved by a code to the phone"), _("proved by a document"))
    return {_("Name"): one.name, _("How sure we are"): levels[one.level], _("Reference"): str(one.uuid)}


def _visit(one: OwnVisit, who: Asking) -> dict[str, Any]:
    words = told(one, names=who.names)
    return {
        _("Whose"): words.whose,
        _("Place"): ", ".join(part for part in (one.name, one.branch, one.zone) if part),
        _("Arrived"): _iso(one.checked_in),
        _("Left"): _iso(one.until),
        _("The end was scanned"): _("yes") if one.observed else _("no, it is estimated"),
        _("How it came in"): " ".join(words.ways),
        _("What speaks against it"): " ".join(words.doubts),
        _("Reference"): str(one.id),
    }


def _dispute(one: OwnDispute) -> dict[str, Any]:
    return {
        _("Visit"): str(one.visit),
        _("What you said"): _("It was somebody else") if one.kind == "not-me" else _("The times are wrong"),
        _("Came"): _iso(one.came_at),
        _("Left"): _iso(one.left_at),
        _("Said at"): _iso(one.made_at),
    }


def _look(one: Look) -> dict[str, Any]:
    return {
        _("When"): _iso(one.entry.at),
        _("Who"): _("you") if one.own else one.entry.agency or _("staff of this node"),
        _("What"): one.said,
        _("Why"): one.entry.purpose,
        _("Whose"): one.whose,
        _("What you asked"): one.asked.words if one.asked else "",
        _("The answer"): one.asked.answer if one.asked else "",
    }


def _iso(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
