"""The library's account pages wear our design and speak Malay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

ENGLISH = re.compile(r">\s*(Sign [IiUu]|Password|Email|Enter |Please |Change Password|Two-Factor|Security Keys)")


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
@pytest.mark.django_db
def test_the_way_in_is_ours(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "ui/jejak" in page.text
    assert 'class="skip"' in page.text
    assert not ENGLISH.search(main_of(page.text))


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/reauthenticate/",
    ],
)
def test_what_the_signed_in_see_is_ours(owner_client: Client, path: str) -> None:
    page = owner_client.get(path, follow=True)
    assert page.status_code == 200
    assert "ui/jejak" in page.text
    assert not ENGLISH.search(main_of(page.text))


def test_a_wrong_password_is_told_in_malay_and_not_which_part_was_wrong(client: Client, owner: object) -> None:
    page = client.post("/accounts/login/", {"login": owner.email, "password": "salah"})  # type: ignore[attr-defined]
    stranger = client.post("/accounts/login/", {"login": "nobody@example.com", "password": "salah"})
    said = "Alamat e-mel atau kata laluan yang anda berikan tidak betul."
    assert said in page.text
    assert said in stranger.text


def test_signing_in_greets_by_name_on_the_front_page(owner_client: Client) -> None:
    page = owner_client.get("/")
    assert "Selamat datang" in page.text
    assert "/premises/" in page.text
