"""Pages of cases: the list, reporting one, one opened, its history, and what an officer changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jejak.access import queries as accounts
from jejak.access.rules import CLINICIAN, LABORATORY, AgencyKind, Scope
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.letters import typed
from jejak.kernel.places import STATES, local_day
from jejak.tracing import actions, caseforms, casepages, casewords, queries
from jejak.tracing.errors import CaseChanged, CaseInvalid
from jejak.tracing.pages import day_asked, officer
from jejak.tracing.paging import page_asked
from jejak.tracing.queries import Asked
from jejak.tracing.queries.withdrawals import waiting_of
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS, REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.access.actions import User
    from jejak.tracing.caseanswers import CaseView

LONGEST_TEXT: Final = 100


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def listing(request: HttpRequest) -> HttpResponse:
    """List the office's cases; words come by POST, as they may be a phone number."""
    asked = _asked(request)
    found = queries.cases(asked=asked, by=officer(request), now=clock.now())
    if asked.text and found.total == 1:
        return redirect("tracing:case", uuid=found.rows[0].uuid)
    context = {
        "found": found,
        "asked": asked,
        "rows": [_line(row) for row in found.rows],
        "page": Paginator(range(found.total), queries.PAGE_LENGTH).get_page(found.number),
        "classifications": casewords.CLASSIFICATIONS.items(),
        "evidence": casewords.EVIDENCE.items(),
    }
    return render(request, "tracing/case_list.html", context)


@roles(*REPORTERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("name", "phone", "document", "note")
def new(request: HttpRequest) -> HttpResponse:
    """Report one case; an officer goes on with it at once, a laboratory is told its number."""
    now, by = clock.now(), officer(request)
    diseases = [(each.disease, each.name) for each in queries.profiles()]
    form = caseforms.ReportForm(
        request.POST or None,
        diseases=diseases,
        offices=offices_for(request),
        today=local_day(now),
        initial=_usual(request),
    )
    done = _reported(form, by=by, at=now) if request.method == "POST" and form.is_valid() else None
    if done is not None:
        mine = accounts.held_roles(request.user) & set(OFFICERS)
        if mine and queries.visible(by=by, now=now).filter(uuid=done.uuid).exists():
            messages.success(request, _("This case was reported before.") if done.known else _("The case is kept."))
            return redirect("tracing:case", uuid=done.uuid)
        return render(request, "tracing/case_received.html", {"done": done})
    return render(request, "tracing/case_new.html", {"form": form}, status=422 if form.errors else 200)


def _reported(form: caseforms.ReportForm, *, by: User, at: datetime) -> actions.Reported | None:
    """Report what a form says; if that is refused, say so at its field and return nothing."""
    said = form.cleaned_data
    try:
        return actions.report_case(given=form.given, disease=said["disease"], office=said["office"], by=by, at=at)
    except CaseInvalid as wrong:
        form.tell([(wrong.field, wrong.problem)])
        return None


@roles(*OFFICERS)
@told
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one case with its windows, stays and what was done."""
    return page(request, uuid)


@roles(*OFFICERS)
@told
@require_safe
def history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a case as it was known at the end of a day."""
    now = clock.now()
    then = actions.show_case_on(uuid=uuid, day=day_asked(request, at=now), by=officer(request), at=now)
    context = {
        "then": then,
        "number": then.row.number,
        "events": casepages.event_lines(then.events),
        "facts": casepages.facts(then.event) if then.event else (),
        "stay_lines": casepages.stay_lines(then.stays),
        "days": [casepages.first_day(then.forward), casepages.last_day(then.forward)] if then.forward else (),
        "today": local_day(now),
    }
    return render(request, "tracing/case_history.html", context)


@roles(*OFFICERS)
@told
@require_POST
@sensitive_post_parameters("note")
def change(request: HttpRequest, uuid: UUID, way: str) -> HttpResponse:
    """Change a case; what cannot be is told on its page, at the field."""
    actions.find_case(uuid=uuid, by=officer(request), at=clock.now())
    if way not in _CHANGES:
        raise Http404
    form, done = _made(request, way, data=request.POST, prefix=way), False
    if form.is_valid():
        try:
            _CHANGES[way](request, uuid, form.cleaned_data)
            done = True
        except CaseChanged:
            return page(request, uuid, told={way: form}, since=request.POST.get("seen", ""), status=409)
        except CaseInvalid as wrong:
            form.tell([(wrong.field, wrong.problem)])
    if not done:
        return page(request, uuid, told={way: form}, status=422)
    if not queries.visible(by=officer(request), now=clock.now()).filter(uuid=uuid).exists():
        messages.success(request, _("The case is handed over; it stands in the other office’s list now."))
        return redirect("tracing:cases")
    messages.success(request, _("Kept."))
    return redirect("tracing:case", uuid=uuid)


def offices_for(request: HttpRequest) -> list[tuple[int, str]]:
    """Return the offices that somebody may report to: an officer's own, any for a laboratory or clinician."""
    every = [(each.number, each.name) for each in accounts.offices(kind=AgencyKind.HEALTH)]
    own = [each for each in every if each[0] == officer(request).agency_id]
    return own or every


def page(
    request: HttpRequest,
    uuid: UUID,
    *,
    told: dict[str, Any] | None = None,
    since: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show one case; ``told`` are forms that were sent and say what is wrong, ``since`` what had changed it then."""
    now = clock.now()
    seen = actions.show_case(uuid=uuid, by=officer(request), at=now)
    forms = {what: _fresh(request, what, seen) for what in _FORMS} | (told or {})
    context = {
        "case": seen,
        "row": _line(seen.row),
        "withdrawals": waiting_of(case=uuid),
        "day_lines": casepages.day_lines(
            seen.stays, forward=seen.forward, backward=seen.backward, onset=seen.row.onset, sample=seen.row.sample
        ),
        "stay_lines": casepages.stay_lines(seen.stays),
        "events": casepages.event_lines(seen.events),
        "changed": casepages.changed_since(seen.events, seen=since) if since is not None else (),
        "windows": {
            "forward": (casepages.first_day(seen.forward), casepages.last_day(seen.forward)),
            "backward": (casepages.first_day(seen.backward), casepages.last_day(seen.backward)),
        },
        "why": casewords.CLOSINGS.get(seen.closed_why, ""),
        "said": [{"row": each, "relation": casewords.RELATIONS[each.relation]} for each in seen.said],
        "forms": {what.replace("-", "_"): form for what, form in forms.items()},
        "wrong": tuple(told or ()),
    }
    return render(request, "tracing/case.html", context, status=status)


def _line(row: queries.CaseRow) -> dict[str, Any]:
    return {
        "row": row,
        "classification": casewords.CLASSIFICATIONS[row.classification],
        "kind": casewords.KINDS[row.classification],
        "evidence": casewords.EVIDENCE[row.evidence],
        "where": ", ".join(part for part in (row.district, STATES.get(row.state, "")) if part) or "–",
    }


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    page, order = given.get("page", ""), given.get("sort", "")
    return Asked(
        text=typed(request.POST.get("text", "")[:LONGEST_TEXT]),
        classification=given.get("classification", "")
        if given.get("classification") in casewords.CLASSIFICATIONS
        else "",
        evidence=given.get("evidence", "") if given.get("evidence") in casewords.EVIDENCE else "",
        whose=given.get("whose", ""),
        state=given.get("state", "open"),
        order=order if order.removeprefix("-") in queries.ORDERS else queries.USUAL_ORDER,
        page=page_asked(page),
    )


def _usual(request: HttpRequest) -> dict[str, Any]:
    """Return what a report begins with: a laboratory reports its own findings, an officer's agency its own district."""
    held = accounts.held_roles(request.user)
    agency = officer(request).agency
    evidence = "laboratory" if LABORATORY in held else "clinical" if CLINICIAN in held else "none"
    where = {"state": agency.state, "district": agency.district} if agency and agency.kind == AgencyKind.HEALTH else {}
    return {"evidence": evidence, "classification": "confirmed" if evidence == "laboratory" else "suspected", **where}


def _fresh(request: HttpRequest, what: str, seen: CaseView) -> caseforms.Telling:
    row = seen.row
    initial = {
        "classification": row.classification, "evidence": row.evidence, "reference": seen.reference, "onset": row.onset,
        "sample": row.sample, "state": row.state, "district": row.district,
    }  # fmt: skip
    where = {"scope": Scope(row.state, row.district)} if what == "assign" else {}
    return _made(request, what, initial=initial, prefix=what, **where)


def _made(request: HttpRequest, what: str, **options: Any) -> caseforms.Telling:  # noqa: ANN401 - Django's own options
    agency = officer(request).agency_id
    if what == "assign":
        options["officers"] = accounts.colleagues_of(
            agency=agency or 0, roles=OFFICERS, scope=options.pop("scope", None), now=clock.now()
        )
    if what == "hand-over":
        options["offices"] = [(each.number, each.name) for each in accounts.offices(kind=AgencyKind.HEALTH)]
    return _FORMS[what](**options)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": officer(request), "at": clock.now()}


def _seen(request: HttpRequest) -> dict[str, Any]:
    return _by(request) | {"seen": request.POST.get("seen", "")}


def _dates(request: HttpRequest, uuid: UUID, said: dict[str, Any]) -> None:
    at = _seen(request)
    actions.change_dates(uuid=uuid, today=local_day(at["at"]), **said, **at)


_FORMS: Final[dict[str, type[caseforms.Telling]]] = {
    "classify": caseforms.ClassifyForm,
    "dates": caseforms.DatesForm,
    "assign": caseforms.AssignForm,
    "hand-over": caseforms.HandOverForm,
    "match": caseforms.MatchForm,
    "close": caseforms.CloseForm,
    "reopen": caseforms.ReopenForm,
    "stay": caseforms.StaySaidForm,
    "contact": caseforms.ContactSaidForm,
}
_CHANGES: Final[dict[str, Callable[[HttpRequest, UUID, dict[str, Any]], None]]] = {
    "classify": lambda request, uuid, said: actions.classify(uuid=uuid, **said, **_seen(request)),
    "dates": _dates,
    "assign": lambda request, uuid, said: actions.assign_case(uuid=uuid, **said, **_seen(request)),
    "hand-over": lambda request, uuid, said: actions.hand_over(uuid=uuid, **said, **_seen(request)),
    "match": lambda request, uuid, said: actions.match_case(uuid=uuid, **said, **_seen(request)),
    "close": lambda request, uuid, said: actions.close_case(uuid=uuid, **said, **_seen(request)),
    "reopen": lambda request, uuid, said: actions.reopen_case(uuid=uuid, **said, **_by(request)),
}
