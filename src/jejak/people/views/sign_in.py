"""How citizens sign in: a phone number, then the code that was sent to it. Staff and owners have other ways.

Whoever asks learns nothing about whether a number is known: every number gets a code within its budget.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.kernel.access import public
from jejak.kernel.clock import now
from jejak.kernel.sealing import SealBroken, sealer
from jejak.kernel.settings import settings
from jejak.messaging import actions as messaging
from jejak.messaging import rules as budgets
from jejak.messaging.actions import Phone
from jejak.people import actions, queries, rules
from jejak.people.forms import CodeForm, PhoneForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ASKED: Final = "jejak_code"
TABLE, COLUMN = "session", "phone"
PURPOSE: Final = "sign-in"


@public(reason="citizens sign in here; nothing is shown to anybody who has not typed the code")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number and send a code to it."""
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/sign_in.html", {"form": form}, status=422 if form.errors else 200)
    phone = form.cleaned_data["phone"]
    moment = now()
    asked = messaging.send_code(
        purpose=PURPOSE,
        recipient=Phone(phone),
        language="en" if get_language() == "en" else "ms",
        source=_source(request),
        now=moment,
    )
    if asked.reason:
        form.add_error(None, _("Too many codes were asked for lately. Wait an hour, then try again."))
        return render(request, "people/sign_in.html", {"form": form}, status=429)
    sealed = sealer().seal(table=TABLE, column=COLUMN, row=asked.challenge, text=phone)
    request.session[ASKED] = {"challenge": str(asked.challenge), "phone": b64encode(sealed).decode()}
    return redirect("people:code")


@public(reason="the second step of signing in; without the first one it leads back")
def code(request: HttpRequest) -> HttpResponse:
    """Take the code and sign in; a wrong, used or old one is answered alike."""
    asked = _asked(request)
    if asked is None:
        return redirect("people:sign-in")
    challenge, phone = asked
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        if messaging.check_code(challenge=challenge, purpose=PURPOSE, recipient=Phone(phone), typed=typed, now=now()):
            return _in(request, phone)
        form.add_error("code", _("Not the code, or older than ten minutes. After five tries ask for a new one."))
    status = 422 if form.errors else 200
    return render(request, "people/code.html", {"form": form, "phone": phone}, status=status)


def _in(request: HttpRequest, phone: str) -> HttpResponse:
    """Sign in as the account of a number just proved, and verify what this device may be verified for."""
    moment = now()
    account = actions.account_of(phone=phone, at=moment)
    login(request, account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    request.session.pop(ASKED, None)
    answer = redirect("web:me")
    visitor = queries.visitor(token=request.COOKIES.get(rules.VISITOR_COOKIE, ""))
    if visitor is not None:
        actions.verify_device(account=account, person=visitor.person, device=visitor.device, at=moment)
    held = actions.hold_by_code(account=account, at=moment)
    if held is not None:
        _bind(answer, access.bind(account=account, person=held.person, now=moment))
        messages.success(request, _("This browser now opens your records: you showed your document at a counter."))
    return answer


def _bind(answer: HttpResponse, token: str) -> None:
    """Let a browser carry its binding; only the citizen's own pages are sent it."""
    answer.set_cookie(
        rules.BOUND_COOKIE, token, max_age=rules.BOUND_SECONDS, httponly=True, samesite="Lax",
        secure=settings().secure, path="/me",
    )  # fmt: skip


def _asked(request: HttpRequest) -> tuple[UUID, str] | None:
    held = request.session.get(ASKED)
    if not held:
        return None
    challenge = UUID(held["challenge"])
    try:
        phone = sealer().unseal(table=TABLE, column=COLUMN, row=challenge, sealed=b64decode(held["phone"]))
    except SealBroken:
        return None
    return challenge, phone


def _source(request: HttpRequest) -> str:
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    chain.append(request.META.get("REMOTE_ADDR", ""))
    address = chain[-min(settings().proxies + 1, len(chain))]
    try:
        return budgets.source_of_address(address)
    except ValueError:
        return "address:unknown"
