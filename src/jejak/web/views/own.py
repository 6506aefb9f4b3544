"""A citizen's data as a file, bound browsers, and erasing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.errors import BindingOver
from jejak.kernel.access import citizen
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.people import actions as people
from jejak.people.errors import ErasureHeld
from jejak.people.rules import BOUND_COOKIE, DOCUMENT_VERIFIED, VISITOR_COOKIE
from jejak.web import copies
from jejak.web.forms import BindForm, EraseForm
from jejak.web.views.citizens import asking, bind_browser, own_person, visits_of
from jejak.web.views.looked import looks_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.people.queries import Held

NAME_COOKIES: Final = (VISITOR_COOKIE, "jejak_name")


@citizen
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show what a citizen may do with their data, and the browsers that show it."""
    who = asking(request)
    token = request.COOKIES.get(BOUND_COOKIE, "")
    browsers = accounts.browsers_of(account=who.account, person=who.bound, token=token) if who.bound else ()
    erasable = [one for one in who.held if one.level < DOCUMENT_VERIFIED]
    mine = own_person(who)
    shown = {
        "who": who,
        "browsers": browsers,
        "erasable": erasable,
        "mine": mine,
        "joined": people.joining.joined(person=mine.person, now=now()) if mine else (),
        "wanted": people.names.wanted(person=mine.person) if mine else None,
        "leaving": people.leaving.waiting(person=mine.person) if mine else None,
    }
    return render(request, "web/me/own.html", shown)


@citizen
@require_safe
def file(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out everything that this browser may show, for machines (JSON) or to read (HTML)."""
    if form not in {"json", "html"}:
        raise Http404
    who = asking(request)
    kept = copies.everything(who=who, visits=visits_of(who), looks=looks_of(who), at=now())
    if form == "json":
        body, kind = json.dumps(kept, ensure_ascii=False, indent=2), "application/json; charset=utf-8"
    else:
        body, kind = render_to_string("web/me/file.html", {"kept": kept}), "text/html; charset=utf-8"
    handed = HttpResponse(body, content_type=kind)
    handed.headers["Content-Disposition"] = f'attachment; filename="jejak-{_("my-data")}.{form}"'
    return handed


@citizen
@require_POST
def show_code(request: HttpRequest) -> HttpResponse:
    """Show a code on a bound browser by which another one may be bound."""
    who = asking(request)
    if who.bound is None or not who.held:
        raise Http404
    code = access.show_bind_code(account=who.account, person=who.bound, now=now())
    return render(request, "web/me/bind_code.html", {"code": f"{code[:4]} {code[4:]}"})


@citizen
def bind(request: HttpRequest) -> HttpResponse:
    """Take the code that another browser shows."""
    who = asking(request)
    form = BindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        token = access.bind_by_code(account=who.account, typed=form.cleaned_data["code"], now=now())
        if token:
            messages.success(request, _("This browser now shows your records too."))
            return bind_browser(redirect("web:me"), token)
        form.add_error("code", _("Not the code, or older than ten minutes. After five tries show a new one."))
    return render(request, "web/me/bind.html", {"form": form}, status=422 if form.errors else 200)


@citizen
@require_POST
def unbind(request: HttpRequest, number: int) -> HttpResponse:
    """End a browser's binding; only a bound browser of the same person may."""
    who = asking(request)
    try:
        access.unbind(account=who.account, person=who.bound or 0, number=number, now=now())
    except BindingOver:
        raise Http404 from None
    messages.success(request, _("Ended. That browser shows your records no more."))
    return redirect("web:own")


@citizen
def erase(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what erasing does, and do it once it is confirmed."""
    who = asking(request)
    one = _erasable(who.held, uuid)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            people.erase(by=who.account, person=one.person, at=now())
        except ErasureHeld:
            said = _(
                "An open case needs your name and number, so nothing was erased. "
                "Ask again when you are told it is over."
            )
            form.add_error(None, said)
        else:
            return _forgotten(request)
    shown = {"one": one, "form": form, "count": len(visits_of(who)), "visit_days": settings().visit_days}
    return render(request, "web/me/erase.html", shown, status=422 if form.errors else 200)


def _erasable(held: tuple[Held, ...], uuid: UUID) -> Held:
    found = next((one for one in held if one.uuid == uuid and one.level < DOCUMENT_VERIFIED), None)
    if found is None:
        raise Http404
    return found


def _forgotten(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Erased. We do not know your name and number any more, and you are signed out."))
    answer: Any = redirect("web:home")
    for name in NAME_COOKIES:
        answer.delete_cookie(name)
    return answer  # type: ignore[no-any-return]
