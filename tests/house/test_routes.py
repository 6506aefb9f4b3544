"""Every route names its access rule, and the rule is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from jejak.kernel.access import Kind, rule_of

SAMPLES = {"uuid": "01890a5d-ac96-774b-bcce-b302099a8057", "int": "1", "str": "x", "slug": "x", "path": "x"}


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + sample(pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, whole)
        else:
            yield whole, pattern


def sample(pattern: URLPattern | URLResolver) -> str:
    text = str(pattern.pattern)
    if isinstance(pattern.pattern, RoutePattern):
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").replace("String", "Str").lower()
            for spelling in (f"<{kind}:{name}>", f"<{name}>"):
                text = text.replace(spelling, SAMPLES[kind])
    return text.lstrip("^").rstrip("$")


ALL = dict(routes())


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_route_names_its_access_rule(path: str) -> None:
    rule = rule_of(ALL[path].callback)
    assert rule is not None, f"{path} has no marker of jejak.kernel.access"
    assert rule.kind is not Kind.PUBLIC or rule.reason


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for path, route in ALL.items()
        if rule_of(route.callback) and rule_of(route.callback).kind is not Kind.PUBLIC
    ),
)  # type: ignore[union-attr]
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in(db: None, client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == 302, f"{method} {path} answered {answer.status_code}"
    citizens = rule_of(ALL[path].callback).kind is Kind.CITIZEN  # type: ignore[union-attr]
    assert answer.headers["Location"].startswith("/me/sign-in/" if citizens else "/accounts/login/")


def for_role(role: str) -> list[str]:
    found = []
    for path, route in ALL.items():
        rule = rule_of(route.callback)
        if rule and (rule.kind is Kind.CITIZEN or (rule.kind is Kind.ROLES and role not in rule.roles)):
            found.append(path)
    return sorted(found)


@pytest.mark.parametrize("path", for_role("premises_owner"))
def test_an_owner_is_refused_what_is_for_officers(owner_client: Client, path: str) -> None:
    assert owner_client.get(path).status_code == 403
    assert owner_client.post(path).status_code == 403


@pytest.mark.parametrize("path", for_role("health_officer"))
def test_an_officer_is_refused_what_is_for_owners(officer_client: Client, path: str) -> None:
    assert officer_client.get(path).status_code == 403
    assert officer_client.post(path).status_code == 403


def test_a_route_without_a_rule_is_refused_to_everybody(rf: Any, db: None) -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import HttpResponse

    from jejak.access.middleware import AccessMiddleware

    with pytest.raises(PermissionDenied):
        AccessMiddleware(lambda _: HttpResponse()).process_view(rf.get("/"), lambda _: HttpResponse())


def test_the_lanes_routes_name_their_rules_too() -> None:
    from jejak.lane.app import ROUTES

    assert ROUTES
    for route in ROUTES:
        assert route.rule.kind is Kind.PUBLIC
        assert route.rule.reason
