"""Enforces the access rule of each route, the staff's second factor, and the headers every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jejak.access import sessions
from jejak.access.actions import refuse_page
from jejak.access.models import User
from jejak.access.queries import roles_of
from jejak.access.rules import AccountKind, needs_second_factor
from jejak.kernel.access import AccessRule, Kind, rule_of
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {  # beside those that Django's own middleware sets
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
MFA_PATHS = ("/accounts/2fa/", "/accounts/reauthenticate/")
"""Where a second factor is set up; what is public needs none anyway."""

CITIZENS_SIGN_IN = "people:sign-in"
LIBRARY = "/accounts/"
"""The library's pages: passwords and passkeys, of which citizens have none."""


class AccessMiddleware:
    """Refuses what a route's rule does not allow; a route without a rule is refused to everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and put the common headers on the answer."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any) -> HttpResponse | None:  # noqa: ANN401 - Django's hook
        """Let the view run, or answer in its place."""
        rule = rule_of(view)
        if rule is None:
            message = f"{view!r} names no access rule"
            raise PermissionDenied(message)
        return _answer(request, rule)


def _answer(request: HttpRequest, rule: AccessRule) -> HttpResponse | None:
    if rule.kind is Kind.PUBLIC:
        return None
    if not request.user.is_authenticated:
        way = CITIZENS_SIGN_IN if rule.kind is Kind.CITIZEN else None
        return redirect_to_login(request.get_full_path(), login_url=way)
    if sessions.over(request, now=now()):
        return redirect_to_login(request.get_full_path())
    if _lacks_second_factor(request):
        return redirect("mfa_index")
    if _other_kind(request, rule):
        return render(request, "access/citizens_only.html", status=403)
    if rule.kind is Kind.ROLES:
        held = roles_of(request.user)
        setattr(request.user, "held_roles", held)  # noqa: B010 - for the header's links, which ask again
        if not rule.roles & held:
            _keep_refusal(request)
            raise PermissionDenied
    return None


def _keep_refusal(request: HttpRequest) -> None:
    if isinstance(request.user, User) and request.resolver_match:
        route = f"/{request.resolver_match.route}"
        refuse_page(by=request.user, route=route, method=request.method or "", now=now())


def _other_kind(request: HttpRequest, rule: AccessRule) -> bool:
    """Return whether this is a citizen's page for somebody else; the library's own pages are no citizen's.

    :raises PermissionDenied: a citizen on a page about passwords and passkeys, which they cannot have.
    """
    of_citizen = getattr(request.user, "kind", "") == AccountKind.CITIZEN
    if of_citizen and request.path.startswith(LIBRARY):
        raise PermissionDenied
    return rule.kind is Kind.CITIZEN and not of_citizen


def _lacks_second_factor(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or request.path.startswith(MFA_PATHS):
        return False
    if not needs_second_factor(kind=user.kind, is_demo=user.is_demo, node_is_demo=django_settings.JEJAK_DEMO):
        return False
    return not (request.session.get(sessions.PROVED) or is_mfa_enabled(user))
