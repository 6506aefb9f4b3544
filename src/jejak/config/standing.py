"""How a restored node stands: which keys are its own, which schema it knows, what its log holds beyond its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jejak.formats import merkle, note, tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.kernel.settings import settings
from jejak.ledger import following
from jejak.ledger.rules import Entry
from jejak.ledger.sources import read_tile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import psycopg

    from jejak.formats.backupmanifest import Manifest
    from jejak.kernel.keys import Keyring
    from jejak.ledger.sources import Source

ACTION: Final = "backup.restored"


@dataclass(frozen=True, slots=True)
class Beyond:
    """An entry that was published and that the restored database did not know.

    ``record`` where it is published opened; ``found`` where its record waited in the database, so that nothing is lost.
    """

    index: int
    kind: str
    found: bool
    record: dict[str, Any] | None


def verifier_keys_of(origin: str, ring: Keyring) -> list[str]:
    """Return the verifier keys that the ledger keys of a keyring have under a log's name, the active one first."""
    secrets = [key.secret for key in reversed(ring.all("ledger"))]
    return [note.key_of(name=origin, kind=note.ED25519, private_key=secret).text for secret in secrets]


def unknown_migrations(manifest: Manifest) -> list[str]:
    """Return the migrations in a backup that this Jejak does not have; Django must be ready."""
    from django.db.migrations.loader import MigrationLoader

    here = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    ours = {app for app, _name in here}
    told = [(app, name) for app, names in manifest.migrations.items() for name in names]
    return [f"{app}.{name}" for app, name in told if app in ours and (app, name) not in here]


def root_of_rows(connection: psycopg.Connection[Any], packed: Source) -> tuple[int, bytes]:
    """Return size and root of the log as the rows of the database give it.

    Of an entry whose record was lost to an earlier restore the row says nothing; its place in the packed log does.
    """
    tree = merkle.Range()
    with connection.cursor(name="entries") as rows:
        rows.itersize = 10_000
        rows.execute(
            "select place.index, record.kind, record.schema, record.commitment from ledger_place place "
            "left join ledger_record record on record.id = place.record_id order by place.index"
        )
        for index, kind, schema, commitment in rows:
            entry = _packed(packed, index) if commitment is None else Entry(kind, schema, bytes(commitment)).encode()
            tree.append(merkle.hash_leaf(entry))
    return tree.size, tree.root()


def _packed(source: Source, index: int) -> bytes:
    from jejak.ledger import archive

    head = archive.published(source)
    bundle = index // WIDTH
    width = min((head.size if head else 0) - bundle * WIDTH, WIDTH)
    return tiles.unbundle(read_tile(source, Tile(ENTRIES, bundle, width)), width=width)[index % WIDTH]


def beyond(*, start: int, end: int) -> list[Beyond]:
    """Return the entries of the node's log from ``start`` to ``end``, each proved to be in it."""
    return list(_beyond(start, end)) if end > start else []


def _beyond(start: int, end: int) -> Iterator[Beyond]:
    from jejak.config.registries import ledger_kinds
    from jejak.ledger.models import Place
    from jejak.ledger.sequencing import log_files

    files = log_files()
    head = files.head()
    if head is None:
        return
    places = Place.objects.filter(index__range=(start, end - 1), record__isnull=False)
    found = set(places.values_list("index", flat=True))
    kinds = ledger_kinds()
    for seen in following.entries_between(files, start=start, head=head):
        if seen.index < end:
            kind = kinds.get(seen.kind)
            name = kind.name if kind else f"kind {seen.kind}"
            yield Beyond(seen.index, name, seen.index in found, seen.record)


def record_restore(manifest: Manifest, *, published: int, now: datetime) -> None:
    """Say in the trail and, for everybody to read, in the ledger that a backup was restored; once."""
    from django.db import transaction

    from jejak.ledger import actions as ledger
    from jejak.trail.actions import Machine, record
    from jejak.trail.models import Entry as TrailEntry

    known = manifest.snapshot.size
    if TrailEntry.objects.filter(action=ACTION, detail__backup=manifest.name, at__gte=manifest.taken).exists():
        return  # an earlier run of this restore came as far as here
    with transaction.atomic():
        number = ledger.announce_restored(known=known, published=max(published, known), taken=manifest.taken, now=now)
        machine = Machine(0, settings().node_name)
        detail = {"backup": manifest.name, "known": known, "published": published, "record": number}
        record(by=machine, action=ACTION, purpose="restore", detail=detail, at=now)
