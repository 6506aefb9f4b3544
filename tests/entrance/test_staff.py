"""Staff at the counter: named people, PINs that cannot be guessed, five tries, fifteen minutes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connections, transaction
from entrance.standing import PIN, Door, door

from jejak.entrance import actions, queries, rules
from jejak.entrance.errors import (
    DoorUnknown,
    NameGeneric,
    NameTaken,
    NobodyAtWork,
    PinLocked,
    PinTooSimple,
    PinWrong,
)
from jejak.entrance.models import Member

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


@pytest.mark.parametrize("name", ["staff", "Staf 2", "ADMIN", "kaunter", "Kaunter depan", "guard-1", "123", "Petugas!"])
def test_a_post_is_no_name(name: str) -> None:
    with pytest.raises(NameGeneric):
        rules.member_name(name)


@pytest.mark.parametrize("name", ["Siti", "Ali bin Abu", "Siti (kaunter)", "陳美玲", "R. Kumar"])
def test_a_person_has_a_name(name: str) -> None:
    assert rules.member_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "abcdef", "111111", "123456", "654321", "890123", "121212", "123123", "\u0661" * 6]
)
def test_a_simple_pin_is_refused(pin: str) -> None:
    with pytest.raises(PinTooSimple):
        rules.checked_pin(pin)


def test_a_name_is_once_at_a_door_until_it_ends(at: Door) -> None:
    member = at.member("Siti Aminah")
    with pytest.raises(NameTaken):
        at.member("siti aminah")
    actions.end_member(by=at.owner, uuid=at.place.uuid, member=member, now=at.now)
    assert at.member("Siti Aminah") != member


def test_a_pin_is_not_stored_and_opens_the_counter_for_fifteen_minutes(at: Door) -> None:
    _token, tablet = at.tablet("counter")
    member = at.member()
    assert PIN not in Member.objects.get(uuid=member).pin_hash
    with pytest.raises(NobodyAtWork):
        queries.at_work(tablet=tablet, now=at.now)
    actions.start_work(tablet=tablet, member=member, pin=PIN, now=at.now)
    assert queries.at_work(tablet=tablet, now=at.now + timedelta(minutes=14)).name == "Siti Aminah"
    with pytest.raises(NobodyAtWork):
        queries.at_work(tablet=tablet, now=at.now + timedelta(minutes=15))


def test_the_next_pin_switches_the_user_and_one_tap_leaves_nobody(at: Door) -> None:
    _token, tablet = at.tablet("counter")
    actions.start_work(tablet=tablet, member=at.member(), pin=PIN, now=at.now)
    actions.start_work(tablet=tablet, member=at.member("Kumar", "739154"), pin="739154", now=at.now)
    assert queries.at_work(tablet=tablet, now=at.now).name == "Kumar"
    actions.stop_work(tablet=tablet)
    with pytest.raises(NobodyAtWork):
        queries.at_work(tablet=tablet, now=at.now)


def test_five_wrong_pins_lock_for_fifteen_minutes_and_the_owner_sees_it(at: Door) -> None:
    _token, tablet = at.tablet("counter")
    member = at.member()
    for _ in range(5):
        with pytest.raises(PinWrong):
            actions.start_work(tablet=tablet, member=member, pin="000000", now=at.now)
    with pytest.raises(PinLocked):
        actions.start_work(tablet=tablet, member=member, pin=PIN, now=at.now)
    seen = queries.member_of(owner=at.owner, uuid=at.place.uuid, member=member, now=at.now)
    assert seen.locked_until == at.now + timedelta(minutes=15)
    actions.start_work(tablet=tablet, member=member, pin=PIN, now=at.now + timedelta(minutes=15))


def test_the_right_pin_forgets_the_wrong_ones(at: Door) -> None:
    _token, tablet = at.tablet("counter")
    member = at.member()
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(PinWrong):
                actions.start_work(tablet=tablet, member=member, pin="000000", now=at.now)
        actions.start_work(tablet=tablet, member=member, pin=PIN, now=at.now)


def test_a_new_pin_or_an_end_stops_the_work_at_once(at: Door) -> None:
    _token, tablet = at.tablet("counter")
    member = at.member()
    actions.start_work(tablet=tablet, member=member, pin=PIN, now=at.now)
    actions.reset_pin(by=at.owner, uuid=at.place.uuid, member=member, pin="739154", now=at.now)
    with pytest.raises(NobodyAtWork):
        queries.at_work(tablet=tablet, now=at.now)
    with pytest.raises(PinWrong):
        actions.start_work(tablet=tablet, member=member, pin=PIN, now=at.now)
    actions.start_work(tablet=tablet, member=member, pin="739154", now=at.now)
    actions.end_member(by=at.owner, uuid=at.place.uuid, member=member, now=at.now)
    with pytest.raises(NobodyAtWork):
        queries.at_work(tablet=tablet, now=at.now)
    with pytest.raises(DoorUnknown):
        actions.start_work(tablet=tablet, member=member, pin="739154", now=at.now)


def test_staff_of_another_premises_do_not_work_here(at: Door, owner: User) -> None:
    elsewhere = door(owner)
    _token, tablet = elsewhere.tablet("counter")
    with pytest.raises(DoorUnknown):
        actions.start_work(tablet=tablet, member=at.member(), pin=PIN, now=at.now)
    assert queries.members_at(tablet=tablet, now=at.now) == ()


def test_the_pages_refuse_a_wrong_pin_and_switch_users(at: Door) -> None:
    client, member = at.browser("counter"), at.member()
    assert client.get("/door/counter").headers["Location"] == "/door/staff"
    wrong = client.post(f"/door/staff/{member}", {"pin": "000000"})
    assert wrong.status_code == 422
    assert "Ini bukan PIN Siti Aminah" in wrong.content.decode()
    assert client.post(f"/door/staff/{member}", {"pin": PIN}).headers["Location"] == "/door/counter"
    assert client.get("/door/counter").status_code == 200
    assert client.post("/door/staff/leave").headers["Location"] == "/door/staff"
    assert client.get("/door/counter").status_code == 302


def test_the_owners_form_says_what_is_wrong(owner_client: Any, at: Door) -> None:
    address = f"/premises/{at.place.uuid}/door/staff/new/"
    said = owner_client.post(address, {"name": "Kaunter", "pin": PIN})
    assert said.status_code == 422
    assert "Tulis nama orang itu sendiri" in said.content.decode()
    assert "Pilih enam angka" in owner_client.post(address, {"name": "Siti", "pin": "123456"}).content.decode()
    assert owner_client.post(address, {"name": "Siti", "pin": PIN}).status_code == 302
    assert "Sudah ada yang bekerja" in owner_client.post(address, {"name": "Siti", "pin": PIN}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_typed_at_once_are_counted_one_by_one(database: Any, owner: User) -> None:
    at = door(owner)
    _token, tablet = at.tablet("counter")
    member = at.member()

    def wrong(_number: int) -> str:
        try:
            actions.start_work(tablet=tablet, member=member, pin="000000", now=at.now)
        except (PinWrong, PinLocked) as error:
            return error.code
        finally:
            connections.close_all()
        return "right"

    with ThreadPoolExecutor(8) as many:
        said = list(many.map(wrong, range(12)))
    assert said.count("pin-wrong") == 5
    assert said.count("pin-locked") == 7


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("member_named", {"name": ""}),
        ("member_tries_bounded", {"tries": -1}),
        ("member_name_once", {"name": "Siti Aminah"}),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_the_database(at: Door, name: str, columns: dict[str, Any]) -> None:
    at.member()
    values = {"premises_id": at.place.id, "name": "Ali", "pin_hash": "x", "added_by": at.owner, "added_at": at.now}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Member.objects.create(**values | columns)
