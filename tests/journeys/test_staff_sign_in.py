"""An officer signs in by her agency's own provider, works, and is out when she leaves; and what is said when it is down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agency_provider import CLIENT, SECRET, AgencyProvider, Staff
from journeys.walking import Node, assert_accessible

AGENCY = "Pejabat Kesihatan Sepang"
EMAIL = "aisyah@sepang.example"


@pytest.fixture(scope="module")
def provider(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = AgencyProvider()
    secret = Path(tmp_path_factory.mktemp("oidc")) / "secret"
    secret.write_text(SECRET)
    node.command("agencies", "add", AGENCY, "--kind", "health", "--state", "MY-10")
    node.command(
        "agencies", "oidc", AGENCY, "--code", "sepang", "--issuer", made.issuer, "--client-id", CLIENT,
        "--secret-file", str(secret), "--domain", "sepang.example",
    )  # fmt: skip
    node.command(
        "accounts", "add", "--email", EMAIL, "--name", "Aisyah", "--role", "health_officer", "--agency", AGENCY
    )
    yield made
    made.stop()


def sign_in(page: Any, node: Node) -> None:
    """Walk from the sign-in page to the agency and back."""
    page.goto(f"{node.url}/accounts/login/?next=/tracing/")
    page.get_by_role("link", name="Log masuk melalui agensi anda").click()
    page.get_by_role("button", name=AGENCY).click()
    page.wait_for_url("**/authorize?**")
    page.get_by_label("E-mel").fill(EMAIL)
    page.get_by_role("button", name="Masuk").click()


@pytest.mark.parametrize("phone", [True, False])
@pytest.mark.parametrize("scripts", [True, False])
def test_an_officer_signs_in_by_her_agency_and_goes_where_she_wanted(
    node: Node, open_page: Any, provider: AgencyProvider, phone: bool, scripts: bool
) -> None:
    provider.forget()
    provider.staff = Staff("s-1", EMAIL, amr=["mfa"])
    page = open_page(phone=phone, scripts=scripts)
    sign_in(page, node)
    page.wait_for_url(f"{node.url}/tracing/")
    assert page.get_by_role("heading", level=1).is_visible()


def test_the_pages_on_the_way_are_for_everybody(node: Node, open_page: Any, provider: AgencyProvider) -> None:
    page = open_page(phone=True)
    for path in ("/accounts/login/", "/staff/sign-in/"):
        page.goto(node.url + path)
        assert_accessible(page)


def test_without_several_factors_at_the_agency_she_sets_one_up_here(
    node: Node, open_page: Any, provider: AgencyProvider
) -> None:
    provider.forget()
    provider.staff = Staff("s-1", EMAIL, amr=["pwd"])
    page = open_page(phone=True)
    sign_in(page, node)
    page.wait_for_url(f"{node.url}/accounts/2fa/")
    assert page.get_by_text("Sediakan salah satu daripada ini dahulu").is_visible()


def test_somebody_the_agency_employs_but_nobody_invited_is_told_so(
    node: Node, open_page: Any, provider: AgencyProvider
) -> None:
    provider.forget()
    provider.staff = Staff("s-2", "orang.lain@sepang.example", amr=["mfa"])
    page = open_page(phone=True)
    sign_in(page, node)
    assert page.get_by_role("heading", name="Tiada akaun untuk anda di sini").is_visible()
    assert_accessible(page)


def test_a_provider_that_is_down_is_said_to_be_and_leaving_ends_everything(
    node: Node, open_page: Any, provider: AgencyProvider
) -> None:
    provider.forget()
    provider.staff = Staff("s-1", EMAIL, amr=["mfa"])
    page = open_page()
    sign_in(page, node)
    page.wait_for_url(f"{node.url}/tracing/")
    provider.broken = "/.well-known/openid-configuration"
    other = open_page()
    other.goto(f"{node.url}/staff/sign-in/")
    other.get_by_role("button", name=AGENCY).click()
    assert other.get_by_role("heading", name="tidak menjawab").is_visible()
    assert_accessible(other)
    provider.broken = ""
    node.command("accounts", "close", "--yes", EMAIL)
    page.reload()
    assert "/accounts/login/" in page.url
    sign_in(page, node)
    assert page.get_by_role("heading", name="Tiada akaun untuk anda di sini").is_visible()
