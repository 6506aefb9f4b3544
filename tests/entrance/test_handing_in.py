"""What a kiosk kept is not lost when its tablet, its part or its premises ends; and nothing else comes in by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from entrance.standing import Door, door

from jejak.access import actions as access
from jejak.entrance import actions, queries
from jejak.entrance.errors import TabletUnknown
from jejak.kernel import clock
from jejak.kernel.ids import uuid7_at
from jejak.premises import actions as premises
from jejak.premises.errors import UnknownZone
from jejak.visits.models import Burst, Visit

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(owner: User) -> Door:
    from jejak.visits import actions as visits

    made = door(owner)
    visits.make_days(first=(made.now - timedelta(days=4)).date(), last=made.now.date())
    return made


def held(minutes_ago: float, **more: Any) -> dict[str, Any]:
    made = uuid7_at(clock.now() - timedelta(minutes=minutes_ago))
    return {"id": str(made), "name": "Ali Contoh", "phone": "011-0999 0001", "agree": True, "queued": True, **more}


def answers(client: Any, *items: Any) -> Any:
    return client.post("/door/check-ins", {"items": list(items)}, content_type="application/json")


def statuses(client: Any, *items: Any) -> list[int]:
    return [one["status"] for one in answers(client, *items).json()["items"]]


def heir() -> User:
    return access.add_account(email="waris@contoh.example", name="Waris", kind="owner", role="premises_owner")


def hand_over(at: Door, to: User, *, minutes_ago: float) -> None:
    moment = clock.now() - timedelta(minutes=minutes_ago)
    offer = premises.offer_transfer(by=at.owner, uuid=at.place.uuid, email=to.email, now=moment)
    premises.accept(by=to, token=offer.token, now=moment)


def let(at: Door, to: User, name: str = "Kedai A", *, minutes_ago: float = 0) -> int:
    moment = clock.now() - timedelta(minutes=minutes_ago)
    zones = premises_zones(at)
    zone = next((it for it in zones if it.name == name), None) or premises.add_zone(
        by=at.owner, uuid=at.place.uuid, name=name, stay=None, now=moment
    )
    offer = premises.invite_tenant(by=at.owner, uuid=at.place.uuid, zone=zone.uuid, email=to.email, now=moment)
    premises.accept(by=to, token=offer.token, now=moment)
    return zone.id


def premises_zones(at: Door) -> Any:
    from jejak.premises.queries import zones_of

    return zones_of(owner=at.owner, uuid=at.place.uuid)


def long_ago(at: Door) -> None:
    at.now -= timedelta(hours=5)


def test_what_was_made_before_a_premises_closed_is_taken_as_the_lane_does(at: Door) -> None:
    client = at.browser("kiosk")
    premises.close(by=at.owner, uuid=at.place.uuid, now=clock.now() - timedelta(minutes=30))
    assert statuses(client, held(60), held(20, phone="011-0999 0002")) == [201, 410]


def test_a_tablet_taken_off_hands_in_what_it_kept_before_and_nothing_else(at: Door) -> None:
    long_ago(at)
    token, it = at.tablet("kiosk")
    client = at.browser("kiosk")
    client.cookies["jejak_door"] = token
    actions.take_off(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=clock.now() - timedelta(minutes=30))
    assert statuses(client, held(60), held(20)) == [201, 403]
    assert Visit.objects.count() == 1
    assert answers(client, held(60) | {"queued": False}).status_code == 403
    page = client.get("/door/kiosk")
    assert page.status_code == 403
    assert f'data-tablet="{it.uuid}"' in page.content.decode()
    assert client.get("/door/pair").content.decode().count(str(it.uuid)) == 1


def test_after_72_hours_it_hands_in_nothing(at: Door) -> None:
    at.now -= timedelta(hours=90)
    token, it = at.tablet("kiosk")
    actions.take_off(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=clock.now() - timedelta(hours=73))
    with pytest.raises(TabletUnknown):
        queries.former(token=token, now=clock.now())


def test_a_tablet_of_a_premises_handed_over_hands_in_what_it_kept_and_never_works_again(at: Door) -> None:
    long_ago(at)
    client, other = at.browser("kiosk"), heir()
    hand_over(at, other, minutes_ago=30)
    assert statuses(client, held(60), held(20)) == [201, 403]
    back = Door(other, at.place, at.now)
    hand_over(back, at.owner, minutes_ago=10)
    assert client.get("/door/kiosk").status_code == 403, "even when the premises comes back"
    assert queries.tablets_of(owner=at.owner, uuid=at.place.uuid, now=at.now) == ()


def test_a_tenancy_ends_the_malls_tablets_in_that_part(at: Door) -> None:
    long_ago(at)
    zone = premises.add_zone(by=at.owner, uuid=at.place.uuid, name="Kedai A", stay=None, now=at.now)
    display, kiosk = at.browser("display", zone=zone.id), at.browser("kiosk", zone=zone.id)
    whole = at.browser("display")
    assert display.get("/door/numbers.json").status_code == 200
    tenant = heir()
    let(at, tenant, minutes_ago=30)
    assert display.get("/door/numbers.json").status_code == 403
    assert statuses(kiosk, held(60), held(20)) == [201, 403]
    assert whole.get("/door/numbers.json").status_code == 200
    premises.leave(by=tenant, zone=zone.uuid, now=clock.now())
    assert display.get("/door/numbers.json").status_code == 403, "it does not come back with the part"


def test_a_part_with_a_tenant_is_not_offered_to_the_malls_tablets(owner_client: Any, at: Door) -> None:
    zone = let(at, heir())
    page = f"/premises/{at.place.uuid}/door/tablets/new/"
    assert "Kedai A" not in owner_client.get(page).content.decode()
    assert owner_client.post(page, {"name": "X", "mode": "display", "zone": str(zone)}).status_code in {404, 422, 302}
    with pytest.raises(UnknownZone):
        actions.add_tablet(by=at.owner, uuid=at.place.uuid, name="X", mode="display", zone=zone, now=at.now)


def test_unusual_hours_of_a_tenants_part_are_the_tenants_alone(owner_client: Any, client: Any, at: Door) -> None:
    tenant = heir()
    zone = let(at, tenant)
    Burst.objects.create(premises_id=at.place.id, zone_id=zone, hour=at.now - timedelta(days=1), scans=777, usual=10)
    assert "777" not in owner_client.get(f"/premises/{at.place.uuid}/today").content.decode()
    client.force_login(tenant)
    uuid = next(it.uuid for it in premises_zones(at) if it.id == zone)
    page = client.get(f"/premises/zones/{uuid}/today").content.decode()
    assert "777" in page
    assert "tanya pemilik" in page


def test_brackets_within_brackets_are_refused_like_any_other_nonsense(at: Door) -> None:
    answer = at.browser("kiosk").post("/door/check-ins", "[" * 90_000, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"
