"""Checking a backup by its files and the log's verifier key alone, without a database and without the keyring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jejak.config.standing import verifier_keys_of
from jejak.formats import backupmanifest, merkle, note, tiles
from jejak.kernel.keys import Keyring
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import settings
from jejak.ledger import archive, checking
from jejak.store import backups
from jejak.store.errors import BackupRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jejak.formats.backupmanifest import Manifest


def own_keys(folder: Path, given: str) -> list[str]:
    """Return the verifier keys to believe: the one given, or else those of the node's own keyring."""
    if given:
        path = Path(given)
        text = path.read_text().strip() if "+" not in given and path.is_file() else given
        try:
            return [note.read_key(text).text]
        except note.NoteError as error:
            raise click.UsageError(f"--key: {error.detail}.") from error
    if not settings().keyring_path.exists():
        raise click.UsageError("There is no keyring here: give the log's verifier key by --key.")
    told = _unsigned(folder)
    return verifier_keys_of(told.origin, Keyring.open(settings().keyring_path))


def _unsigned(folder: Path) -> Manifest:
    try:
        data = (folder / backups.MANIFEST).read_bytes()
    except OSError as error:
        raise BackupRefused(f"{folder} is no backup: its manifest cannot be read ({error.strerror}).") from error
    return backupmanifest.parse(note.parse(data).text)


def examine(folder: Path, *, keys: list[str], copied: Callable[[str, int, int], None]) -> tuple[Manifest, list[str]]:
    """Return a backup's manifest and what is wrong with it.

    :raises NoteError: none of the keys signed it.
    :raises BackupRefused: there is no manifest.
    """
    told = backups.opened(folder, keys=keys)
    done, whole = 0, sum(one.bytes for one in told.files.values())

    def read(length: int) -> None:
        nonlocal done
        done += length
        copied("checking", done, whole)

    findings = backups.differences(folder, told, progress=read)
    if told.name != folder.resolve().name:
        findings.append(f"its own name is {told.name}")
    if not any(backups.LEDGER in finding for finding in findings):
        findings += list(_log(folder, told, keys))
    return told, findings


def _log(folder: Path, told: Manifest, keys: list[str]) -> Iterator[str]:
    """Yield what is wrong with the packed log: every entry is hashed, and both of the manifest's trees compared."""
    packed = archive.open_archive(folder / backups.LEDGER)
    if not told.log.size:
        return
    try:
        report = checking.check(packed, key=_signer(packed, keys))
    except JejakError as error:
        yield f"its log cannot be checked: {error.title} ({error.detail})"
        return
    yield from report.findings
    head = report.signed.checkpoint
    if (head.size, head.root) != (told.log.size, told.log.root):
        yield f"its log is of {head.size} entries, the manifest's of {told.log.size}, or under another root"
    elif 0 < told.snapshot.size <= head.size and not report.findings:
        read = tiles.TileReader(size=head.size, fetch=lambda tile: packed.fetch(tile.path) or b"")
        if merkle.read_range(size=told.snapshot.size, read=read).root() != told.snapshot.root:
            yield f"its log does not begin with the {told.snapshot.size} entries that its database knew"


def _signer(packed: archive.Archive, keys: list[str]) -> str:
    """Return which of the keys signed the packed checkpoint: the node's may have been rotated since."""
    data = packed.fetch("checkpoint") or b""
    signers = {one.key_id for one in note.parse(data).signatures}
    return next((key for key in keys if note.read_key(key).id in signers), keys[0])
