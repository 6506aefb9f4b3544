"""Trying a backup out: loaded, compared, and reconciled with its log; nothing is signed, and the place never opens."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.config import node
from jejak.config.loading import QUIET, Watch, Wish, begun, checked, load, refuse_newer
from jejak.config.standing import verifier_keys_of
from jejak.formats.checkpoint import Checkpoint
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.ledger import archive, rejoining
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rejoining import Seen
from jejak.store import backups
from jejak.store.errors import BackupRefused
from jejak.store.restoring import marked

if TYPE_CHECKING:
    from jejak.formats.backupmanifest import Manifest


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill found: rows loaded, entries compared with their records, and what is wrong."""

    backup: str
    taken: str
    rows: int
    entries: int
    findings: tuple[str, ...]


def drill(wish: Wish, *, watch: Watch = QUIET) -> Drilled:
    """Return what a backup is worth, tried in an empty place that stays closed ever after.

    :raises BackupRefused: there is something here already, or the backup is of another node or a newer Jejak.
    :raises BackupDiffers: the backup's files, or what was loaded, are not what its manifest says.
    """
    manifest = checked(wish, watch)
    node.django_ready()
    refuse_newer(manifest)
    with node.database(watch.say) as (found, server):
        if found.embedded and server is None:
            raise BackupRefused("This node runs; a drill needs a place of its own.")
        data = settings().data.absolute()
        if (data / "ledger").exists() and not marked(data):
            raise BackupRefused(f"There is a log in {data / 'ledger'} already; a drill needs an empty data directory.")
        journal = begun(found, manifest, drill=True)
        load(found, manifest, wish, journal, watch)
        node.migrate(found, watch.say)
        _lay_out(manifest, wish)
        return _reconciled(manifest)


def _lay_out(manifest: Manifest, wish: Wish) -> None:
    """Put the packed log here, all of it compared, as it was when the database was read: signed by nobody."""
    place = LogFiles(settings().data.absolute() / "ledger")
    shutil.rmtree(place.folder, ignore_errors=True)
    packed, snapshot = archive.open_archive(wish.folder / backups.LEDGER), manifest.snapshot
    seen = rejoining.seen_at("the backup", packed, keys=verifier_keys_of(manifest.origin, keyring()))
    if seen is None:
        return
    known = Seen("the database of the backup", snapshot.size, snapshot.root)
    rejoining.build(origin=manifest.origin, seen=[seen, known], into=place)
    place.folder.joinpath("checkpoint").unlink(missing_ok=True)
    place.publish("head", Checkpoint(manifest.origin, snapshot.size, snapshot.root).text.encode())


def _reconciled(manifest: Manifest) -> Drilled:
    from jejak.config.registries import ledger_kinds, ledger_readers
    from jejak.ledger.reconciling import reconcile

    opened = [kind.number for kind in ledger_kinds().values() if kind.opened]
    done = reconcile(readers=ledger_readers(), opened=opened)
    return Drilled(
        backup=manifest.name,
        taken=manifest.taken.isoformat(),
        rows=sum(manifest.counts.values()),
        entries=done.entries,
        findings=tuple(done.findings),
    )
