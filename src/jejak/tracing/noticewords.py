"""A notice in the words of its reader's page: what to do, when and where, and what became of what they said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import KUALA_LUMPUR, local_day
from jejak.tracing.followrules import BECAME_CASE, RELEASED
from jejak.tracing.noticeforms import SAYS
from jejak.tracing.noticerules import CORRECTED, DISCARDED, MISTAKE, WRONG_PERSON
from jejak.tracing.pasts import UNITED
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from jejak.premises.queries import Place
    from jejak.tracing.models import FollowUp, Notice, NoticeDispute
    from jejak.tracing.queries.noticereading import NamedStay

    Line = dict[str, Any]

WITHDRAWN: Final[Mapping[str, _StrPromise]] = {
    MISTAKE: _("It was sent by mistake."),
    WRONG_PERSON: _("It was meant for somebody else."),
    DISCARDED: _("Whoever was thought to be ill with this illness turned out not to be."),
    CORRECTED: _("What it rested on was corrected, and nothing of it is left."),
}


def address(notice: Notice) -> str:
    """Return where a notice's page is."""
    return reverse("notices:notice", args=[notice.uuid])


def advice(notice: Notice, follow_up: FollowUp | None, *, at: datetime) -> Line:
    """Return what to do today: by the follow-up as it is now, or else as it was said when the notice was sent.

    Of whoever fell ill it says no more than to stay, for the link alone may be read by others.
    """
    today, kept = local_day(at), notice.advice
    until = date.fromisoformat(kept["until"]) if kept.get("until") else None
    tests = [date.fromisoformat(day) for day in kept.get("tests") or ()]
    over = False
    if follow_up is not None:
        until, tests = follow_up.quarantine_until, [date.fromisoformat(day) for day in follow_up.tests]
        if follow_up.state == BECAME_CASE:
            return {"ill": True}
        over = follow_up.state == RELEASED and follow_up.ended_why != UNITED
        if over:
            until, tests = None, []
    return {
        "until": until if until is not None and until >= today else None,
        "over": until if until is not None and until < today else None,
        "free": until is None,
        "released": follow_up.ended_at if over and follow_up is not None else None,
        "tests": [words.day(day, language=_language()) for day in tests if day >= today],
    }


def stays(found: Sequence[NamedStay], *, places: Mapping[int, Place], zones: Mapping[int, str]) -> list[Line]:
    """Return the stays of a notice with place, times, and what their reader said of them last."""
    return [_stay(one, places=places, zones=zones) for one in found]


def place(places: Mapping[int, Place], zones: Mapping[int, str], *, premises: int, zone: int | None) -> str:
    """Return a place as people call it: premises, branch, part of it; a dash for one that is not there any more."""
    known = places.get(premises)
    parts = [known.name, known.branch] if known else ["–"]
    return ", ".join(part for part in (*parts, zones.get(zone or 0, "")) if part)


def times(start: datetime, end: datetime) -> str:
    """Return from when to when, the day once: 21 Januari 2022, 3.15 petang – 4.00 petang."""
    language, first, last = _language(), start.astimezone(KUALA_LUMPUR), end.astimezone(KUALA_LUMPUR)
    until = words.clock(last, language=language)
    if first.date() != last.date():
        until = words.moment(last, language=language)
    return f"{words.day(first, language=language)}, {words.clock(first, language=language)} – {until}"


def said(dispute: NoticeDispute) -> str:
    """Return what somebody said of a stay."""
    if dispute.start and dispute.end:
        return f"{SAYS[dispute.says]} {times(dispute.start, dispute.end)}"
    return str(SAYS[dispute.says])


def _stay(one: NamedStay, *, places: Mapping[int, Place], zones: Mapping[int, str]) -> Line:
    stay, dispute = one.stay, one.dispute
    return {
        "number": one.number,
        "place": place(places, zones, premises=stay.premises, zone=stay.zone),
        "times": times(stay.period.start, stay.period.end),
        "said": said(dispute) if dispute else "",
        "said_at": dispute.at if dispute else None,
        "decided_at": dispute.decided_at if dispute else None,
        "waits": one.waits,
        "corrected": one.corrected,
        "kept": dispute is not None and dispute.outcome == "kept",
        "undone_at": dispute.undone_at if dispute else None,
    }


def _language() -> str:
    return get_language() or "ms"
