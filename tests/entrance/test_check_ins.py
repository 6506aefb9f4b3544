"""What a counter and a kiosk write: once, with the right flags, on record; and that they read nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import URLPattern, get_resolver
from entrance.standing import PIN, Door, door

from jejak.entrance import actions, queries, rules
from jejak.entrance.errors import DoorClosed, MomentRefused, TooManyTogether
from jejak.formats import hourmark
from jejak.kernel import clock
from jejak.kernel.ids import uuid7, uuid7_at
from jejak.kernel.keys import keyring
from jejak.lane import rules as lane
from jejak.lane.checkin import companion_moment
from jejak.lane.rules import moment_of
from jejak.lane.tokens import Tokens
from jejak.people import actions as people
from jejak.people.errors import CardUnknown, PhoneMissing, ReachMissing
from jejak.people.models import Person
from jejak.premises import actions as premises
from jejak.trail.models import Entry
from jejak.visits.errors import VisitConflict
from jejak.visits.models import Dispute, Visit
from jejak.visits.rules import CARD, DISPUTED, KIOSK, LATE, WRITTEN_IN

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
ALI = actions.Visitor(name="Ali Contoh", phone="011-0999 0001")
ROKIAH = actions.Visitor(name="Mak Cik Rokiah", reach="12 Kampung Baru")


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


def worked(at: Door) -> tuple[queries.Paired, queries.MemberOf]:
    _token, tablet = at.tablet("counter")
    actions.start_work(tablet=tablet, member=at.member(), pin=PIN, now=at.now)
    return tablet, queries.at_work(tablet=tablet, now=at.now)


def test_staff_write_in_a_visitor_with_companions(at: Door) -> None:
    tablet, member = worked(at)
    done = actions.write_at_counter(
        tablet=tablet, member=member, visit=uuid7(), visitor=ROKIAH, together=["Adik", " ", "Abang"], now=at.now
    )
    assert done.people == 3
    stored = Visit.objects.all()
    assert {visit.flags for visit in stored} == {WRITTEN_IN}
    assert {visit.device_id for visit in stored} == {-tablet.id}
    assert len({visit.person_id for visit in stored}) == 3


def test_the_trail_names_member_tablet_and_persons(at: Door) -> None:
    tablet, member = worked(at)
    actions.write_at_counter(tablet=tablet, member=member, visit=uuid7(), visitor=ROKIAH, together=["Adik"], now=at.now)
    entry = Entry.objects.get(action="visitor.written-in")
    assert entry.by_id == at.owner.pk
    assert entry.by_name == "Siti Aminah (Kedai Kopi Contoh)"
    assert entry.detail == {"premises": at.place.id, "tablet": tablet.id, "member": member.id}
    assert set(entry.subjects.values_list("person_id", flat=True)) == set(Person.objects.values_list("id", flat=True))


@pytest.mark.parametrize("visitor", [ALI, ROKIAH])
def test_a_form_sent_twice_is_one_visit_of_one_person(at: Door, visitor: actions.Visitor) -> None:
    tablet, member = worked(at)
    visit = uuid7()
    for _ in range(3):
        actions.write_at_counter(
            tablet=tablet, member=member, visit=visit, visitor=visitor, together=["Adik"], now=at.now
        )
    assert Visit.objects.count() == 2
    assert Person.objects.count() == 2


def test_the_same_id_for_somebody_else_is_refused(at: Door) -> None:
    tablet, member = worked(at)
    visit = uuid7()
    actions.write_at_counter(tablet=tablet, member=member, visit=visit, visitor=ALI, together=[], now=at.now)
    other = actions.Visitor(name="Bakar", phone="011-0999 0002")
    with pytest.raises(VisitConflict):
        actions.write_at_counter(tablet=tablet, member=member, visit=visit, visitor=other, together=[], now=at.now)


def test_the_confirmation_shows_the_mark_of_every_receipt_of_the_hour(at: Door) -> None:
    tablet, member = worked(at)
    done = actions.write_at_counter(tablet=tablet, member=member, visit=uuid7(), visitor=ALI, together=[], now=at.now)
    hour = int(done.at.timestamp()) // 3600
    receipt = Tokens(keyring(), visit_days=90).of_the_hour(premises=at.place.id, hour=hour, words=len(hourmark.WORDS))
    assert (done.colour, done.word) == receipt


def test_a_printed_card_checks_its_holder_in_and_opens_nothing(at: Door) -> None:
    card = people.issue_card(name="Rokiah", reach="12 Kampung Baru", at=at.now)
    client = at.at_work()
    answer = client.post("/door/counter", {"id": str(uuid7()), "card": f"http://localhost/c/{card.code}"})
    assert answer.status_code == 200
    assert "Rokiah" not in answer.content.decode()
    assert Visit.objects.get().person_id == card.person
    assert Visit.objects.get().flags == WRITTEN_IN | CARD


def test_an_unknown_card_writes_nothing(at: Door) -> None:
    tablet, member = worked(at)
    with pytest.raises(CardUnknown):
        actions.write_at_counter(
            tablet=tablet, member=member, visit=uuid7(), visitor=actions.Visitor(card="ABC"), together=[], now=at.now
        )
    assert Visit.objects.count() == Person.objects.count() == 0


def test_a_companion_that_cannot_be_stored_undoes_the_whole(at: Door) -> None:
    tablet, member = worked(at)
    from jejak.people.errors import NameInvalid

    with pytest.raises(NameInvalid):
        actions.write_at_counter(
            tablet=tablet, member=member, visit=uuid7(), visitor=ALI, together=["Adik", "123"], now=at.now
        )
    assert Visit.objects.count() == Person.objects.count() == Entry.objects.filter(action="visitor.written-in").count()
    with pytest.raises(TooManyTogether):
        actions.write_at_counter(
            tablet=tablet, member=member, visit=uuid7(), visitor=ALI, together=["A"] * 10, now=at.now
        )


def test_without_phone_staff_need_a_way_to_reach_them_and_a_kiosk_takes_nobody(at: Door) -> None:
    tablet, member = worked(at)
    bare = actions.Visitor(name="Rokiah")
    with pytest.raises(ReachMissing):
        actions.write_at_counter(tablet=tablet, member=member, visit=uuid7(), visitor=bare, together=[], now=at.now)
    kiosk = at.tablet("kiosk")[1]
    for visitor in (bare, ROKIAH):
        with pytest.raises(PhoneMissing):
            actions.write_at_kiosk(tablet=kiosk, visit=uuid7(), visitor=visitor, together=[], queued=False, now=at.now)


def test_a_closed_premises_takes_nobody(at: Door) -> None:
    tablet, member = worked(at)
    premises.close(by=at.owner, uuid=at.place.uuid, now=at.now)
    with pytest.raises(DoorClosed):
        actions.write_at_counter(tablet=tablet, member=member, visit=uuid7(), visitor=ALI, together=[], now=at.now)


def test_consent_is_asked_at_the_counter(at: Door) -> None:
    client = at.at_work()
    form = {"id": str(uuid7()), "name": "Rokiah", "reach": "12 Kampung Baru"}
    answer = client.post("/door/counter", form)
    assert answer.status_code == 422
    assert "Minta persetujuan" in answer.content.decode()
    assert "12 Kampung Baru" in answer.content.decode(), "what was typed is still there"
    assert Visit.objects.count() == 0
    assert client.post("/door/counter", form | {"agree": "1"}).status_code == 200
    assert Visit.objects.count() == 1


def test_a_page_open_for_long_is_sent_once_more(at: Door) -> None:
    client = at.at_work()
    old = {"id": str(uuid7_at(at.now - timedelta(minutes=11))), "name": "Ali", "phone": "0110999 0001", "agree": "1"}
    answer = client.post("/door/counter", old)
    assert answer.status_code == 422
    fresh = re.findall(r'name="id" value="([0-9a-f-]+)"', answer.content.decode())
    assert client.post("/door/counter", old | {"id": fresh[-1]}).status_code == 200


def test_a_mistake_is_put_beside_the_records_and_undoes_nothing(at: Door) -> None:
    client = at.at_work()
    form = {"id": str(uuid7()), "name": "Ali", "phone": "011-0999 0001", "agree": "1", "with": "Adik"}
    page = client.post("/door/counter", form).content.decode()
    held = re.findall(r'name="held" value="([^"]+)"', page)[0]
    for _ in range(2):
        assert client.post("/door/counter/mistaken", {"held": held}).status_code == 200
    assert Visit.objects.count() == 2
    assert all(visit.flags & DISPUTED for visit in Visit.objects.all())
    assert Dispute.objects.filter(kind="not-me").count() == 2
    assert Entry.objects.filter(action="visitor.disputed").count() == 2


def test_a_mistake_is_told_at_the_tablet_that_made_the_record(at: Door) -> None:
    client = at.at_work()
    form = {"id": str(uuid7()), "name": "Ali", "phone": "011-0999 0001", "agree": "1"}
    held = re.findall(r'name="held" value="([^"]+)"', client.post("/door/counter", form).content.decode())[0]
    other = at.browser("counter")
    assert other.post("/door/counter/mistaken", {"held": held}).headers["Location"] == "/door/staff"
    other.post(f"/door/staff/{at.member('Kumar', '739154')}", {"pin": "739154"})
    for wrong in (held, held + "x", ""):
        assert other.post("/door/counter/mistaken", {"held": wrong}).status_code == 410
    assert Dispute.objects.count() == 0


# -- The kiosk and its queue --------------------------------------------------------------------------------------


def item(minutes_ago: float = 0, **more: Any) -> dict[str, Any]:
    made = uuid7_at(clock.now() - timedelta(minutes=minutes_ago))
    return {"id": str(made), "name": "Ali Contoh", "phone": "011-0999 0001", "agree": True, **more}


def send(client: Any, *items: Any, **headers: str) -> Any:
    return client.post("/door/check-ins", {"items": list(items)}, content_type="application/json", headers=headers)


def test_a_kiosk_checks_in_and_answers_with_the_mark_of_the_hour(at: Door) -> None:
    answer = send(at.browser("kiosk"), item(**{"with": "Adik, Abang"}))
    [one] = answer.json()["items"]
    assert one["status"] == 201
    assert one["people"] == 3
    assert one["word"] in hourmark.WORDS
    assert {visit.flags for visit in Visit.objects.all()} == {KIOSK}


def test_a_queue_sent_three_times_and_shuffled_is_each_visit_once(at: Door) -> None:
    from jejak.visits import actions as visits

    visits.make_days(first=(at.now - timedelta(days=4)).date(), last=at.now.date())
    client = at.browser("kiosk")
    held = [item(60 * hours, phone=f"011-0999 00{hours:02d}", queued=True) for hours in range(1, 21)]
    for order in (held, held[::-1], held[7:] + held[:7]):
        assert [one["status"] for one in send(client, *order).json()["items"]] == [201] * 20
    assert Visit.objects.count() == 20
    assert {visit.flags for visit in Visit.objects.all()} == {KIOSK | LATE}


def test_each_item_gets_its_own_answer_in_order(at: Door) -> None:
    card = people.issue_card(name="Rokiah", reach="12 Kampung Baru", at=at.now)
    answer = send(
        at.browser("kiosk"),
        item(),
        item(phone="abc"),
        item(minutes_ago=30),
        item(minutes_ago=73 * 60, queued=True),
        {"id": str(uuid7()), "card": card.code},
        item(agree=False),
        "nonsense",
        {"id": 5},
        item(name=["x"]),
    )
    found = [(one["status"], one.get("code", "")) for one in answer.json()["items"]]
    assert found == [
        (201, ""),
        (422, "phone-invalid"),
        (422, "clock-skew"),
        (422, "clock-skew"),
        (201, ""),
        (422, "consent-missing"),
        (400, "malformed"),
        (422, "consent-missing"),
        (400, "malformed"),
    ]
    assert Visit.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "kind", "site"),
    [
        ('{"items": []}', "application/json", "same-origin"),
        ('{"items": {}}', "application/json", "same-origin"),
        ("[]", "application/json", "same-origin"),
        ("{", "application/json", "same-origin"),
        ('{"items": [1]}', "text/plain", "same-origin"),
        ('{"items": [1]}', "application/json", "cross-site"),
    ],
)
def test_what_no_kiosk_sends_is_refused(at: Door, body: str, kind: str, site: str) -> None:
    answer = at.browser("kiosk").post("/door/check-ins", body, content_type=kind, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


def test_the_kiosk_works_without_scripts(at: Door) -> None:
    client = at.browser("kiosk")
    form = {"id": str(uuid7()), "name": "Ali", "phone": "011-0999 0001"}
    refused = client.post("/door/kiosk", form)
    assert refused.status_code == 422
    assert "Tandakan kotak jika anda bersetuju" in refused.content.decode()
    done = client.post("/door/kiosk", form | {"agree": "1"})
    assert done.status_code == 200
    assert "Ali" not in done.content.decode(), "the next visitor reads nobody's name"
    assert Visit.objects.get().flags == KIOSK


def test_the_rules_of_time_and_companions_are_the_lanes() -> None:
    assert timedelta(milliseconds=lane.FRESH) == rules.FRESH
    assert timedelta(milliseconds=lane.QUEUED) == rules.QUEUED
    visit = uuid7()
    for position in (1, 2, 9):
        ours = rules.companion_id(visit=visit, position=position)
        assert str(ours) == companion_moment(moment=moment_of(str(visit)), position=position).id
    now = clock.now()
    with pytest.raises(MomentRefused):
        rules.waited(visit=uuid7_at(now + timedelta(minutes=11)), now=now, queued=True)


# -- Nothing reads ------------------------------------------------------------------------------------------------


def door_routes() -> list[str]:
    entrance = next(part for part in get_resolver().url_patterns if getattr(part, "app_name", "") == "entrance")
    return [
        str(route.pattern)
        for route in entrance.url_patterns  # type: ignore[union-attr]
        if isinstance(route, URLPattern) and str(route.pattern).startswith(("door/", "c/", "card/"))
    ]


def test_with_only_printed_codes_nothing_that_reads_visits_opens(client: Any, at: Door) -> None:
    """A photo of a card and of a poster is all that a thief has: neither as cookie nor as token does it open a thing."""
    card = people.issue_card(name="Rokiah", reach="12 Kampung Baru", at=at.now)
    at.at_work().post("/door/counter", {"id": str(uuid7()), "card": card.code})
    assert Visit.objects.count() == 1
    poster = premises_poster(at)
    for code in (card.code, poster):
        for cookie in ("jejak_door", "jejak_session", "jejak_visitor"):
            client.cookies[cookie] = code
        pages = ["/door/counter", "/door/numbers.json", "/door/display", "/door/kiosk", "/door/staff"]
        assert {client.get(page).status_code for page in pages} == {403}
        for page in (f"/premises/{at.place.uuid}/today", f"/premises/{at.place.uuid}/door/", "/tracing/"):
            assert client.get(page).status_code == 302
        said = client.get(f"/c/{code}")
        assert at.place.name not in said.content.decode()
        assert "Rokiah" not in said.content.decode()


def premises_poster(at: Door) -> str:
    from jejak.premises.queries import posters_of, scan_code

    return scan_code(number=posters_of(owner=at.owner, uuid=at.place.uuid)[0].number)


def test_no_page_of_a_tablet_names_who_was_there(at: Door) -> None:
    counter = at.at_work()
    counter.post("/door/counter", {"id": str(uuid7()), "name": "Rokiah Rahsia", "phone": "011-0999 0001", "agree": "1"})
    assert Visit.objects.count() == 1
    for client, pages in (
        (counter, ["counter", "staff"]),
        (at.browser("kiosk"), ["kiosk"]),
        (at.browser("display"), ["display", "numbers.json"]),
    ):
        for page in pages:
            assert "Rokiah" not in client.get(f"/door/{page}").content.decode()


def test_every_door_route_refuses_a_stolen_cookie_of_a_tablet_taken_off(at: Door) -> None:
    from django.test import Client

    token, it = at.tablet("counter")
    actions.take_off(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=at.now)
    client = Client()
    client.cookies["jejak_door"] = token
    open_to_all = {"door/pair", "door/sw.js"}
    routes = [route for route in door_routes() if route.startswith("door/") and route not in open_to_all]
    assert len(routes) >= 9
    for route in routes:
        path = "/" + route.replace("<uuid:uuid>", str(uuid7()))
        assert client.get(path).status_code == 403, path
        assert client.post(path).status_code == 403, path
