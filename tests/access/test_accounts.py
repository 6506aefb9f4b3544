"""Accounts, roles, sign-up and the staff's second factor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jejak.access import actions, queries
from jejak.access.errors import AccountExists, AccountUnclear, RoleMissing, UnknownAccount
from jejak.access.models import RoleGrant, User
from jejak.access.rules import AccountKind, may_hold, needs_second_factor


def add(email: str = "a@contoh.example", **fields: Any) -> User:
    return actions.add_account(
        **{
            "email": email,
            "name": "Contoh",
            "kind": "staff",
            "role": "health_officer",
            "password": "panjang-sekali-1",
            **fields,
        },
    )


def test_an_account_holds_the_role_it_was_made_with(db: None) -> None:
    assert queries.roles_of(add()) == {"health_officer"}


def test_an_ended_role_is_not_held_and_can_be_given_again(db: None) -> None:
    user = add()
    actions.end_role(user=user, role="health_officer", now=datetime(2100, 1, 1, tzinfo=UTC))
    assert queries.roles_of(user) == frozenset()
    actions.give_role(user=user, role="health_officer")
    assert queries.roles_of(user) == {"health_officer"}
    assert RoleGrant.objects.filter(user=user).count() == 2


def test_an_owner_cannot_become_a_health_officer(db: None) -> None:
    with pytest.raises(RoleMissing):
        actions.give_role(user=add(kind="owner", role="premises_owner"), role="health_officer")
    assert not may_hold(kind="citizen", role="premises_owner")


def test_an_email_address_is_taken_whatever_its_case(db: None) -> None:
    add("Siti@Contoh.example")
    with pytest.raises(AccountExists):
        add("siti@contoh.EXAMPLE")
    assert queries.account("SITI@contoh.example").email == "siti@contoh.example"


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"name": "  "}, {"name": "A" * 151}, {"email": "siti"}, {"email": ""}]
)
def test_an_account_names_a_person_with_an_address(db: None, fields: dict[str, str]) -> None:
    with pytest.raises(AccountUnclear):
        add(**fields)


def test_an_unknown_or_closed_account_is_not_found(db: None) -> None:
    user = add()
    User.objects.filter(pk=user.pk).update(is_active=False)
    for email in (user.email, "tiada@contoh.example"):
        with pytest.raises(UnknownAccount):
            queries.account(email)


def test_a_terminal_needs_the_role_too(db: None) -> None:
    add("pemilik@contoh.example", kind="owner", role="premises_owner")
    with pytest.raises(RoleMissing):
        queries.account_with_role("pemilik@contoh.example", role="health_officer")


@pytest.mark.parametrize(
    ("kind", "is_demo", "node_is_demo", "needed"),
    [
        ("staff", False, False, True),
        ("staff", False, True, True),  # a real officer on a demo node
        ("staff", True, False, True),  # a demo account that strayed into a real node
        ("staff", True, True, False),
        ("owner", False, False, False),
        ("citizen", False, False, False),
    ],
)
def test_staff_need_a_second_factor_unless_account_and_node_are_a_demo(
    kind: str,
    is_demo: bool,
    node_is_demo: bool,
    needed: bool,
) -> None:
    assert needs_second_factor(kind=kind, is_demo=is_demo, node_is_demo=node_is_demo) is needed


@pytest.mark.parametrize(
    "fields",
    [{"kind": "robot"}, {"name": ""}, {"email": "A@CONTOH.example"}],
)
def test_the_database_refuses_what_no_account_may_be(db: None, fields: dict[str, str]) -> None:
    add("a@contoh.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**{"email": "b@contoh.example", "name": "B", "kind": "owner", **fields})


def test_the_database_refuses_a_role_held_twice_unknown_or_ended_before_it_began(db: None) -> None:
    user = add()
    for fields in (
        {"role": "health_officer"},
        {"role": "king"},
        {
            "role": "premises_owner",
            "granted_at": datetime(2022, 2, 1, tzinfo=UTC),
            "ended_at": datetime(2022, 1, 1, tzinfo=UTC),
        },
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(user=user, **fields)


def test_an_owner_signs_up_and_may_register_premises_at_once(db: None, client: Any) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"name": "Puan Contoh", "email": "kedai@contoh.example", "password1": "kata-laluan-panjang-9"},
    )
    assert answer.status_code == 302
    user = queries.account("kedai@contoh.example")
    assert (user.kind, user.name) == (AccountKind.OWNER, "Puan Contoh")
    assert queries.roles_of(user) == {"premises_owner"}
    assert client.get("/premises/").status_code == 200


def test_nobody_signs_up_as_staff(db: None, client: Any) -> None:
    client.post(
        "/accounts/signup/",
        {
            "name": "X",
            "email": "x@contoh.example",
            "password1": "kata-laluan-panjang-9",
            "kind": "staff",
            "role": "health_officer",
        },
    )
    assert queries.account("x@contoh.example").kind == AccountKind.OWNER


def test_signing_up_with_a_taken_address_is_refused_and_told(db: None, client: Any) -> None:
    add("ada@contoh.example", kind="owner", role="premises_owner")
    form = {"name": "Y", "password1": "kata-laluan-panjang-9"}
    taken = client.post("/accounts/signup/", form | {"email": "ada@contoh.example"})
    assert "Sudah ada akaun dengan alamat e-mel ini." in taken.content.decode()
    assert User.objects.filter(email="ada@contoh.example").count() == 1


def test_a_sign_up_sent_twice_at_once_makes_one_account(db: None, client: Any, monkeypatch: Any) -> None:
    add("kembar@contoh.example", kind="owner", role="premises_owner")
    # As for the later of two at once: the address was free when it was looked up.
    monkeypatch.setattr("allauth.account.internal.flows.manage_email.assess_unique_email", lambda *_, **__: True)
    form = {"name": "Y", "email": "kembar@contoh.example", "password1": "kata-laluan-panjang-9"}
    answer = client.post("/accounts/signup/", form, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "Sudah ada akaun dengan alamat e-mel ini." in answer.content.decode()
    assert User.objects.filter(email="kembar@contoh.example").count() == 1


def test_an_officer_signs_in_with_the_password_and_is_asked_for_a_second_factor(db: None, client: Any) -> None:
    add("pegawai@contoh.example")
    answer = client.post("/accounts/login/", {"login": "pegawai@contoh.example", "password": "panjang-sekali-1"})
    assert answer.status_code == 302
    refused = client.get("/tracing/")
    assert refused.status_code == 302
    assert refused.headers["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")


def test_a_wrong_password_opens_nothing(db: None, client: Any) -> None:
    add("pegawai@contoh.example")
    answer = client.post("/accounts/login/", {"login": "pegawai@contoh.example", "password": "salah"})
    assert answer.status_code == 200
    assert client.get("/tracing/").headers["Location"].startswith("/accounts/login/")


def test_an_officer_with_a_code_generator_signs_in_in_two_steps(db: None, client: Any) -> None:
    from allauth.mfa.totp.internal import auth as totp

    user = add("pegawai@contoh.example")
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    answer = client.post("/accounts/login/", {"login": user.email, "password": "panjang-sekali-1"})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/tracing/").status_code == 302, "the first step alone opens nothing"
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/tracing/").status_code == 200


def test_a_demo_officer_works_without_a_second_factor_on_a_demo_node(officer_client: Any) -> None:
    assert officer_client.get("/tracing/").status_code == 200


def test_a_demo_officer_does_not_on_a_real_node(client: Any, officer: User) -> None:
    client.force_login(officer)
    assert client.get("/tracing/").headers["Location"] == "/accounts/2fa/"


def test_a_closed_account_is_out_with_its_next_request(officer_client: Any, officer: User) -> None:
    assert officer_client.get("/tracing/").status_code == 200
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert officer_client.get("/tracing/").status_code == 302


def test_an_officer_without_the_role_any_more_is_refused_at_once(officer_client: Any, officer: User) -> None:
    actions.end_role(user=officer, role="health_officer", now=datetime(2100, 1, 1, tzinfo=UTC))
    assert officer_client.get("/tracing/").status_code == 403


def test_a_new_password_ends_other_sessions(officer_client: Any, officer: User) -> None:
    actions.set_password(user=officer, password="kata-laluan-baru-9")
    assert officer_client.get("/tracing/").status_code == 302


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/email/", "/accounts/confirm-email/"])
def test_what_needs_mail_is_not_there_yet(db: None, client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_page_carries_the_common_headers(db: None, client: Any) -> None:
    answer = client.get("/accounts/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
