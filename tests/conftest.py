"""What every test may use: a node's settings and keys of its own, a real PostgreSQL, accounts."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from emptying import empty_tables

from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.access.models import User
    from jejak.store.connections import Database

# Before anything reads them: this run's own data directory, and none of the caller's settings but a server to test on.
SERVER = os.environ.pop("DATABASE_URL", "")
for _name in [name for name in os.environ if name.startswith(("JEJAK_", "DATABASE_URL"))]:
    del os.environ[_name]
DATA = Path(tempfile.mkdtemp(prefix="jejak-tests-"))
os.environ["JEJAK_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "jejak.config.settings"
NAME = f"test_jejak_{os.getpid()}"
if SERVER:
    from psycopg.conninfo import conninfo_to_dict

    from jejak.kernel import clock
    from jejak.kernel.keys import ensure_keyring
    from jejak.store.connections import passwords
    from jejak.store.roles import urls_within

    _ring = ensure_keyring(DATA / "keys" / "keyring.json", now=clock.now())
    _urls = urls_within(admin_url=SERVER, database=NAME, passwords=passwords(_ring))
    for _role, _suffix in (
        ("app", ""),
        ("owner", "_OWNER"),
        ("retention", "_RETENTION"),
        ("public", "_PUBLIC"),
    ):
        _parts = conninfo_to_dict(_urls.of(_role))
        _where = f"{_parts.get('host', '')}:{_parts['port']}" if "port" in _parts else str(_parts.get("host", ""))
        os.environ[f"DATABASE_URL{_suffix}"] = (
            f"postgresql://{_parts['user']}:{_parts['password']}@{_where}/{_parts['dbname']}"
            if not str(_parts.get("host", "")).startswith("/")
            else f"postgresql://{_parts['user']}:{_parts['password']}@/{_parts['dbname']}?host={_parts['host']}"
        )


def pytest_configure() -> None:
    """Set Django up before tests are collected."""
    from jejak.config import node

    node.django_ready()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker begin as this process did: Django would else take this one's data directory, and all share it."""
    for name in [name for name in os.environ if name.startswith(("JEJAK_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"))]:
        del os.environ[name]
    if SERVER:
        os.environ["DATABASE_URL"] = SERVER
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def node_database(django_db_blocker: Any) -> Iterator[Database]:
    """A migrated database with its roles: an embedded PostgreSQL, or a fresh database on the server of DATABASE_URL."""
    from jejak.config import node
    from jejak.kernel.keys import keyring
    from jejak.store.connections import passwords
    from jejak.store.place import place_for, remove
    from jejak.store.roles import ensure_roles

    if SERVER:
        ensure_roles(admin_url=SERVER, database=NAME, passwords=passwords(keyring()))
    with node.database() as (found, _server):
        if not SERVER:
            _trust_the_machine(found)
        with django_db_blocker.unblock():
            node.migrate(found)
        yield found
        from django.db import connections

        with django_db_blocker.unblock():
            connections.close_all()
    if SERVER:
        _drop_database()
    else:
        remove(place_for(DATA))
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def server_url(node_database: Database) -> str:
    """A login of the tests' server that may make databases and roles."""
    return SERVER or node_database.admin_url or ""


def _trust_the_machine(found: Database) -> None:
    """Let the tests' own server wait for no disk: it outlives no machine; tests of that start servers of their own."""
    with psycopg.connect(found.admin_url or "", autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"alter system set {name} = off")
        connection.execute("select pg_reload_conf()")


def _drop_database() -> None:
    import psycopg

    from jejak.store.roles import ROLES, role_name

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{NAME}" with (force)')
        for role in ROLES:
            connection.execute(f'drop role if exists "{role_name(NAME, role)}"')


@pytest.fixture(scope="session")
def django_db_setup(node_database: Database) -> Iterator[None]:
    """Let pytest-django use our database, and empty it the way our roles allow."""
    from django.test import TransactionTestCase

    def empty(_self: object) -> None:
        empty_tables(node_database)

    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = empty
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture
def database(node_database: Database) -> Iterator[Any]:
    """The connection strings by role (``.app``, ``.owner``, ``.retention``, ``.public``); tables are emptied afterwards."""
    yield node_database.urls
    empty_tables(node_database)


@pytest.fixture(autouse=True)
def _forgotten_refusals(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refusals are kept on a connection of their own, which no test's rollback reaches."""
    uses = {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db")
    if uses:  # alerts too, but before the test: at its end it may still hold them
        with psycopg.connect(request.getfixturevalue("node_database").urls.owner) as connection:
            connection.execute("delete from access_alert")
    yield
    if uses:
        found = request.getfixturevalue("node_database")
        with psycopg.connect(found.urls.owner) as connection:
            connection.execute(
                "delete from trail_subject where entry_id in (select id from trail_entry where refused <> '')"
            )
            connection.execute("delete from trail_entry where refused <> ''")


@pytest.fixture(autouse=True)
def _forgotten_attempts() -> None:
    """The sign-in page counts attempts of an address in a minute, and all tests come from one."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def officer(db: None) -> User:
    """A health officer of Selangor; an account of a demo, so no second factor is asked on a demo node."""
    from jejak.access import actions

    return actions.add_account(
        email="pegawai@contoh.example",
        name="Pegawai Contoh",
        kind="staff",
        role="health_officer",
        password="rahsia-contoh-1",
        state="MY-10",
        is_demo=True,
    )


@pytest.fixture
def owner(db: None) -> User:
    """A premises owner."""
    from jejak.access import actions

    return actions.add_account(
        email="pemilik@contoh.example",
        name="Pemilik Contoh",
        kind="owner",
        role="premises_owner",
        password="rahsia-contoh-2",
    )


@pytest.fixture
def exercise() -> Iterator[Purpose]:
    """A purpose for which a health officer may read everything, for tests of what is read."""
    from jejak.access import purposes

    class Everything(dict[str, frozenset[str]]):
        """Allows every action."""

        def get(self, _action: str, _default: object = None) -> frozenset[str]:  # type: ignore[override]
            return frozenset({"health_officer"})

    kind = purposes.PurposeKind("exercise", "Exercise", Everything(), frozenset(purposes.Field))
    purposes.register(kind)
    yield Purpose("exercise", "Jejak kontak kes 17")
    purposes._kinds.pop("exercise")


@pytest.fixture
def demo_node(settings: Any) -> None:
    """Let demo accounts work without a second factor."""
    settings.JEJAK_DEMO = True


@pytest.fixture
def officer_client(client: Any, officer: User, demo_node: None) -> Any:
    """A browser signed in as the health officer."""
    client.force_login(officer)
    return client


@pytest.fixture
def owner_client(client: Any, owner: User) -> Any:
    """A browser signed in as the premises owner."""
    client.force_login(owner)
    return client
