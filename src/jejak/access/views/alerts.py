"""Alerts about stopped accounts: the list, and one with what somebody found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.access import actions, queries
from jejak.access.errors import AlertOver, ReasonMissing
from jejak.access.forms import NoteForm
from jejak.access.rules import AGENCY_MANAGER, AUDITOR
from jejak.access.views.asking import asker
from jejak.kernel.access import roles
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

A_PAGE: Final = 50


@roles(AGENCY_MANAGER, AUDITOR)
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Show which accounts were stopped, those that nobody looked into first."""
    only_open = request.GET.get("state") == "open"
    found = queries.alerts(by=asker(request), only_open=only_open)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    waiting = sum(one.looked_at is None for one in found)
    return render(request, "access/alerts.html", {"page": page, "waiting": waiting, "only_open": only_open})


@roles(AGENCY_MANAGER, AUDITOR)
def alert(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one alert and take what somebody found; nobody looks into their own."""
    found, form = queries.alert(uuid=uuid, by=asker(request)), NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.look_into(by=asker(request), uuid=uuid, note=form.cleaned_data["note"], now=now())
        except ReasonMissing:
            form.add_error("note", _("Write in a sentence what you found."))
        except AlertOver:
            messages.info(request, _("Nothing changed: a colleague was faster, or it is about you."))
            return redirect("access:alert", uuid)
        else:
            messages.success(request, _("Kept. The alert is closed with your name and your words."))
            return redirect("access:alerts")
    return render(request, "access/alert.html", {"one": found, "form": form}, status=422 if form.errors else 200)
