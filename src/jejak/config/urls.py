"""Which room answers which path; routes of libraries get their access rule here."""

from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from jejak.access.views.oidc import no_password
from jejak.config import health
from jejak.kernel.access import public, signed_in

WITHOUT_ACCOUNT = {
    "account_login": "signing in",
    "account_signup": "owners sign themselves up",
    "account_logout": "signing out twice is no error",
    "account_inactive": "says that an account is closed",
    "mfa_authenticate": "the second step of signing in",
    "mfa_login_webauthn": "signing in with a passkey",
    "mfa_trust": "the last step of signing in",
}
LEFT_OUT = (
    "account_reset_password",
    "account_email",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_set_password",
    "socialaccount_",
    "None",
)
"""Routes of allauth that are not here: those that need mail (whoever runs the node renews passwords), codes (citizens'
alone, and not the library's), a first password for staff whose agency signs them in, and connecting outside accounts;
its redirects from old addresses have no name."""


def from_library(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern]:
    """Return a library's routes, flat, each with its access rule, without those left out."""
    routes: list[URLPattern] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            routes += [
                path(f"{pattern.pattern}{inner.pattern}", inner.callback, name=inner.name)
                for inner in from_library(pattern.url_patterns)
            ]
        elif not str(pattern.name).startswith(LEFT_OUT):
            reason = WITHOUT_ACCOUNT.get(str(pattern.name))
            mark = public(reason=reason) if reason else signed_in
            mark(pattern.callback)
            routes.append(pattern)
    return routes


urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("accounts/password/set/", no_password, name="account_set_password"),
    path("accounts/", include(from_library(import_module("allauth.urls").urlpatterns))),
    path("", include("jejak.web.urls")),
    path("staff/", include("jejak.access.urls")),
    path("", include("jejak.people.urls")),
    path("premises/", include("jejak.premises.urls")),
    path("", include("jejak.entrance.urls")),
    path("tracing/", include("jejak.tracing.urls")),
    path("notices/", include("jejak.tracing.noticeurls")),
    path("messages/", include("jejak.messaging.urls")),
    path("numbers", include("jejak.insights.urls")),
    path("ledger/", include("jejak.ledger.urls")),
]
if settings.JEJAK_DEMO:
    urlpatterns.append(path("demo/", include("jejak.demo.urls")))

handler400 = "jejak.web.views.bad_request"
handler403 = "jejak.web.views.forbidden"
handler404 = "jejak.web.views.not_found"
handler500 = "jejak.web.views.server_error"
