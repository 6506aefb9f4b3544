"""The sequencer: gives what waits its places, writes the tiles, and signs that the log has grown.

One at a time, in this order; after a ``kill -9`` between any two steps the next run goes on::

    placed     places given and the new root noted in the database, not committed
    committed  from here on these entries have these places for ever
    written    the tiles lie on disk
    swapped    the head outside the database is the new tree: no other tree of this size will be signed
    published  the signed checkpoint lies where everybody reads it

What was committed and not written is written from the database by the next run, byte for byte the same.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connection, transaction

from jejak.formats import checkpoint, merkle, note
from jejak.formats.checkpoint import Checkpoint
from jejak.formats.tiles import WIDTH
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.ledger import opening
from jejak.ledger.errors import LogAhead, LogForked
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.models import Place, State
from jejak.ledger.rules import MAGIC, Entry, Growth, grown, origin_of
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jejak.formats.tiles import Tile

MOST_AT_ONCE: Final = 1 << 16
_LOCK: Final = 7620210831


def _quiet(_step: str) -> None:
    """Tell nobody."""


def log_files() -> LogFiles:
    """Return this node's log."""
    return LogFiles(settings().data / "ledger")


def sequence(*, step: Callable[[str], None] = _quiet, most: int = MOST_AT_ONCE) -> Checkpoint | None:
    """Return the latest signed tree once nothing waits any more; ``None`` if another process is at it.

    ``step`` hears the name of each step when it is done.

    :raises LogForked: files and database tell two histories.
    :raises LogAhead: the published log holds more than the database.
    :raises LogUnwritable: the disk is full, or the folder cannot be written to.
    """
    with alone() as here:
        if not here:
            return None
        files = log_files()
        head = _finished(files, step)
        while True:
            fresh, growth = _placed(files, head, most, step)
            if growth is None:
                return head
            head = _signed(files, head, fresh, [growth.take()], step)


@contextmanager
def alone() -> Iterator[bool]:
    """Give whether this process alone sequences, for as long as it does."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        here = bool(cursor.fetchone()[0])
    try:
        yield here
    finally:
        if here and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


def _finished(files: LogFiles, step: Callable[[str], None]) -> Checkpoint:
    """Return the signed tree after what an earlier run left half done is finished."""
    head = files.head()
    state = _state(head)
    if head and head.origin != state.origin:
        raise LogForked(f"the files are of the log {head.origin!r}, the database of {state.origin!r}")
    size = head.size if head else 0
    if size > state.size:
        raise LogAhead(f"{size} entries are published, the database knows {state.size}")
    if size == state.size and head:
        if head.root != bytes(state.root):
            raise LogForked(f"two trees of {size} entries")
        if not _is_published(files, head):
            publish(files, head)
        return head
    here = Checkpoint(state.origin, state.size, bytes(state.root))
    rehearsal = _grown(files, head)
    for _changed in _regrown(rehearsal, here.size):
        """Nothing is written before it is known that it gives the right tree."""
    if rehearsal.root() != here.root:
        raise LogForked(f"the places up to {state.size} do not give the tree that was noted")
    return _signed(files, head, here, _regrown(_grown(files, head), here.size), step)


@transaction.atomic
def _state(head: Checkpoint | None) -> State:
    """Return the state row, made for a new log."""
    origin = head.origin if head else origin_of(settings().base_url)
    empty = {"origin": origin, "size": 0, "root": merkle.EMPTY_ROOT}
    return State.objects.select_for_update().get_or_create(pk=1, defaults=empty)[0]


def _grown(files: LogFiles, head: Checkpoint | None) -> Growth:
    if head is None:
        return Growth()
    growth = grown(size=head.size, fetch=files.read)
    if growth.root() != head.root:
        raise LogForked(f"the tiles do not give the tree of {head.size} entries that was signed")
    return growth


def _regrown(growth: Growth, size: int) -> Iterator[list[tuple[Tile, bytes]]]:
    """Yield the tiles of a log that grows to ``size`` from the database, part by part: all of it may be missing."""
    while growth.size < size:
        end = min((growth.size // MOST_AT_ONCE + 1) * MOST_AT_ONCE, size)
        growth.add(_entries(growth.size, end))
        yield growth.take()


def _entries(start: int, end: int) -> list[bytes]:
    """Return the entries at the places from ``start`` to ``end``.

    :raises LogForked: the database does not know them all, as after a backup was restored and then the files were lost.
    """
    places = Place.objects.filter(index__range=(start, end - 1)).order_by("index")
    rows = list(places.values_list("record__kind", "record__schema", "record__commitment"))
    if len(rows) != end - start or any(row[2] is None for row in rows):
        raise LogForked(f"the database does not know all entries from {start} to {end}; put the log's files back")
    return [Entry(kind, schema, bytes(commitment)).encode() for kind, schema, commitment in rows]


def _placed(
    files: LogFiles, head: Checkpoint, most: int, step: Callable[[str], None]
) -> tuple[Checkpoint, Growth | None]:
    """Return the tree with what waited, its places committed; without a growth if nothing did."""
    with transaction.atomic():
        state = State.objects.select_for_update().get(pk=1)
        if (state.size, bytes(state.root)) != (head.size, head.root):
            raise LogForked("somebody else has given places meanwhile")
        with psycopg.Cursor(connection.connection) as cursor:  # in bytes, for text of bytes doubles their number
            values = {"most": most, "size": head.size}
            rows = cursor.execute(sql.load("ledger", "place").encode(), values, binary=True).fetchall()
        if not rows:
            return head, None
        growth = _grown(files, head)
        growth.add([MAGIC + bytes(named) + commitment for *named, commitment in rows])
        state.size, state.root = growth.size, growth.root()
        state.save(update_fields=["size", "root"])
        step("placed")
    step("committed")
    return Checkpoint(head.origin, growth.size, growth.root()), growth


def _signed(
    files: LogFiles,
    head: Checkpoint | None,
    fresh: Checkpoint,
    parts: Iterable[list[tuple[Tile, bytes]]],
    step: Callable[[str], None],
) -> Checkpoint:
    """Return the fresh tree once it is written, noted as the head, signed and published."""
    full: list[Tile] = []
    with files.locked():
        files.require_head(head)
        for changed in parts:
            files.write(changed)
            full += [tile for tile, _data in changed if tile.width == WIDTH]
        opening.publish(files, start=head.size if head else 0, end=fresh.size)
        step("written")
        files.swap(old=head, new=fresh)
        step("swapped")
    publish(files, fresh)
    files.forget_partial(full)
    step("published")
    return fresh


def publish(files: LogFiles, head: Checkpoint) -> None:
    """Sign the head with every ledger key, the active one first, so that a rotation breaks nobody's check."""
    keys = [key.secret for key in reversed(keyring().all("ledger"))]
    signatures = tuple(note.signature_of(head.text, name=head.origin, private_key=key) for key in keys)
    with files.locked():  # or a cosignature that comes in now would bring the older checkpoint back
        files.publish("checkpoint", note.Note(head.text, signatures).encode())


def _is_published(files: LogFiles, head: Checkpoint) -> bool:
    """Return whether the published checkpoint is the head's, signed by the active key too."""
    data = files.published()
    try:
        return data is not None and checkpoint.open(data, log=verifier_keys(head.origin)[0]).checkpoint == head
    except note.NoteError:
        return False


def verifier_keys(origin: str) -> list[str]:
    """Return the verifier keys of this node's log, the active one first."""
    secrets = [key.secret for key in reversed(keyring().all("ledger"))]
    return [note.key_of(name=origin, kind=note.ED25519, private_key=secret).text for secret in secrets]
