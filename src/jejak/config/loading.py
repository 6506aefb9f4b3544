"""Loading a backup: its signature and files are checked, the keys put in place, the database loaded and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg

from jejak.config import node
from jejak.config.standing import root_of_rows, unknown_migrations, verifier_keys_of
from jejak.formats import backupmanifest, note
from jejak.kernel.keys import Keyring
from jejak.kernel.settings import settings
from jejak.ledger import archive
from jejak.store import backups, dumping, identity
from jejak.store.errors import BackupDiffers, BackupRefused
from jejak.store.restoring import Journal, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from jejak.formats.backupmanifest import Manifest
    from jejak.store.connections import Database

KEYRINGS: Final = ("{name}.keyring.json", "keyring.json")
DRILL: Final = "drill"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asks for: which backup, where the keys are, and where else the log was seen.

    ``alone`` says that nothing was published after the backup, so nobody else need have seen it.
    """

    folder: Path
    keys: Path | None = None
    logs: Sequence[str] = ()
    checkpoints: Sequence[Path] = ()
    force: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who hears how it goes: ``step`` each step's name once it is done, ``copied`` bytes of a part and of how many."""

    step: Callable[[str], None] = lambda _name: None
    copied: Callable[[str, int, int], None] = lambda _part, _done, _whole: None
    say: Callable[[str], None] = node.quiet


QUIET: Final = Watch()


def checked(wish: Wish, watch: Watch) -> Manifest:
    """Return the manifest once signature and files have been checked, with the keyring in its place."""
    data = _read(wish.folder)
    told = backupmanifest.parse(note.parse(data).text)
    _bring_keys(wish, told)
    ring = Keyring.open(settings().keyring_path)
    manifest = backupmanifest.open(data, keys=verifier_keys_of(told.origin, ring))
    if manifest.keyring != identity.fingerprint(ring):
        raise BackupRefused(f"The backup is sealed under other keys than {settings().keyring_path}; bring its own.")
    done, whole = 0, sum(one.bytes for one in manifest.files.values())

    def read(length: int) -> None:
        nonlocal done
        done += length
        watch.copied("checking", done, whole)

    _refuse(backups.differences(wish.folder, manifest, progress=read))
    watch.step("checked")
    return manifest


def refuse_newer(manifest: Manifest) -> None:
    """Go on only if every migration of the backup is known here; Django must be ready.

    :raises BackupRefused: the backup is of a newer Jejak.
    """
    newer = unknown_migrations(manifest)
    if newer:
        raise BackupRefused(f"This backup is of a newer Jejak: {newer[0]} is not known here. Install {manifest.jejak}.")


def _read(folder: Path) -> bytes:
    try:
        return (folder / backups.MANIFEST).read_bytes()
    except OSError as error:
        raise BackupRefused(f"{folder} is no backup: its manifest cannot be read ({error.strerror}).") from error


def _refuse(differences: list[str]) -> None:
    if differences:
        raise BackupDiffers(f"{BackupDiffers.__doc__} {'; '.join(differences[:5])}.")


def _bring_keys(wish: Wish, manifest: Manifest) -> None:
    """Put the keyring in its place, unless there is one: that may be newer, and is compared afterwards."""
    path = settings().keyring_path
    if path.exists():
        return
    if wish.keys is None:
        raise BackupRefused(f"There is no keyring at {path}. Name the folder with the backup's keys by --keys.")
    names = [wish.keys / name.format(name=manifest.name) for name in KEYRINGS]
    found = next((one for one in [wish.keys, *names] if one.is_file()), None)
    if found is None:
        raise BackupRefused(f"There is neither {names[0].name} nor {names[1].name} in {wish.keys}.")
    Keyring.open(found).save(path)


def begun(found: Database, manifest: Manifest, *, drill: bool = False) -> Journal:
    """Return the journal, once it is sure that nobody's records are in the way; a drill never becomes a node."""
    data = settings().data.absolute()
    if not marked(data) and dumping.holds_tables(found.urls.owner):
        raise BackupRefused(
            f"There are records in this node's database already ({found.name}, {data}). Restore into an empty data "
            "directory (--data) and an empty database, or move the old ones away first; keep its ledger folder there."
        )
    journal = Journal.begin(data, backup=manifest.name)
    if drill and not journal.done:
        journal.note(DRILL)
    if (DRILL in journal.done) != drill:
        held = "A drill was made here, and never becomes a node" if not drill else "A node is being restored here"
        raise BackupRefused(f"{held}; begin with an empty data directory and an empty database.")
    return journal


def load(found: Database, manifest: Manifest, wish: Wish, journal: Journal, watch: Watch) -> None:
    """Load the database, all of it or nothing, and compare it with the manifest before anything changes in it."""
    with psycopg.connect(found.urls.owner) as connection:
        server = connection.info.server_version // 10_000
    if server < manifest.postgresql:
        raise BackupRefused(f"The backup is of PostgreSQL {manifest.postgresql}, and this server is {server}.")
    dumping.end_orphans(found.urls.owner)
    if not dumping.holds_tables(found.urls.owner):
        blocks = _watched(wish.folder / backups.DATABASE, watch)
        dumping.load(url=found.urls.owner, server=server, blocks=blocks)
    _done(journal, "loaded", watch)
    if "compared" not in journal.done:
        _refuse(list(_compared(found, manifest, wish)))
        _done(journal, "compared", watch)


def _done(journal: Journal, step: str, watch: Watch, what: Any = True) -> None:  # noqa: ANN401, FBT002 - as Journal.note
    if step not in journal.done:
        journal.note(step, what)
    watch.step(step)


def _watched(path: Path, watch: Watch) -> Iterator[bytes]:
    done, whole = 0, path.stat().st_size
    for block in backups.blocks(path):
        yield block
        done += len(block)
        watch.copied("database", done, whole)


def _compared(found: Database, manifest: Manifest, wish: Wish) -> Iterator[str]:
    """Yield what differs between the loaded database and the manifest: rows of each table, and the log's root."""
    with psycopg.connect(found.urls.owner) as connection:
        counts, partitions = dumping.counts(connection)
        for there, expected in ((counts, manifest.counts), (partitions, manifest.partitions)):
            for name in sorted({*there, *expected}):
                if there.get(name) != expected.get(name):
                    yield f"{name} has {there.get(name)} rows, not {expected.get(name)}"
        packed = archive.open_archive(wish.folder / backups.LEDGER)
        size, root = root_of_rows(connection, packed)
        if (size, root) != (manifest.snapshot.size, manifest.snapshot.root):
            yield f"its {size} ledger entries give another root than the manifest says for {manifest.snapshot.size}"
