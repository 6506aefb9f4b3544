"""Signing in by an agency's own provider, which is a real server on this machine; honest, down and hostile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from agency_provider import CLIENT, SECRET, AgencyProvider, Staff
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from jejak.access import actions, queries
from jejak.access.models import Agency, Identity, User
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db
PASSWORD = "tiga perkataan panjang"


@pytest.fixture(scope="module")
def server() -> Iterator[AgencyProvider]:
    made = AgencyProvider()
    yield made
    made.stop()


@pytest.fixture
def provider(server: AgencyProvider) -> AgencyProvider:
    server.forget()
    return server


@pytest.fixture
def agency(provider: AgencyProvider) -> Agency:
    return set_up(provider, "Pejabat Kesihatan Contoh", code="contoh", domain="contoh.example")


def set_up(provider: AgencyProvider, name: str, *, code: str, domain: str, acr: str = "") -> Agency:
    made = actions.add_agency(name=name, kind=AgencyKind.HEALTH, now=clock.now())
    actions.set_provider(
        agency=made, code=code, issuer=provider.issuer, client_id=CLIENT, secret=SECRET, domain=domain,
        second_acr=acr, now=clock.now(),
    )  # fmt: skip
    return made


def staff(agency: Agency, email: str = "siti@contoh.example", password: str | None = None) -> User:
    return actions.add_account(
        email=email, name="Siti Contoh", kind="staff", role="health_officer", agency=agency, password=password
    )


SITI = Staff(sub="a1b2", email="siti@contoh.example", amr=["pwd", "mfa"])


def question(client: Client, code: str = "contoh", **more: str) -> dict[str, str]:
    """Ask to sign in and return what the provider is asked."""
    page = client.post(f"/staff/sign-in/{code}/", more)
    assert page.status_code == 200, page.content.decode()
    address = page.headers["Refresh"].removeprefix("0; url=")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(client: Client, provider: AgencyProvider, who: Staff, code: str = "contoh", **more: str) -> Any:
    """Sign in at the provider as somebody and follow the way back."""
    asked = question(client, code)
    back = {"code": provider.code_for(asked, who), "state": asked["state"]} | more
    return client.get(f"/staff/sign-in/{code}/back/", back)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refusals() -> list[str]:
    return list(Entry.objects.filter(action="access.oidc").exclude(refused="").values_list("refused", flat=True))


def test_a_named_person_of_the_agency_signs_in_and_is_bound_to_the_subject(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    user = staff(agency)
    answer = come_back(client, provider, SITI)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/tracing/").status_code == 200
    bound = Identity.objects.get()
    assert (bound.account, bound.issuer, bound.subject) == (user, provider.issuer, "a1b2")
    assert Entry.objects.filter(action="access.bound", by_id=user.pk).count() == 1


def test_the_question_carries_state_nonce_and_pkce_and_asks_to_sign_in_anew(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    first, second = question(client), question(client)
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["prompt"] == "login"
    assert set(first["scope"].split()) == {"openid", "email", "profile"}
    assert first["redirect_uri"].endswith("/staff/sign-in/contoh/back/")
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 16
        assert first[name] != second[name]


def test_what_the_page_is_asked_for_beside_changes_nothing_at_the_provider(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    page = client.post("/staff/sign-in/contoh/?scope=admin&auth_params=prompt%3Dnone&process=connect")
    assert "prompt=login" in page.headers["Refresh"]
    assert "admin" not in page.headers["Refresh"]


def test_once_bound_the_subject_alone_decides(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    user = staff(agency)
    come_back(client, provider, SITI)
    client.logout()
    renamed = Staff(sub="a1b2", email="siti.kahwin@lain.example", verified=False, amr=["mfa"])
    assert come_back(client, provider, renamed).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_another_subject_with_the_same_address_is_somebody_else(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    staff(agency)
    come_back(client, provider, SITI)
    client.logout()
    heir = Staff(sub="zz99", email=SITI.email, amr=["mfa"])
    assert come_back(client, provider, heir).status_code == 403
    assert refusals() == ["other-subject"]
    assert not signed_in(client)


def test_nobody_gets_an_account_this_way(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    before = User.objects.count()
    answer = come_back(client, provider, SITI)
    assert answer.status_code == 403
    assert not signed_in(client)
    assert User.objects.count() == before
    assert refusals() == ["nobody"]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (Staff("a1", "siti@contoh.example", verified=False), "email"),
        (Staff("a1", ""), "email"),
        (Staff("a1", "siti@lain.example"), "domain"),
        (Staff("a1", "siti@contoh.example.lain.example"), "domain"),
        (Staff("a1", "siti@xcontoh.example"), "domain"),
    ],
)
def test_an_address_that_is_unverified_or_of_another_domain_binds_nothing(
    client: Client, provider: AgencyProvider, agency: Agency, who: Staff, why: str
) -> None:
    staff(agency)
    staff(agency, email="siti@lain.example")
    assert come_back(client, provider, who).status_code == 403
    assert refusals() == [why]
    assert not Identity.objects.exists()


def test_an_agencys_provider_signs_in_nobody_of_another_agency(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    other = actions.add_agency(name="Makmal Lain", kind=AgencyKind.HEALTH, now=clock.now())
    staff(other)
    assert come_back(client, provider, SITI).status_code == 403
    assert refusals() == ["other-agency"]


def test_a_bound_person_who_went_to_another_agency_is_nobody_at_the_old_one(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    user = staff(agency)
    come_back(client, provider, SITI)
    client.logout()
    user.agency = actions.add_agency(name="Makmal Lain", kind=AgencyKind.HEALTH, now=clock.now())
    user.save()
    assert come_back(client, provider, SITI).status_code == 403
    assert refusals() == ["other-agency"]


def test_one_issuer_of_two_agencies_signs_each_in_at_its_own_only(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    set_up(provider, "Pejabat Kesihatan Dua", code="dua", domain="contoh.example")
    staff(agency)
    come_back(client, provider, SITI)
    client.logout()
    assert come_back(client, provider, SITI, code="dua").status_code == 403
    assert not signed_in(client)


def test_an_answer_for_one_agency_is_none_at_another(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    set_up(provider, "Pejabat Kesihatan Dua", code="dua", domain="contoh.example")
    staff(agency)
    asked = question(client)
    back = {"code": provider.code_for(asked, SITI), "state": asked["state"]}
    assert client.get("/staff/sign-in/dua/back/", back).status_code == 403
    assert not signed_in(client)


@pytest.mark.parametrize("kind", ["owner", "citizen"])
def test_owners_and_citizens_are_never_signed_in_by_an_agency(
    client: Client, provider: AgencyProvider, agency: Agency, kind: str
) -> None:
    if kind == "owner":
        user = actions.add_account(email=SITI.email, name="Siti", kind="owner", role="premises_owner")
    else:
        user = actions.citizen(phone_key=b"k" * 16, phone_sealed=b"s", now=clock.now())
        Identity.objects.create(account=user, issuer=provider.issuer, subject=SITI.sub, bound_at=clock.now())
    assert come_back(client, provider, SITI).status_code == 403
    assert refusals() == ["other-agency"]
    assert not signed_in(client)


def test_whoever_left_stays_out_and_is_out_at_once(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    user = staff(agency)
    come_back(client, provider, SITI)
    assert client.get("/tracing/").status_code == 200
    actions.close_account(user=user, now=clock.now())
    assert client.get("/tracing/").status_code == 302
    assert come_back(client, provider, SITI).status_code == 403
    assert refusals() == ["left"]


def other_key(claims: dict[str, Any]) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "k1"})


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})


NOW = int(time.time())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"iss": "https://lain.example"}, "another issuer"),
        ({"aud": "klien-lain"}, "for another client"),
        ({"aud": ["jejak", "klien-lain"]}, "for two clients and none named"),
        ({"azp": "klien-lain"}, "made for another party"),
        ({"nonce": "lain"}, "in answer to another question"),
        ({"nonce": None}, "in answer to no question"),
        ({"exp": NOW - 120}, "expired"),
        ({"exp": None}, "never ends"),
        ({"iat": NOW - 3600}, "issued an hour ago"),
        ({"iat": NOW + 3600}, "issued in an hour"),
        ({"nbf": NOW + 3600}, "not valid yet"),
        ({"auth_time": NOW - 3600}, "of an older sign-in, though a new one was asked for"),
        ({"sub": None}, "about nobody"),
        ({"sub": ""}, "about an empty name"),
        ({"exp": "esok"}, "with a word for a time"),
    ],
)
def test_a_token_that_does_not_fit_signs_nobody_in(
    client: Client, provider: AgencyProvider, agency: Agency, said: dict[str, Any], sentence: str
) -> None:
    staff(agency)
    provider.mischief = said
    assert come_back(client, provider, SITI).status_code == 403, sentence
    assert not signed_in(client)
    provider.forget()
    assert come_back(client, provider, SITI).status_code == 302, "the honest one still works"


def test_a_token_by_another_key_unsigned_or_by_the_public_key_as_a_secret_signs_nobody_in(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    staff(agency)

    def by_public_key(claims: dict[str, Any]) -> str:
        # The forger's own HMAC: the library itself refuses to make this mistake.
        import base64
        import hashlib
        import hmac
        import json

        def part(value: bytes) -> bytes:
            return base64.urlsafe_b64encode(value).rstrip(b"=")

        head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode())
        body = head + b"." + part(json.dumps(claims).encode())
        return (body + b"." + part(hmac.new(provider.public_pem(), body, hashlib.sha256).digest())).decode()

    def with_own_key(claims: dict[str, Any]) -> str:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "k1", "jwk": jwk})

    def elsewhere(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, provider.key, algorithm="RS256", headers={"kid": "k1", "jku": "https://x.example"})

    def no_such_key(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, provider.key, algorithm="RS256", headers={"kid": "k2"})

    for sign in (
        other_key,
        unsigned,
        by_public_key,
        with_own_key,
        elsewhere,
        no_such_key,
        lambda _: "x.y.z",
        lambda _: "",
    ):
        provider.sign = sign
        assert come_back(client, provider, SITI).status_code == 403, sign
        assert not signed_in(client)


def test_an_answer_is_taken_once_and_only_from_the_browser_that_asked(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    staff(agency)
    asked = question(client)
    back = {"code": provider.code_for(asked, SITI), "state": asked["state"]}
    stranger = Client()
    assert stranger.get("/staff/sign-in/contoh/back/", back).status_code == 403
    assert client.get("/staff/sign-in/contoh/back/", back).status_code == 302
    client.logout()
    assert client.get("/staff/sign-in/contoh/back/", back).status_code == 403
    again = question(client)
    assert client.get("/staff/sign-in/contoh/back/", {"code": back["code"], "state": again["state"]}).status_code == 403
    assert not signed_in(client)
    assert not signed_in(stranger)


def test_an_answer_that_names_another_issuer_is_none(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    staff(agency)
    assert come_back(client, provider, SITI, iss="https://lain.example").status_code == 403
    assert come_back(client, provider, SITI, iss=provider.issuer).status_code == 302


def test_without_several_factors_at_the_provider_jejak_asks_for_its_own(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = staff(agency)
    once = Staff(SITI.sub, SITI.email, amr=["pwd"], acr="1")
    assert come_back(client, provider, once).headers["Location"] == "/"
    assert client.get("/tracing/").headers["Location"] == "/accounts/2fa/"  # none yet: to be set up first
    client.logout()
    TOTP.activate(user, generate_totp_secret())
    assert come_back(client, provider, once).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    assert come_back(client, provider, SITI).headers["Location"] == "/"
    assert client.get("/tracing/").status_code == 200


def test_a_context_counts_as_several_factors_only_if_the_operator_said_so(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    staff(agency)
    loa = Staff(SITI.sub, SITI.email, acr="gold")
    come_back(client, provider, loa)
    assert client.get("/tracing/").status_code == 302
    client.logout()
    set_up(provider, agency.name, code="contoh", domain="contoh.example", acr="gold")
    assert question(client)["acr_values"] == "gold"
    come_back(client, provider, loa)
    assert client.get("/tracing/").status_code == 200


def test_what_the_provider_proved_ends_with_the_session(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    staff(agency, password=PASSWORD)
    come_back(client, provider, SITI)
    assert client.get("/tracing/").status_code == 200
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": SITI.email, "password": PASSWORD})
    assert client.get("/tracing/").headers["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_a_provider_that_is_down_is_said_to_be_and_the_password_goes_on(
    client: Client, provider: AgencyProvider, agency: Agency, path: str
) -> None:
    staff(agency, password=PASSWORD)
    asked = question(client)
    provider.broken = path
    back = client.get("/staff/sign-in/contoh/back/", {"code": provider.code_for(asked, SITI), "state": asked["state"]})
    assert back.status_code == 503
    assert "tidak menjawab" in back.content.decode() or "does not answer" in back.content.decode()
    assert client.post("/accounts/login/", {"login": SITI.email, "password": PASSWORD}).status_code == 302
    assert signed_in(client)


def test_a_provider_that_does_not_listen_is_said_to_be_down(client: Client, agency: Agency) -> None:
    gone = AgencyProvider()
    gone.stop()
    set_up(gone, agency.name, code="contoh", domain="contoh.example")
    assert client.post("/staff/sign-in/contoh/").status_code == 503


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://lain.example"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
)
def test_a_discovery_document_that_leads_elsewhere_is_not_followed(
    client: Client, provider: AgencyProvider, agency: Agency, document: dict[str, Any]
) -> None:
    provider.document = document
    assert client.post("/staff/sign-in/contoh/").status_code == 503


def test_turning_back_at_the_provider_is_no_error_of_ours(
    client: Client, provider: AgencyProvider, agency: Agency
) -> None:
    asked = question(client)
    answer = client.get("/staff/sign-in/contoh/back/", {"error": "access_denied", "state": asked["state"]})
    assert answer.status_code == 403
    assert not signed_in(client)


def test_only_a_form_of_ours_sends_anybody_to_a_provider(provider: AgencyProvider, agency: Agency) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/staff/sign-in/contoh/").headers["Location"] == "/staff/sign-in/"
    assert strict.post("/staff/sign-in/contoh/").status_code == 403


def test_the_way_back_leads_to_pages_of_ours_alone(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    staff(agency)
    for wanted, way in (("/tracing/", "/tracing/"), ("https://lain.example/", "/"), ("//lain.example", "/")):
        asked = question(client, next=wanted)
        back = {"code": provider.code_for(asked, SITI), "state": asked["state"]}
        assert client.get("/staff/sign-in/contoh/back/", back).headers["Location"] == way
        client.logout()


def test_a_sign_in_turned_off_is_not_there(client: Client, provider: AgencyProvider, agency: Agency) -> None:
    staff(agency)
    asked = question(client)
    actions.end_provider(agency=agency, now=clock.now())
    back = {"code": provider.code_for(asked, SITI), "state": asked["state"]}
    assert client.get("/staff/sign-in/contoh/back/", back).status_code == 404
    assert client.post("/staff/sign-in/contoh/").status_code == 404
    assert queries.providers() == ()


def test_the_librarys_own_pages_for_outside_accounts_are_not_there(client: Client, officer_client: Client) -> None:
    for path in (
        "3rdparty/",
        "3rdparty/signup/",
        "social/signup/",
        "oidc/contoh/login/",
        "login/code/confirm/",
    ):
        assert client.get(f"/accounts/{path}").status_code == 404
        assert officer_client.get(f"/accounts/{path}").status_code == 404
