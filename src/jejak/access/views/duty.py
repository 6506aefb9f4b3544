"""The manager's page of one person's times on call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.access import actions, queries, second
from jejak.access.errors import DutyRefused, UnknownAccount
from jejak.access.forms import DutyForm
from jejak.access.labels import DUTIES
from jejak.access.rules import AGENCY_MANAGER
from jejak.access.views.agency import person_row
from jejak.access.views.asking import asker
from jejak.kernel.access import roles
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

USUAL: Final = timedelta(hours=12)


@roles(AGENCY_MANAGER)
def on_call(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show when somebody is on call, and put them on call."""
    row, moment = person_row(request, uuid), now().replace(second=0, microsecond=0)
    form = DutyForm(request.POST or None, initial={"starts_at": moment, "ends_at": moment + USUAL})
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_on_call(by=asker(request), uuid=uuid, now=now(), **form.cleaned_data)
        except DutyRefused as error:
            form.add_error("ends_at" if error.reason != "role" else None, DUTIES[error.reason])
        else:
            messages.success(request, _("%(name)s is on call for that time.") % {"name": row.name})
            return redirect("access:on-call", uuid=uuid)
    duties = queries.duties_of([row.number], now=now()).get(row.number, [])
    decides = bool(frozenset(row.roles) & second.deciders())
    context = {"row": row, "form": form, "duties": duties, "decides": decides, "now": now()}
    return render(request, "access/on_call.html", context, status=422 if form.errors else 200)


@roles(AGENCY_MANAGER)
@require_POST
def end(request: HttpRequest, uuid: UUID, duty: UUID) -> HttpResponse:
    """End a time on call; a new one mends it."""
    try:
        actions.take_off_call(by=asker(request), uuid=uuid, duty=duty, now=now())
    except UnknownAccount as error:
        raise Http404 from error
    messages.success(request, _("Ended. They are not written to any more."))
    return redirect("access:on-call", uuid=uuid)
