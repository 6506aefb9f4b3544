"""A log in one file: its published tree with all that lies beside it, as a tar that any tool opens."""

from __future__ import annotations

import io
import json
import tarfile
from typing import IO, TYPE_CHECKING, Any, Final

from jejak.formats import checkpoint, note, tiles
from jejak.formats.tiles import WIDTH
from jejak.ledger import opening
from jejak.ledger.errors import LogUnreadable
from jejak.ledger.sources import read_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jejak.formats.checkpoint import Checkpoint
    from jejak.ledger.logfiles import LogFiles
    from jejak.ledger.sources import Source

BESIDE: Final = ("policy", "witnessed")
WITNESS: Final = "witness"
"""What an operator wrote and others signed; not part of the tree."""


def _quiet(_bytes: int) -> None:
    """Tell nobody."""


def published(source: Source) -> Checkpoint | None:
    """Return what a log's latest checkpoint says, its signature unchecked; ``None`` before the first."""
    data = source.fetch("checkpoint")
    return None if data is None else checkpoint.parse(note.parse(data).text)


def pack(files: LogFiles, into: Any, *, progress: Callable[[int], None] = _quiet) -> Checkpoint | None:  # noqa: ANN401 - anything that is written to
    """Write the log's files as a tar, and return the published checkpoint they go up to; ``None`` for a log without.

    The checkpoint is read first, so whatever enters meanwhile is left out, and what is in agrees with it.
    """
    data = files.fetch("checkpoint")
    head = published(files)
    with tarfile.open(fileobj=into, mode="w|", format=tarfile.GNU_FORMAT) as tar:
        for name in beside(files):
            _add(tar, name, files.fetch(name), progress)
        if head is None:
            return None
        for name, content in parts(files, head):
            _add(tar, name, content, progress)
        _add(tar, "checkpoint", data, progress)
    return head


def beside(files: LogFiles) -> Iterator[str]:
    """Yield the names of what an operator wrote and others signed; some may not be there."""
    yield from BESIDE
    folder = files.folder / WITNESS
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and not path.name.startswith("."):
            yield str(path.relative_to(files.folder))


def _add(tar: tarfile.TarFile, name: str, data: bytes | None, progress: Callable[[int], None]) -> None:
    if data is not None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        tar.addfile(member, io.BytesIO(data))
        progress(len(data))


def parts(source: Source, head: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a tree by name.

    :raises LogUnreadable: one is missing.
    """
    for tile in tiles.tiles_of(head.size):
        yield tile.path, read_tile(source, tile)
    yield from opened_parts(source, head)


def opened_parts(source: Source, head: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """Yield the files of opened records of a tree by name, without those of entries beyond it."""
    for bundle in range(-(-head.size // WIDTH)):
        opened = source.fetch(opening.path_of(bundle))
        kept = opened and _up_to(opened, head.size)
        if kept:
            yield opening.path_of(bundle), kept


def _up_to(opened: bytes, size: int) -> bytes | None:
    """Return opened records without those beyond a tree, which were written and then never signed."""
    opening.read(opened)
    told = {index: one for index, one in json.loads(opened).items() if int(index) < size}
    return json.dumps(told, indent=1, ensure_ascii=False).encode() if told else None


class Archive:
    """A packed log, read without unpacking it; a `Source`."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read it from an open file.

        :raises LogUnreadable: it is no tar.
        """
        try:
            self._tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - it lives as long as its file
            self._members = {member.name: member for member in self._tar.getmembers() if member.isfile()}
        except tarfile.TarError as error:
            raise LogUnreadable(f"it is no archive of a log: {error}") from error

    def fetch(self, path: str) -> bytes | None:
        """Return a file, or ``None`` if there is none."""
        member = self._members.get(path)
        found = self._tar.extractfile(member) if member else None
        if found is None:
            return None
        data = found.read()
        if len(data) != (member.size if member else 0):
            raise LogUnreadable(f"{path} is cut short")
        return data

    def beside(self) -> Iterator[tuple[str, bytes]]:
        """Yield what an operator wrote and others signed, by name."""
        for name in self._members:
            data = self.fetch(name) if name in BESIDE or name.startswith(f"{WITNESS}/") else None
            if data is not None and ".." not in name.split("/"):
                yield name, data


def open_archive(path: Path) -> Archive:
    """Return a packed log.

    :raises LogUnreadable: it is none, or is not there.
    """
    try:
        return Archive(path.open("rb"))
    except OSError as error:
        raise LogUnreadable(f"{path.name}: {error.strerror}") from error
