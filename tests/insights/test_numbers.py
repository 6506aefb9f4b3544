"""The public numbers are counted from the tables, hidden where they must be, and read by a role that sees no more."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import IntegrityError, connection

from jejak.insights import actions, queries
from jejak.insights.models import Day, Headline
from jejak.kernel.ids import uuid7_at
from jejak.kernel.places import STATES
from jejak.tracing.records import SEARCHED

if TYPE_CHECKING:
    from django.test import Client

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read through the test's own transaction: another connection would not see its rows."""
    monkeypatch.setattr(queries, "PUBLIC", "default")
    return queries.edition


def add_premises(state: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into premises_premises (uuid, name, branch, kind, address, state, district, opening_hours, stay_minutes,"
            " longest_minutes, created_at) select gen_random_uuid(), 'Kedai', '', 'shop', 'Jalan 1', %s, 'Petaling', '{}', 20, 180, %s"
            " from generate_series(1, %s) returning id",
            [state, NOW, count],
        )
        return [row[0] for row in cursor.fetchall()]


def add_visits(premises: int, count: int, *, at: datetime, person: int = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select visits_make_partitions(%s, %s)", [at.date() - timedelta(days=1), at.date() + timedelta(days=1)]
        )
        for _ in range(count):
            cursor.execute(
                "insert into visits_visit (premises_id, checked_in, id, until, person_id, device_id) values (%s, %s, %s, %s, %s, 1)",
                [premises, at, uuid7_at(at), at + timedelta(minutes=20), person],
            )


def add_people(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_person (uuid, level, created_at) select gen_random_uuid(), 0, %s from generate_series(1, %s)",
            [NOW, count],
        )


@pytest.mark.django_db
def test_numbers_are_counted_by_state_and_small_ones_are_hidden(edition: Any) -> None:
    selangor, perlis = add_premises("MY-10", 30), add_premises("MY-09", 2)
    add_premises("MY-01", 11)
    add_visits(selangor[0], 25, at=NOW)
    add_visits(perlis[0], 12, at=NOW - timedelta(days=1))
    actions.refresh(now=NOW)
    lines = {line.state: line.values for line in edition().lines}
    assert edition().whole == {"premises": 43, "people": None, "visits": 37, "searches": None}
    assert lines["MY-10"] == {"premises": 30, "visitors": None, "visits": 25, "searches": None}
    assert lines["MY-09"]["premises"] is None
    assert lines["MY-09"]["visits"] == 12 or lines["MY-09"]["visits"] is None
    assert edition().hidden


@pytest.mark.django_db
def test_people_are_counted_by_the_states_they_went_to_yesterday(edition: Any) -> None:
    selangor, perlis = add_premises("MY-10", 1)[0], add_premises("MY-09", 1)[0]
    for place, people in ((selangor, 12), (perlis, 9)):
        for person in range(1, people + 1):
            add_visits(place, 2, at=NOW - timedelta(days=1), person=person)
    add_visits(perlis, 1, at=NOW, person=10)
    actions.refresh(now=NOW)
    lines = {line.state: line.values["visitors"] for line in edition().lines}
    assert lines["MY-10"] == 12, "two check-ins of one person count once"
    assert lines["MY-09"] is None, "today's tenth is not yesterday's"
    assert "visitors" not in edition().whole


@pytest.mark.django_db
def test_a_day_that_is_over_stays_counted_when_its_visits_are_gone(edition: Any) -> None:
    place = add_premises("MY-10", 1)[0]
    add_visits(place, 20, at=NOW - timedelta(days=10))
    actions.refresh(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from visits_visit")
        assert cursor.fetchone() == (20,)
    actions.refresh(now=NOW + timedelta(days=300))
    assert edition().whole["visits"] == 20
    assert Day.objects.count() == 1


@pytest.mark.django_db
def test_days_that_are_over_are_counted_anew_only_when_asked(edition: Any) -> None:
    place = add_premises("MY-10", 1)[0]
    add_visits(place, 20, at=NOW - timedelta(days=10))
    add_visits(place, 1, at=NOW)
    actions.refresh(now=NOW)
    add_visits(place, 15, at=NOW - timedelta(days=10))
    actions.refresh(now=NOW)
    assert edition().whole["visits"] == 21
    actions.refresh(now=NOW, days=30)
    assert edition().whole["visits"] == 36


@pytest.mark.django_db
def test_a_single_check_in_moves_no_published_number(edition: Any) -> None:
    place = add_premises("MY-10", 1)[0]
    add_visits(place, 20, at=NOW)
    actions.refresh(now=NOW)
    add_visits(place, 1, at=NOW)
    actions.refresh(now=NOW)
    assert edition().whole["visits"] == 20
    add_visits(place, 9, at=NOW)
    actions.refresh(now=NOW)
    assert edition().whole["visits"] == 30


@pytest.mark.django_db
def test_a_first_check_in_in_a_state_moves_no_published_number(edition: Any) -> None:
    """All other numbers stood still, so the whole alone would tell of it."""
    selangor, perlis = add_premises("MY-10", 1)[0], add_premises("MY-09", 1)[0]
    add_visits(selangor, 20, at=NOW)
    actions.refresh(now=NOW)
    add_visits(perlis, 1, at=NOW)
    actions.refresh(now=NOW)
    assert edition().whole["visits"] == 20


@pytest.mark.django_db
def test_a_single_newcomer_moves_no_published_number(edition: Any) -> None:
    for people, shown in ((12, 12), (1, 12), (9, 22)):
        add_people(people)
        actions.refresh(now=NOW)
        assert edition().whole["people"] == shown


@pytest.mark.django_db
def test_searches_are_counted_by_the_officers_state(edition: Any, officer: Any) -> None:
    from jejak.trail import actions as trail

    for _ in range(12):
        trail.record(by=officer, action=SEARCHED, purpose="ujian", at=NOW)
    actions.refresh(now=NOW)
    assert SEARCHED == actions.SEARCH
    assert edition().whole["searches"] == 12


@pytest.mark.django_db
def test_the_table_refuses_a_number_below_ten() -> None:
    with pytest.raises(IntegrityError, match="headline_none_below_ten"):
        Headline.objects.create(metric="visits", state="MY-10", value=9, as_of=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "table",
    [
        "people_person",
        "visits_visit",
        "premises_premises",
        "trail_entry",
        "access_user",
        "insights_day",
        "insights_counted",
    ],
)
def test_the_public_role_is_refused_on_every_other_table(database: Any, table: str) -> None:
    with psycopg.connect(database.public) as public:
        public.execute("select * from insights_headline")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute(f"select 1 from {table}")


@pytest.mark.django_db(transaction=True)
def test_the_public_role_reads_one_table_only_and_writes_none(database: Any) -> None:
    with psycopg.connect(database.public) as public:
        readable = public.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
            " and has_table_privilege(oid, 'select') order by 1"
        ).fetchall()
        assert readable == [("insights_headline",)]
        with pytest.raises(psycopg.Error):
            public.execute("delete from insights_headline")


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_page_says_when_there_is_nothing_yet(client: Client, database: Any) -> None:
    answer = client.get("/numbers", headers={"Accept-Language": "en"}, follow=True)
    assert answer.status_code == 200
    assert "insights/numbers.html" in [template.name for template in answer.templates]
    assert answer.context["edition"].as_of is None


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_page_and_the_csv_show_the_same_and_nothing_small(client: Client, database: Any) -> None:
    add_premises("MY-10", 1234)
    add_premises("MY-09", 3)
    actions.refresh(now=NOW)
    page = client.get("/numbers").content.decode()
    assert "1,237" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/numbers.csv").content.decode())))
    held = {(row["state"], row["metric"]): row["value"] for row in rows}
    assert held["", "premises"] == "1237"
    assert held["MY-09", "premises"] == ""
    assert held["MY-10", "premises"] == "", "or subtracting it from the whole would give the three away"
    assert {state for state, _ in held} >= set(STATES)
    assert all(not value or int(value) >= 10 for value in held.values())


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_searches_of_no_single_state_have_a_line_of_their_own(client: Client, database: Any) -> None:
    from jejak.access import actions as access
    from jejak.trail import actions as trail

    for state in ("", "MY-10"):
        staff = access.add_account(
            email=f"pegawai{state}@contoh.example", name="Pegawai", kind="staff", role="health_officer", state=state
        )
        for _ in range(11):
            trail.record(by=staff, action=SEARCHED, purpose="ujian", at=NOW)
    actions.refresh(now=NOW)
    assert queries.edition().lines[-1] == queries.Line("other", "", {"searches": 11})
    assert client.get("/numbers").status_code == 200
    assert "other,searches,11" in client.get("/numbers.csv").content.decode()
