"""Pages of what readers of notices say is wrong: those that wait, and deciding one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.tracing import disputewords
from jejak.tracing.actions import disputes as actions
from jejak.tracing.actions import entering
from jejak.tracing.errors import (
    CaseInvalid,
    ContactHeld,
    ContactUnknown,
    DisputeDecided,
    DisputeInvalid,
    DisputeOwn,
    DisputeUnknown,
)
from jejak.tracing.noticeforms import EnterForm
from jejak.tracing.pages import officer
from jejak.tracing.paging import page_asked
from jejak.tracing.queries import disputes
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.actions.disputes import ShownDispute

LONGEST_TEXT = 100


@roles(*OFFICERS)
@told
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show what readers of notices dispute and nobody decided yet."""
    asked, now = _asked(request), clock.now()
    found = actions.show_disputes(asked=asked, by=officer(request), at=now)
    page = found.page
    context = {
        "lines": [disputewords.line(one, at=now, name=found.names[one.contact.pk]) for one in page.lines],
        "asked": asked,
        "total": page.total,
        "page": Paginator(range(page.matching), disputes.PAGE_LENGTH).get_page(page.number),
    }
    return render(request, "tracing/disputes.html", context)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("why")
def show(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show one dispute with what a correction would change, decide it, or take a correction back."""
    by, now = officer(request), clock.now()
    try:
        if request.method == "POST":
            undoes = request.POST.get("outcome") == "undone"
            return _undone(request, reference) if undoes else _decided(request, reference)
        found = actions.show_dispute(uuid=reference, by=by, at=now)
    except DisputeUnknown:
        raise Http404 from None
    return render(request, "tracing/dispute.html", _context(found))


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("note")
def enter(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Enter what a contact tells of one of their stays; a colleague decides it."""
    by, now = officer(request), clock.now()
    try:
        shown = entering.show_stays(uuid=reference, by=by, at=now)
    except ContactUnknown:
        raise Http404 from None
    form = EnterForm(request.POST if request.method == "POST" else None, stays=disputewords.stays(shown))
    if request.method == "POST" and form.is_valid() and _entered(request, reference, form):
        messages.success(request, _("Written down. A colleague decides it."))
        return redirect("tracing:contact", reference=reference)
    context = {"shown": shown, "contact": shown.contact, "form": form}
    return render(request, "tracing/dispute_enter.html", context, status=422 if form.errors else 200)


def _entered(request: HttpRequest, reference: UUID, form: EnterForm) -> bool:
    said = {name: form.cleaned_data[name] for name in ("says", "start", "end", "note")}
    exposure, stay = form.chosen
    by, now = officer(request), clock.now()
    try:
        entering.enter_dispute(contact=reference, exposure=exposure, stay=stay, **said, by=by, at=now)
    except DisputeInvalid as refused:
        form.refuse(refused.problem)
    except ContactHeld:
        form.add_error(None, _("A colleague is working on this contact now. Nothing was changed."))
    else:
        return True
    return False


def _undone(request: HttpRequest, reference: UUID) -> HttpResponse:
    by, now = officer(request), clock.now()
    _row, contact = disputes.dispute(uuid=reference, by=by)
    try:
        actions.undo_correction(uuid=reference, why=request.POST.get("why", ""), by=by, at=now)
    except CaseInvalid:
        messages.error(request, _("Write why the correction is taken back."))
        return redirect("tracing:dispute", reference=reference)
    except DisputeDecided:
        messages.warning(request, _("A colleague decided this meanwhile. Nothing was changed."))
    except ContactHeld:
        messages.warning(request, _("A colleague is working on this contact now. Nothing was changed."))
        return redirect("tracing:dispute", reference=reference)
    else:
        messages.success(request, _("Taken back. The next run over the cases finds the stay again."))
    return redirect("tracing:contact", reference=contact.uuid)


def _decided(request: HttpRequest, reference: UUID) -> HttpResponse:
    by, now = officer(request), clock.now()
    _row, contact = disputes.dispute(uuid=reference, by=by)
    try:
        actions.decide_dispute(uuid=reference, outcome=request.POST.get("outcome", ""), by=by, at=now)
    except DisputeDecided:
        messages.warning(request, _("A colleague decided this meanwhile. Nothing was changed."))
    except DisputeOwn:
        messages.warning(request, _("You entered this yourself, so a colleague decides it. Nothing was changed."))
        return redirect("tracing:dispute", reference=reference)
    except ContactHeld:
        messages.warning(request, _("A colleague is working on this contact now. Nothing was changed."))
        return redirect("tracing:dispute", reference=reference)
    else:
        messages.success(request, _("Decided. Whoever said it reads it on the page of their notice."))
    return redirect("tracing:contact", reference=contact.uuid)


def _context(found: ShownDispute) -> dict[str, Any]:
    told = disputewords.shown(found)
    return {"found": found, "dispute": found.dispute, "contact": found.contact, "told": told}


def _asked(request: HttpRequest) -> disputes.Asked:
    order, page = request.GET.get("sort", ""), request.GET.get("page", "")
    return disputes.Asked(
        text=request.GET.get("q", "")[:LONGEST_TEXT],
        order=order if order in disputes.ORDERS else disputes.ORDERS[0],
        page=page_asked(page),
    )
