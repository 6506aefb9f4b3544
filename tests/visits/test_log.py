"""The table itself: its constraints, its days, and what each database role may not do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections

from jejak.kernel.places import local_midnight
from jejak.visits import actions, queries
from jejak.visits.errors import LogBusy, TooManyDays
from jejak.visits.models import Burst, Dispute, Import, Judged, Quarantined, Visit

INSERT = (
    "insert into visits_visit (premises_id, checked_in, id, until, person_id, device_id, flags)"
    " values (%s, %s, %s, %s, 1, 1, %s)"
)
DAY = date(2022, 1, 21)
NOON = datetime(2022, 1, 21, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
both_roles = pytest.mark.django_db(databases=["default", "retention"], transaction=True)


@pytest.fixture
def app(database: Any) -> Any:
    """A connection of the app's role, with the day there."""
    with psycopg.connect(database.app, autocommit=True) as connection:
        connection.execute("select visits_make_partitions(%s, %s)", [DAY, DAY])
        yield connection


def add(
    connection: Any, at: datetime, *, until: datetime | None = None, flags: int = 0, number: UUID | None = None
) -> None:
    connection.execute(INSERT, [7, at, number or uuid4(), until or at + HOUR, flags])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("visit_until_after", {"until": NOON}),
        ("visit_bounded", {"until": NOON + timedelta(hours=24, microseconds=1)}),
        ("visit_flags_known", {"flags": 4096}),
        ("visit_flags_known", {"flags": -1}),
    ],
)
def test_each_constraint_refuses(app: Any, name: str, values: dict[str, Any]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        add(app, NOON, **values)
    assert refused.value.diag.constraint_name == name


def test_a_visit_stands_once(app: Any) -> None:
    number = uuid4()
    add(app, NOON, number=number)
    with pytest.raises(psycopg.errors.UniqueViolation):
        add(app, NOON, number=number)


def test_a_day_runs_from_local_midnight_to_local_midnight(app: Any) -> None:
    midnight = local_midnight(DAY)
    add(app, midnight)
    add(app, midnight + timedelta(hours=24) - timedelta(microseconds=1))
    for outside in (midnight - timedelta(days=400), midnight + timedelta(days=4000)):  # there is no default partition
        with pytest.raises(psycopg.errors.CheckViolation):
            add(app, outside)
    rows = app.execute("select tableoid::regclass::text from visits_visit").fetchall()
    assert {row[0] for row in rows} == {"visits_visit_p20220121"}


def test_making_days_again_makes_none(app: Any) -> None:
    last = DAY + timedelta(days=3)
    app.execute("select visits_make_partitions(%s, %s)", [DAY, last])
    assert app.execute("select visits_make_partitions(%s, %s)", [DAY, last]).fetchone() == (0,)


def test_a_new_day_looks_after_its_own_vacuum(app: Any) -> None:
    row = app.execute("select reloptions from pg_class where relname = 'visits_visit_p20220121'").fetchone()
    assert any(option.startswith("autovacuum_vacuum_insert_threshold") for option in row[0])


@both_roles
def test_visits_may_be_kept_for_more_than_a_year() -> None:
    """The function that makes days takes 400 at most, and 60 are made ahead."""
    actions.make_partitions(now=NOON, days=366)
    made = {DAY + timedelta(days=day) for day in range(-366, 61)}
    assert made <= set(queries.days())
    for day in made - {DAY}:
        actions._drop(day)


@pytest.mark.parametrize("span", [("2022-01-02", "2022-01-01"), ("2022-01-01", "2024-01-01"), (None, "2022-01-01")])
def test_a_senseless_span_of_days_is_refused(app: Any, span: tuple[str | None, str]) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        app.execute("select visits_make_partitions(%s::date, %s::date)", span)


@pytest.mark.parametrize(
    "statement",
    [
        "drop table visits_visit",
        "drop table visits_visit_p20220121",
        "truncate visits_visit",
        "truncate visits_visit_p20220121",
        "delete from visits_visit",
        "delete from visits_visit_p20220121",
        "alter table visits_visit detach partition visits_visit_p20220121",
        "select visits_drop_partition('2022-01-21')",
    ],
)
def test_the_app_destroys_nothing(app: Any, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select 1 from visits_visit",
        "drop table visits_visit_p20220121",
        "delete from visits_visit",
        "select visits_make_partitions('2022-01-21', '2022-01-21')",
    ],
)
def test_retention_drops_only_through_its_function(app: Any, database: Any, statement: str) -> None:
    with psycopg.connect(database.retention, autocommit=True) as retention:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            retention.execute(statement)
        add(app, NOON)
        assert retention.execute("select visits_drop_partition(%s)", [DAY]).fetchone() == (1,)
        assert retention.execute("select visits_drop_partition(%s)", [DAY]).fetchone() == (None,)


def test_the_public_role_sees_no_visit(app: Any, database: Any) -> None:
    with (
        psycopg.connect(database.public, autocommit=True) as public,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        public.execute("select 1 from visits_visit")


@pytest.fixture
def filled(app: Any) -> Any:
    """Five days, the first three with a visit."""
    app.execute("select visits_make_partitions(%s, %s)", [DAY, DAY + timedelta(days=4)])
    for day in range(3):
        add(app, NOON + timedelta(days=day))
    return app


def drop(days: int, **more: bool) -> list[tuple[int, int]]:
    """Run retention as if all days before DAY were gone already."""
    dropped = actions.run_retention(on=DAY + timedelta(days=days), days=2, force=True, **more)
    return [((one.day - DAY).days, one.visits) for one in dropped if one.day >= DAY]


@both_roles
def test_retention_drops_whole_days_past_their_time_and_again_nothing(filled: Any) -> None:
    assert drop(4, dry_run=True) == [(0, 1), (1, 1)]
    assert filled.execute("select count(*) from visits_visit").fetchone() == (3,)
    assert drop(4) == [(0, 1), (1, 1)]
    assert drop(4) == []
    assert filled.execute("select count(*), min(checked_in) from visits_visit").fetchone() == (
        1,
        NOON + timedelta(days=2),
    )


@both_roles
def test_many_full_days_at_once_need_force(app: Any) -> None:
    app.execute("select visits_make_partitions(%s, %s)", [DAY, DAY + timedelta(days=40)])
    for day in range(33):
        add(app, NOON + timedelta(days=day))
    with pytest.raises(TooManyDays):
        actions.run_retention(on=DAY + timedelta(days=400), days=90)
    assert app.execute("select count(*) from visits_visit").fetchone() == (33,)


@both_roles
def test_dropping_gives_up_quickly_while_somebody_reads(
    filled: Any, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "TRIES", 2)
    with psycopg.connect(database.app) as reader:
        reader.execute("select count(*) from visits_visit").fetchone()
        with pytest.raises(LogBusy):
            drop(4)
        add(filled, NOON)  # the lane was never held up for long
    assert drop(4) == [(0, 2), (1, 1)]


@both_roles
def test_quarantined_rows_of_old_imports_go_with_the_visits(app: Any, database: Any) -> None:
    for number, started_at in enumerate((NOON - timedelta(days=100), NOON - timedelta(days=10))):
        source = Import.objects.create(digest=f"{number:064}", name="v.csv", started_at=started_at)
        Quarantined.objects.create(source=source, number=1, reason="unknown-zone", sealed=b"x")
    assert actions.forget_quarantined(on=DAY, days=90, dry_run=True) == 1
    assert actions.forget_quarantined(on=DAY, days=90) == 1
    assert actions.forget_quarantined(on=DAY, days=90) == 0
    assert Quarantined.objects.get().source_id == source.pk
    for role in (database.app, database.retention):
        with (
            psycopg.connect(role) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("delete from visits_quarantined")


@both_roles
def test_what_was_said_and_found_of_old_visits_goes_with_them(app: Any, database: Any) -> None:
    for moment in (NOON - timedelta(days=100), NOON - timedelta(days=10)):
        said = {"premises_id": 1, "visit_id": uuid4(), "kind": "not-me", "made_at": NOON}
        Dispute.objects.create(checked_in=moment, **said)
        Burst.objects.create(premises_id=1, hour=moment, scans=100, usual=3)
    Judged.objects.create(upto=NOON)
    assert actions.forget_doubts(on=DAY, days=90, dry_run=True) == 2
    assert actions.forget_doubts(on=DAY, days=90) == 2
    assert actions.forget_doubts(on=DAY, days=90) == 0
    assert (Dispute.objects.count(), Burst.objects.count(), Judged.objects.count()) == (1, 1, 1)
    for role in (database.app, database.retention):
        for table in ("visits_dispute", "visits_burst", "visits_judged"):
            with (
                psycopg.connect(role) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(f"delete from {table}")


@both_roles
def test_the_days_ahead_and_back_are_made(database: Any) -> None:
    actions.make_partitions(now=NOON, days=3)
    made = set(queries.days())
    assert {DAY - timedelta(days=3), DAY, DAY + timedelta(days=60)} <= made
    assert actions.make_partitions(now=NOON, days=3) == 0


@both_roles
def test_the_model_reads_what_the_log_holds(filled: Any) -> None:
    visit = Visit.objects.order_by("checked_in").first()
    assert visit is not None
    assert visit.pk == (7, NOON, visit.id)
    assert Visit.objects.get(pk=visit.pk).until == NOON + HOUR
    connections.close_all()
