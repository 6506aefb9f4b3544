"""Emptying a tests' database between tests, but for the rows that every node begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from jejak.store.connections import Database

SEEDED = ("tracing_profile", "tracing_quarantine_table")
"""Tables with rows that every node begins with, which nobody made; those stay."""


KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def empty_tables(found: Database) -> None:
    """Empty every table of records that holds any, as their owner, and let every number begin anew."""
    with psycopg.connect(found.urls.owner) as connection:
        rows = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition",
        )
        asked = [f"select '{name}' where exists (select from \"{name}\")" for (name,) in rows if name not in KEPT]
        full = [name for (name,) in connection.execute(" union all ".join(asked))]
        for table in SEEDED:
            connection.execute(f"create temp table kept_{table} as select * from {table} where made_by_id is null")
        if full:
            connection.execute(f"truncate {', '.join(full)} cascade")
        connection.execute(
            "select setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences "
            "where last_value is not null and schemaname = 'public' and sequencename <> all(%s)",
            [[f"{name}_id_seq" for name in KEPT]],
        )
        for table in SEEDED:
            connection.execute(f"insert into {table} overriding system value select * from kept_{table}")
            connection.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), 1000)")
            connection.execute(f"drop table kept_{table}")
