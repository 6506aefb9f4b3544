"""The officers' page about an old code that somebody wrongly claimed: look whose it is, release it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jejak.formats import oldcodes
from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.premises import actions
from jejak.premises.errors import UnknownPoster
from jejak.premises.poster_forms import OldCodeForm
from jejak.premises.proof_forms import ReasonForm
from jejak.premises.views.entry import by

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@roles("health_officer")
def claimed_code(request: HttpRequest) -> HttpResponse:
    """Read a photo or text of an old code; then show its premises, and release it."""
    if request.method == "POST" and "release" in request.POST:
        return _release(request)
    form = OldCodeForm(request.POST, request.FILES) if request.method == "POST" else OldCodeForm()
    if request.method == "POST" and form.is_valid():
        return _shown(request, form.cleaned_data["found"][0][0], ReasonForm())
    return _asked(request, form)


def _release(request: HttpRequest) -> HttpResponse:
    text, form = request.POST.get("text", ""), ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, text, form)
    try:
        short_code, reason = request.POST.get("poster", ""), form.cleaned_data["reason"]
        actions.release_code(by=by(request), text=text, short_code=short_code, reason=reason, now=now())
    except (UnknownPoster, oldcodes.OldCodeError):
        return _unknown(request, text)
    messages.success(request, _("Released. The owner reads your reason; a confirmed premises can take the code over."))
    return redirect("premises:waiting")


def _shown(request: HttpRequest, text: str, form: ReasonForm) -> HttpResponse:
    try:
        found = actions.look_at_code(by=by(request), text=text, now=now())
    except (UnknownPoster, oldcodes.OldCodeError):
        return _unknown(request, text)
    named = oldcodes.read(found.old_code).name
    context = {"poster": found, "place": found.place, "named": named, "text": text, "form": form}
    return render(request, "premises/claimed_code.html", context, status=422 if form.errors else 200)


def _unknown(request: HttpRequest, text: str) -> HttpResponse:
    form = OldCodeForm({"text": text})
    form.add_error("text", _("This code stands for no poster here, or for another one by now. Look again."))
    return _asked(request, form)


def _asked(request: HttpRequest, form: OldCodeForm) -> HttpResponse:
    return render(request, "premises/claimed_code.html", {"form": form}, status=422 if form.errors else 200)
