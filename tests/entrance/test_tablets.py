"""Pairing a tablet: once, within fifteen minutes, five tries a minute; two at once, one wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from entrance.standing import Door, door

from jejak.entrance import actions, queries
from jejak.entrance.errors import DoorUnknown, NameUnusable, PairingRefused, TabletUnknown, TooManyAttempts
from jejak.entrance.models import Attempt, Tablet
from jejak.kernel.ids import uuid7
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
HERE = b"1" * 16


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


def waiting(at: Door, mode: str = "kiosk") -> UUID:
    return actions.add_tablet(by=at.owner, uuid=at.place.uuid, name="Pintu", mode=mode, zone=None, now=at.now)


def test_a_code_pairs_once_and_stands_nowhere(at: Door) -> None:
    tablet = waiting(at)
    code = at.code(tablet)
    row = Tablet.objects.get(uuid=tablet)
    assert len(code) == 8
    assert code.encode() not in bytes(row.pairing_digest or b"")
    token = actions.pair(code=f"{code[:4]}-{code[4:].lower()}", address_key=HERE, now=at.now)
    row.refresh_from_db()
    assert row.pairing_digest is None
    assert token.encode() not in bytes(row.token_digest or b"")
    assert queries.paired(token=token).uuid == tablet
    with pytest.raises(PairingRefused):
        actions.pair(code=code, address_key=HERE, now=at.now)


def test_a_code_ends_after_fifteen_minutes(at: Door) -> None:
    code = at.code(waiting(at))
    with pytest.raises(PairingRefused):
        actions.pair(code=code, address_key=HERE, now=at.now + timedelta(minutes=15))


@pytest.mark.parametrize("code", ["", "ABCD", "ABCDEFGHJ", "!!!!!!!!", "\u0661" * 8, "ABCD EFGU"])
def test_what_is_no_code_pairs_nothing(at: Door, code: str) -> None:
    waiting(at)
    with pytest.raises(PairingRefused):
        actions.pair(code=code, address_key=HERE, now=at.now)


def test_an_address_has_five_tries_a_minute_even_with_the_right_code(at: Door) -> None:
    code = at.code(waiting(at))
    for _ in range(5):
        with pytest.raises(PairingRefused):
            actions.pair(code="AAAAAAAA", address_key=HERE, now=at.now)
    with pytest.raises(TooManyAttempts):
        actions.pair(code=code, address_key=HERE, now=at.now)
    assert actions.pair(code=code, address_key=b"2" * 16, now=at.now)
    assert Attempt.objects.count() == 2


def test_right_codes_are_no_tries_against_the_address(at: Door) -> None:
    for _ in range(12):
        assert actions.pair(code=at.code(waiting(at)), address_key=HERE, now=at.now)


def test_the_next_minute_allows_tries_again(at: Door) -> None:
    code = at.code(waiting(at))
    for _ in range(6):
        with pytest.raises((PairingRefused, TooManyAttempts)):
            actions.pair(code="AAAAAAAA", address_key=HERE, now=at.now)
    assert actions.pair(code=code, address_key=HERE, now=at.now + timedelta(minutes=1))


def test_a_fresh_code_ends_what_was_paired(at: Door) -> None:
    token, it = at.tablet("kiosk")
    actions.fresh_code(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=at.now)
    with pytest.raises(TabletUnknown):
        queries.paired(token=token)
    other = actions.pair(code=at.code(it.uuid), address_key=HERE, now=at.now)
    assert queries.paired(token=other).uuid == it.uuid
    assert other != token


def test_a_tablet_that_was_taken_off_is_gone(at: Door) -> None:
    token, it = at.tablet("kiosk")
    actions.take_off(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=at.now)
    with pytest.raises(TabletUnknown):
        queries.paired(token=token)
    with pytest.raises(DoorUnknown):
        actions.fresh_code(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=at.now)
    assert queries.tablets_of(owner=at.owner, uuid=at.place.uuid, now=at.now) == ()


def test_a_new_owner_inherits_neither_tablets_nor_staff(at: Door) -> None:
    """Whoever hands a premises over keeps no way into it, and answers for nothing that happens there afterwards."""
    from jejak.access import actions as access
    from jejak.premises.models import Premises

    token, it = at.tablet("counter")
    member = at.member()
    code = at.code(waiting(at))
    heir = access.add_account(email="waris@contoh.example", name="Waris", kind="owner", role="premises_owner")
    Premises.objects.filter(pk=at.place.id).update(owner=heir)
    with pytest.raises(TabletUnknown):
        queries.paired(token=token)
    with pytest.raises(PairingRefused):
        actions.pair(code=code, address_key=HERE, now=at.now)
    with pytest.raises(DoorUnknown):
        actions.start_work(tablet=it, member=member, pin="482913", now=at.now)
    at.owner = heir
    assert queries.tablets_of(owner=heir, uuid=at.place.uuid, now=at.now) == ()
    assert queries.members_of(owner=heir, uuid=at.place.uuid, now=at.now) == ()
    assert at.member() != member, "the same name, added anew"


def test_what_owners_change_enters_the_trail(at: Door) -> None:
    _token, it = at.tablet("kiosk")
    actions.take_off(by=at.owner, uuid=at.place.uuid, tablet=it.uuid, now=at.now)
    told = Entry.objects.filter(action__startswith="tablet.").order_by("id")
    assert [entry.action for entry in told] == ["tablet.added", "tablet.taken-off"]
    assert {entry.by_id for entry in told} == {at.owner.pk}


def test_a_tablet_is_seen_at_most_once_a_minute(at: Door) -> None:
    token, it = at.tablet("kiosk")
    actions.seen(tablet=it, now=at.now + timedelta(seconds=30))
    assert queries.paired(token=token).seen_at == at.now
    actions.seen(tablet=it, now=at.now + timedelta(minutes=2))
    assert queries.paired(token=token).seen_at == at.now + timedelta(minutes=2)


def test_a_name_that_cannot_be_printed_is_refused(at: Door) -> None:
    for name in ("", " ", "x" * 81, "a\u202eb"):
        with pytest.raises(NameUnusable):
            actions.add_tablet(by=at.owner, uuid=at.place.uuid, name=name, mode="kiosk", zone=None, now=at.now)


def test_the_page_pairs_and_sets_a_cookie_for_the_door_alone(at: Door) -> None:
    client = Client()
    assert client.get("/door/pair").status_code == 200
    answer = client.post("/door/pair", {"code": at.code(waiting(at))})
    assert answer.status_code == 302
    cookie = answer.cookies["jejak_door"]
    assert cookie["path"] == "/door/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert client.get("/door/kiosk").status_code == 200
    for _ in range(5):
        said = client.post("/door/pair", {"code": "AAAAAAAA"})
    assert said.status_code == 422
    assert "Terlalu banyak cubaan" in said.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_tablets_with_the_same_code_at_once_are_one(database: Any, owner: User) -> None:
    at = door(owner)
    tablet = waiting(at)
    code = at.code(tablet)

    def pair(number: int) -> str | None:
        try:
            return actions.pair(code=code, address_key=bytes([number]) * 16, now=at.now)
        except PairingRefused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as many:
        tokens = [token for token in many.map(pair, range(8)) if token]
    assert len(tokens) == 1
    assert queries.paired(token=tokens[0]).uuid == tablet


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_from_one_address_at_once_are_counted_one_by_one(database: Any, owner: User) -> None:
    at = door(owner)

    def wrong(_number: int) -> str:
        try:
            actions.pair(code="AAAAAAAA", address_key=HERE, now=at.now)
        except (PairingRefused, TooManyAttempts) as error:
            return error.code
        finally:
            connections.close_all()
        return "paired"

    with ThreadPoolExecutor(8) as many:
        said = list(many.map(wrong, range(20)))
    assert sorted(set(said)) == ["pairing-refused", "too-many-attempts"]
    assert said.count("pairing-refused") == 5


# -- Constraints --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("tablet_mode_known", {"mode": "till"}),
        ("tablet_named", {"name": ""}),
        ("tablet_pairing_paired", {"pairing_digest": b"x"}),
        ("tablet_token_when_paired", {"token_digest": b"x", "paired_at": None}),
        ("tablet_ends_after_added", {"ended_at": "before"}),
        ("tablet_member_at_counter", {"mode": "kiosk", "member": "somebody", "member_until": "now"}),
        ("tablet_member_at_counter", {"mode": "counter", "member": "somebody"}),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_the_database(at: Door, name: str, columns: dict[str, Any]) -> None:
    from jejak.entrance.models import Member

    member = Member.objects.get(uuid=at.member())
    values = {
        "premises_id": at.place.id,
        "name": "Pintu",
        "mode": "counter",
        "added_by": at.owner,
        "added_at": at.now,
        **columns,
    }
    meant = {"before": at.now - timedelta(days=1), "now": at.now, "somebody": member}
    values = {key: meant.get(value, value) if isinstance(value, str) else value for key, value in values.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Tablet.objects.create(**values)


def test_an_attempt_counts_from_one(at: Door) -> None:
    with pytest.raises(IntegrityError, match="attempt_counts_from_1"), transaction.atomic():
        Attempt.objects.create(address_key=uuid7().bytes, minute=at.now, tries=0)
