"""Bringing a node up: database, roles, migrations, rights, partitions and words, then its processes."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jejak.config.processes import Child, StopAsked
from jejak.config.registries import GRANTS
from jejak.kernel import clock
from jejak.kernel.keys import ensure_keyring, keyring
from jejak.kernel.settings import settings
from jejak.store import connections, identity, roles
from jejak.store.errors import DataInUse
from jejak.store.place import place_for
from jejak.store.postgres import Postgres
from jejak.store.restoring import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jejak.store.connections import Database

PACKAGE = Path(__file__).parents[1]
TEND_SECONDS = 0.25


def quiet(_line: str) -> None:
    """Say nothing."""


@contextmanager
def database(say: Callable[[str], None] = quiet) -> Iterator[tuple[Database, Postgres | None]]:
    """Give the node's database; an embedded one is started, unless this node runs already, and stopped afterwards."""
    ring = ensure_keyring(settings().keyring_path, now=clock.now())
    found = connections.database_of(settings(), ring)
    server: Postgres | None = None
    if found.embedded:
        server = Postgres(place=place_for(settings().data), password=connections.admin_password(ring), say=say)
        try:
            server.start()
        except DataInUse:
            server = None  # the running node's; we only connect
    try:
        identity.compare(url=found.admin_url or found.urls.owner, database=found.name, ring=ring)
        connections.ensure(found, ring)
        yield found, server
    finally:
        if server:
            _forget_connections()
            server.stop()


def _forget_connections() -> None:
    """Close what Django holds open: a connection that outlived its server would break whoever uses it next."""
    from django.apps import apps
    from django.db import connections as django_connections

    if apps.ready:
        django_connections.close_all()


def django_ready() -> None:
    """Set Django up in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jejak.config.settings")
    import django

    compile_messages()
    django.setup()


def migrate(found: Database, say: Callable[[str], None] = quiet) -> None:
    """Bring the schema up to date as its owner, hand out the rights, and make the partitions of the next days."""
    from django.core.management import call_command
    from django.db import connections as django_connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(django_connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date …")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    django_connections["owner"].close()
    identity.note(owner_url=found.urls.owner, ring=keyring())
    roles.grant(owner_url=found.urls.owner, grants=GRANTS)  # last: the note's own table is among those it is about
    from jejak.visits.actions import make_partitions

    make_partitions(now=clock.now())


def compile_messages() -> None:
    """Compile each room's translations where the text is newer than what was compiled from it."""
    from babel.messages import mofile, pofile

    for source in PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = pofile.read_po(file)
        fresh = target.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            mofile.write_mo(file, catalog)
        fresh.replace(target)


def collect_static() -> None:
    """Gather the static files under hashed names, if any of them changed; two processes at once do it once."""
    from django.core.management import call_command

    stamp = settings().data / "static.stamp"
    state = sha256(repr([version(name) for name in ("django", "django-allauth", "django-htmx")]).encode())
    for path in sorted(PACKAGE.glob("*/static/**/*")):
        if path.is_file():
            state.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    stamp.parent.mkdir(parents=True, exist_ok=True)
    with (settings().data / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != state.hexdigest():
            call_command("collectstatic", verbosity=0, interactive=False, clear=False)
            stamp.write_text(state.hexdigest())


def run(say: Callable[[str], None], *, ready: Callable[[], None] = lambda: None) -> None:
    """Run the whole node until it is asked to stop: embedded PostgreSQL, lane with web, worker.

    Whatever child dies is started again; the database is stopped last.  Returns when all of it has ended.
    """
    stop = StopAsked()
    _wait_restored(stop, say)
    if stop.asked:
        return
    with database(say) as (found, server):
        if found.embedded and server is None:
            message = f"{DataInUse.__doc__} ({settings().data})"
            raise DataInUse(message)
        django_ready()
        migrate(found, say)
        children = [
            Child("the server", [sys.executable, "-m", "jejak", "serve", "node"]),
            Child("the worker", [sys.executable, "-m", "jejak", "work"]),
        ]
        try:
            told = False
            while not stop.asked:
                if not told and _answers():
                    told = True
                    ready()
                if server and not server.running:
                    say("The database ended; starting it again …")
                    server.start()
                for child in children:
                    child.tend(say)
                time.sleep(TEND_SECONDS)
        finally:
            say("Stopping …")
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.wait_stopped(15)


def _wait_restored(stop: StopAsked, say: Callable[[str], None]) -> None:
    """Serve the page that says so for as long as a backup is being restored here; the database is left alone."""
    if not marked(settings().data):
        return
    say("A backup is being restored here; until `jejak restore` has ended every page says so …")
    server = Child("the server", [sys.executable, "-m", "jejak", "serve", "node"])
    while marked(settings().data) and not stop.asked:
        server.tend(say)
        time.sleep(TEND_SECONDS)
    server.ask_to_stop()
    server.wait_stopped(15)


def _answers() -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", settings().port), timeout=0.2):
        return True
    return False


def serve(kind: str) -> None:
    """Serve ``lane``, ``web`` or ``node`` (both) with Granian until asked to stop."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    static = settings().data / "static"
    Granian(
        f"jejak.config.asgi:{kind}",
        address=settings().host,
        port=settings().port,
        interface=Interfaces.ASGI,
        loop=Loops.auto,
        factory=True,
        workers=1,
        backlog=8192,
        backpressure=8192,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        websockets=False,
        log_level=LogLevels.warning,
        static_path_route=["/static"] if kind != "lane" else None,
        static_path_mount=[static] if kind != "lane" else None,
        static_path_expires=86400 * 30,
        process_name=None,
    ).serve()
