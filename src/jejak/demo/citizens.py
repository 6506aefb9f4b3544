"""The start page's way to the citizen's side: this browser becomes the phone of the story's case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings as django_settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jejak.demo import queries
from jejak.formats.visitortoken import DAY_MS, Visitor, VisitorTokens
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.people import actions, rules

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public(reason="signs in an invented citizen on a demo node, as if the code had been typed")
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Make this browser the phone of the case, signed in by its number, and show its own page."""
    phone = queries.phone_of_case()
    if phone is None or not django_settings.JEJAK_DEMO:
        raise Http404
    now = clock.now()
    account = actions.account_of(phone=phone.phone, at=now)
    actions.verify_device(account=account, person=phone.person, device=phone.device, at=now)
    login(request, account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    answer = redirect("web:me")
    day = int(now.timestamp() * 1000) // DAY_MS
    token = VisitorTokens(keyring()).write(Visitor(phone.person, phone.device, day))
    answer.set_cookie(rules.VISITOR_COOKIE, token, samesite="Lax", secure=settings().secure)  # until the browser closes
    return answer
