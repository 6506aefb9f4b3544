"""Signing in by one's agency: choosing it, going to its provider, coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from requests import RequestException

from jejak.access import queries
from jejak.access.errors import AccessError, ProviderDown, TokenRefused, UnknownAgency
from jejak.access.outside import AgencyProvider, Back, Exchange, StaffAdapter, refused
from jejak.kernel.access import public, signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.access.queries import ProviderView


@public(reason="staff choose their agency here to sign in; names of agencies are public")
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Show the agencies that sign in by a provider of their own."""
    return render(request, "access/oidc.html", {"providers": queries.providers(), "next": _next(request)})


@public(reason="the way to an agency's own sign-in")
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Send the browser to the agency's provider; only by a form of ours, so that nobody is sent unasked."""
    view = _found(code)
    if request.method != "POST":
        return redirect("access:oidc")
    provider: AgencyProvider = StaffAdapter(request).get_provider(request, code)
    try:
        way = provider.ask(request, view=view, next_url=_next(request))
    except ProviderDown:
        return refused(request, view=view, reason="down")
    # A redirect would be part of a form's answer, and forms may lead nowhere else; a page that moves on is not.
    answer = render(request, "access/oidc_on.html", {"provider": view, "address": way.headers["Location"]})
    answer.headers["Refresh"] = f"0; url={way.headers['Location']}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@public(reason="an agency's provider sends people back here; without the question this browser asked nothing happens")
@require_safe
def back(request: HttpRequest, code: str) -> HttpResponse:
    """Take the provider's answer and sign in whom it vouches for, if they are one of that agency."""
    view = _found(code)
    try:
        answer: HttpResponse = Back.adapter_view(Exchange(request, code))(request)
    except UnknownAgency:
        raise Http404 from None
    except TokenRefused:
        return refused(request, view=view, reason="broken")
    except AccessError:
        return refused(request, view=view, reason="nobody")
    except RequestException:
        return refused(request, view=view, reason="down")
    except (OAuth2Error, KeyError, TypeError, ValueError):  # what a provider may send instead of an answer
        return refused(request, view=view, reason="broken")
    return answer


@signed_in
@require_safe
def no_password(request: HttpRequest) -> HttpResponse:
    """Say to whoever has no password that none is set this way: an agency's disabling of somebody must stay enough."""
    return render(request, "access/no_password.html")


def _found(code: str) -> ProviderView:
    try:
        return queries.provider(code=code)
    except UnknownAgency:
        raise Http404 from None


def _next(request: HttpRequest) -> str | None:
    """Return where to go afterwards, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else None
