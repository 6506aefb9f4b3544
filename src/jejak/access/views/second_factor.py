"""The manager's page about a person's lost second factor: asking, waiting for a second person, taking it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jejak.access import actions, queries
from jejak.access.errors import NotYourself, RequestRefused, UnknownAccount
from jejak.access.forms import ResetForm
from jejak.access.rules import AGENCY_MANAGER
from jejak.access.views.agency import person_row
from jejak.access.views.asking import asker
from jejak.kernel.access import roles
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@roles(AGENCY_MANAGER)
def second_factor(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show where the wish stands; POST asks, and once somebody else agreed, does it."""
    row = person_row(request, uuid)
    if row.number == asker(request).pk:
        raise Http404
    asked = queries.open_reset(by=asker(request), account=uuid, now=now())
    if request.method == "POST" and asked is not None and asked.decision == "approved":
        return _do(request, uuid)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and asked is None and form.is_valid():
        try:
            actions.ask_reset(by=asker(request), uuid=uuid, reason=form.cleaned_data["reason"], now=now())
        except (UnknownAccount, NotYourself) as error:
            raise Http404 from error
        messages.success(request, _("Asked. Somebody else decides it within 24 hours; then come back here."))
        return redirect("access:second-factor", uuid=uuid)
    status = 422 if form.errors else 200
    return render(request, "access/second_factor.html", {"row": row, "asked": asked, "form": form}, status=status)


def _do(request: HttpRequest, uuid: UUID) -> HttpResponse:
    try:
        actions.reset(by=asker(request), uuid=uuid, now=now())
    except RequestRefused:
        messages.info(request, _("Nothing changed: the approval is too old, or was used already."))
        return redirect("access:second-factor", uuid=uuid)
    messages.success(
        request, _("Done. All their sessions are over; at the next sign-in they set up a new second step.")
    )
    return redirect("access:people")
