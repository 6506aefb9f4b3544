"""Correcting one's own record: another spelling of the name, which a counter decides, and another phone number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jejak.kernel.access import citizen
from jejak.kernel.clock import now
from jejak.messaging.actions import pending
from jejak.people.actions import account_of, names, numbers
from jejak.people.errors import CorrectionOver, NumberUnchanged, PersonRefused
from jejak.ui.forms import CodeForm
from jejak.web.forms import NameForm, NumberForm
from jejak.web.views.citizens import asking_whole, bind_browser, send_code

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


NUMBER = "number"


@citizen
def name(request: HttpRequest) -> HttpResponse:
    """Ask for another spelling; nothing is overwritten until a counter has seen the document."""
    who, mine = asking_whole(request)
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("kind") == "withdraw":
        try:
            names.withdraw(by=who.account, person=mine.person, now=now())
        except CorrectionOver:
            raise Http404 from None
        messages.success(request, _("Taken back. Your name stays as it is."))
        return redirect("web:own")
    if request.method == "POST" and form.is_valid():
        try:
            names.ask(by=who.account, person=mine.person, name=form.cleaned_data["name"], now=now())
        except PersonRefused:
            form.add_error("name", _("Write the name with letters, as it stands on your document."))
        else:
            messages.success(request, _("Noted. Show your document at a counter; staff there decide it."))
            return redirect("web:own")
    shown = {"form": form, "mine": mine, "wanted": names.wanted(person=mine.person)}
    return render(request, "web/me/name.html", shown, status=422 if form.errors else 200)


@citizen
def number(request: HttpRequest) -> HttpResponse:
    """Ask for the new number and send a code to it."""
    _who, mine = asking_whole(request)
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        if phone == numbers.number_of(person=mine.person):
            form.add_error("phone", _("That is the number on record already."))
        elif send_code(request, purpose=NUMBER, phone=phone):
            return redirect("web:number-code")
        else:
            form.add_error(None, _("Too many codes were asked for lately. Wait an hour, then try again."))
    return render(request, "web/me/number.html", {"form": form}, status=422 if form.errors else 200)


@citizen
def number_code(request: HttpRequest) -> HttpResponse:
    """Take the code, change the number, and go on as its account."""
    who, mine = asking_whole(request)
    phone = pending.number(request.session, purpose=NUMBER)
    if not phone:
        return redirect("web:number")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        moment = now()
        if pending.right(request.session, purpose=NUMBER, typed=form.cleaned_data["code"], now=moment):
            account = account_of(phone=phone, at=moment)
            try:
                token = numbers.change_number(
                    by=who.account, account=account, person=mine.person, phone=phone, now=moment
                )
            except NumberUnchanged:
                return redirect("web:own")
            login(request, account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
            messages.success(request, _("Done. Sign in with the new number from now on; the old one opens nothing."))
            return bind_browser(redirect("web:own"), token)
        form.add_error("code", _("Not the code, or older than ten minutes. After five tries ask for a new one."))
    return render(
        request, "web/me/number_code.html", {"form": form, "phone": phone}, status=422 if form.errors else 200
    )
