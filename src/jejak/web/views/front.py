"""The front page, the language switch, and the pages that say what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from jejak.kernel.access import public
from jejak.kernel.settings import settings as node_settings

if TYPE_CHECKING:
    from django.http import HttpRequest

ROBOTS = "User-agent: *\nDisallow: /p/\nDisallow: /accounts/\nDisallow: /language/\nDisallow: /v1/\n"


@public(reason="the front page says what Jejak is, to everybody")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what Jejak is for, to visitors, owners and officers; on a demo node, first what to try."""
    if settings.JEJAK_DEMO and not request.user.is_authenticated:
        return HttpResponseRedirect("/demo/")
    return render(request, "web/home.html", {"visit_days": node_settings().visit_days})


@public(reason="everybody chooses their language; it changes nothing but a cookie")
@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language on this device and go back to where the reader was, on this node only."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


@public(reason="says which pages machines shall leave alone")
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Keep search engines out of check-in pages and accounts."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by this name
    """Say that a request could not be read."""
    return render(request, "web/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by this name
    """Say that this account may not open the page."""
    return render(request, "web/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by this name
    """Say that nothing is here; what is somebody else's gets the same answer."""
    return render(request, "web/404.html", status=404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; asks neither database nor session, which may be what failed."""
    return HttpResponse(render_to_string("web/500.html", {"node_name": node_settings().node_name}), status=500)
