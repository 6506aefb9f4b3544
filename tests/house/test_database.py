"""What the database refuses, tried on every table there is: tables of rooms still to come are among them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from jejak.config.registries import GRANTS
from jejak.store.roles import _named


@pytest.fixture
def tables(database: Any) -> list[str]:
    with psycopg.connect(database.owner) as connection:
        rows = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and not relispartition order by 1"
        ).fetchall()
    return [row[0] for row in rows]


def refused(connection: psycopg.Connection[Any], statement: str, table: str) -> bool:
    """Return whether this login may not; whatever was allowed is taken back."""
    try:
        connection.execute(sql.SQL(statement).format(sql.Identifier(table)))  # type: ignore[arg-type]
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction):
        return True
    finally:
        connection.rollback()
    return False


def test_the_public_role_reads_no_table_but_the_published_one(database: Any, tables: list[str]) -> None:
    with psycopg.connect(database.public) as connection:
        readable = {table for table in tables if not refused(connection, "select 1 from {} limit 1", table)}
        writable = {table for table in tables if not refused(connection, "delete from {} where false", table)}
    assert readable == {table for table in tables if _named(table, GRANTS.published)}
    assert writable == set()
    assert {"people_person", "people_document", "access_export", "trail_entry", "visits_visit"} <= set(tables)


@pytest.mark.parametrize("statement", ["drop table {} cascade", "truncate {} cascade", "alter table {} add x int"])
def test_the_app_tries_to_destroy_every_table_and_fails(database: Any, tables: list[str], statement: str) -> None:
    with psycopg.connect(database.app) as connection:
        assert [table for table in tables if not refused(connection, statement, table)] == []


def test_the_app_deletes_nothing_but_what_is_no_record(database: Any, tables: list[str]) -> None:
    with psycopg.connect(database.app) as connection:
        may = {table for table in tables if not refused(connection, "delete from {} where false", table)}
        assert may <= {table for table in tables if _named(table, GRANTS.deletable)}
        assert not {table for table in may if table.startswith(("people_", "visits_", "premises_", "access_"))}
        kept = [table for table in tables if _named(table, GRANTS.append_only)]
        assert kept
        for table in kept:
            columns = connection.execute(
                "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 limit 1", [table]
            ).fetchone()
            assert columns
            connection.rollback()
            statement = f'update {{}} set "{columns[0]}" = "{columns[0]}" where false'
            assert refused(connection, statement, table), f"the app changes {table}"
