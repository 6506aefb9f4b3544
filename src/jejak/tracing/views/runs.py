"""Pages of runs: choosing cases, watching a run, the list it found, names page by page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jejak.access.errors import ReasonMissing
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.settings import settings
from jejak.tracing import actions, jobs, runwords
from jejak.tracing.actions.listing import LARGE_RELEASE, PAGE_LENGTH
from jejak.tracing.actions.runs import MOST_CASES
from jejak.tracing.errors import PurposeTooLong, ReleaseTooLarge, RunImpossible, RunUnknown
from jejak.tracing.pages import officer
from jejak.tracing.paging import page_asked
from jejak.tracing.queries import gaps, offering, runs
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.sliders import Sliders
from jejak.tracing.windows import Direction
from jejak.trail.errors import PurposeMissing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

AT_ONCE: Final = 3
"""So many cases are done while the page waits; more are the worker's."""
LONGEST_WORDS: Final = 500
NARROWED: Final = ("text", "disease", "district", "officer")
SLIDERS: Final = ("minutes", "crowd", "near", "estimated", "doubtful")


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose cases and start a run over them; the office's latest runs stand beside it."""
    wrong = ""
    if request.method == "POST":
        try:
            uuid = _begun(request, cases=_chosen(request), direction=request.POST.get("direction", ""))
        except RunImpossible:
            wrong = _("Choose one to 1,000 open cases of one disease.")
        except PurposeMissing:
            wrong = _("Write in a sentence what the search is for.")
        except PurposeTooLong:
            wrong = _("The purpose may have at most 500 characters.")
        else:
            return redirect("tracing:run", reference=uuid)
    chosen = set(uuids((request.POST.getlist("case") or request.GET.getlist("case"))[:MOST_CASES]))
    wanted = _wanted(request)
    offer = offering.offer(wanted=wanted, chosen=chosen, by=officer(request), now=clock.now())
    context = {
        "offer": offer,
        "wanted": wanted,
        "page": Paginator(range(offer.total), offering.PAGE_LENGTH).get_page(offer.number),
        "which": request.POST.get("which", ""),
        "most": MOST_CASES,
        "chosen": chosen,
        "directions": [(code, words) for code, words in runwords.DIRECTIONS.items() if code != Direction.SECOND],
        "direction": request.POST.get("direction", Direction.FORWARD),
        "purpose": request.POST.get("purpose", ""),
        "minutes": request.POST.get("minutes", "15"),
        "latest": [_told_of(run) for run in runs.runs_of(by=officer(request))],
        "wrong": wrong,
    }
    return render(request, "tracing/run_start.html", context, status=422 if wrong else 200)


@roles(*OFFICERS)
@told
@require_safe
def show(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show how far a run is, and how many contacts the sliders leave; names only of those shown before."""
    return _page(request, reference, asked=request.GET.dict())


@roles(*OFFICERS)
@told
@require_POST
def names(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show the names of a page of a run, each on record and on the office's work list from now on."""
    sliders, page = Sliders.read(request.POST.dict()), page_asked(request.POST.get("page", ""))
    try:
        actions.show_run(uuid=reference, sliders=sliders, page=page, release=True, by=officer(request), at=clock.now())
    except RunUnknown:
        raise Http404 from None
    except ReleaseTooLarge:
        messages.error(request, _("Nothing was shown: that needs a second officer. Ask below."))
    return redirect(f"{_address(reference, sliders, page)}#contacts")


@roles(*OFFICERS)
@told
@require_POST
def ask(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Ask a second officer whether more names of a run may be shown."""
    sliders, page = Sliders.read(request.POST.dict()), page_asked(request.POST.get("page", ""))
    by, now = officer(request), clock.now()
    reason = request.POST.get("reason", "")[:LONGEST_WORDS]
    try:
        wanted = actions.show_run(uuid=reference, sliders=sliders, page=page, by=by, at=now).let.wanted
        actions.ask_run_release(uuid=reference, people=wanted, by=by, reason=reason, at=now)
    except RunUnknown:
        raise Http404 from None
    except ReasonMissing:
        messages.error(request, _("Write in a sentence why you need the names. Nobody was asked yet."))
    else:
        messages.success(request, _("Asked. You see here when a second officer has decided."))
    return redirect(f"{_address(reference, sliders, page)}#release")


@roles(*OFFICERS)
@told
@require_POST
def resume(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Let a run go on that was stopped."""
    try:
        jobs.defer(actions.resume(uuid=reference, by=officer(request), at=clock.now()))
    except RunUnknown:
        raise Http404 from None
    messages.success(request, _("It goes on. You may close this page."))
    return redirect("tracing:run", reference=reference)


@roles(*OFFICERS)
@told
@require_POST
def onward(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Start a run for the contacts of the contacts of a run's cases, for the same purpose."""
    by = officer(request)
    try:
        run = runs.run_of(uuid=reference, by=by)
        uuid = actions.start_run(
            cases=runs.cases_of(uuid=reference, by=by),
            direction=Direction.SECOND,
            sliders=Sliders.read(request.POST.dict()),
            purpose=run.purpose,
            by=by,
            at=clock.now(),
        )
    except RunUnknown:
        raise Http404 from None
    except RunImpossible:
        messages.error(request, _("One of these cases was closed or handed over. Start a run over the others."))
        return redirect("tracing:run", reference=reference)
    jobs.defer(runs.run_of(uuid=uuid, by=by).number)
    return redirect("tracing:run", reference=uuid)


@roles(*OFFICERS)
@told
@require_safe
def tree(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show whom the contacts of a run's cases met onward, as a tree that names nobody."""
    try:
        run = runs.run_of(uuid=reference, by=officer(request))
        if run.going:
            return _going(request, run)
        grown = actions.show_tree(uuid=reference, by=officer(request), at=clock.now())
    except RunUnknown:
        raise Http404 from None
    context = {"run": grown.run, "told": _told_of(grown.run), "tree": grown.tree, "trunks": runwords.trunks(grown)}
    return render(request, "tracing/run_tree.html", context)


@roles(*OFFICERS)
@told
@require_safe
def places(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show where and when several cases of a run were, what chance explains least first."""
    try:
        shared = actions.show_shared(uuid=reference, by=officer(request), at=clock.now())
    except RunUnknown:
        raise Http404 from None
    context = {"run": shared.run, "told": _told_of(shared.run), "shared": shared, "rows": runwords.gatherings(shared)}
    return render(request, "tracing/run_places.html", context)


def _page(request: HttpRequest, reference: UUID, *, asked: Mapping[str, str]) -> HttpResponse:
    by, now = officer(request), clock.now()
    sliders = Sliders.read(asked) if any(name in asked for name in SLIDERS) else None
    try:
        run = runs.run_of(uuid=reference, by=by)
        if run.direction == Direction.SECOND:
            return redirect("tracing:run-tree", reference=reference)
        if run.going:
            return _going(request, run)
        found = actions.show_run(uuid=reference, sliders=sliders, page=page_asked(asked.get("page", "")), by=by, at=now)
    except RunUnknown:
        raise Http404 from None
    context: dict[str, Any] = {
        "run": found.run,
        "told": _told_of(found.run),
        "found": found,
        "rows": runwords.rows(found),
        "sums": runwords.sums(found),
        "crowds": runwords.crowds(found.sliders),
        "page": Paginator(range(found.matching), PAGE_LENGTH).get_page(found.number),
        "large_release": LARGE_RELEASE,
        "gaps": gaps.gaps_of(uuid=reference, days=settings().visit_days, by=by),
        "kept": found.sliders.kept(),
    }
    return render(request, "tracing/run.html", context)


def _going(request: HttpRequest, run: runs.RunRow) -> HttpResponse:
    """Show how far a run is and nothing else: its page asks every other second, and no look may be spent on that."""
    return render(request, "tracing/run_going.html", {"run": run, "told": _told_of(run)})


def _wanted(request: HttpRequest) -> offering.Wanted:
    """Return by what the open cases are narrowed, whether the page or its form says so."""
    asked = request.POST if request.method == "POST" else request.GET
    said = {name: asked.get(name, "").strip().replace("\0", "")[:100] for name in NARROWED}
    return offering.Wanted(never=asked.get("never") == "1", page=page_asked(asked.get("page", "")), **said)


def _chosen(request: HttpRequest) -> list[UUID]:
    """Return the cases that are ticked, or else all that fit, or those of them that no run went over yet."""
    which = request.POST.get("which", "")
    if which not in {"all", "never"}:
        return uuids(request.POST.getlist("case"))
    wanted = replace(_wanted(request), never=which == "never" or request.POST.get("never") == "1")
    return offering.offered_all(wanted=wanted, most=MOST_CASES, by=officer(request), now=clock.now())


def _begun(request: HttpRequest, *, cases: list[UUID], direction: str) -> UUID:
    by = officer(request)
    uuid = actions.start_run(
        cases=cases,
        direction=Direction.BACKWARD if direction == Direction.BACKWARD else Direction.FORWARD,
        sliders=Sliders(minutes=Sliders.read(request.POST.dict()).minutes),
        purpose=request.POST.get("purpose", ""),
        by=by,
        at=clock.now(),
    )
    number = runs.run_of(uuid=uuid, by=by).number
    if len(cases) <= AT_ONCE:
        actions.go_on(number=number, clock=clock.now)
    else:
        jobs.defer(number)
    return uuid


def _told_of(run: runs.RunRow) -> dict[str, object]:
    return {
        "run": run,
        "direction": runwords.DIRECTIONS[run.direction],
        "stopped": runwords.STOPPED.get(run.failed, runwords.OTHERWISE_STOPPED) if run.failed else "",
    }


def _address(reference: UUID, sliders: Sliders, page: int) -> str:
    kept = {name: str(int(value)) for name, value in sliders.kept().items()}
    return f"{reverse('tracing:run', args=[reference])}?{urlencode(kept | ({'page': page} if page > 1 else {}))}"


def uuids(texts: list[str]) -> list[UUID]:
    """Return the references that a form sent; none if one of them is none."""
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        return []
