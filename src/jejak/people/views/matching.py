"""The data steward's pages about people who exist twice: the queue, a pair, asking, merging, undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from jejak.access import queries as access
from jejak.access.errors import ReasonMissing, RequestRefused
from jejak.access.rules import DATA_STEWARD
from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.people import approvals, merging, pairs
from jejak.people.errors import MergeRefused
from jejak.people.forms_matching import ReasonForm
from jejak.people.views.asking import asker

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.access.queries import RequestView

A_PAGE: Final = 25
OBSTACLES: Final = {
    "document": gettext_lazy("They showed different documents, so they are two people. The proposal is closed."),
    "birth": gettext_lazy("Their birth dates differ, so they are two people. The proposal is closed."),
    "merged": gettext_lazy("These two are read as one already."),
}
STALE: Final = gettext_lazy(
    "Something changed since this was approved. Ask again, so that both of you decide on what is there now."
)


@roles(DATA_STEWARD)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show who may exist twice, the likeliest first, by numbers alone."""
    text = request.GET.get("q", "")
    found = pairs.waiting(text=text, by=asker(request), now=now())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, [approvals.REASONS.get(reason, reason) for reason in one.reasons]) for one in page]
    doubted = pairs.merges().exclude(doubted_at=None)
    return render(request, "people/match_list.html", {"page": page, "rows": rows, "text": text, "doubted": doubted})


@roles(DATA_STEWARD)
@require_safe
def pair(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show two persons side by side."""
    return _pair(request, uuid, ReasonForm())


@roles(DATA_STEWARD)
@require_POST
def ask(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for a second person to read two as one."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _pair(request, uuid, form, status=422)
    try:
        merging.ask_to_merge(by=asker(request), proposal=uuid, reason=form.cleaned_data["reason"], now=now())
    except MergeRefused as error:
        messages.error(request, str(OBSTACLES[error.reason]))
    except ReasonMissing:
        form.add_error("reason", _("Say in a sentence why; a colleague decides by it."))
        return _pair(request, uuid, form, status=422)
    else:
        messages.success(request, _("Asked. When a colleague has approved it, you can read them as one here."))
    return redirect("people:twice-pair", uuid)


@roles(DATA_STEWARD)
def apart(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask once more, then keep two persons apart."""
    if request.method == "POST":
        merging.keep_apart(by=asker(request), proposal=uuid, now=now())
        messages.success(request, _("They stay two people, and are not proposed again."))
        return redirect("people:twice")
    return render(request, "people/match_apart.html", {"found": pairs.open_proposal(uuid=uuid)})


@roles(DATA_STEWARD)
def merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say in words and numbers what will happen, then read two persons as one."""
    found = pairs.open_proposal(uuid=uuid)
    wish = _wish(request, kind=merging.MERGE, key="proposal", uuid=uuid)
    if wish is None or wish.decision != "approved":
        return redirect("people:twice-pair", uuid)
    if request.method == "POST":
        try:
            done = merging.merge(by=asker(request), proposal=uuid, request=wish.uuid, now=now())
        except MergeRefused as error:
            messages.error(request, str(OBSTACLES[error.reason]))
        except RequestRefused:
            messages.error(request, str(STALE))
        else:
            messages.success(request, _("They are read as one from now on."))
            return redirect("people:merge", done.uuid)
        return redirect("people:twice")
    said = approvals.said_of_merge(wish.what)
    return render(request, "people/match_merge.html", {"found": found, "wish": wish, "said": said})


@roles(DATA_STEWARD)
@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """Show who is read as whom, and what was undone."""
    page = Paginator(pairs.merges(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/match_merges.html", {"page": page})


@roles(DATA_STEWARD)
def one_merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a merge; ask for its undoing."""
    found, form = pairs.merge_of(uuid=uuid), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            merging.ask_to_undo(by=asker(request), merge=uuid, reason=form.cleaned_data["reason"], now=now())
        except ReasonMissing:
            form.add_error("reason", _("Say in a sentence why; a colleague decides by it."))
        else:
            messages.success(request, _("Asked. When a colleague has approved it, you can undo it here."))
            return redirect("people:merge", uuid)
    wish = _wish(request, kind=merging.UNMERGE, key="merge", uuid=uuid)
    shown = {
        "found": found,
        "form": form,
        "wish": wish,
        "of_others": _of_others(request, merging.UNMERGE, "merge", uuid),
    }
    return render(request, "people/match_one_merge.html", shown, status=422 if form.errors else 200)


@roles(DATA_STEWARD)
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say in words and numbers what will happen, then read two persons apart again."""
    found = pairs.merge_of(uuid=uuid)
    wish = _wish(request, kind=merging.UNMERGE, key="merge", uuid=uuid)
    if wish is None or wish.decision != "approved":
        return redirect("people:merge", uuid)
    if request.method == "POST":
        try:
            merging.undo(by=asker(request), merge=uuid, request=wish.uuid, now=now())
        except RequestRefused:
            messages.error(request, str(STALE))
        else:
            messages.success(request, _("They are read apart again."))
        return redirect("people:merge", uuid)
    said = approvals.said_of_undoing(wish.what)
    return render(request, "people/match_undo.html", {"found": found, "wish": wish, "said": said})


def _pair(request: HttpRequest, uuid: UUID, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    shown = {
        "pair": pairs.pair(uuid=uuid, by=asker(request), now=now()),
        "form": form,
        "wish": _wish(request, kind=merging.MERGE, key="proposal", uuid=uuid),
        "of_others": _of_others(request, merging.MERGE, "proposal", uuid),
    }
    return render(request, "people/match_pair.html", shown, status=status)


def _wish(request: HttpRequest, *, kind: str, key: str, uuid: UUID) -> RequestView | None:
    """Return what this account asked for about a pair or merge and can still use, approved before waiting."""
    asked = access.asked_for(by=asker(request), kind=kind, about={key: str(uuid)})
    open_ones = [
        one for one in asked if one.decision in {"", "approved"} and not one.used_at and now() < one.expires_at
    ]
    return max(open_ones, key=lambda one: (one.decision == "approved", one.asked_at), default=None)


def _of_others(request: HttpRequest, kind: str, key: str, uuid: UUID) -> list[RequestView]:
    """Return what colleagues asked for about it and somebody must decide."""
    open_ones = access.open_requests(kinds=[kind], by=asker(request), now=now())
    return [one for one in open_ones if not one.mine and one.what.get(key) == str(uuid)]
