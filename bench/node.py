"""A node for a bench: its database runs and has all tables while the block runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.store.connections import Database


@contextmanager
def running(kept: Path | None = None, *, clients: bool = False) -> Iterator[tuple[Database, Path]]:
    """Give a node's database and its data directory: the one to keep, or a temporary one, removed with its place.

    With ``clients``, Django's test client may ask, also as staff, who need no second factor on a demo node.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="jejak-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["JEJAK_DATA"] = str(folder)
    from jejak.config import node
    from jejak.kernel.settings import settings
    from jejak.store.place import place_for, remove

    settings.cache_clear()
    try:
        with node.database() as (found, _server):
            node.django_ready()
            node.migrate(found)
            node.collect_static()
            from django.conf import settings as django_settings
            from django.db import connections

            if clients:
                django_settings.ALLOWED_HOSTS, django_settings.JEJAK_DEMO = ["*"], True
            try:
                yield found, folder
            finally:
                connections.close_all()
    finally:
        if kept is None:
            remove(place_for(folder))
            shutil.rmtree(folder, ignore_errors=True)
