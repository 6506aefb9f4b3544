"""Taking contacts out for another system: of the work list as it is narrowed, of a run, or of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jejak.access.actions import MOST_ROWS, handed
from jejak.access.errors import ExportTooLarge, ReasonMissing
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.letters import typed
from jejak.tracing import actions, contactwords, linewords
from jejak.tracing.errors import CaseUnknown, RunUnknown
from jejak.tracing.pages import officer
from jejak.tracing.queries import linelists
from jejak.tracing.queries.linelists import CASE, RUN, WORK, Wanted
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.views.work import filter_of, query_of
from jejak.trail.errors import PurposeMissing
from jejak.ui import words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.queries.linelists import Sizes

LONGEST_WORDS: Final = 500


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "HEAD", "POST"])
def of_work(request: HttpRequest) -> HttpResponse:
    """Take out the contacts of the work list, as it is narrowed."""
    asked = request.POST if request.method == "POST" else request.GET
    return _answer(request, Wanted(WORK, None, filter_of(asked.dict())))


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Take out the contacts that a run found and whose names were shown."""
    return _answer(request, Wanted(RUN, reference))


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take out the contacts of one case whose names were shown."""
    return _answer(request, Wanted(CASE, uuid))


def _answer(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    try:
        return _made(request, wanted) if request.method == "POST" else _page(request, wanted)
    except (RunUnknown, CaseUnknown):
        raise Http404 from None


def _made(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    """Make the file: a small one is handed out, any other waits for a second person."""
    form, said = request.POST.get("form", ""), typed(request.POST.get("said", "")[:LONGEST_WORDS])
    if form not in actions.LINE_LISTS:
        raise Http404
    try:
        made = actions.line_list(wanted=wanted, form=form, said=said, by=officer(request), at=clock.now())
    except ExportTooLarge:
        wrong = _("Nothing was made: one file holds at most %(most)s rows. Narrow the list first.")
        return _page(request, wanted, wrong=wrong % {"most": words.number(MOST_ROWS)})
    except (PurposeMissing, ReasonMissing):
        return _page(request, wanted, wrong=_("Write in a sentence what the file is for. Nothing was made."))
    if made.file is not None:
        return handed(made.file)
    messages.success(request, _("Your file is made and waits for a second person. They decide by its manifest."))
    return redirect("access:export", uuid=made.uuid)


def _page(request: HttpRequest, wanted: Wanted, *, wrong: str = "") -> HttpResponse:
    """Show how long the list is and ways of writing it; nobody is named."""
    by, now = officer(request), clock.now()
    title = linelists.title_of(wanted=wanted, by=by, now=now)
    sizes = linelists.sizes(wanted=wanted, by=by, now=now)
    context: dict[str, Any] = {
        "wanted": wanted,
        "title": title,
        "sizes": sizes,
        "back": _back(wanted),
        "narrowed": _narrowed(wanted),
        "asked": wanted.narrowed,
        "forms": [_form(code, sizes) for code in actions.LINE_LISTS],
        "form": request.POST.get("form", "xlsx"),
        "said": request.POST.get("said", title.purpose),
        "most": MOST_ROWS,
        "wrong": wrong,
    }
    return render(request, "tracing/line_list.html", context, status=422 if wrong else 200)


def _form(code: str, sizes: Sizes) -> dict[str, object]:
    name, use, about = linewords.FORMS[code]
    rows = sizes.exposures if code in actions.CASE_BY_CASE else sizes.contacts
    return {"code": code, "name": name, "use": use, "about": about, "rows": rows, "fits": rows <= MOST_ROWS}


def _back(wanted: Wanted) -> str:
    if wanted.kind == RUN:
        return reverse("tracing:run", args=[wanted.uuid])
    if wanted.kind == CASE:
        return reverse("tracing:case", args=[wanted.uuid])
    return f"{reverse('tracing:work')}?{query_of(wanted.narrowed)}"


def _narrowed(wanted: Wanted) -> list[str]:
    """Return in words how the work list is narrowed."""
    if wanted.kind != WORK:
        return []
    whose = {"mine": _("mine"), "nobody": _("nobody's yet")}.get(wanted.narrowed.whose, _("the whole office's"))
    tier = str(contactwords.TIERS[wanted.narrowed.tier][0]) if wanted.narrowed.tier else ""
    return [one for one in (str(contactwords.WORKS[wanted.narrowed.work]), whose, tier) if one]
