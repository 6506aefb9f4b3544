"""How the library's OpenID Connect is used here: its state, PKCE and exchange; our checks of the token and the account.

The library's own pages for outside accounts (connecting, signing up) are not mounted, and its tables stay empty.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.internal.constants import LoginStageKey
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth import logout
from django.shortcuts import render
from django.urls import reverse
from requests import RequestException

from jejak.access import actions, queries
from jejak.access.errors import ProviderDown
from jejak.access.sessions import PROVED
from jejak.access.tokens import Expected, claims_of
from jejak.kernel import clock
from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jejak.access.models import User
    from jejak.access.queries import ProviderView

SECONDS: Final = 5
"""How long a provider may take for each of its answers."""
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPES: Final = ("openid", "email", "profile")
NEAR: Final = ("localhost", "127.0.0.1")


class AgencyProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """One agency's provider."""

    def ask(self, request: HttpRequest, *, view: ProviderView, next_url: str | None) -> HttpResponse:
        """Return the way to the provider, with a fresh state, nonce and PKCE; people sign in anew there.

        :raises ProviderDown: its discovery document cannot be had.
        """
        nonce = token_urlsafe(24)
        wanted = {"nonce": nonce, "prompt": "login"} | ({"acr_values": view.second_acr} if view.second_acr else {})
        try:
            answer: HttpResponse = self.redirect(
                request,
                process="login",
                next_url=next_url,
                scope=list(SCOPES),
                auth_params=wanted,
                nonce=nonce,
                asked_at=clock.now().timestamp(),
            )
        except (RequestException, OAuth2Error) as error:
            raise ProviderDown from error
        return answer

    def get_oauth2_adapter(self, request: HttpRequest) -> Exchange:
        """Return our exchange in place of the library's."""
        return Exchange(request, self.app.provider_id)


class Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Trades the code for a token, and believes the token only when its signature and every claim fit."""

    state: dict[str, Any]

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the discovery document, once it is this issuer's and names addresses that may be called.

        :raises OAuth2Error: it is not.
        """
        found: dict[str, Any] = super().openid_config
        issuer = self.get_provider().app.settings["server_url"]
        if not isinstance(found, dict) or found.get("issuer") != issuer:
            raise OAuth2Error("The discovery document is another issuer's.")
        if not all(_callable(found.get(name), near=urlsplit(issuer).hostname in NEAR) for name in ENDPOINTS):
            raise OAuth2Error("The discovery document names an address that is not called.")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002 - the library's
        """Return the address that is registered at the provider: the node's own, whatever host the request names."""
        return settings().base_url + reverse("access:oidc-back", args=[app.provider_id])

    def complete_login(self, request: HttpRequest, app: SocialApp, token: object, **kwargs: Any) -> Recognised:  # noqa: ANN401, ARG002 - likewise
        """Return whom the token is about.

        :raises OAuth2Error: the token does not fit, or the keys cannot be had. :raises AccessError: nobody of ours.
        """
        view = queries.provider(code=app.provider_id)
        expected = Expected(
            issuer=view.issuer,
            client_id=view.client_id,
            nonce=str(self.state.get("nonce", "")),
            asked_at=datetime.fromtimestamp(float(self.state.get("asked_at", 0)), UTC),
            second_acr=view.second_acr,
        )
        moment = clock.now()
        claims = claims_of(
            token=kwargs["response"].get("id_token", ""), keys=self._keys(), expected=expected, now=moment
        )
        user = actions.recognise(code=view.code, claims=claims, now=moment)
        return Recognised(user, several_factors=claims.several_factors, code=view.code)

    def _keys(self) -> list[dict[str, Any]]:
        with StaffAdapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            found = answer.json()
        keys = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(keys, list):
            raise OAuth2Error("The provider publishes no keys.")
        return [key for key in keys if isinstance(key, dict)]


class Recognised:
    """What the library carries from the token to the sign-in; it asks it for nothing but these."""

    is_headless = is_existing = False

    def __init__(self, user: User, *, several_factors: bool, code: str) -> None:
        """Take the account, and whether its provider asked for several factors."""
        self.user, self.several_factors, self.code = user, several_factors, code
        self.token: object = None
        self.state: dict[str, Any] = {}

    def lookup(self) -> None:
        """Look nowhere: `actions.recognise` has found the account."""


class Back(OAuth2CallbackView):  # type: ignore[misc]
    """Takes the answer of a provider: once, from the browser that asked."""

    def _get_state(self, request: HttpRequest, provider: AgencyProvider) -> tuple[dict[str, Any] | None, Any]:
        """Hand the stashed question to the exchange; an answer that names another issuer is none (RFC 9207)."""
        state, answer = super()._get_state(request, provider)
        self.adapter.state = state or {}
        if request.GET.get("iss", provider.app.settings["server_url"]) != provider.app.settings["server_url"]:
            raise ImmediateHttpResponse(refused(request, view=_view(provider), reason="broken"))
        return state, answer


class StaffAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Knows agencies' providers alone; nobody signs up and nothing is connected this way."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> AgencyProvider:  # noqa: ARG002 - the library's
        """Return the provider with a code.

        :raises UnknownAgency: there is none.
        """
        view = queries.provider(code=provider)
        app = SocialApp(
            provider=OpenIDConnectProvider.id,
            provider_id=view.code,
            name=view.agency,
            client_id=view.client_id,
            secret=queries.secret_of(code=view.code),
            settings={"server_url": view.issuer, "oauth_pkce_enabled": True},
        )
        return AgencyProvider(request, app=app)

    def list_apps(self, *_request: object, **_filters: object) -> list[SocialApp]:
        """Return none: the library offers no provider anywhere by itself."""
        return []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002 - likewise
        """Return no: an outside account never makes one here."""
        return False

    def get_requests_session(self) -> Any:  # noqa: ANN401 - requests has no types here
        """Return a session that waits seconds and follows no redirect."""
        import requests

        session = requests.Session()
        session.max_redirects = 0
        setattr(session, "request", functools.partial(session.request, timeout=SECONDS))  # noqa: B010 - as the library does
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Recognised) -> None:
        """Sign in here; the library's own way on would connect or sign up.

        :raises ImmediateHttpResponse: always.
        """
        raise ImmediateHttpResponse(finish(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: AgencyProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: object = None,  # noqa: ARG002 - the library's
    ) -> None:
        """Answer with our page.

        :raises ImmediateHttpResponse: always.
        """
        reason = "cancelled" if error == AuthError.CANCELLED else "broken"
        if isinstance(exception, RequestException):
            reason = "down"
        raise ImmediateHttpResponse(refused(request, view=_view(provider), reason=reason))


def finish(request: HttpRequest, found: Recognised) -> HttpResponse:
    """Return the way on, once signed in; without several factors at the provider Jejak asks for the second itself."""
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, found.user, "socialaccount", provider=found.code)
    done = {"stages": {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": True}}} if found.several_factors else {}
    login = Login(user=found.user, redirect_url=found.state.get("next"), state=done)
    answer: HttpResponse = perform_login(request, login)
    if found.several_factors and request.user.is_authenticated and request.user.pk == found.user.pk:
        request.session[PROVED] = True
    return answer


def refused(request: HttpRequest, *, view: ProviderView, reason: str) -> HttpResponse:
    """Return the page that says why nobody was signed in, and what else there is."""
    status = 503 if reason == "down" else 403
    return render(request, "access/oidc_refused.html", {"provider": view, "reason": reason}, status=status)


def _view(provider: AgencyProvider) -> ProviderView:
    return queries.provider(code=provider.app.provider_id)


def _callable(address: object, *, near: bool) -> bool:
    """Return whether an address may be called: over TLS, or on this machine where the issuer is too."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (near and parts.hostname in NEAR))
