"""Which connections this node uses: its embedded PostgreSQL's, or those that the environment names."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jejak.kernel.sealing import subkey
from jejak.store.place import place_for
from jejak.store.postgres import ADMIN
from jejak.store.roles import ROLES, Urls, ensure_roles, urls_within

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings

DATABASE = "jejak"
ALIASES = {"default": "app", "owner": "owner", "retention": "retention", "public": "public"}


@dataclass(frozen=True, slots=True)
class Database:
    """The node's database: a URL per role, and the administrator's where Jejak makes the roles itself."""

    urls: Urls
    admin_url: str | None
    name: str
    embedded: bool


def database_of(settings: Settings, ring: Keyring) -> Database:
    """Return the connections that the settings mean; nothing is opened.

    Unset, ``DATABASE_URL`` means the embedded PostgreSQL.  Set alone, it is a login that may create roles, and Jejak
    makes its four from it.  With the three others set beside it, all are used as they are.
    """
    if settings.database_url_owner:
        given = Urls(
            app=settings.database_url,
            owner=settings.database_url_owner,
            retention=settings.database_url_retention,
            public=settings.database_url_public,
        )
        return Database(given, None, str(conninfo_to_dict(given.app).get("dbname") or DATABASE), embedded=False)
    embedded = not settings.database_url
    admin = settings.database_url or make_conninfo(
        host=str(place_for(settings.data).socket),
        user=ADMIN,
        password=admin_password(ring),
        dbname="postgres",
    )
    name = DATABASE if embedded else str(conninfo_to_dict(admin).get("dbname") or DATABASE)
    return Database(urls_within(admin_url=admin, database=name, passwords=passwords(ring)), admin, name, embedded)


def ensure(database: Database, ring: Keyring) -> None:
    """Make roles and database where that is Jejak's to do."""
    if database.admin_url:
        ensure_roles(admin_url=database.admin_url, database=database.name, passwords=passwords(ring))


def admin_password(ring: Keyring) -> str:
    """Return the embedded cluster's administrator password: of the first key, for `initdb` sets it once."""
    return _password(ring.all("database")[0].secret, "postgres")


def passwords(ring: Keyring) -> dict[str, str]:
    """Return the password of each role, derived from the keyring, so that none is stored twice."""
    return {role: _password(ring.active("database").secret, role) for role in ROLES}


def _password(secret: bytes, role: str) -> str:
    return base64.urlsafe_b64encode(subkey(secret, info=f"jejak/database/v1/{role}")).decode().rstrip("=")


def django_databases(urls: Urls) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES: one alias per role, ``default`` being the app's."""
    return {alias: _django(urls.of(role)) for alias, role in ALIASES.items()}


def _django(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: str(parts.pop(ours, "") or "") for ours, django in named.items()},
        "OPTIONS": {key: value for key, value in parts.items() if value is not None},
    }
