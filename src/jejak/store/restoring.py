"""The mark of a node that is being restored: while it is there nothing is answered; it says which steps are done."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from jejak.store.backups import MARK, sync_folder
from jejak.store.errors import BackupRefused, NodeRestoring

if TYPE_CHECKING:
    from pathlib import Path


def marked(data: Path) -> bool:
    """Return whether a data directory is being restored."""
    return (data / MARK).exists()


def require_open(data: Path) -> None:
    """Return if no restore is under way.

    :raises NodeRestoring: one is.
    """
    if marked(data):
        raise NodeRestoring(f"{NodeRestoring.__doc__} ({data / MARK})")


@dataclass(slots=True)
class Journal:
    """How far the restore of one backup has come; kept on the disk after every step, so that a killed one goes on."""

    data: Path
    backup: str
    done: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, data: Path, *, backup: str) -> Self:
        """Return the journal of a restore, the one that was begun if there is any.

        :raises BackupRefused: another backup is being restored here.
        """
        try:
            told = json.loads((data / MARK).read_text())
        except FileNotFoundError:
            made = cls(data, backup)
            made._save()
            return made
        if told["backup"] != backup:
            message = f"{told['backup']} is being restored here; go on with that one, or begin with an empty directory."
            raise BackupRefused(message)
        return cls(data, backup, told["done"])

    def note(self, step: str, what: Any = True) -> None:  # noqa: ANN401, FBT002 - whatever JSON holds; most steps say nothing
        """Note that a step is done, with what the report needs of it."""
        self.done[step] = what
        self._save()

    def end(self) -> None:
        """Take the mark away: the node may open."""
        (self.data / MARK).unlink()
        sync_folder(self.data)

    def _save(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        fresh = self.data / f".{MARK}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"backup": self.backup, "done": self.done}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.data / MARK)
        sync_folder(self.data)
