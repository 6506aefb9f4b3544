"""Erasing a record behind which a document stands: said plainly, asked with a code, seven days to think again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.kernel.access import citizen
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.messaging.actions import pending
from jejak.people.actions import leaving, numbers
from jejak.people.errors import ErasureHeld, ErasureOver, GuardsOthers
from jejak.ui.forms import CodeForm
from jejak.web.forms import LeaveForm
from jejak.web.views.citizens import asking_whole, send_code, visits_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jejak.people.queries import Held
    from jejak.web.showing import Asking

PURPOSE = "erase"


@citizen
def leave(request: HttpRequest) -> HttpResponse:
    """Say what goes, what stays and how long; send a code once it is confirmed."""
    who, mine = asking_whole(request)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if send_code(request, purpose=PURPOSE, phone=numbers.number_of(person=mine.person)):
            return redirect("web:leave-code")
        form.add_error(None, _("Too many codes were asked for lately. Wait an hour, then try again."))
    shown = {
        "form": form,
        "mine": mine,
        "waiting": leaving.waiting(person=mine.person),
        "count": len(visits_of(who)),
        "visit_days": settings().visit_days,
        "trail_days": settings().trail_days,
        "message_days": settings().message_days,
    }
    return render(request, "web/me/leave.html", shown, status=422 if form.errors else 200)


@citizen
def leave_code(request: HttpRequest) -> HttpResponse:
    """Take the code; from now on seven days run."""
    who, mine = asking_whole(request)
    if not pending.number(request.session, purpose=PURPOSE):
        return redirect("web:leave")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if pending.right(request.session, purpose=PURPOSE, typed=form.cleaned_data["code"], now=now()):
            return _asked(request, who, mine)
        form.add_error("code", _("Not the code, or older than ten minutes. After five tries ask for a new one."))
    return render(request, "web/me/leave_code.html", {"form": form}, status=422 if form.errors else 200)


def _asked(request: HttpRequest, who: Asking, mine: Held) -> HttpResponse:
    try:
        leaving.ask(by=who.account, person=mine.person, now=now())
    except GuardsOthers:
        messages.warning(
            request, _("You act alone for somebody. Hand that over first, or end it at a counter; nothing was changed.")
        )
    except ErasureHeld:
        messages.warning(request, _("An open case needs your record. Ask again when you are told that it is over."))
    else:
        messages.success(request, _("Noted. In seven days your record is erased; until then you can stop it here."))
    return redirect("web:leave")


@citizen
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Think again."""
    who, mine = asking_whole(request)
    try:
        leaving.cancel(by=who.account, person=mine.person, now=now())
    except ErasureOver:
        raise Http404 from None
    messages.success(request, _("Stopped. Nothing is erased."))
    return redirect("web:own")
