"""The trail in numbers, for auditors and for managers of their own agency: never persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.access.queries import audited_by, roles_of
from jejak.access.rules import AGENCY_MANAGER, AUDITOR
from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.kernel.places import local_day
from jejak.store import retention as classes
from jejak.trail import queries as trail
from jejak.trail.queries import Counted
from jejak.web.deeds import in_words
from jejak.web.forms_audit import CountForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from jejak.trail.queries import DayCount

USUAL: Final = timedelta(days=27)
HEIGHT: Final = 100.0
A_REFUSAL: Final = 1.0
"""The least height of a column, or one refusal among thousands of looks could not be seen."""


@dataclass(frozen=True, slots=True)
class Column:
    """One day's two columns, one on the other, measured from the top."""

    x: int
    top: float
    allowed: float
    refused_top: float
    refused: float
    day: DayCount


@roles(AGENCY_MANAGER, AUDITOR)
@require_safe
def tally(request: HttpRequest) -> HttpResponse:
    """Show counts by agency, deed, day and reason; a manager those of their own agency alone, with its refusals."""
    user: Any = request.user
    own = "" if AUDITOR in roles_of(user) else user.agency.name if user.agency else None
    if own is None:
        raise Http404
    everywhere, audited = audited_by(user=user)
    named = trail.agencies_named() if everywhere else [one.name for one in audited]
    today = local_day(now())
    deeds = [(action, in_words(action)) for action in trail.actions_named(agency=own)]
    usual = {"first": (today - USUAL).isoformat(), "last": today.isoformat()}
    form = CountForm(
        usual | request.GET.dict() | ({"agency": ""} if own else {}),
        agencies=[] if own else named,
        actions=deeds,
    )
    context: dict[str, Any] = {"form": form, "own": own}
    if form.is_valid():
        said = form.cleaned_data
        chosen = frozenset({own or said["agency"]} - {""}) or (None if everywhere else frozenset(named))
        found = trail.tally(Counted(said["first"], said["last"], chosen, said["action"]))
        context |= {"tally": found, "columns": columns(found.days), "first": said["first"], "last": said["last"]}
        context["agencies"] = [(row, row.name or _("without an agency")) for row in found.agencies]
        context["actions"] = [(row, in_words(row.name)) for row in found.actions]
    if own:
        context["refusals"] = [(entry, in_words(entry.action)) for entry in trail.refused_in(agency=own, limit=100)]
    return render(request, "web/audit/trail.html", context, status=422 if form.errors else 200)


@roles(AGENCY_MANAGER, AUDITOR)
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Show how long each class of data is kept, what it holds, and what the last run deleted of it."""
    last = trail.last_run()
    gone = last.detail.get("rows", {}) if last else {}
    rows = [(one, one.days(), gone.get(code)) for code, one in classes.classes().items()]
    return render(request, "web/audit/retention.html", {"rows": rows, "last": last})


def columns(days: Sequence[DayCount]) -> tuple[Column, ...]:
    """Return the picture of some days, the highest as high as it."""
    most = max((one.allowed + one.refused for one in days), default=0) or 1
    return tuple(_column(x, one, most) for x, one in enumerate(days))


def _column(x: int, one: DayCount, most: int) -> Column:
    refused = max(HEIGHT * one.refused / most, A_REFUSAL) if one.refused else 0.0
    allowed = min(HEIGHT * one.allowed / most, HEIGHT - refused)
    top = round(HEIGHT - allowed, 2)
    return Column(x, top, round(allowed, 2), round(top - refused, 2), round(refused, 2), one)
