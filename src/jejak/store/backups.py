"""The folder in which backups lie: one folder each, there whole under its name or not at all.

::

    <node>-<day>-<time>/       made as .<name>.part, renamed when everything is on the disk
        manifest               what is in it, signed
        database.dump          the database, of one moment
        ledger.tar             the log's files, of a later one

Each is readable by its owner alone: names in it are sealed, but who was where is not.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from jejak.formats import backupmanifest, note
from jejak.formats.backupmanifest import FileFacts, Manifest
from jejak.kernel.places import local_midnight
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import settings
from jejak.store.errors import BackupRefused, BackupsUnreachable
from jejak.store.retention import Gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

MANIFEST: Final = "manifest"
DATABASE: Final = "database.dump"
LEDGER: Final = "ledger.tar"
MARK: Final = "restoring.json"
BLOCK: Final = 1 << 20
_PART: Final = ".part"
_MOMENT: Final = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in a folder; ``manifest`` is ``None`` where none can be read, and its signature is unchecked."""

    path: Path
    manifest: Manifest | None


class File:
    """A file of a backup while it is written: hashed, on the disk when it is closed, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        """Begin it; there is none yet."""
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._hash = sha256()
        self._bytes = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, block: bytes) -> int:
        """Add a block; return its length, as files do."""
        self._hash.update(block)
        self._bytes += len(block)
        return self._file.write(block)

    @property
    def facts(self) -> FileFacts:
        """What was written so far."""
        return FileFacts(self._bytes, self._hash.hexdigest())


@contextmanager
def fresh(target: Path, name: str) -> Iterator[Path]:
    """Give a folder to fill; it gets its name when all went well, and what an earlier one left half done is removed.

    :raises BackupRefused: another backup is being made there, or this name is taken.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"Another backup is being made in {target}; wait for it.") from None
        _remove_parts(target)
        if (target / name).exists():
            raise BackupRefused(f"There is a backup {name} already; a second later there is not.")
        part = target / f".{name}{_PART}"
        part.mkdir(mode=0o700)
        try:
            yield part
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(part)
        part.rename(target / name)
        sync_folder(target)


def _remove_parts(target: Path) -> None:
    for path in target.glob(f".*{_PART}"):
        shutil.rmtree(path, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def kept_in(target: Path) -> list[Kept]:
    """Return what lies in a folder of backups, the newest last; what is still being made is not there.

    :raises BackupRefused: the folder cannot be read.
    """
    try:
        folders = [path for path in target.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError as error:
        raise BackupRefused(f"{target} cannot be read ({error.strerror}).") from error
    found = [Kept(path, _peek(path)) for path in folders]
    return sorted(found, key=lambda one: (one.manifest.taken.isoformat() if one.manifest else "", one.path.name))


def _peek(folder: Path) -> Manifest | None:
    with suppress(OSError, JejakError):
        return backupmanifest.parse(note.parse((folder / MANIFEST).read_bytes()).text)
    return None


def latest(target: Path, *, node: str, keys: Callable[[str], list[str]]) -> Manifest | None:
    """Return the manifest of a node's newest backup in a folder, or ``None`` if there is none that it signed.

    ``keys`` gives the verifier keys to believe for the name of a log.

    :raises BackupRefused: the folder cannot be read.
    """
    for one in reversed(kept_in(target)):
        if one.manifest and one.manifest.node == node:
            with suppress(OSError, JejakError):
                return opened(one.path, keys=keys(one.manifest.origin))
    return None


def opened(folder: Path, *, keys: list[str]) -> Manifest:
    """Return the manifest of a backup, signed by one of the verifier ``keys``.

    :raises BackupRefused: there is none.
    :raises NoteError: none of the keys signed it.
    :raises ManifestError: it is no manifest, or it is of another folder.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise BackupRefused(f"{folder} is no backup: its manifest cannot be read ({error.strerror}).") from error
    return backupmanifest.open(data, keys=keys)


def differences(folder: Path, manifest: Manifest, *, progress: Callable[[int], None]) -> list[str]:
    """Return what is wrong with a backup's files; ``progress`` hears the bytes that are done."""
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    found = [f"{name} is missing" for name in sorted({*manifest.files} - there)]
    found += [f"{name} is not in the manifest" for name in sorted(there - {*manifest.files})]
    for name, expected in manifest.files.items():
        if name in there:
            facts = _facts(folder / name, progress)
            if facts.bytes != expected.bytes:
                found.append(f"{name} has {facts.bytes:,} bytes, not {expected.bytes:,}")
            elif facts.sha256 != expected.sha256:
                found.append(f"{name} was changed: its SHA-256 is another")
    return found


def blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _facts(path: Path, progress: Callable[[int], None]) -> FileFacts:
    state, done = sha256(), 0
    for block in blocks(path):
        state.update(block)
        done += len(block)
        progress(len(block))
    return FileFacts(done, state.hexdigest())


def prune(target: Path, *, node: str, before: datetime, keep: Path | None = None, dry_run: bool = False) -> list[Path]:
    """Return the backups of a node that were taken before a moment, and went; ``keep`` is never touched.

    One whose manifest cannot be read any more still holds who was where: it goes by the moment in its name. What a
    killed backup left behind goes too, unless one is being made just now.

    :raises BackupRefused: the folder cannot be read.
    """
    taken = [(one.path, _taken(one, node)) for one in kept_in(target)]
    old = [path for path, at in taken if at is not None and at < before and not _same(path, keep)]
    if dry_run:
        return old
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            _remove_parts(target)
    for path in old:
        # Under its own name it shall be there whole or not at all, while it goes too.
        going = path.rename(path.with_name(f".{path.name}{_PART}"))
        shutil.rmtree(going)
    sync_folder(target)
    return old


def _taken(one: Kept, node: str) -> datetime | None:
    """Return when a backup was taken; ``None`` for what is no backup of this node."""
    if one.manifest:
        return one.manifest.taken if one.manifest.node == node else None
    if not any((one.path / name).exists() for name in (MANIFEST, DATABASE, LEDGER)):
        return None
    with suppress(ValueError):
        return datetime.strptime(one.path.name, f"{node}-{_MOMENT}").replace(tzinfo=UTC)
    return None


def past_time(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many backups in ``JEJAK_BACKUP_DIR`` are past their time and went; the one being restored stays.

    :raises BackupsUnreachable: the folder cannot be read, so nobody knows what is left in it.
    """
    target = settings().backup_dir
    if target is None:
        return [Gone("backups", 0)]
    before = local_midnight(on - timedelta(days=days))
    try:
        went = prune(target, node=settings().node_id, before=before, keep=being_restored(), dry_run=dry_run)
    except (BackupRefused, OSError) as error:
        raise BackupsUnreachable(str(error)) from error
    return [Gone("backups", len(went))]


def being_restored() -> Path | None:
    """Return where the backup lies that is being restored here, if one is."""
    target = settings().backup_dir
    with suppress(OSError, ValueError, KeyError):
        told = json.loads((settings().data / MARK).read_text())
        return target / str(told["backup"]) if target else None
    return None


def _same(path: Path, keep: Path | None) -> bool:
    return keep is not None and path.resolve() == keep.resolve()
