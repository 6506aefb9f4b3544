"""The owner's page about old codes on the wall: look at one, see what it says, take it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jejak.formats import oldcodes
from jejak.kernel.clock import now
from jejak.premises import actions, queries
from jejak.premises.errors import OldCodeIsOurs, OldCodeTaken, OldCodeUnlike, PremisesClosed
from jejak.premises.poster_forms import AdoptForm, OldCodeForm
from jejak.premises.views.entry import by, owners

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

_REFUSED: Final = {
    OldCodeTaken: gettext_lazy(
        "This code stands for another poster already. Compare it with the one on your wall. "
        "If it is yours, have your premises confirmed and bring the code again, or tell the health office."
    ),
    OldCodeUnlike: gettext_lazy(
        "The name in this code is not that of your premises. "
        "Have the premises confirmed first, then bring the code again."
    ),
    OldCodeIsOurs: gettext_lazy("This is a poster of Jejak already. It works as it is."),
    PremisesClosed: gettext_lazy("This premises is closed. Reopen it, then make the poster."),
    oldcodes.OldCodeError: gettext_lazy(
        "This can be no code of a poster: it is too long, or holds characters no code has."
    ),
}


@owners
def codes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read a photo or text of an old code; then, with its zone, take it over."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    if request.method == "POST" and "adopt" in request.POST:
        return _adopt(request, place)
    form = OldCodeForm(request.POST, request.FILES) if request.method == "POST" else OldCodeForm()
    if request.method == "POST" and form.is_valid():
        return _found(request, place, form.cleaned_data["found"], AdoptForm())
    return render(request, "premises/codes.html", {"form": form, "place": place}, status=422 if form.errors else 200)


def _adopt(request: HttpRequest, place: queries.Place) -> HttpResponse:
    form = AdoptForm(request.POST)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("text", "zone")}
        try:
            done = actions.adopt_code(by=by(request), uuid=place.uuid, now=now(), **said)
        except tuple(_REFUSED) as refused:
            form.add_error(None, _REFUSED[type(refused)])
        else:
            messages.success(
                request,
                _("The old code works here from now on.") if done.fresh else _("This code works here already."),
            )
            return redirect("premises:poster", uuid=place.uuid, code=done.poster.short_code)
    return _found(request, place, _again(request.POST.get("text", "")), form)


def _again(text: str) -> list[tuple[str, oldcodes.OldCode]]:
    try:
        return [(text, oldcodes.read(text))]
    except oldcodes.OldCodeError:
        return []


def _found(
    request: HttpRequest, place: queries.Place, found: list[tuple[str, oldcodes.OldCode]], form: AdoptForm
) -> HttpResponse:
    zones = queries.zones_of(owner=by(request), uuid=place.uuid)
    shown = {"place": place, "found": found, "form": form, "zones": zones}
    return render(request, "premises/code_found.html", shown, status=422 if form.errors else 200)
