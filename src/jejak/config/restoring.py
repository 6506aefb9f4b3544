"""Restoring a backup, step by step; each can be killed and repeated, and the node opens after the last one only.

The database is loaded and compared with the manifest before anything in it changes. Then the log: the largest tree that
was ever published goes on, from what is left on the disk, the backup or others' copies, and what it holds beyond the
database is reported. Then what must not be there again goes: what is past its time, sessions, codes.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jejak.config import node
from jejak.config.loading import QUIET, Watch, Wish, begun, checked, load, refuse_newer
from jejak.config.sightings import sightings
from jejak.config.standing import Beyond, beyond, verifier_keys_of
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.ledger import archive, rejoining
from jejak.ledger.entries import RESTORED
from jejak.ledger.logfiles import LogFiles
from jejak.store import backups, reopening
from jejak.store.errors import BackupRefused
from jejak.store.restoring import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from jejak.formats.backupmanifest import Manifest
    from jejak.ledger.rejoining import Seen
    from jejak.store.connections import Database

STEPS: Final = (
    "loaded",
    "compared",
    "migrated",
    "log",
    "exchanged",
    "continued",
    "numbers",
    "retention",
    "ended",
    "recheck",
    "sequenced",
    "report",
)


@dataclass(slots=True)
class Restored:
    """What became of it; ``beyond`` are the published entries that the database did not know."""

    backup: str
    taken: str
    restored: str
    known: int
    published: int
    source: str
    beyond: list[Beyond] = field(default_factory=list)
    retention: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    staff: list[str] = field(default_factory=list)
    report: str = ""


def restore(wish: Wish, *, now: datetime, watch: Watch = QUIET) -> Restored:
    """Return what became of a restore that went through all its steps.

    :raises BackupRefused: there is something here already, the backup is of another node or a newer Jejak, or nobody
        but the backup was asked how far the log had come.
    :raises BackupDiffers: the backup's files, or what was loaded, are not what its manifest says; nothing was opened.
    :raises LogForked: somebody was shown another log than the one that would go on.
    """
    manifest = checked(wish, watch)
    node.django_ready()
    refuse_newer(manifest)
    with node.database(watch.say) as (found, server):
        if found.embedded and server is None:
            raise BackupRefused("This node runs; stop it first.")
        journal = begun(found, manifest)
        seen = () if "log" in journal.done else _seen(manifest, wish, watch)
        load(found, manifest, wish, journal, watch)
        return _Reopening(found, manifest, wish, journal, now, watch, seen).run()


def _seen(manifest: Manifest, wish: Wish, watch: Watch) -> Sequence[Seen]:
    """Return where the log was seen; asked before anything is loaded, for loading may take hours."""
    left, packed = LogFiles(settings().data.absolute() / "ledger"), archive.open_archive(wish.folder / backups.LEDGER)
    keys = verifier_keys_of(manifest.origin, keyring())
    return sightings(manifest, wish, left=left, packed=packed, keys=keys, say=watch.say)


@dataclass(frozen=True, slots=True)
class _Reopening:
    """The steps after the database is what it was: each notes in the journal that it is done."""

    found: Database
    manifest: Manifest
    wish: Wish
    journal: Journal
    now: datetime
    watch: Watch
    seen: Sequence[Seen]

    def run(self) -> Restored:
        """Return what became of it, with the mark taken away."""
        self._step("migrated", lambda: node.migrate(self.found, self.watch.say))
        self._step("log", self._build_log)
        self._step("exchanged", self._exchange)
        self._step("continued", self._continue)
        self._step("numbers", self._skip_numbers)
        self._step("retention", self._retain)
        self._step("ended", self._end)
        self._step("recheck", self._recheck)
        self._step("sequenced", self._sequence)
        self._step("report", self._report)
        made = Restored(**self.journal.done["report"])
        made.beyond = [Beyond(**one) for one in self.journal.done["report"]["beyond"]]
        self.journal.end()
        return made

    def _step(self, name: str, do: Callable[[], Any]) -> None:
        if name not in self.journal.done:
            what = do()
            self.journal.note(name, True if what is None else what)
        self.watch.step(name)

    @property
    def _data(self) -> Path:
        return settings().data.absolute()

    def _build_log(self) -> dict[str, Any]:
        """Put the largest published tree together beside what is left, which stays as it is until this is done."""
        fresh = self._data / "ledger.restored"
        shutil.rmtree(fresh, ignore_errors=True)
        left, packed = LogFiles(self._data / "ledger"), archive.open_archive(self.wish.folder / backups.LEDGER)
        built = rejoining.build(origin=self.manifest.origin, seen=self.seen, into=LogFiles(fresh))
        rejoining.bring_beside(left, packed, into=LogFiles(fresh))
        return {"size": built[0].size if built else 0, "source": built[1].where if built else ""}

    def _exchange(self) -> None:
        """Let the log that was built take the place of what was left; that is kept aside."""
        fresh, place = self._data / "ledger.restored", self._data / "ledger"
        if fresh.exists():
            if place.exists():
                place.rename(self._data / f"ledger.before-{self.now:%Y%m%d-%H%M%S}")
            fresh.rename(place)
            backups.sync_folder(self._data)

    def _continue(self) -> None:
        from jejak.ledger.continuing import continue_log

        if continue_log() is None:
            raise BackupRefused("Another process lets entries into this log just now; stop it.")

    def _skip_numbers(self) -> int:
        """Leave numbers out, once more for each restore that the log holds beyond the backup."""
        since = beyond(start=self.manifest.snapshot.size, end=self.journal.done["log"]["size"])
        restored = sum(one.kind == RESTORED.name for one in since)
        return reopening.skip_numbers(self.found.urls.owner, restored=restored)

    def _retain(self) -> dict[str, int]:
        from jejak.trail import actions

        went = actions.run_retention(now=self.now, force=self.wish.force)
        return {one.code: sum(part.rows for part in one.gone) for one in went}

    def _end(self) -> dict[str, int]:
        return dict(reopening.end_all(now=self.now))

    def _recheck(self) -> list[str]:
        from jejak.access import actions

        return actions.recheck_staff(now=self.now)

    def _sequence(self) -> None:
        from jejak.config.standing import record_restore
        from jejak.ledger import sequencing

        record_restore(self.manifest, published=self.journal.done["log"]["size"], now=self.now)
        sequencing.sequence()

    def _report(self) -> dict[str, Any]:
        """Return the report, written where only its owner reads it."""
        log = self.journal.done["log"]
        path = self._data / f"restored-{self.manifest.name}.json"
        made = Restored(
            backup=self.manifest.name,
            taken=self.manifest.taken.isoformat(),
            restored=self.now.isoformat(timespec="seconds"),
            known=self.manifest.snapshot.size,
            published=log["size"],
            source=log["source"],
            beyond=beyond(start=self.manifest.snapshot.size, end=log["size"]),
            retention=self.journal.done["retention"],
            ended=self.journal.done["ended"],
            staff=self.journal.done["recheck"],
            report=str(path),
        )
        told = asdict(made)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(told, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        return told
