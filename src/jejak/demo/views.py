"""The start page of a demo node: what to try, in order, with logins and codes to scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import segno
from django.conf import settings as django_settings
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.access import queries as access
from jejak.access.errors import UnknownAccount
from jejak.demo import accounts, queries
from jejak.demo.figures import ATTRIBUTION
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.trail.rules import Actor

ACCOUNTS: Final = {"officer": accounts.OFFICER, "owner": accounts.OWNER}
NEXT: Final = {"officer": "tracing:start", "owner": "premises:list"}
LEAST_MINUTES: Final = 15


@public(reason="the start page of a demo, where everybody is invented")
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show what to try, in order."""
    shown = [{"poster": poster, "qr": _qr(settings().base_url + poster.path)} for poster in queries.scannables()]
    context = {
        "tour": queries.tour(),
        "posters": shown,
        "accounts": ACCOUNTS,
        "base_url": settings().base_url,
        "reachable": not settings().base_url.split("//")[1].startswith(("127.", "localhost")),
        "attribution": ATTRIBUTION,
        "least_minutes": LEAST_MINUTES,
        "door": {"name": accounts.DOOR_NAME, "pin": accounts.DOOR_PIN},
    }
    return render(request, "demo/start.html", context)


@public(reason="signs in an invented account, whose password the page shows anyway")
@require_POST
def enter(request: HttpRequest, who: str) -> HttpResponse:
    """Sign in as the demo's officer or owner and go to their first page."""
    signed_in(request, who)
    return redirect(_address(NEXT[who]))


@public(reason="signs in the invented officer to search for an invented person")
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo's officer and search for the contacts of the guided tour's case."""
    from jejak.tracing import actions

    tour = queries.tour()
    if tour is None:
        raise Http404
    found = actions.open_contacts_search(
        phone=tour.cast["case"].phone,
        window=tour.window,
        minutes=LEAST_MINUTES,
        by=signed_in(request, "officer"),
        purpose=_("Exercise on invented people: the case of the guided tour"),
        at=clock.now(),
    )
    return redirect("tracing:contacts", reference=found.uuid)


def signed_in(request: HttpRequest, who: str) -> Actor:
    """Return the demo account, signed in; only one marked as a demo's, and only on a demo node."""
    if who not in ACCOUNTS or not django_settings.JEJAK_DEMO:
        raise Http404
    try:
        account = access.account(ACCOUNTS[who].email)
    except UnknownAccount:
        raise Http404 from None
    if not account.is_demo:
        raise Http404
    login(request, account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return account


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return "/"


def _qr(address: str) -> SafeString:
    """Return a QR as SVG, as coarse as it can be, to be scanned off a screen."""
    code = segno.make(address, error="l", boost_error=False, micro=False)
    drawn = code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="demo-qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - made by us from a code of ours
