"""The numbers that a door and an owner's day show: counts alone, each owner and tenant their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from entrance.standing import Door, door

from jejak.entrance import actions, queries, rules
from jejak.entrance.pictures import picture
from jejak.entrance.rules import Light
from jejak.kernel.ids import uuid7, uuid7_at
from jejak.premises import actions as premises
from jejak.premises.models import Zone
from jejak.visits import actions as visits
from jejak.visits.models import Burst

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 1, 21, 4, 30, tzinfo=UTC)  # 12.30 in Malaysia


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


def came(at: Door, count: int, *, zone: int | None = None, minutes_ago: int = 0) -> None:
    for number in range(count):
        visits.check_in(
            visit=uuid7_at(at.now - timedelta(minutes=minutes_ago)),
            premises=at.place.id,
            zone=zone,
            minutes=60,
            person=1000 + number + (zone or 0) * 100,
            device=1,
            flags=0,
        )


@pytest.mark.parametrize(
    ("inside", "capacity", "light"),
    [
        (0, 40, Light.GO),
        (31, 40, Light.GO),
        (32, 40, Light.NEARLY),
        (39, 40, Light.NEARLY),
        (40, 40, Light.FULL),
        (50, 40, Light.FULL),
        (1, 1, Light.FULL),
        (50, None, Light.NONE),
    ],
)
def test_the_light_is_full_at_capacity_and_warns_from_four_fifths(
    inside: int, capacity: int | None, light: Light
) -> None:
    assert rules.light(inside=inside, capacity=capacity) is light


def test_a_display_gets_its_numbers(at: Door) -> None:
    came(at, 3)
    client = at.browser("display")
    numbers = client.get("/door/numbers.json").json()
    assert numbers.pop("at") > 0
    assert numbers == {"today": 3, "inside": 3, "capacity": 40, "light": "good"}
    page = client.get("/door/display").content.decode()
    assert "Sila masuk" in page
    assert "daftar masuk hari ini" in page


def test_the_day_shows_hours_once_five_have_come(owner_client: Any, at: Door) -> None:
    address = f"/premises/{at.place.uuid}/today"
    came(at, 4)
    few = owner_client.get(address).content.decode()
    assert "Belum cukup untuk gambar" in few
    assert "<rect" not in few
    came(at, 5)
    many = owner_client.get(address).content.decode()
    assert "<rect" in many
    assert many.count("<tr") >= 12
    assert "Tiada jam luar biasa" in many


def test_the_day_shows_unusual_hours_tablets_and_locked_staff(owner_client: Any, at: Door) -> None:
    Burst.objects.create(premises_id=at.place.id, hour=at.now - timedelta(days=1), scans=120, usual=10)
    _token, tablet = at.tablet("counter", name="Kaunter depan")
    member = at.member()
    for _ in range(5):
        with pytest.raises(Exception, match="PIN"):
            actions.start_work(tablet=tablet, member=member, pin="000000", now=at.now)
    page = owner_client.get(f"/premises/{at.place.uuid}/today").content.decode()
    assert "Jam luar biasa" in page
    assert "120" in page
    assert "Kaunter depan" in page
    assert "Dikunci: lima PIN salah" in page


def test_without_a_capacity_there_is_no_light_but_the_way_to_one(owner_client: Any, owner: User) -> None:
    at = door(owner, capacity=None)
    page = owner_client.get(f"/premises/{at.place.uuid}/today").content.decode()
    assert "Nyatakan kapasiti" in page
    assert at.browser("display").get("/door/numbers.json").json()["light"] == "neutral"


def test_a_tenant_sees_the_numbers_of_their_zone_alone(owner_client: Any, at: Door) -> None:
    from jejak.access import actions as access

    mine, other = (
        Zone.objects.get(
            premises_id=at.place.id,
            name=premises.issue_poster(by=at.owner, uuid=at.place.uuid, zone=name, now=at.now).zone_name,
        )
        for name in ("Kedai A", "Kedai B")
    )
    tenant = access.add_account(email="penyewa@contoh.example", name="Penyewa", kind="owner", role="premises_owner")
    Zone.objects.filter(pk=mine.pk).update(owner=tenant)
    came(at, 7, zone=mine.pk)
    came(at, 11, zone=other.pk)
    client = Client()
    client.force_login(tenant)
    page = client.get(f"/premises/zones/{mine.uuid}/today")
    assert page.status_code == 200
    assert page.context["day"].numbers.today == 7
    assert page.context["day"].numbers.inside == 7
    assert "Kedai B" not in page.content.decode()
    for refused in (f"/premises/zones/{other.uuid}/today", f"/premises/{at.place.uuid}/today"):
        assert client.get(refused).status_code == 404
    assert client.get(f"/premises/zones/{uuid7()}/today").status_code == 404
    assert owner_client.get(f"/premises/{at.place.uuid}/today").context["day"].numbers.today == 18
    assert owner_client.get(f"/premises/zones/{mine.uuid}/today").status_code == 404


def test_a_tablet_of_a_zone_counts_and_writes_its_zone(at: Door) -> None:
    premises.issue_poster(by=at.owner, uuid=at.place.uuid, zone="Kedai A", now=at.now)
    zone = Zone.objects.get()
    came(at, 2, zone=zone.pk)
    came(at, 9)
    client = at.browser("display", zone=zone.pk)
    assert client.get("/door/numbers.json").json()["today"] == 2
    assert "Kedai A" in client.get("/door/display").content.decode()


def test_a_picture_lies_within_its_drawing_and_widens_to_the_busy_hours() -> None:
    hours, usual = [0] * 24, [0.0] * 24
    hours[6], hours[12], usual[22] = 3, 30, 60.0
    drawn = picture(hours=hours, usual=usual, hour_now=12, language="ms")
    assert [drawn.columns[0].hour, drawn.columns[-1].hour] == [6, 22]
    assert drawn.most == 60
    assert drawn.busiest is not None
    assert drawn.busiest.label == "12 tengah hari"
    for column in drawn.columns:
        assert 0 <= column.y <= 100
        assert abs(column.y + column.height - 100) < 0.02
        assert 0 <= column.usual_y <= 100
        assert column.x + 8.5 <= drawn.width
    assert [column.hour for column in drawn.columns if column.now] == [12]


def test_a_day_without_anybody_has_no_busiest_hour() -> None:
    drawn = picture(hours=[0] * 24, usual=[0.0] * 24, hour_now=9, language="en")
    assert drawn.busiest is None
    assert drawn.columns[0].label == "8 am"


def test_posters_that_end_soon_are_told() -> None:
    from jejak.entrance.views.today import poster_state
    from jejak.premises.queries import PosterOf

    one = PosterOf(1, "A", None, None, None, "", NOON, None)  # type: ignore[arg-type]
    soon = replace(one, expires_at=NOON + timedelta(days=3))
    past = replace(one, expires_at=NOON)
    gone = replace(one, retired_at=NOON)
    state = poster_state([one, soon, past, gone], now=NOON)
    assert (state.up, state.ending, state.down) == (2, (soon,), 2)


def test_usual_and_today_come_from_the_log(at: Door) -> None:
    visits.make_days(first=at.now.date() - timedelta(days=30), last=at.now.date())
    came(at, 6, minutes_ago=7 * 24 * 60)
    came(at, 2)
    day = queries.day(premises=at.place.id, zone=None, capacity=None, now=at.now)
    assert sum(day.hours) == 2
    assert sum(day.usual) == 6
    assert day.drawable
