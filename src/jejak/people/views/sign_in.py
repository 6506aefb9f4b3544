"""How citizens sign in: a phone number, then the code that was sent to it. Staff and owners have other ways.

Whoever asks learns nothing about whether a number is known: every number gets a code within its budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.kernel.access import public
from jejak.kernel.addresses import address_of
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.messaging import rules as budgets
from jejak.messaging.actions import pending
from jejak.people import actions, queries, rules
from jejak.people.forms import PhoneForm
from jejak.ui.forms import CodeForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PURPOSE: Final = "sign-in"


@public(reason="citizens sign in here; nothing is shown to anybody who has not typed the code")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number and send a code to it."""
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/sign_in.html", {"form": form}, status=422 if form.errors else 200)
    language = "en" if get_language() == "en" else "ms"
    phone, source = form.cleaned_data["phone"], budgets.source_of(address_of(request))
    if not pending.send(request.session, purpose=PURPOSE, phone=phone, language=language, source=source, now=now()):
        form.add_error(None, _("Too many codes were asked for lately. Wait an hour, then try again."))
        return render(request, "people/sign_in.html", {"form": form}, status=429)
    return redirect("people:code")


@public(reason="the second step of signing in; without the first one it leads back")
def code(request: HttpRequest) -> HttpResponse:
    """Take the code and sign in; a wrong, used or old one is answered alike."""
    phone = pending.number(request.session, purpose=PURPOSE)
    if not phone:
        return redirect("people:sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if pending.right(request.session, purpose=PURPOSE, typed=form.cleaned_data["code"], now=now()):
            return _in(request, phone)
        form.add_error("code", _("Not the code, or older than ten minutes. After five tries ask for a new one."))
    status = 422 if form.errors else 200
    return render(request, "people/code.html", {"form": form, "phone": phone}, status=status)


def _in(request: HttpRequest, phone: str) -> HttpResponse:
    """Sign in as the account of a number just proved, and verify what this device may be verified for."""
    moment = now()
    account = actions.account_of(phone=phone, at=moment)
    login(request, account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    answer = redirect("web:me")
    visitor = queries.visitor(token=request.COOKIES.get(rules.VISITOR_COOKIE, ""))
    if visitor is not None:
        actions.verify_device(account=account, person=visitor.person, device=visitor.device, at=moment)
    held = actions.hold_by_code(account=account, at=moment)
    if held is not None:
        token = access.bind(account=account, person=held.person, now=moment)
        answer.set_cookie(**rules.bound_cookie(token=token, secure=settings().secure))
        messages.success(request, _("This browser now opens your records: you showed your document at a counter."))
    return answer
