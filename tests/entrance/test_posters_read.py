"""A poster or an old code held up at a tablet says where the next visit is, and opens nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from entrance.standing import Door, door

from jejak.kernel.ids import uuid7
from jejak.premises import actions as premises
from jejak.premises.queries import scan_code
from jejak.visits.models import Visit

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
OLD = "SELANGKAH-LAMA-4471"
LONG_AGO = datetime(2022, 1, 2, tzinfo=UTC)
ALI = {"name": "Ali Contoh", "phone": "011-0999 0001", "agree": True}


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


@pytest.fixture
def upstairs(at: Door) -> Any:
    return premises.issue_poster(by=at.owner, uuid=at.place.uuid, zone="Tingkat 2", now=LONG_AGO)


def say(client: Any, **item: Any) -> Any:
    body = {"items": [{"id": str(uuid7()), **item}]}
    return client.post("/door/check-ins", body, content_type="application/json").json()["items"][0]


def ways(poster: Any) -> list[str]:
    return [f"https://elsewhere.example/p/{scan_code(number=poster.number)}", poster.short_code]


def test_a_kiosk_takes_the_part_of_a_poster_or_an_old_code_for_the_next_visit(at: Door, upstairs: Any) -> None:
    old = premises.adopt_code(by=at.owner, uuid=at.place.uuid, text=OLD, zone="Tingkat 3", now=LONG_AGO).poster
    client = at.browser("kiosk")
    for poster, text in [*((upstairs, text) for text in ways(upstairs)), (old, OLD)]:
        answer = say(client, card=text)
        assert answer["status"] == 200
        assert answer["say"] == f"Poster ini: {poster.zone_name}. Sekarang kad atau nama anda."
        assert say(client, **ALI, poster=text)["status"] == 201
        assert Visit.objects.latest("id").zone_id == poster.zone_id
    assert say(client, **ALI)["status"] == 201
    assert Visit.objects.latest("id").zone_id is None


def test_a_poster_of_another_place_is_told(at: Door) -> None:
    poster = premises.register(by=at.owner, uuid=uuid7(), details=_details("Kedai Lain"), now=LONG_AGO).poster
    client = at.browser("kiosk")
    answer = say(client, card=poster.short_code)
    assert (answer["status"], answer["code"]) == (422, "poster-elsewhere")
    assert "milik tempat lain" in answer["say"]
    assert say(client, **ALI, poster=poster.short_code)["code"] == "poster-elsewhere"
    assert say(client, **ALI, poster=poster.short_code, queued=True)["status"] == 201, "what waited is not lost"


def test_a_withdrawn_poster_and_nonsense_are_told_apart(at: Door, upstairs: Any) -> None:
    premises.retire_poster(by=at.owner, uuid=at.place.uuid, short_code=upstairs.short_code, now=at.now)
    client = at.browser("kiosk")
    assert say(client, card=upstairs.short_code)["code"] == "poster-ended"
    assert say(client, card="bukan apa-apa")["code"] == "card-unknown"


def test_the_counter_and_a_kiosk_without_scripts_carry_the_poster_to_the_next_form(at: Door, upstairs: Any) -> None:
    kiosk, counter = at.browser("kiosk"), at.at_work()
    for client, page in ((kiosk, "/door/kiosk"), (counter, "/door/counter")):
        answer = client.post(page, {"id": str(uuid7()), "card": upstairs.short_code})
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "Poster ini: Tingkat 2" in text
        assert text.count(f'name="poster" value="{upstairs.short_code}"') == 2
        form = {"id": str(uuid7()), "name": "Ali", "phone": "011-0999 0001", "agree": "1"}
        client.post(page, form | {"poster": upstairs.short_code})
        assert Visit.objects.latest("id").zone_id == upstairs.zone_id


def _details(name: str) -> Any:
    from premises.weeks import every_day

    from jejak.premises.rules import Details

    return Details(
        name=name,
        kind="restaurant",
        address="99 Jalan Lain",
        state="MY-10",
        district="Petaling",
        opening_hours=every_day((0, 1440)),
        capacity=None,
    )
