"""A database as one file and back, by PostgreSQL's own programs of the server's own version.

The file is `pg_dump`'s custom format, of one snapshot, in which the rows are counted too. It carries neither owners nor
rights: `roles` gives these to whatever roles the node has that loads it. Loading is one transaction, so a load that is
killed has loaded nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jejak.store.errors import ClientMismatch, DumpFailed, StoreError
from jejak.store.place import shipped_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK: Final = 1 << 20
LONGEST_WAIT: Final = 60_000
"""Milliseconds that a backup waits for a table which somebody else has locked."""
ORPHAN_SECONDS: Final = 60.0
DEBIAN: Final = Path("/usr/lib/postgresql")

_TABLES: Final = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
and not relispartition order by relname
"""
_END_ORPHANS: Final = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and usename = current_user and application_name = 'pg_restore'
"""
_PARTITIONS: Final = """
select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
join pg_class parent on parent.oid = inhparent
where parent.relnamespace = 'public'::regnamespace and parent.relkind = 'p' order by child.relname
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A moment of the database that other connections can look at too, for as long as this one stays open."""

    connection: psycopg.Connection[tuple[Any, ...]]
    name: str
    server: int  # the major version

    def bytes(self) -> int:
        """Return how large the database is, as a measure for progress."""
        row = self.connection.execute("select pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Give a snapshot of the database, read only."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("select pg_export_snapshot()").fetchone()
        yield Snapshot(connection, str(row[0]) if row else "", connection.info.server_version // 10_000)


def counts(connection: psycopg.Connection[Any]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the rows of every table, and of every partition."""
    tables = [row[0] for row in connection.execute(_TABLES).fetchall()]
    partitions = [row[0] for row in connection.execute(_PARTITIONS).fetchall()]
    return _counted(connection, tables), _counted(connection, partitions)


def _counted(connection: psycopg.Connection[Any], names: list[str]) -> dict[str, int]:
    found = {}
    for name in names:
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(name))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def migrations(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, ...]]:
    """Return the migrations that were run, by app."""
    found: dict[str, list[str]] = {}
    for app, name in connection.execute("select app, name from django_migrations order by app, name").fetchall():
        found.setdefault(app, []).append(name)
    return {app: tuple(names) for app, names in found.items()}


def holds_tables(url: str) -> bool:
    """Return whether there is any table in the database."""
    with psycopg.connect(url) as connection:
        return bool(connection.execute(_TABLES).fetchall())


def programs_for(server: int) -> Path:
    """Return the folder with `pg_dump` and `pg_restore` of a server's major version.

    A newer `pg_dump` would write what the server's own `pg_restore` cannot read, an older one refuses the server.

    :raises ClientMismatch: none is there.
    """
    found = {}
    for folder in _folders():
        version = _version(folder / "pg_dump")
        if version == server and (folder / "pg_restore").exists():
            return folder
        if version:
            found[str(folder)] = version
    there = ", ".join(f"{version} in {folder}" for folder, version in found.items()) or "none"
    message = f"The server is PostgreSQL {server}; found are {there}. Install postgresql-client-{server}."
    raise ClientMismatch(f"{' '.join((ClientMismatch.__doc__ or '').split())} {message}")


def _folders() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).parent
    with suppress(StoreError):  # none is installed: the database is a real one then
        yield shipped_programs()
    yield from sorted(DEBIAN.glob("*/bin"))


def _version(program: Path) -> int | None:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(found[1]) if found else None


def dump(*, url: str, moment: Snapshot, into: Callable[[bytes], None]) -> None:
    """Write the database as it was at a moment, block by block.

    :raises ClientMismatch: there is no program of the server's version.
    :raises DumpFailed: it ended with an error.
    """
    command = [
        str(programs_for(moment.server) / "pg_dump"),
        *("--format=custom", "--compress=1", "--no-owner", "--no-acl", "--no-comments"),
        *(f"--snapshot={moment.name}", f"--lock-wait-timeout={LONGEST_WAIT}"),
    ]
    with _run(command, url, stdout=subprocess.PIPE) as child:
        while block := _pipe(child.stdout).read(BLOCK):
            into(block)


def load(*, url: str, server: int, blocks: Iterator[bytes]) -> None:
    """Load a dump into an empty database, all of it or nothing.

    :raises ClientMismatch: there is no program of the server's version.
    :raises DumpFailed: it ended with an error, and nothing was loaded.
    """
    command = [
        str(programs_for(server) / "pg_restore"),
        *("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", "--no-comments"),
    ]
    with _run(command, url, stdin=subprocess.PIPE) as child:
        pipe = _pipe(child.stdin)
        try:
            for block in blocks:
                pipe.write(block)
        except BrokenPipeError:
            pass  # it has given up; its own words follow
        finally:
            pipe.close()


def end_orphans(url: str) -> None:
    """Return once no load of a process that was killed goes on: it ends, and its transaction with it.

    :raises DumpFailed: one does not end.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        until = time.monotonic() + ORPHAN_SECONDS
        while connection.execute(_END_ORPHANS).fetchall():
            if time.monotonic() > until:
                raise DumpFailed("An earlier pg_restore still works on this database; end it first.")
            time.sleep(0.1)


@contextmanager
def _run(
    command: list[str], url: str, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program on a database until it ends; the password goes by its environment, which only we can read."""
    parts: dict[str, Any] = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    password = str(parts.pop("password", ""))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    with tempfile.TemporaryFile() as said:
        where = f"--dbname={make_conninfo(**parts)}"
        child = subprocess.Popen(  # noqa: S603 - found by programs_for
            [*command, where],
            stdin=stdin,
            stdout=stdout,
            stderr=said,
            env=environment | {"PGPASSWORD": password},
        )
        try:
            yield child
        except BaseException:
            child.kill()
            child.wait()
            raise
        if child.wait():
            said.seek(0)
            words = said.read()[-2000:].decode(errors="replace").strip()
            raise DumpFailed(f"{DumpFailed.__doc__}\n{words}")


def _pipe(found: IO[bytes] | None) -> IO[bytes]:
    if found is None:
        raise TypeError("the program was started without this pipe")
    return found
