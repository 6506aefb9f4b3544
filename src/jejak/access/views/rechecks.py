"""After a backup was restored: a manager confirms one by one who still works here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.access import actions
from jejak.access.errors import NotYourself, UnknownAccount
from jejak.access.rules import AGENCY_MANAGER
from jejak.access.views.asking import asker
from jejak.kernel.access import roles
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@roles(AGENCY_MANAGER)
@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Confirm one person of one's own agency."""
    try:
        found = actions.confirm_account(by=asker(request), uuid=uuid, now=now())
    except UnknownAccount as error:
        raise Http404 from error
    except NotYourself:
        messages.info(request, _("Nobody confirms themselves. Ask another manager, or the operator."))
    else:
        messages.success(request, _("Confirmed: %(name)s works here.") % {"name": found.name})
    return redirect("access:people")
