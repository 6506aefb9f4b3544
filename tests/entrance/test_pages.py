"""Every page of a door answers those it is for, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from entrance.standing import PIN, Door, door

from jejak.kernel.ids import uuid7
from jejak.visits.models import Visit

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
TABLET_PAGES = ["", "staff", "counter", "kiosk", "display", "numbers.json"]
MODES = ["counter", "kiosk", "display"]


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_owners_see_their_tablets_staff_and_day(owner_client: Any, at: Door, language: str) -> None:
    owner_client.cookies["jejak_language"] = language
    at.tablet("kiosk")
    member = at.member()
    it = at.tablet("display")[1]
    pages = ["door/", "today", "door/tablets/new/", "door/staff/new/"]
    pages += [f"door/tablets/{it.uuid}/", f"door/tablets/{it.uuid}/off/"]
    pages += [f"door/staff/{member}/", f"door/staff/{member}/end/"]
    for page in pages:
        answer = owner_client.get(f"/premises/{at.place.uuid}/{page}")
        assert answer.status_code == 200, page
        assert at.place.name in answer.content.decode() or "door/" in page
    assert "Siti Aminah" in owner_client.get(f"/premises/{at.place.uuid}/door/").content.decode()


def test_another_owner_finds_nothing_of_it(at: Door) -> None:
    from jejak.access import actions as access

    stranger = access.add_account(email="lain@contoh.example", name="Lain", kind="owner", role="premises_owner")
    client = Client()
    client.force_login(stranger)
    member, it = at.member(), at.tablet("kiosk")[1]
    pages = ["door/", "today", "door/tablets/new/", "door/staff/new/", f"door/tablets/{it.uuid}/"]
    pages += [f"door/tablets/{it.uuid}/{deed}/" for deed in ("off", "code")]
    pages += [f"door/staff/{member}/", f"door/staff/{member}/end/"]
    for page in pages:
        for uuid in (at.place.uuid, uuid7()):
            assert client.get(f"/premises/{uuid}/{page}").status_code == 404, page
            posted = client.post(f"/premises/{uuid}/{page}", {"name": "Ali", "mode": "kiosk", "pin": PIN})
            assert posted.status_code in {404, 405}, page


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_tablet_opens_what_its_mode_offers_and_nothing_else(at: Door, mode: str, language: str) -> None:
    client = at.browser(mode)
    client.cookies["jejak_language"] = language
    assert client.get("/door/").headers["Location"] == f"/door/{mode}"
    own = {"counter": {"staff"}, "kiosk": {"kiosk"}, "display": {"display", "numbers.json"}}[mode]
    for page in ("staff", "kiosk", "display", "numbers.json"):
        answer = client.get(f"/door/{page}")
        assert answer.status_code == (200 if page in own else 404), page
        if page in own:
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\u00e9"])
def test_a_stranger_or_a_made_up_cookie_opens_nothing(at: Door, token: str) -> None:
    at.browser("kiosk")
    client = Client()
    client.cookies["jejak_door"] = token
    for page in TABLET_PAGES:
        assert client.get(f"/door/{page}").status_code == 403, page
    for page in ["check-ins", "staff/leave", "counter", "kiosk", f"staff/{uuid7()}"]:
        assert client.post(f"/door/{page}", {}).status_code == 403, page
    assert Visit.objects.count() == 0


def test_a_tablet_that_was_taken_off_is_refused_with_its_next_request(owner_client: Any, at: Door) -> None:
    token, it = at.tablet("kiosk")
    client = Client()
    client.cookies["jejak_door"] = token
    assert client.get("/door/kiosk").status_code == 200
    assert owner_client.post(f"/premises/{at.place.uuid}/door/tablets/{it.uuid}/off/").status_code == 302
    for page in TABLET_PAGES:
        assert client.get(f"/door/{page}").status_code == 403, page
    item = {"id": str(uuid7()), "name": "Ali", "phone": "011-0999 0001", "agree": True}
    assert client.post("/door/check-ins", {"items": [item]}, content_type="application/json").status_code == 403


def test_a_tablets_cookie_opens_no_other_page(at: Door) -> None:
    client = at.browser("counter")
    for page in [f"/premises/{at.place.uuid}/today", f"/premises/{at.place.uuid}/door/", "/premises/", "/tracing/"]:
        assert client.get(page).headers["Location"].startswith("/accounts/login/"), page
