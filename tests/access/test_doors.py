"""Every door of signing in, tried from outside by every kind of account; and sessions that are over stay over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from people.citizens import PHONE, sign_in

from jejak.access import actions
from jejak.access.models import Agency, User
from jejak.access.rules import AgencyKind
from jejak.access.sessions import SEEN, SIGNED_IN
from jejak.kernel import clock
from jejak.kernel.access import Kind, rule_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
PASSWORD = "tiga perkataan panjang"
NEW = "empat perkataan lebih panjang"
NOT_HERE = (
    "password/reset/", "password/reset/done/", "password/reset/key/1-x-y/", "password/reset/key/done/",
    "email/", "confirm-email/", "confirm-email/x/", "login/code/", "login/code/confirm/", "signup/passkey/",
    "phone/verify/", "phone/change/", "3rdparty/", "3rdparty/signup/", "3rdparty/login/error/", "social/connections/",
    "sessions/", "oidc/contoh/login/",
)  # fmt: skip


def agency() -> Agency:
    return actions.add_agency(name="Pejabat Kesihatan Contoh", kind=AgencyKind.HEALTH, now=clock.now())


@pytest.fixture
def siti() -> User:
    return actions.add_account(
        email="siti@contoh.example",
        name="Siti",
        kind="staff",
        role="health_officer",
        password=PASSWORD,
        agency=agency(),
    )


@pytest.fixture
def rosli() -> User:
    return actions.add_account(
        email="rosli@contoh.example", name="Rosli", kind="owner", role="premises_owner", password=PASSWORD
    )


def citizen(client: Client) -> User:
    """Sign in as a citizen, the only way there is."""
    assert sign_in(client).status_code == 302
    return User.objects.get(kind="citizen")


def who(client: Client) -> str:
    """Return whose session it is on the server, by kind; empty if nobody's."""
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).kind if number else ""


def totp(user: User) -> str:
    """Give an account an authenticator app and return the code that it shows."""
    TOTP.activate(user, secret := generate_totp_secret())
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def library(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern).replace("<int:pk>", "1").lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from library(pattern, whole)
        elif whole.startswith("/accounts/"):
            yield whole, pattern


DOORS = dict(library())


@pytest.mark.parametrize("path", NOT_HERE)
def test_a_door_that_nobody_needs_is_not_there_for_anybody(
    client: Client, siti: User, rosli: User, path: str, demo_node: None
) -> None:
    User.objects.update(is_demo=True)
    for user in (None, siti, rosli):
        if user:
            client.force_login(user)
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}", {"email": "siti@contoh.example"}).status_code == 404


def test_staff_sign_in_by_password_and_then_by_a_second_factor_and_not_by_half(client: Client, siti: User) -> None:
    code = totp(siti)
    answer = client.post("/accounts/login/", {"login": siti.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert who(client) == ""
    assert client.get("/tracing/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert who(client) == ""
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert who(client) == "staff"
    assert client.get("/tracing/").status_code == 200


def test_staff_without_a_second_factor_reach_nothing_but_the_page_that_sets_one_up(client: Client, siti: User) -> None:
    client.post("/accounts/login/", {"login": siti.email, "password": PASSWORD})
    for path in ("/tracing/", "/accounts/password/change/", "/staff/requests/"):
        assert client.get(path).headers["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200


def test_owners_sign_in_by_password_and_their_second_factor_counts_if_they_have_one(
    client: Client, rosli: User
) -> None:
    client.post("/accounts/login/", {"login": rosli.email, "password": PASSWORD})
    assert who(client) == "owner"
    client.post("/accounts/logout/")
    totp(rosli)
    client.post("/accounts/login/", {"login": rosli.email, "password": PASSWORD})
    assert who(client) == ""


def test_a_citizen_gets_in_by_code_alone(client: Client) -> None:
    person = citizen(client)
    assert who(client) == "citizen"
    client.post("/accounts/logout/")
    User.objects.filter(pk=person.pk).update(password=User(password="x").password)
    for word in (PHONE, "012-345 6789", str(person.pk), str(person.uuid), "", "None", "citizen"):
        client.post("/accounts/login/", {"login": word, "password": PASSWORD})
        assert who(client) == ""


def test_staff_and_owners_never_get_in_by_code(client: Client, siti: User, rosli: User) -> None:
    for user in (siti, rosli):
        client.force_login(user)
        citizen(client)  # whoever types a code is a citizen, whatever the browser was before
        assert who(client) == "citizen"
        assert client.get("/tracing/").status_code == 403
        assert client.get("/premises/").status_code == 403


@pytest.mark.parametrize("path", sorted(DOORS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_door_of_the_library_gives_a_citizen_anything(client: Client, path: str, method: str) -> None:
    person = citizen(client)
    said = {"email": "baru@contoh.example", "password1": NEW, "password2": NEW, "oldpassword": "", "code": "1"}
    answer = getattr(client, method)(path, said if method == "post" else None)
    rule = rule_of(DOORS[path].callback)
    assert rule is not None
    if rule.kind is not Kind.PUBLIC:
        assert answer.status_code == 403
    person.refresh_from_db()
    assert (person.email, person.has_usable_password(), person.kind) == (None, False, "citizen")
    assert not Authenticator.objects.filter(user=person).exists()


def test_signing_up_makes_owners_alone_and_takes_nobodys_address(client: Client, siti: User) -> None:
    said = {"name": "Siti Palsu", "email": "SITI@contoh.example", "password1": NEW}
    client.post("/accounts/signup/", said)
    assert who(client) == ""
    assert User.objects.filter(email__iexact="siti@contoh.example").count() == 1
    client.post(
        "/accounts/signup/", said | {"email": "lain@contoh.example", "kind": "staff", "role": "auditor", "agency": "1"}
    )
    made = User.objects.get(email="lain@contoh.example")
    assert (made.kind, made.agency_id) == ("owner", None)
    assert set(made.role_grants.values_list("role", flat=True)) == {"premises_owner"}


def test_the_second_step_alone_opens_nothing(client: Client, siti: User) -> None:
    code = totp(siti)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.post("/accounts/2fa/reauthenticate/", {"code": code}).status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert who(client) == ""


def test_whoever_has_no_password_sets_none_for_themselves(client: Client, siti: User, demo_node: None) -> None:
    User.objects.filter(pk=siti.pk).update(is_demo=True, password="!")
    client.force_login(User.objects.get(pk=siti.pk))
    assert client.get("/accounts/password/change/").headers["Location"] == "/accounts/password/set/"
    assert client.get("/accounts/password/set/").status_code == 200
    assert client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW}).status_code == 405
    siti.refresh_from_db()
    assert not siti.has_usable_password()


def test_turning_the_second_factor_off_asks_for_the_password_again_and_locks_staff_out_of_data(
    client: Client, siti: User
) -> None:
    code = totp(siti)
    client.post("/accounts/login/", {"login": siti.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    assert "/reauthenticate/" in client.post("/accounts/2fa/totp/deactivate/").headers["Location"]
    assert Authenticator.objects.filter(user=siti).exists()


# Sessions that are over


def stolen(client: Client) -> Client:
    """Return another browser with a copy of this one's cookie."""
    other = Client()
    other.cookies["jejak_session"] = client.cookies["jejak_session"].value
    return other


HOME = {"staff": "/tracing/", "owner": "/premises/", "citizen": "/me/looked/"}


def signed_in(kind: str, siti: User, rosli: User) -> Client:
    client = Client()
    if kind == "citizen":
        citizen(client)
        return client
    user = siti if kind == "staff" else rosli
    code = totp(user)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code})
    return client


def is_in(client: Client, kind: str) -> bool:
    return client.get(HOME[kind]).status_code == 200


@pytest.mark.parametrize("kind", ["staff", "owner", "citizen"])
def test_a_copied_cookie_is_dead_after_signing_out(kind: str, siti: User, rosli: User) -> None:
    client = signed_in(kind, siti, rosli)
    thief = stolen(client)
    assert is_in(thief, kind), "it works before, or this test says nothing"
    client.post("/accounts/logout/")
    assert not is_in(thief, kind)
    assert not is_in(client, kind)


@pytest.mark.parametrize("kind", ["staff", "owner"])
def test_a_copied_cookie_is_dead_after_the_password_changed(kind: str, siti: User, rosli: User) -> None:
    client = signed_in(kind, siti, rosli)
    thief = stolen(client)
    assert is_in(thief, kind)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", said).status_code == 302
    assert not is_in(thief, kind)


def test_a_copied_cookie_is_dead_after_the_operator_set_a_new_password(siti: User, rosli: User) -> None:
    thief = stolen(signed_in("staff", siti, rosli))
    siti.refresh_from_db()
    actions.set_password(user=siti, password=NEW)
    assert not is_in(thief, "staff")


@pytest.mark.parametrize("kind", ["staff", "owner", "citizen"])
def test_leaving_has_effect_with_the_next_request_for_each_request_reads_the_account(
    kind: str, siti: User, rosli: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(kind, siti, rosli)
    assert is_in(client, kind)
    before = Session.objects.count()
    User.objects.filter(kind=kind).update(is_active=False, left_at=clock.now())
    assert Session.objects.count() == before, "the session lies there still; it is the account that is read"
    assert not is_in(client, kind)
    assert not is_in(client, kind)


def test_ending_a_role_has_effect_with_the_next_request(siti: User, rosli: User) -> None:
    client = signed_in("staff", siti, rosli)
    assert is_in(client, "staff")
    actions.end_role(user=siti, role="health_officer", now=clock.now())
    assert client.get("/tracing/").status_code == 403


@pytest.mark.parametrize(
    "aged", [{SEEN: timedelta(minutes=31)}, {SIGNED_IN: timedelta(hours=12, minutes=1), SEEN: timedelta()}]
)
def test_a_copied_cookie_is_dead_after_the_idle_and_the_absolute_end(
    siti: User, rosli: User, aged: dict[str, timedelta]
) -> None:
    client = signed_in("staff", siti, rosli)
    thief = stolen(client)
    session = client.session
    for name, age in aged.items():
        session[name] = (clock.now() - age).timestamp()
    session.save()
    assert not is_in(client, "staff")
    assert not is_in(thief, "staff")
    assert not Session.objects.filter(session_key=client.cookies["jejak_session"].value).exists()


@pytest.mark.parametrize("kind", ["staff", "owner", "citizen"])
def test_a_session_past_its_time_is_dead_on_the_server_whatever_the_cookie_says(
    kind: str, siti: User, rosli: User
) -> None:
    client = signed_in(kind, siti, rosli)
    key = client.cookies["jejak_session"].value
    assert int(client.cookies["jejak_session"]["max-age"] or 12 * 3600) <= 12 * 3600
    Session.objects.filter(session_key=key).update(expire_date=clock.now() - timedelta(seconds=1))
    assert not is_in(client, kind)


def test_a_new_sign_in_makes_a_new_session_key(siti: User, client: Client) -> None:
    client.get("/accounts/login/")
    session = client.session
    session["x"] = 1
    session.save()
    planted = session.session_key
    client.cookies["jejak_session"] = planted
    code = totp(siti)
    client.post("/accounts/login/", {"login": siti.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.cookies["jejak_session"].value != planted
    assert who(client) == "staff"
