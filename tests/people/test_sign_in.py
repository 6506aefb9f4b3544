"""Citizens sign in by a code to their phone and in no other way; staff and owners never by a code."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import Login, perform_login
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from people.citizens import OTHER, PHONE, last_code, sign_in

from jejak.access.errors import WrongWay
from jejak.access.models import User
from jejak.kernel import clock
from jejak.people.models import Person

if TYPE_CHECKING:
    from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db


def account_in(client: Client) -> User | None:
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number) if number else None


def test_a_code_to_the_phone_signs_in_and_makes_the_account_once(client: Client) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, "/me/")
    first = account_in(client)
    assert first is not None
    assert (first.kind, first.email, first.name) == ("citizen", None, "")
    client.logout()
    sign_in(client)
    assert account_in(client) == first


def test_nothing_readable_of_number_or_code_lies_in_the_session(client: Client) -> None:
    client.post("/me/sign-in/", {"phone": "012-345 6789"})
    held = str(dict(client.session))
    assert "123456789" not in held
    assert last_code() not in held


def test_an_unknown_number_is_answered_like_a_known_one(client: Client) -> None:
    sign_in(client)
    client.logout()
    known = client.post("/me/sign-in/", {"phone": PHONE}, follow=True)
    unknown = client.post("/me/sign-in/", {"phone": OTHER}, follow=True)
    assert known.status_code == unknown.status_code
    assert known.redirect_chain == unknown.redirect_chain
    without = [page.text.replace("012-345 6789", "").replace("013-987 6543", "") for page in (known, unknown)]
    assert len(without[0]) == len(without[1])


def test_the_code_is_good_for_ten_minutes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/me/sign-in/", {"phone": PHONE})
    code, later = last_code(), clock.now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr("jejak.people.views.sign_in.now", lambda: later)
    assert client.post("/me/code/", {"code": code}).status_code == 422
    assert account_in(client) is None


def test_five_tries_and_no_more(client: Client) -> None:
    client.post("/me/sign-in/", {"phone": PHONE})
    code = last_code()
    wrong = f"{(int(code) + 1) % 10**7:07}"
    for _ in range(5):
        assert client.post("/me/code/", {"code": wrong}).status_code == 422
    assert client.post("/me/code/", {"code": code}).status_code == 422
    assert account_in(client) is None


def test_a_code_is_good_once(client: Client) -> None:
    client.post("/me/sign-in/", {"phone": PHONE})
    code, before = last_code(), dict(client.session)
    client.post("/me/code/", {"code": code})
    client.logout()
    session = client.session
    session.update(before)
    session.save()
    assert client.post("/me/code/", {"code": code}).status_code == 422


def test_the_budget_of_a_number_ends(client: Client) -> None:
    answers = [client.post("/me/sign-in/", {"phone": PHONE}).status_code for _ in range(12)]
    assert answers[0] == 302
    assert answers[-1] == 429


def test_the_session_gets_a_new_key_when_somebody_signs_in(client: Client) -> None:
    client.post("/me/sign-in/", {"phone": PHONE})
    before = client.session.session_key
    client.post("/me/code/", {"code": last_code()})
    assert client.session.session_key != before


def test_the_code_page_without_a_wish_leads_back(client: Client) -> None:
    assert client.get("/me/code/").url == "/me/sign-in/"


@pytest.mark.parametrize("phone", ["", "abc", "12", "+60 3"])
def test_what_is_no_number_is_refused_in_words(client: Client, phone: str) -> None:
    assert client.post("/me/sign-in/", {"phone": phone}).status_code == 422


def test_a_citizen_has_no_password_and_no_address_to_type_it_for(client: Client) -> None:
    sign_in(client)
    citizen = account_in(client)
    assert citizen is not None
    assert not citizen.has_usable_password()
    client.logout()
    for login in ("", PHONE, "None"):
        for password in ("!", "", "x"):
            client.post("/accounts/login/", {"login": login, "password": password})
            assert account_in(client) is None
            assert authenticate(email=login or None, password=password) is None
    with pytest.raises(IntegrityError, match="access_user_signs_in_one_way"), transaction.atomic():
        User.objects.filter(pk=citizen.pk).update(email="warga@contoh.example")


def test_the_library_signs_no_citizen_in_by_whatever_way(client: Client, rf: RequestFactory) -> None:
    sign_in(client)
    citizen = account_in(client)
    request = rf.post("/accounts/login/")
    request.session = client.session
    for method in ("password", "mfa", "webauthn", "code", "socialaccount"):
        with pytest.raises(WrongWay):
            get_adapter().pre_login(
                request, citizen, email_verification="none", signal_kwargs={"method": method}, email=None,
                signup=False, redirect_url="/",
            )  # fmt: skip
    with pytest.raises(WrongWay):
        perform_login(request, Login(user=citizen))


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/set/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/activate/", "/accounts/reauthenticate/",
    ],
)  # fmt: skip
def test_a_citizen_reaches_no_page_about_passwords_and_passkeys(client: Client, path: str) -> None:
    sign_in(client)
    assert client.get(path).status_code in {403, 404}
    assert client.post(path, {"password1": "panjang-sekali-9", "password2": "panjang-sekali-9"}).status_code in {
        403,
        404,
    }
    citizen = account_in(client)
    assert citizen is not None
    assert not citizen.has_usable_password()


def test_staff_and_owners_have_no_number_that_a_code_could_open(officer: User, owner: User) -> None:
    for user in (officer, owner):
        with pytest.raises(IntegrityError, match="access_user_signs_in_one_way"), transaction.atomic():
            User.objects.filter(pk=user.pk).update(phone_key=b"x" * 16, phone_sealed=b"y")


def test_a_code_never_opens_an_account_of_staff(client: Client, officer: User) -> None:
    sign_in(client)
    citizen = account_in(client)
    assert citizen is not None
    assert citizen.pk != officer.pk
    assert citizen.role_grants.count() == 0
    assert client.get("/tracing/").status_code == 403


def test_signing_in_without_having_been_anywhere_makes_no_person(client: Client) -> None:
    sign_in(client)
    assert Person.objects.count() == 0


@pytest.mark.parametrize("path", ["/me/sign-in/", "/me/code/"])
@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_pages_speak_both_languages(client: Client, path: str, language: str) -> None:
    client.cookies["jejak_language"] = language
    client.post("/me/sign-in/", {"phone": PHONE})
    page = client.get(path)
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert ("Sign in" in page.text) == (language == "en")
