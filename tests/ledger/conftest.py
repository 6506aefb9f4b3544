"""A node's ledger with files of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from jejak.ledger.rules import Kind

if TYPE_CHECKING:
    from jejak.ledger.logfiles import LogFiles

NOTE = Kind(201, "tests.note")
NOTICE = Kind(202, "tests.notice", opened=True)


@pytest.fixture
def log(transactional_db: None) -> Iterator[LogFiles]:
    """The node's log, empty; its files are removed afterwards as the tables are emptied."""
    from jejak.ledger import sequencing

    files = sequencing.log_files()
    shutil.rmtree(files.folder, ignore_errors=True)
    yield files
    shutil.rmtree(files.folder, ignore_errors=True)


@pytest.fixture
def append(transactional_db: None) -> Callable[..., list[int]]:
    """Appends so many records, numbered from ``first``, in a transaction of their own."""
    from django.db import transaction

    from jejak.ledger import actions

    def made(count: int, *, first: int = 0, kind: Kind = NOTE) -> list[int]:
        with transaction.atomic():
            return actions.append_all(kind=kind, records=[{"number": first + number} for number in range(count)])

    return made
