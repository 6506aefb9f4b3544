"""What each database role may do: as much as its part needs, and never drop, truncate or read beyond it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from jejak.config.registries import GRANTS
from jejak.store import connections, roles

RECORDS = (
    "people_person",
    "premises_premises",
    "premises_poster",
    "visits_visit",
    "trail_entry",
    "trail_subject",
    "access_user",
)


@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize(
    "statement", ["drop table {}", "truncate {}", "delete from {}", "alter table {} add column x int"]
)
def test_the_app_cannot_destroy_records(database: Any, table: str, statement: str) -> None:
    with psycopg.connect(database.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(table))


def test_the_app_destroys_no_table_there_is_and_deletes_in_few(database: Any) -> None:
    """Every table, those of rooms still to come too: what may be deleted from is named and holds no records."""
    with psycopg.connect(database.app) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            ).fetchall()
        ]
        assert len(tables) > 100
        rights = "has_table_privilege(%(table)s, 'truncate'), has_table_privilege(%(table)s, 'delete'), pg_has_role(relowner, 'member')"
        for table in tables:
            name = f'public."{table}"'
            statement = f"select {rights} from pg_class where oid = %(table)s::regclass"
            truncates, deletes, owns = connection.execute(statement, {"table": name}).fetchone() or (1, 1, 1)
            assert not truncates, table
            assert not owns, f"the app could drop {table}"
            assert not deletes or roles._named(table, GRANTS.deletable), table


def test_the_app_adds_to_the_accounts_to_be_confirmed_and_takes_none_away(database: Any) -> None:
    with psycopg.connect(database.app) as connection:
        for statement in ("drop table access_recheck", "truncate access_recheck", "delete from access_recheck"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


@pytest.mark.parametrize("table", ["trail_entry", "trail_subject"])
def test_the_app_cannot_change_the_trail(database: Any, table: str) -> None:
    with psycopg.connect(database.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"update {table} set id = id")


def test_the_app_cannot_touch_a_single_day_of_the_log(database: Any) -> None:
    with psycopg.connect(database.app) as connection:
        days = connection.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'visits_visit'::regclass"
        ).fetchall()
        assert len(days) > 60
        for statement in ("drop table {}", "truncate {}", "delete from {}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(days[0][0]))
            connection.rollback()


def test_the_app_is_a_member_of_no_other_role(database: Any) -> None:
    with psycopg.connect(database.app) as connection:
        assert connection.execute(
            "select count(*) from pg_auth_members where member = current_user::regrole",
        ).fetchone() == (0,)
        for role in ("owner", "retention", "public"):
            name = roles.role_name(connection.info.dbname, role)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f'set role "{name}"')
            connection.rollback()


@pytest.mark.parametrize("table", RECORDS)
def test_the_public_role_reads_no_records(database: Any, table: str) -> None:
    with psycopg.connect(database.public) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"select * from {table} limit 1")


def test_the_public_role_reads_the_published_numbers_and_writes_nothing(database: Any) -> None:
    with psycopg.connect(database.public) as connection:
        for table in GRANTS.published:
            connection.execute(f"select * from {table} limit 1")
            with pytest.raises(psycopg.Error):
                connection.execute(f"delete from {table}")
            connection.rollback()


@pytest.mark.parametrize("table", RECORDS)
def test_retention_reads_no_names_and_deletes_only_through_its_function(database: Any, table: str) -> None:
    with psycopg.connect(database.retention) as connection:
        for statement in (f"select * from {table} limit 1", f"delete from {table}", f"truncate {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


def test_roles_and_rights_are_made_as_often_as_one_likes(node_database: connections.Database) -> None:
    from jejak.kernel.keys import keyring

    connections.ensure(node_database, keyring())
    roles.grant(owner_url=node_database.urls.owner, grants=GRANTS)
    roles.grant(owner_url=node_database.urls.owner, grants=GRANTS)
    with psycopg.connect(node_database.urls.app) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_functions_are_for_those_they_were_made_for(database: Any) -> None:
    with psycopg.connect(database.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select visits_drop_partition(current_date)")
    with psycopg.connect(database.public) as connection, pytest.raises(psycopg.Error):
        connection.execute("select visits_make_partitions(current_date, current_date)")
