"""Registering, revising and closing premises, issuing and withdrawing posters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection
from premises.weeks import every_day

from jejak.kernel.ids import uuid7
from jejak.premises import actions, queries
from jejak.premises.errors import DetailsWrong, PosterRetired, PremisesClosed, UnknownPoster, UnknownPremises
from jejak.premises.rules import KINDS, Details

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
SHOP = Details(
    name="Kedai Runcit Seri",
    branch="Seksyen 7",
    kind="shop",
    address="12, Jalan Mawar 3",
    state="MY-10",
    district="Petaling",
    opening_hours=every_day((540, 1320)),
    capacity=40,
)


@pytest.fixture
def stranger(db: None) -> User:
    from jejak.access import actions as access

    return access.add_account(email="lain@contoh.example", name="Orang Lain", kind="owner", role="premises_owner")


@pytest.fixture
def shop(owner: User) -> actions.Registered:
    return actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)


def entries() -> list[tuple[str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute("select action, detail::text from trail_entry order by id")
        import json

        return [(action, json.loads(detail)) for action, detail in cursor.fetchall()]


def test_a_premises_is_registered_with_its_first_poster(owner: User, shop: actions.Registered) -> None:
    assert shop.place.name == "Kedai Runcit Seri"
    assert shop.place.owner_id == owner.pk
    assert (shop.place.stay_minutes, shop.place.longest_minutes) == (20, 180)
    assert shop.poster.place.uuid == shop.place.uuid
    assert (shop.poster.zone_name, shop.poster.retired_at, shop.poster.issued_at) == ("", None, NOW)
    assert queries.by_short_code(shop.poster.short_code.lower()) == shop.poster


def test_registering_enters_the_trail_with_who_and_which(owner: User, shop: actions.Registered) -> None:
    assert entries() == [("premises.registered", {"premises": shop.place.id})]


def test_the_same_form_sent_twice_registers_once(owner: User, shop: actions.Registered) -> None:
    again = actions.register(by=owner, uuid=shop.place.uuid, details=replace(SHOP, name="Lain"), now=NOW)
    assert again == shop
    assert len(queries.premises_of(owner=owner)) == 1
    assert len(entries()) == 1


def test_another_s_uuid_registers_nothing(stranger: User, shop: actions.Registered) -> None:
    with pytest.raises(UnknownPremises):
        actions.register(by=stranger, uuid=shop.place.uuid, details=SHOP, now=NOW)
    assert queries.premises_of(owner=stranger) == ()


def test_wrong_details_register_nothing(owner: User) -> None:
    with pytest.raises(DetailsWrong):
        actions.register(by=owner, uuid=uuid7(), details=replace(SHOP, name="  "), now=NOW)
    assert queries.premises_of(owner=owner) == ()


def test_revising_changes_details_and_says_which(owner: User, shop: actions.Registered) -> None:
    place = actions.revise(
        by=owner, uuid=shop.place.uuid, details=replace(SHOP, name="Kedai Baharu", capacity=None), now=NOW
    )
    assert (place.name, place.capacity) == ("Kedai Baharu", None)
    assert entries()[-1] == ("premises.revised", {"premises": place.id, "changed": ["capacity", "name"]})


def test_revising_to_the_same_changes_nothing(owner: User, shop: actions.Registered) -> None:
    assert actions.revise(by=owner, uuid=shop.place.uuid, details=SHOP, now=NOW) == shop.place
    assert len(entries()) == 1


def test_the_longest_stay_grows_with_the_kind_and_never_shrinks(owner: User, shop: actions.Registered) -> None:
    seen = [shop.place.longest_minutes]
    for kind in ("office", "pharmacy", "hotel", "shop"):
        place = actions.revise(by=owner, uuid=shop.place.uuid, details=replace(SHOP, kind=kind), now=NOW)
        assert place.stay_minutes == KINDS[kind].stay_minutes
        seen.append(place.longest_minutes)
    assert seen == [180, 600, 600, 1440, 1440]


def test_a_closed_premises_takes_no_new_poster_until_it_reopens(owner: User, shop: actions.Registered) -> None:
    assert actions.close(by=owner, uuid=shop.place.uuid, now=NOW).closed_at == NOW
    assert actions.close(by=owner, uuid=shop.place.uuid, now=NOW + timedelta(days=1)).closed_at == NOW
    with pytest.raises(PremisesClosed):
        actions.issue_poster(by=owner, uuid=shop.place.uuid, now=NOW)
    assert actions.reopen(by=owner, uuid=shop.place.uuid, now=NOW).closed_at is None
    actions.issue_poster(by=owner, uuid=shop.place.uuid, now=NOW)


def test_two_posters_of_a_zone_share_it(owner: User, shop: actions.Registered) -> None:
    first = actions.issue_poster(by=owner, uuid=shop.place.uuid, zone="Pintu  Belakang ", now=NOW)
    second = actions.issue_poster(by=owner, uuid=shop.place.uuid, zone="Pintu Belakang", now=NOW)
    assert first.zone_name == "Pintu Belakang"
    assert (first.zone_id, first.zone_uuid) == (second.zone_id, second.zone_uuid)
    assert first.number != second.number


def test_a_poster_is_retired_once(owner: User, shop: actions.Registered) -> None:
    code = shop.poster.short_code
    assert actions.retire_poster(by=owner, uuid=shop.place.uuid, short_code=code, now=NOW).retired_at == NOW
    with pytest.raises(PosterRetired):
        actions.retire_poster(by=owner, uuid=shop.place.uuid, short_code=code, now=NOW)
    with pytest.raises(PosterRetired):
        actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=code, now=NOW)


def test_replacing_withdraws_the_old_and_keeps_its_place(owner: User, shop: actions.Registered) -> None:
    old = actions.issue_poster(by=owner, uuid=shop.place.uuid, zone="Aras 2", now=NOW)
    new = actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=old.short_code, now=NOW + timedelta(days=1))
    assert (new.zone_id, new.retired_at) == (old.zone_id, None)
    assert queries.by_short_code(old.short_code).retired_at == NOW + timedelta(days=1)
    assert entries()[-2:] == [
        ("poster.retired", {"premises": shop.place.id, "poster": old.number}),
        ("poster.issued", {"premises": shop.place.id, "poster": new.number, "instead_of": old.number}),
    ]


def test_replacing_at_a_closed_premises_withdraws_nothing(owner: User, shop: actions.Registered) -> None:
    actions.close(by=owner, uuid=shop.place.uuid, now=NOW)
    with pytest.raises(PremisesClosed):
        actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=shop.poster.short_code, now=NOW)
    assert queries.by_short_code(shop.poster.short_code).retired_at is None


def test_a_stranger_changes_nothing(stranger: User, shop: actions.Registered) -> None:
    uuid, code = shop.place.uuid, shop.poster.short_code
    for act in (actions.close, actions.reopen, actions.issue_poster):
        with pytest.raises(UnknownPremises):
            act(by=stranger, uuid=uuid, now=NOW)
    with pytest.raises(UnknownPremises):
        actions.revise(by=stranger, uuid=uuid, details=replace(SHOP, name="Milik saya"), now=NOW)
    for change in (actions.retire_poster, actions.replace_poster):
        with pytest.raises(UnknownPoster):
            change(by=stranger, uuid=uuid, short_code=code, now=NOW)
    assert queries.by_short_code(code) == shop.poster


def test_a_taken_short_code_is_drawn_anew(
    owner: User, shop: actions.Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.formats import crockford

    taken = crockford.read(shop.poster.short_code) >> 5
    draws = iter([taken, taken, 12345])
    monkeypatch.setattr("secrets.randbits", lambda _bits: next(draws))
    fresh = actions.issue_poster(by=owner, uuid=shop.place.uuid, now=NOW)
    assert fresh.short_code != shop.poster.short_code


@pytest.mark.django_db(transaction=True)
def test_the_lanes_hear_of_a_change_when_it_is_committed(database: Any, owner: User) -> None:
    shop = actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)
    with psycopg.connect(database.app, autocommit=True) as listening:
        listening.execute("listen jejak_posters")
        actions.retire_poster(by=owner, uuid=shop.place.uuid, short_code=shop.poster.short_code, now=NOW)
        heard = list(listening.notifies(timeout=5, stop_after=1))
    assert [notice.payload for notice in heard] == [str(shop.place.id)]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_poster_no_trail_and_no_notice(database: Any, owner: User) -> None:
    shop = actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)
    before = entries()
    with psycopg.connect(database.app, autocommit=True) as listening:
        listening.execute("listen jejak_posters")
        with pytest.raises(DetailsWrong):
            actions.issue_poster(by=owner, uuid=shop.place.uuid, zone="x" * 121, now=NOW)
        assert list(listening.notifies(timeout=0.3)) == []
    assert entries() == before
    assert len(queries.posters_of(owner=owner, uuid=shop.place.uuid)) == 1
