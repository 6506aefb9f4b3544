"""Owners see their own premises alone; officers find any; the lane gets a row a poster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from premises.weeks import every_day

from jejak.formats import shortcode
from jejak.kernel.ids import uuid7
from jejak.premises import actions, queries
from jejak.premises.errors import UnknownPoster, UnknownPremises
from jejak.premises.rules import KINDS, Details
from jejak.store import sql

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)


def details(name: str, **changed: object) -> Details:
    shop = Details(
        name=name,
        kind="shop",
        address="12, Jalan Mawar",
        state="MY-10",
        district="Petaling",
        opening_hours=every_day((540, 1320)),
    )
    return replace(shop, **changed)  # type: ignore[arg-type]


@pytest.fixture
def stranger(db: None) -> User:
    from jejak.access import actions as access

    return access.add_account(email="lain@contoh.example", name="Orang Lain", kind="owner", role="premises_owner")


@pytest.fixture
def three(owner: User) -> list[actions.Registered]:
    given = [
        details("Teratai Mall", kind="mall", state="MY-14", district="Cheras"),
        details("Kedai Anggerik", address="5, Jalan Teratai"),
        details("Kedai Bakawali", branch="Ipoh", state="MY-08", district="Kinta"),
    ]
    return [
        actions.register(by=owner, uuid=uuid7(), details=each, now=NOW + timedelta(minutes=n))
        for n, each in enumerate(given)
    ]


def names(found: tuple[queries.Place, ...]) -> list[str]:
    return [place.name for place in found]


def test_an_owner_s_list_is_searched_in_every_word_and_sorted(owner: User, three: list[actions.Registered]) -> None:
    assert names(queries.premises_of(owner=owner)) == ["Kedai Anggerik", "Kedai Bakawali", "Teratai Mall"]
    assert names(queries.premises_of(owner=owner, order="-new")) == ["Kedai Bakawali", "Kedai Anggerik", "Teratai Mall"]
    assert names(queries.premises_of(owner=owner, order="kind"))[0] == "Teratai Mall"
    assert names(queries.premises_of(owner=owner, order="place"))[0] == "Kedai Bakawali"
    assert names(queries.premises_of(owner=owner, order="password")) == names(queries.premises_of(owner=owner))
    assert names(queries.premises_of(owner=owner, text="teratai")) == ["Kedai Anggerik", "Teratai Mall"]
    assert names(queries.premises_of(owner=owner, text=" kedai  ipoh ")) == ["Kedai Bakawali"]
    assert names(queries.premises_of(owner=owner, text="%")) == []


def test_the_list_counts_posters_that_were_not_withdrawn(owner: User, three: list[actions.Registered]) -> None:
    mall = three[0]
    extra = actions.issue_poster(by=owner, uuid=mall.place.uuid, zone="Aras 1", now=NOW)
    actions.issue_poster(by=owner, uuid=mall.place.uuid, zone="Aras 2", now=NOW)
    actions.retire_poster(by=owner, uuid=mall.place.uuid, short_code=extra.short_code, now=NOW)
    counted = {place.name: place.posters for place in queries.premises_of(owner=owner)}
    assert counted == {"Teratai Mall": 2, "Kedai Anggerik": 1, "Kedai Bakawali": 1}


def test_not_yours_and_not_there_are_one_answer(stranger: User, three: list[actions.Registered]) -> None:
    theirs, nowhere = three[0], uuid7()
    for uuid in (theirs.place.uuid, nowhere):
        with pytest.raises(UnknownPremises) as caught:
            queries.one_of(owner=stranger, uuid=uuid)
        assert str(caught.value) == str(UnknownPremises())
        with pytest.raises(UnknownPremises):
            queries.posters_of(owner=stranger, uuid=uuid)
        with pytest.raises(UnknownPoster):
            queries.poster_of(owner=stranger, uuid=uuid, short_code=theirs.poster.short_code)
    assert queries.premises_of(owner=stranger) == ()


def test_a_poster_is_found_under_its_own_premises_only(owner: User, three: list[actions.Registered]) -> None:
    first, second, _ = three
    with pytest.raises(UnknownPoster):
        queries.poster_of(owner=owner, uuid=first.place.uuid, short_code=second.poster.short_code)


def test_posters_on_the_wall_come_first_then_the_newest(owner: User, three: list[actions.Registered]) -> None:
    uuid, first = three[0].place.uuid, three[0].poster
    second = actions.issue_poster(by=owner, uuid=uuid, now=NOW + timedelta(days=1))
    third = actions.issue_poster(by=owner, uuid=uuid, now=NOW + timedelta(days=2))
    actions.retire_poster(by=owner, uuid=uuid, short_code=third.short_code, now=NOW + timedelta(days=3))
    order = [poster.number for poster in queries.posters_of(owner=owner, uuid=uuid)]
    assert order == [second.number, first.number, third.number]


def test_a_short_code_is_found_however_it_is_typed(three: list[actions.Registered]) -> None:
    code = three[1].poster.short_code
    for typed in (code, code.lower(), shortcode.printed(code), f" {code[:2]} {code[2:]} "):
        assert queries.by_short_code(typed).place == three[1].place
    with pytest.raises(UnknownPoster):
        queries.by_short_code(shortcode.make(0))
    with pytest.raises(shortcode.ShortCodeError):
        queries.by_short_code("abc")


def test_an_officer_finds_premises_of_anybody_by_name_state_or_code(three: list[actions.Registered]) -> None:
    assert names(queries.search(text="teratai")) == ["Teratai Mall", "Kedai Anggerik"]
    assert names(queries.search(text="kedai", state="MY-08")) == ["Kedai Bakawali"]
    assert names(queries.search(text="kedai", limit=1)) == ["Kedai Anggerik"]
    assert names(queries.search(text=shortcode.printed(three[0].poster.short_code).lower())) == ["Teratai Mall"]
    assert queries.search(text="tiada") == ()


def test_places_are_looked_up_by_number(three: list[actions.Registered]) -> None:
    ids = [registered.place.id for registered in three]
    assert queries.places([*ids, 10**9]) == {registered.place.id: registered.place for registered in three}
    assert queries.place(ids[0]) == three[0].place
    with pytest.raises(UnknownPremises):
        queries.place(10**9)


def catalogue() -> dict[int, dict[str, Any]]:
    """Return the rows that the lane loads, by the poster's number."""
    with connection.cursor() as cursor:
        cursor.execute(sql.load("premises", "catalogue"))
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["poster_id"]: row for row in rows}


def test_the_catalogue_holds_every_poster_with_what_the_lane_needs(
    owner: User, three: list[actions.Registered]
) -> None:
    mall, shop, _ = three
    zoned = actions.issue_poster(by=owner, uuid=mall.place.uuid, zone="Aras 1", now=NOW)
    actions.retire_poster(by=owner, uuid=mall.place.uuid, short_code=mall.poster.short_code, now=NOW)
    actions.close(by=owner, uuid=shop.place.uuid, now=NOW + timedelta(days=1))
    rows = catalogue()
    assert len(rows) == 4
    assert rows[zoned.number] == {
        "poster_id": zoned.number,
        "short_code": zoned.short_code,
        "premises_id": mall.place.id,
        "premises_uuid": mall.place.uuid,
        "zone_id": zoned.zone_id,
        "zone_uuid": zoned.zone_uuid,
        "name": "Teratai Mall",
        "branch": "",
        "zone_name": "Aras 1",
        "kind": "mall",
        "state": "MY-14",
        "stay_minutes": KINDS["mall"].stay_minutes,
        "longest_minutes": KINDS["mall"].longest_minutes,
        "retired": False,
        "closed": False,
        "expires_ms": None,
        "ended_ms": None,
        "replaced": False,
        "confirmed": False,
    }
    assert (rows[mall.poster.number]["retired"], rows[mall.poster.number]["zone_name"]) == (True, "")
    assert (rows[shop.poster.number]["retired"], rows[shop.poster.number]["closed"]) == (False, True)
    assert rows[mall.poster.number]["ended_ms"] == int(NOW.timestamp() * 1000)


def test_the_catalogue_of_one_premises_is_the_same_text_wrapped(three: list[actions.Registered]) -> None:
    with connection.cursor() as cursor:
        text = sql.load("premises", "catalogue")
        cursor.execute(f"select poster_id from ({text}) as catalogue where premises_id = %s", [three[1].place.id])
        assert cursor.fetchall() == [(three[1].poster.number,)]


def test_a_search_takes_what_was_typed_as_letters_never_as_a_pattern(
    owner: User, three: list[actions.Registered]
) -> None:
    for text in ("%", "_", "\\", "ked_i", "'; drop table premises_premises; --"):
        assert queries.search(text=text) == ()
    actions.register(by=owner, uuid=uuid7(), details=details("100% Halal"), now=NOW)
    assert names(queries.search(text="100%")) == ["100% Halal"]


def test_where_postgresql_has_trigrams_the_search_is_indexed(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_extension where extname = 'pg_trgm'")
        extension = cursor.fetchone()
        cursor.execute("select count(*) from pg_indexes where indexname = 'premises_words'")
        assert cursor.fetchone() == extension


def test_the_migrations_say_what_the_models_say(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "premises", check=True, dry_run=True, verbosity=0)
