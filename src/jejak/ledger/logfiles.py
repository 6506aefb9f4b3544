"""The log as files under ``<data>/ledger``: tiles, checkpoint, and the head that keeps it from ever being forked.

===============  =====================================================================================
tile/…           hashes and entries; written once, then never changed
opened/…         opened records with their salts
checkpoint       the latest checkpoint, signed, with the cosignatures there are
head             the largest tree that was ever signed; compared and swapped *before* signing
===============  =====================================================================================

``head`` lies outside the database on purpose: a database restored from a backup finds that the log has gone on.
"""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TextIO

from jejak.formats import checkpoint, merkle, note, tiles
from jejak.formats.checkpoint import Checkpoint
from jejak.ledger.errors import LogForked, LogUnwritable
from jejak.ledger.sources import Folder, read_tile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jejak.formats.tiles import Tile

WRITERS: Final = 16


class LogFiles(Folder):
    """The files of one log."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; nothing is made before something is written."""
        super().__init__(folder)
        self.folder = folder
        self._mine = False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep everybody else from changing the log: threads, processes, and other nodes on this very folder.

        :raises LogUnwritable: the folder cannot be written to.
        """
        if self._mine:
            yield
            return
        with _open_lock(self.folder) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._mine = True
            try:
                yield
            finally:
                self._mine = False

    def read(self, tile: Tile) -> bytes:
        """Return a tile's bytes; the beginning of the full tile where the partial one is gone.

        :raises LogUnreadable: it is not there.
        """
        return read_tile(self, tile)

    def write(self, changed: Iterable[tuple[Tile, bytes]]) -> None:
        """Write tiles durably; each is there whole or not at all.

        :raises LogUnwritable: one cannot be written.
        """
        written = [(self.folder / tile.path, data) for tile, data in changed]
        # Each fsync waits for the disk; waiting for several at once took a fifth of the time.
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(lambda one: write_durably(*one, sync_folder=False), written))
        for folder in {above for path, _data in written for above in self._folders(path)}:
            _sync_folder(folder)

    def _folders(self, path: Path) -> Iterator[Path]:
        """Yield the folders from a file up to our own: any of them may be new."""
        while path != self.folder:
            path = path.parent
            yield path

    def forget_partial(self, full: Iterable[Tile]) -> None:
        """Remove the partial tiles of which the full one is there now."""
        for tile in full:
            folder = (self.folder / tile.path).with_name(f"{(self.folder / tile.path).name}.p")
            for path in folder.glob("*"):
                path.unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()

    def head(self) -> Checkpoint | None:
        """Return the largest tree that was ever signed, or ``None`` for a new log.

        That is what ``head`` notes, or what ``checkpoint`` or ``witnessed`` shows should it have been lost or set back:
        what was published is never taken back.

        :raises CheckpointError: ``head`` is damaged.
        :raises LogForked: two are of one size and not of one tree, or of two logs.
        """
        data = self.fetch("head")
        found = {} if data is None else {"head": checkpoint.parse(data.decode(errors="replace"))}
        for name in ("checkpoint", "witnessed"):
            shown = self._shown(name)
            if shown is not None:
                _require_same(found, name, shown)
                found[name] = shown
        return max(found.values(), key=lambda one: one.size, default=None)

    def _shown(self, name: str) -> Checkpoint | None:
        """Return what was published last, ``None`` where that cannot be read: then it is published again."""
        with suppress(note.NoteError):
            return checkpoint.parse(note.parse(self.fetch(name) or b"").text)
        return None

    def require_head(self, old: Checkpoint | None) -> None:
        """Return if nobody has signed since ``old``; ask it before writing over tiles that may be somebody else's.

        :raises LogForked: the head is another.
        """
        if self.head() != old:
            raise LogForked("somebody else has signed meanwhile; do two nodes share this folder?")

    def swap(self, *, old: Checkpoint | None, new: Checkpoint) -> None:
        """Make ``new`` the head in place of ``old``, once the tiles on disk prove that it only grew.

        :raises LogForked: the head is another than ``old``, or ``new`` is smaller or does not contain it.
        :raises LogUnwritable: the file cannot be written.
        """
        with self.locked():
            self.require_head(old)
            if old and old.size:
                self._prove(old, new)
            write_durably(self.folder / "head", new.text.encode())

    def _prove(self, old: Checkpoint, new: Checkpoint) -> None:
        if old.origin != new.origin or new.size < old.size:
            raise LogForked(f"a log of {old.size} entries cannot become one of {new.size}")
        read = tiles.TileReader(size=new.size, fetch=self.read)
        path = merkle.consistency_path(size1=old.size, size2=new.size, read=read)
        try:
            merkle.verify_consistency(size1=old.size, size2=new.size, root1=old.root, root2=new.root, path=path)
        except merkle.ProofError as error:
            raise LogForked(error.detail) from error

    def published(self) -> bytes | None:
        """Return the latest signed checkpoint, or ``None`` before the first."""
        return self.fetch("checkpoint")

    def publish(self, name: str, data: bytes) -> None:
        """Put a file where everybody reads it, in one step."""
        write_durably(self.folder / name, data)


def _require_same(found: dict[str, Checkpoint], name: str, shown: Checkpoint) -> None:
    for other, noted in found.items():
        if noted.origin != shown.origin or (noted.size == shown.size and noted.root != shown.root):
            raise LogForked(f"the files {other} and {name} are of two trees")


def write_durably(path: Path, data: bytes, *, sync_folder: bool = True) -> None:
    """Write a file so that after any crash it holds all of ``data`` or what it held before.

    :raises LogUnwritable: the disk is full, or the folder is somebody else's.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        if sync_folder:
            _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise LogUnwritable(f"{path}: {error.strerror}") from error


def _open_lock(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "lock").open("w")
    except OSError as error:
        raise LogUnwritable(f"{folder}: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
