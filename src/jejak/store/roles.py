"""The database roles: a login each, so that a leaked connection can do no more than its part needs.

=========  ==========================================================================================
owner      migrations; owns every table and function
app        reads, writes and corrects rows; deletes in a few named tables only; never drops or truncates
retention  deletes what is past its time, through functions made for that
public     reads the named tables of aggregates and nothing else
=========  ==========================================================================================

No role is a member of another.  Everything here can be run again and again; it runs before and after migrations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jejak.store.errors import RolesMissing

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = ("owner", "app", "retention", "public")


@dataclass(frozen=True, slots=True)
class Urls:
    """One connection string per role."""

    app: str
    owner: str
    retention: str
    public: str

    def of(self, role: str) -> str:
        """Return the connection string of a role."""
        return str(getattr(self, role))


@dataclass(frozen=True, slots=True)
class Grants:
    """What goes beyond the common rights, by table or function name; put together by `config.registries`."""

    deletable: frozenset[str] = frozenset()  # app may also delete: sessions, finished jobs
    append_only: frozenset[str] = frozenset()  # app may not update: the trail
    published: frozenset[str] = frozenset()  # public may read: aggregates
    app_functions: frozenset[str] = frozenset()  # app may execute; a trailing * stands for any ending
    retention_functions: frozenset[str] = frozenset()


def role_name(database: str, role: str) -> str:
    """Return the login of a role; roles are cluster-wide, so the database's name leads."""
    return f"{database}_{role}"


def urls_within(*, admin_url: str, database: str, passwords: Mapping[str, str]) -> Urls:
    """Return the connection strings of the four roles on the server that ``admin_url`` names."""
    server = {
        key: str(value)
        for key, value in conninfo_to_dict(admin_url).items()
        if key in {"host", "port", "sslmode", "sslrootcert"}
    }
    made = {
        role: make_conninfo(**server, dbname=database, user=role_name(database, role), password=passwords[role])
        for role in ROLES
    }
    return Urls(**made)


def ensure_roles(*, admin_url: str, database: str, passwords: Mapping[str, str]) -> None:
    """Make the four logins and the database if they are missing, and set their passwords.

    :raises RolesMissing: the administrator may not create roles or the database.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            # Two processes that start at once must not both create.
            connection.execute("select pg_advisory_lock(hashtext('jejak roles'))")
            for role in ROLES:
                _ensure_login(connection, role_name(database, role), passwords[role])
            _ensure_database(connection, database)
        with psycopg.connect(admin_url, dbname=database, autocommit=True) as connection:
            _common_rights(connection, database)
    except psycopg.errors.InsufficientPrivilege as error:
        message = f"{RolesMissing.__doc__} ({error.diag.message_primary})"
        raise RolesMissing(message) from error


def _ensure_login(connection: psycopg.Connection, name: str, password: str) -> None:
    exists = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
    verb = sql.SQL("alter" if exists else "create")
    connection.execute(
        sql.SQL("{} role {} with login nocreatedb nocreaterole password {}").format(
            verb, sql.Identifier(name), sql.Literal(password)
        ),
    )


def _ensure_database(connection: psycopg.Connection, database: str) -> None:
    owner = sql.Identifier(role_name(database, "owner"))
    superuser = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    if not (superuser and superuser[0]):
        connection.execute(sql.SQL("grant {} to current_user").format(owner))
    if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
        connection.execute(
            sql.SQL("create database {} owner {} template template0 encoding 'UTF8' locale 'C.UTF-8'").format(
                sql.Identifier(database),
                owner,
            ),
        )


def _common_rights(connection: psycopg.Connection, database: str) -> None:
    names = {role: sql.Identifier(role_name(database, role)) for role in ROLES} | {"database": sql.Identifier(database)}
    for statement in (
        "revoke all on database {database} from public",
        "grant connect on database {database} to {app}, {retention}, {public}",
        "grant connect, create, temporary on database {database} to {owner}",
        "grant temporary on database {database} to {app}",
        "revoke all on schema public from public",
        "grant all on schema public to {owner}",
        "grant usage on schema public to {app}, {retention}, {public}",
        "alter role {app} set search_path = public",
        "alter role {public} set default_transaction_read_only = on",
        "alter default privileges for role {owner} in schema public grant select, insert, update on tables to {app}",
        "alter default privileges for role {owner} in schema public grant usage, select on sequences to {app}",
        "alter default privileges for role {owner} revoke execute on functions from public",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def grant(*, owner_url: str, grants: Grants) -> None:
    """Give and take the rights that `Grants` names, on the tables and functions there are; run after migrations."""
    with psycopg.connect(owner_url) as connection:
        database = connection.info.dbname
        app, retention, public = (sql.Identifier(role_name(database, role)) for role in ("app", "retention", "public"))
        tables = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        for table in tables:
            _grant_table(connection, table, grants, app=app, public=public)
        for signature, name in connection.execute(
            "select p.oid::regprocedure::text, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname = 'public' and p.prokind in ('f', 'p') and p.proowner = current_user::regrole",
        ).fetchall():
            connection.execute(sql.SQL("revoke all on routine {} from public, {}").format(sql.SQL(signature), app))
            if _named(name, grants.app_functions):
                connection.execute(sql.SQL("grant execute on routine {} to {}").format(sql.SQL(signature), app))
            if _named(name, grants.retention_functions):
                connection.execute(sql.SQL("grant execute on routine {} to {}").format(sql.SQL(signature), retention))


def _grant_table(
    connection: psycopg.Connection, table: str, grants: Grants, *, app: sql.Identifier, public: sql.Identifier
) -> None:
    name = sql.Identifier(table)
    if _named(table, grants.deletable):
        connection.execute(sql.SQL("grant delete on {} to {}").format(name, app))
    if _named(table, grants.append_only):
        connection.execute(sql.SQL("revoke update on {} from {}").format(name, app))
    if _named(table, grants.published):
        connection.execute(sql.SQL("grant select on {} to {}").format(name, public))


def _named(name: str, patterns: frozenset[str]) -> bool:
    return any(name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1])) for pattern in patterns)
