"""Filling a database: everything is there once, sealed as a door seals it, and a filling cut off goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from rich.console import Console

from jejak.demo import load, oddities
from jejak.demo.accounts import ACCOUNTS, OFFICER
from jejak.demo.command import fill
from jejak.demo.errors import AnotherDemo, RealRecords
from jejak.demo.place_rows import Firsts
from jejak.demo.population import generate
from jejak.demo.story import CAST
from jejak.kernel import sealing
from jejak.kernel.settings import settings
from jejak.people import queries as people
from jejak.people import rules as people_rules
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public", "owner", "retention"])


@pytest.fixture
def owner_connection(database: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner) as connection:
        yield connection


def fill_tiny() -> None:
    fill(settings=settings(), scale="tiny", console=Console(quiet=True), now=NOW)


def load_tiny(url: str, *, until: datetime, progress: load.Progress) -> None:
    with psycopg.connect(url) as connection:
        population = load.begin(connection, scale="tiny", until=until, owner_id=None)
        load.complete(connection, population, now=until, progress=progress)


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    connection.commit()
    return row[0] if row else -1


def odd() -> int:
    """Return how many visits are odd; they come beside the population's."""
    return len(list(oddities.visits(generate(scale="tiny", until=NOW), Firsts(1, 1, 1))))


def quiet(part: str, done: int, whole: int) -> None:
    """Hear of no progress."""


def test_everything_is_there_and_a_second_filling_changes_nothing(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    fill_tiny()
    assert count(owner_connection, "premises_premises") == 150
    assert count(owner_connection, "people_person") == 800
    assert count(owner_connection, "visits_visit") == 9_000 + odd()
    assert count(owner_connection, "visits_dispute") == 2
    assert count(owner_connection, "visits_burst") == 1
    assert count(owner_connection, "insights_headline") > 0
    known = load.held(owner_connection)
    assert known is not None
    assert known.finished_at is not None


def test_people_are_sealed_and_found_again_as_if_they_had_come_to_a_door(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    found = owner_connection.execute(
        "select uuid, door_key, phone_sealed, name_sealed, created_at from people_person"
    ).fetchall()
    for uuid, door_key, phone_sealed, name_sealed, created_at in found[::37]:
        phone = sealing.sealer().unseal(
            table=people_rules.TABLE, column=people_rules.PHONE_COLUMN, row=uuid, sealed=phone_sealed
        )
        name = sealing.sealer().unseal(
            table=people_rules.TABLE, column=people_rules.NAME_COLUMN, row=uuid, sealed=name_sealed
        )
        assert people_rules.e164(phone=phone) == phone
        assert people_rules.tidy_name(name=name) == name
        value = people_rules.door_value(phone=phone, name=name)
        assert bytes(door_key) == sealing.blind_index().of(people_rules.DOOR_INDEX, value)
        assert created_at < NOW


def test_the_phone_of_the_case_finds_the_case_and_the_child(
    owner_connection: psycopg.Connection, exercise: Purpose
) -> None:
    from jejak.access import queries as access

    fill_tiny()
    officer = access.account(OFFICER.email)
    found = people.find_by_phone(phone=CAST[0].phone, by=officer, purpose=exercise)
    assert {person.name for person in found} == {CAST[0].name, CAST[2].name}


def test_visits_refer_to_rows_that_exist(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    astray = owner_connection.execute(
        "select count(*) from visits_visit v left join people_person p on p.id = v.person_id"
        " left join premises_premises m on m.id = v.premises_id left join premises_zone z on z.id = v.zone_id"
        " where p.id is null or m.id is null or (v.zone_id is not null and z.premises_id is distinct from v.premises_id)"
    ).fetchone()
    assert astray == (0,)


def test_the_judging_job_agrees_with_what_the_odd_visits_carry(owner_connection: psycopg.Connection) -> None:
    from datetime import timedelta

    from jejak.visits import actions, rules

    fill_tiny()
    odd = owner_connection.execute(
        "select id, flags & %s from visits_visit where flags & %s <> 0", [rules.IMPLAUSIBLE, rules.IMPLAUSIBLE]
    ).fetchall()
    owner_connection.execute("update visits_visit set flags = flags & ~%s::integer", [rules.IMPLAUSIBLE])
    owner_connection.commit()
    actions.judge(now=NOW, back=timedelta(days=15))
    found = dict(
        owner_connection.execute(
            "select id, flags & %s from visits_visit where id = any(%s)",
            [
                rules.IMPLAUSIBLE,
                [visit for visit, _ in odd],
            ],
        ).fetchall()
    )
    assert all(found[visit] & flags == flags for visit, flags in odd)


def test_what_people_said_is_about_visits_that_are_there(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    found = owner_connection.execute(
        "select d.kind, v.flags & 2048 from visits_dispute d join visits_visit v"
        " on v.premises_id = d.premises_id and v.checked_in = d.checked_in and v.id = d.visit_id order by 1"
    ).fetchall()
    assert found == [("not-me", 2048), ("times", 2048)]


def test_new_rows_get_numbers_after_the_demos(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    for table, rows in (("people_person", 800), ("premises_premises", 150)):
        row = owner_connection.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [table]).fetchone()
        assert row is not None
        assert row[0] == rows + 1


class CutOffError(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize(("part", "step"), [("people", 1), ("visits", 1), ("visits", 7), ("order", 3)])
def test_a_filling_that_was_cut_off_goes_on_and_stores_nothing_twice(
    owner_connection: psycopg.Connection, database: Any, part: str, step: int
) -> None:
    calls = {"people": 0, "visits": 0, "order": 0}

    def pull_the_plug(part_now: str, done: int, whole: int) -> None:
        calls[part_now] = calls.get(part_now, 0) + 1
        if part_now == part and calls[part] > step:
            raise CutOffError

    with pytest.raises(CutOffError):
        load_tiny(database.owner, until=NOW, progress=pull_the_plug)
    load_tiny(database.owner, until=datetime(2026, 11, 23, 1, 0, tzinfo=UTC), progress=quiet)
    assert count(owner_connection, "people_person") == 800
    assert count(owner_connection, "visits_visit") == 9_000 + odd()
    assert count(owner_connection, "premises_premises") == 150


def test_another_scale_is_refused(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    with pytest.raises(AnotherDemo):
        fill(settings=settings(), scale="small", console=Console(quiet=True), now=NOW)


def test_a_node_with_records_of_its_own_is_left_alone(owner_connection: psycopg.Connection) -> None:
    owner_connection.execute("insert into people_person (uuid, level, created_at) values (gen_random_uuid(), 0, now())")
    owner_connection.commit()
    with pytest.raises(RealRecords):
        fill_tiny()
    assert count(owner_connection, "premises_premises") == 0
    assert count(owner_connection, "access_user") == 0


def test_the_accounts_are_marked_as_a_demos(owner_connection: psycopg.Connection) -> None:
    fill_tiny()
    rows = owner_connection.execute("select email, is_demo, kind from access_user order by email").fetchall()
    assert rows == sorted((account.email, True, str(account.kind)) for account in ACCOUNTS.values())
