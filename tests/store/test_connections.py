"""Which connections a node uses: its embedded PostgreSQL's, a server's, or four logins that the operator made."""

from datetime import UTC, datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from jejak.kernel.keys import Keyring
from jejak.kernel.settings import read_settings
from jejak.store.connections import admin_password, database_of, django_databases, passwords

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RING = Keyring([]).completed(now=NOW)


def test_with_nothing_set_the_embedded_database_is_meant(tmp_path: Path) -> None:
    found = database_of(read_settings({"JEJAK_DATA": str(tmp_path)}), RING)
    assert found.embedded
    assert found.name == "jejak"
    assert [conninfo_to_dict(found.urls.of(role))["user"] for role in ("owner", "app", "retention", "public")] == [
        "jejak_owner",
        "jejak_app",
        "jejak_retention",
        "jejak_public",
    ]


def test_a_lone_url_is_a_login_from_which_jejak_makes_its_own() -> None:
    found = database_of(
        read_settings({"DATABASE_URL": "postgresql://maker:geheim@db.example:5433/selangkah?sslmode=require"}), RING
    )
    assert not found.embedded
    assert found.admin_url
    app = conninfo_to_dict(found.urls.app)
    assert (app["host"], app["port"], app["dbname"], app["user"], app["sslmode"]) == (
        "db.example",
        "5433",
        "selangkah",
        "selangkah_app",
        "require",
    )
    assert app["password"] == passwords(RING)["app"] != "geheim"


def test_four_urls_are_used_as_they_are() -> None:
    given = {
        "DATABASE_URL": "postgresql://a@db/x",
        "DATABASE_URL_OWNER": "postgresql://o@db/x",
        "DATABASE_URL_RETENTION": "postgresql://r@db/x",
        "DATABASE_URL_PUBLIC": "postgresql://p@db/x",
    }
    found = database_of(read_settings(given), RING)
    assert found.admin_url is None
    assert (found.urls.app, found.urls.owner, found.urls.retention, found.urls.public) == tuple(given.values())


def test_every_role_has_a_password_of_its_own_that_the_keyring_alone_gives() -> None:
    given = [*passwords(RING).values(), admin_password(RING)]
    assert len(set(given)) == 5
    assert passwords(RING) == passwords(Keyring(RING))
    assert passwords(RING) != passwords(Keyring([]).completed(now=NOW))


def test_django_gets_one_alias_per_role() -> None:
    found = database_of(
        read_settings({"DATABASE_URL": "postgresql://maker:x@db.example/selangkah?sslmode=require"}), RING
    )
    aliases = django_databases(found.urls)
    assert {alias: settings["USER"] for alias, settings in aliases.items()} == {
        "default": "selangkah_app",
        "owner": "selangkah_owner",
        "retention": "selangkah_retention",
        "public": "selangkah_public",
    }
    assert aliases["default"]["OPTIONS"] == {"sslmode": "require"}
