"""Taking a backup: the database's moment first, the log's files after it, the keys apart, then the signed manifest.

In this order the files are never behind the database, so a restored node always finds in them what it knows of the log.
The database is read as its owner, the only login that reads everything; nobody is locked out but who changes tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from jejak.config import node
from jejak.formats import backupmanifest, merkle
from jejak.formats.backupmanifest import Manifest, Tree
from jejak.kernel.keys import Keyring, keyring
from jejak.kernel.settings import settings
from jejak.ledger import archive
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import origin_of
from jejak.store import backups, dumping, identity
from jejak.store.errors import BackupRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from jejak.formats.checkpoint import Checkpoint

STEPS: Final = ("counted", "dumped", "packed", "signed")
KEYS: Final = ".keyring.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that is there now: where, what it holds, and where the keys went, if they were asked for."""

    path: Path
    manifest: Manifest
    keys: Path | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who hears how it goes: ``step`` each step's name, ``copied`` a part, its bytes so far and about how many."""

    step: Callable[[str], None] = lambda _name: None
    copied: Callable[[str, int, int], None] = lambda _part, _done, _whole: None


QUIET: Final = Watch()


def take(*, target: Path, keys: Path | None = None, now: datetime, watch: Watch = QUIET) -> Taken:
    """Return the backup just taken into a folder of its own under ``target``; the node may run meanwhile.

    :raises BackupRefused: the target or the folder for keys is no place for them.
    :raises ClientMismatch: PostgreSQL's programs of the server's version are missing.
    """
    target = target.absolute()
    _require_place(target, keys)
    name = f"{settings().node_id}-{now:%Y%m%d-%H%M%S}"
    with backups.fresh(target, name) as part, node.database() as (found, _server):
        facts, told = {}, _dump(found.urls.owner, part, watch)
        facts[backups.DATABASE] = told.pop("facts")
        with backups.File(part / backups.LEDGER) as file:
            done = 0

            def packed(length: int) -> None:
                nonlocal done
                done += length
                watch.copied("ledger", done, 0)

            head = archive.pack(LogFiles(settings().data / "ledger"), file, progress=packed)
        facts[backups.LEDGER] = file.facts
        watch.step("packed")
        made = _manifest(name, head, now, files=facts, **told)
        signed = backupmanifest.sign(made, name=made.origin, private_key=keyring().active("ledger").secret)
        with backups.File(part / backups.MANIFEST) as file:
            file.write(signed)
        watch.step("signed")
        kept = _keep_keys(keys, name)
    return Taken(target / name, made, kept)


def _dump(url: str, part: Path, watch: Watch) -> dict[str, Any]:
    """Write the database's moment to a file; return its facts and what the manifest says of it."""
    with dumping.snapshot(url) as moment, backups.File(part / backups.DATABASE) as file:
        if moment.connection.execute("select to_regclass('django_migrations')").fetchone() == (None,):
            raise BackupRefused("There is nothing in this database; name the node's data directory with --data.")
        counts, partitions = dumping.counts(moment.connection)
        row = moment.connection.execute("select size, root from ledger_state").fetchone()
        told = {
            "counts": counts,
            "partitions": partitions,
            "migrations": dumping.migrations(moment.connection),
            "postgresql": moment.server,
            "snapshot": Tree(row[0], bytes(row[1])) if row else Tree(0, merkle.EMPTY_ROOT),
        }
        watch.step("counted")
        about, done = moment.bytes(), 0

        def write(block: bytes) -> None:
            nonlocal done
            done += file.write(block)
            watch.copied("database", done, about)

        dumping.dump(url=url, moment=moment, into=write)
    watch.step("dumped")
    return told | {"facts": file.facts}


def _manifest(name: str, head: Checkpoint | None, now: datetime, **told: Any) -> Manifest:  # noqa: ANN401 - the manifest's own fields
    return Manifest(
        name=name,
        node=settings().node_id,
        taken=now.replace(microsecond=0),
        jejak=version("jejak"),
        keyring=identity.fingerprint(keyring()),
        origin=head.origin if head else origin_of(settings().base_url),
        log=Tree(head.size, head.root) if head else Tree(0, merkle.EMPTY_ROOT),
        **told,
    )


def _require_place(target: Path, keys: Path | None) -> None:
    data = settings().data.absolute().resolve()
    if _within(target.resolve(), data):
        raise BackupRefused(f"{target} lies in the data directory, and would be lost with it. Name another place.")
    if keys is None:
        return
    if _within(keys.resolve(), target.resolve()) or _within(target.resolve(), keys.resolve()):
        raise BackupRefused(
            "The keys open what the backup holds: name a folder for them on neither side of the target."
        )


def _within(inner: Path, outer: Path) -> bool:
    return inner == outer or outer in inner.parents


def _keep_keys(keys: Path | None, name: str) -> Path | None:
    if keys is None:
        return None
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = keys / f"{name}{KEYS}"
    Keyring.open(settings().keyring_path).save(path)
    backups.sync_folder(keys)
    return path
