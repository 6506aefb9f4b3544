"""A file that waits: one officer asks, another decides by the manifest, the first one takes it; in both languages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from journeys.walking import assert_accessible

from jejak.access import actions, purposes
from jejak.access.actions import Draft, Field, PurposeKind
from jejak.access.models import Export, User
from jejak.access.rules import AccountKind, AgencyKind
from jejak.kernel import clock
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_node")]
ACTION, KIND = "contoh.taken", "contoh"
WORDS = {
    "ms": ("Ambil fail", "Lihat dan putuskan", "Luluskan", "Tetapkan giliran"),
    "en": ("Take the file", "Look and decide", "Approve", "Put on call"),
}


@pytest.fixture(scope="module", autouse=True)
def meant() -> Iterator[None]:
    """Tell Django that it is meant to work in a thread in which the browser's loop runs."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def officers() -> Iterator[dict[str, User]]:
    """People of an office, and an auditor."""
    allowed = {ACTION: frozenset({"health_officer"})}
    actions.register_purpose(PurposeKind(KIND, "Contoh", allowed, frozenset({Field.NAME})))
    office = actions.add_agency(name="Pejabat Kesihatan Contoh", kind=AgencyKind.HEALTH, now=clock.now())
    audit = actions.add_agency(name="Jabatan Audit Contoh", kind=AgencyKind.AUDIT, now=clock.now())
    roles = {
        "Aminah": ("health_officer", office),
        "Badrul": ("senior_health_officer", office),
        "Devi": ("agency_manager", office),
        "Efendi": ("auditor", audit),
    }
    yield {
        name: actions.add_account(
            email=f"{name.lower()}@contoh.example",
            name=name,
            kind=AccountKind.STAFF,
            role=role,
            agency=of,
            is_demo=True,
        )
        for name, (role, of) in roles.items()
    }
    purposes._kinds.pop(KIND)


def ask(by: User) -> Any:
    draft = Draft(
        holds="tracing.contacts", action=ACTION, stem="contoh", title="Contoh", heading=["name"],
        rows=[[f"Orang Tersembunyi {number}"] for number in range(60)], people=frozenset(range(1, 61)),
    )  # fmt: skip
    purpose = Purpose(KIND, "Kes 2022/104, kluster Tembok", "104")
    with actions.look(by=by, action=ACTION, purpose=purpose, at=clock.now()) as look:
        return actions.make_export(look=look, draft=draft, form="csv", at=clock.now())


def signed_in(page: Page, user: User, *, url: str, language: str) -> Page:
    client = Client()
    client.force_login(user)
    kept = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        "jejak_language": language,
    }
    page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in kept.items()])
    return page


@pytest.mark.parametrize(("language", "phone"), [("ms", True), ("en", False)])
def test_a_file_is_asked_for_decided_by_another_and_taken(
    live_server: Any, officers: dict[str, User], open_page: Any, language: str, phone: bool
) -> None:
    url, (take, look, approve, on_call) = live_server.url, WORDS[language]
    asked = ask(officers["Aminah"])
    devi = signed_in(open_page(phone=phone), officers["Devi"], url=url, language=language)
    devi.goto(f"{url}/staff/people/{officers['Badrul'].uuid}/on-call/")
    assert_accessible(devi)
    devi.get_by_role("button", name=on_call).click()
    devi.wait_for_load_state()
    assert_accessible(devi)

    aminah = signed_in(open_page(phone=phone), officers["Aminah"], url=url, language=language)
    aminah.goto(f"{url}/staff/exports/{asked.uuid}/")
    assert aminah.get_by_role("button", name=take).count() == 0
    assert "Badrul" in aminah.locator("main").inner_text()
    assert_accessible(aminah)

    badrul = signed_in(open_page(phone=phone, scripts=False), officers["Badrul"], url=url, language=language)
    badrul.goto(f"{url}/staff/requests/")
    badrul.get_by_role("link", name=re.compile(look)).click()
    assert "Orang Tersembunyi" not in badrul.content()
    badrul.get_by_role("button", name=approve).click()
    badrul.wait_for_url("**/staff/requests/")

    aminah.goto(f"{url}/staff/exports/")
    assert_accessible(aminah)
    with aminah.expect_download() as waited:
        aminah.get_by_role("button", name=take).click()
    assert sha256(waited.value.path().read_bytes()).digest() == bytes(Export.objects.get().digest)

    efendi = signed_in(open_page(phone=phone), officers["Efendi"], url=url, language=language)
    efendi.goto(f"{url}/staff/exports/all/")
    assert_accessible(efendi)
    efendi.locator("main tbody a").first.click()
    efendi.wait_for_url(f"**/staff/exports/{asked.uuid}/")
    assert_accessible(efendi)
    assert "Orang Tersembunyi" not in efendi.content()


def test_the_page_to_decide_is_accessible(live_server: Any, officers: dict[str, User], open_page: Any) -> None:
    asked = ask(officers["Aminah"])
    for phone in (True, False):
        badrul = signed_in(open_page(phone=phone), officers["Badrul"], url=live_server.url, language="ms")
        for path in ("/staff/requests/", f"/staff/requests/{asked.request}/"):
            badrul.goto(live_server.url + path)
            assert_accessible(badrul)
