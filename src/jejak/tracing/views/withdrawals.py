"""The page of withdrawals that wait for a senior officer, who confirms them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jejak.access import queries as accounts
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.tracing import actions, batchwords
from jejak.tracing.errors import NoticesUnknown, WithdrawalLarge
from jejak.tracing.pages import officer
from jejak.tracing.queries.withdrawals import withdrawals
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.views.runs import uuids

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest) -> HttpResponse:
    """Show which withdrawals wait for a senior officer, and confirm one."""
    by = officer(request)
    if request.method == "POST":
        chosen = uuids([request.POST.get("withdrawal", "")])
        try:
            many = sum(actions.confirm_withdrawal(uuid=one, by=by, at=clock.now()) for one in chosen)
        except NoticesUnknown:
            raise Http404 from None
        except WithdrawalLarge:
            messages.error(request, _("A senior officer confirms this. Nothing was changed."))
        else:
            said = ngettext("%(n)s notice is withdrawn.", "%(n)s notices are withdrawn.", many)
            messages.success(request, said % {"n": many})
        return redirect("tracing:withdrawals")
    rows = [{"row": one, "why": batchwords.REASONS[one.why]} for one in withdrawals(by=by)]
    senior = SENIOR_HEALTH_OFFICER in accounts.roles_of(by)
    return render(request, "tracing/withdrawals.html", {"rows": rows, "senior": senior})
