"""An agency's sign-in as it is set and kept, and invitations that need no password because of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from jejak.access import actions, queries
from jejak.access.errors import AccountUnclear, ProviderUnclear, UnknownAgency
from jejak.access.models import Agency, Identity, Provider, User
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
GOOD = {
    "code": "klang", "issuer": "https://id.contoh.example/realms/staff", "client_id": "jejak",
    "secret": "rahsia-klien", "domain": "contoh.example", "second_acr": "",
}  # fmt: skip


def agency(name: str = "Pejabat Kesihatan Klang", kind: AgencyKind = AgencyKind.HEALTH) -> Agency:
    return actions.add_agency(name=name, kind=kind, now=clock.now())


def given(of: Agency | None = None, **other: str) -> Provider:
    return actions.set_provider(agency=of or agency(), now=clock.now(), **(GOOD | other))  # type: ignore[arg-type]


def staff(name: str, role: str = "agency_manager", **more: Any) -> User:
    email = f"{name.lower()}@contoh.example"
    return actions.add_account(
        email=email, name=name, kind="staff", role=role, agency=agency(), is_demo=True, password="x" * 14, **more
    )


def test_the_secret_is_sealed_and_opens_for_the_exchange_alone() -> None:
    row = given()
    assert b"rahsia" not in bytes(row.secret_sealed)
    assert queries.secret_of(code="klang") == "rahsia-klien"
    assert "secret" not in " ".join(queries.provider(code="klang").__slots__)
    entry = Entry.objects.get(action="access.provider-set")
    assert "rahsia" not in str(entry.detail)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "K Lang"}, {"code": ""}, {"code": "a/b"}, {"issuer": "http://id.contoh.example"},
        {"issuer": "https://id.contoh.example/.well-known/openid-configuration"}, {"issuer": "ftp://x"},
        {"issuer": "https://a:b@id.contoh.example"}, {"issuer": "https://id.contoh.example?x=1"}, {"client_id": " "},
        {"secret": ""}, {"domain": "contoh"}, {"domain": "a@contoh.example"}, {"domain": "*.example"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ProviderUnclear):
        given(**wrong)
    assert queries.providers() == ()


def test_setting_it_again_changes_it_but_never_its_code() -> None:
    given()
    given(client_id="baharu", secret="lain")
    assert queries.provider(code="klang").client_id == "baharu"
    assert queries.secret_of(code="klang") == "lain"
    with pytest.raises(ProviderUnclear):
        given(code="lain")
    with pytest.raises(ProviderUnclear):
        given(agency("Makmal Lain", AgencyKind.LABORATORY))


def test_it_is_turned_off_and_on_again() -> None:
    given()
    actions.end_provider(agency=agency(), now=clock.now())
    with pytest.raises(UnknownAgency):
        queries.secret_of(code="klang")
    with pytest.raises(UnknownAgency):
        actions.end_provider(agency=agency(), now=clock.now())
    given()
    assert [one.code for one in queries.providers()] == ["klang"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("access_provider_code_plain", {"code": "A B"}),
        ("access_provider_issuer_secure", {"issuer": "http://id.contoh.example"}),
        ("access_provider_issuer_secure", {"issuer": "http://localhost.example/"}),
        ("access_provider_client_named", {"client_id": ""}),
        ("access_provider_domain_plain", {"domain": "contoh"}),
        ("access_provider_ends_after", {"ended_at": clock.now() - timedelta(days=400)}),
    ],
)
def test_the_database_refuses_it_too(name: str, values: dict[str, Any]) -> None:
    given()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Provider.objects.update(**values)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("access_identity_subject_once", {"subject": "1"}),
        ("access_identity_account_once", {"subject": "2", "same": True}),
        ("access_identity_subject_said", {"subject": ""}),
        ("access_identity_ends_after", {"subject": "2", "ended_at": clock.now() - timedelta(days=400)}),
    ],
)
def test_a_subject_is_one_account_and_an_account_one_subject(name: str, other: dict[str, Any]) -> None:
    siti, budi = staff("Siti"), staff("Budi")
    issuer = GOOD["issuer"]
    Identity.objects.create(account=siti, issuer=issuer, subject="1", bound_at=clock.now())
    whose = siti if other.pop("same", False) else budi
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Identity.objects.create(account=whose, issuer=issuer, bound_at=clock.now(), **other)


def test_an_ended_binding_makes_room_for_another() -> None:
    siti = staff("Siti")
    now = clock.now()
    Identity.objects.create(account=siti, issuer="https://x", subject="1", bound_at=now, ended_at=now)
    Identity.objects.create(account=siti, issuer="https://x", subject="1", bound_at=now)
    assert Identity.objects.count() == 2


def test_an_invited_person_needs_no_password_where_the_agency_signs_in() -> None:
    chief = staff("Ketua")
    said = {"name": "Siti Contoh", "email": "siti@contoh.example", "role": "health_officer", "now": clock.now()}
    without = actions.invite(by=chief, **said)
    with pytest.raises(AccountUnclear):
        actions.accept(token=without.token, password=None, now=clock.now())
    given()
    user = actions.accept(token=without.token, password=None, now=clock.now())
    assert not user.has_usable_password()
    assert user.role_grants.get().granted_by == chief


def test_the_invited_person_chooses_on_the_page(client: Client) -> None:
    given()
    said = {"name": "Siti Contoh", "email": "siti@contoh.example", "role": "health_officer", "now": clock.now()}
    token = actions.invite(by=staff("Ketua"), **said).token
    path = f"/staff/invitations/{token}/"
    assert "Pejabat Kesihatan Klang" in client.get(path).content.decode()
    assert client.post(path, {"password": "pendek"}).status_code == 422
    assert client.post(path).headers["Location"] == "/staff/sign-in/"
    assert not User.objects.get(email="siti@contoh.example").has_usable_password()
    assert client.post(path).status_code == 410


def test_a_manager_sees_their_own_agencys_sign_in_and_the_operator_all(client: Client, demo_node: None) -> None:
    given()
    given(agency("Makmal Lain", AgencyKind.LABORATORY), code="makmal", domain="makmal.example")
    client.force_login(staff("Ketua"))
    page = client.get("/staff/accounts/sign-ins/").content.decode()
    assert "/staff/sign-in/klang/back/" in page
    assert "makmal" not in page
    assert "rahsia-klien" not in page
    node = agency("Pusat Data Contoh", AgencyKind.NODE)
    client.force_login(
        actions.add_account(
            email="m@contoh.example", name="Mesin", kind="staff", role="operator", agency=node, is_demo=True
        )
    )
    page = client.get("/staff/accounts/sign-ins/").content.decode()
    assert "makmal" in page
    assert "klang" in page
