"""What readers of notices say is wrong, in the words of an officer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jejak.tracing import noticewords
from jejak.tracing.contactwords import RELATIONS, TIERS
from jejak.tracing.noticeforms import SAYS
from jejak.tracing.noticerules import CORRECTED, KEPT
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from jejak.premises.queries import Place
    from jejak.tracing.actions.disputes import Change, ShownDispute
    from jejak.tracing.actions.entering import ShownStays
    from jejak.tracing.corrections import Spoken
    from jejak.tracing.exposures import Exposed
    from jejak.tracing.queries.disputes import DisputeLine

    Line = dict[str, Any]

OUTCOMES: Final[Mapping[str, _StrPromise]] = {
    CORRECTED: _("corrected"),
    KEPT: _("kept as recorded"),
}


def line(one: DisputeLine, *, at: datetime, name: str = "") -> Line:
    """Return a dispute as a line of a list."""
    row = one.dispute
    return {
        "uuid": row.uuid,
        "name": name,
        "place": one.place,
        "times": noticewords.times(one.stay.period.start, one.stay.period.end) if one.stay else "–",
        "says": SAYS[row.says],
        "entered": row.entered_by.name if row.entered_by else "",
        "undone_at": row.undone_at,
        "undone_by": row.undone_by.name if row.undone_by else "",
        "at": row.at,
        "due": one.due_at,
        "late": row.decided_at is None and at > one.due_at,
        "tier": TIERS[one.contact.tier],
        "waits": row.decided_at is None,
        "outcome": OUTCOMES.get(row.outcome, ""),
        "decided_at": row.decided_at,
        "by": row.decided_by.name if row.decided_by else "",
    }


def shown(found: ShownDispute) -> Line:
    """Return a dispute as its own page shows it."""
    row, stay = found.dispute, found.stay
    there = place(stay, found.places, found.zones) if stay else "–"
    return {
        "place": there,
        "times": noticewords.times(stay.period.start, stay.period.end) if stay else "–",
        "says": SAYS[row.says],
        "instead": noticewords.times(row.start, row.end) if row.start and row.end else "",
        "note": found.note,
        "outcome": OUTCOMES.get(row.outcome, ""),
        "entered": row.entered_by.name if row.entered_by else "",
        "own": found.own,
        "undo": row.outcome == CORRECTED and row.undone_at is None,
        "undone_why": found.undone_why,
        "changes": [_change(one) for one in found.changes],
    }


def place(stay: Spoken, places: Mapping[int, Place], zones: Mapping[int, str]) -> str:
    """Return where a stay was; what an interview said has no place, and is told as that."""
    if stay.said:
        return str(_("Named in an interview")) + f": {RELATIONS[stay.said]}"
    return noticewords.place(places, zones, premises=stay.premises, zone=stay.zone)


def stays(found: ShownStays) -> list[tuple[str, str]]:
    """Return the stays of a contact to choose from, each with its place and times in words."""
    return [
        (
            f"{one.exposure}-{one.stay}",
            " · ".join(
                part
                for part in (
                    place(one, found.places, found.zones),
                    noticewords.times(one.period.start, one.period.end),
                    found.cases.get(one.case, ""),
                )
                if part
            ),
        )
        for one in found.stays
    ]


def _change(one: Change) -> Line:
    return {
        "case": one.case,
        "before": _exposed(one.before),
        "after": _exposed(one.after) if one.after else None,
    }


def _exposed(told: tuple[int, Exposed]) -> Line:
    tier, one = told
    return {"tier": TIERS[tier], "minutes": words.minutes(one.minutes, language=get_language() or "ms")}
