"""Taking in a file of premises: looked at first, agreed to, then stored in portions of which each is whole."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from django.db import IntegrityError, connection, transaction

from jejak.formats import shortcode
from jejak.formats.tablefiles import UnreadableFile, lines
from jejak.kernel.ids import uuid7
from jejak.premises import tablecolumns
from jejak.premises.actions.premises import columns
from jejak.premises.actions.rows import CHANNEL, PURPOSE
from jejak.premises.errors import UnknownImport
from jejak.premises.importing import LONGEST_NAME, Judged, Reading, compare, judged
from jejak.premises.models import Import, ImportRow, Poster, Premises
from jejak.premises.queries import ImportOf, read_import
from jejak.premises.rules import stay_bounds, tidy
from jejak.store import sql
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from jejak.formats.tablefiles import Limits
    from jejak.trail.rules import Actor

PORTION: Final = 500
"""Rows that are stored, or not, together."""
_TRIES: Final = 3
_COPY: Final = "copy premises_importrow (source_id, number, cells, outcome, reasons) from stdin"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers for an import in the trail; number 0 is whoever runs the node."""

    id: int | None
    name: str


def preview_import(
    *,
    file: BinaryIO,
    name: str,
    owner: int | None,
    by_name: str,
    limits: Limits,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> ImportOf:
    """Return a file looked at: every row kept with what would become of it, and nothing registered yet.

    The same file by the same account is the same import, whatever state it is in. ``owner`` is the account that will
    have the premises, ``None`` for nobody.

    :raises UnreadableFile: it is no table of premises, or larger than agreed.
    """
    digest = _digest(file)
    there = Import.objects.filter(by_id=owner, digest=digest).first()
    if there is None:
        try:
            there = _previewed(file, _shown(name), digest, owner, by_name, limits, now, progress)
        except IntegrityError as error:
            if "premises_import_once" not in str(error):
                raise
            there = Import.objects.get(by_id=owner, digest=digest)  # sent twice in one moment
    return read_import(there)


@transaction.atomic
def confirm_import(*, by: Actor, uuid: UUID, now: datetime) -> ImportOf:
    """Return a file that its sender agreed to; `take_import` may take it in. Twice changes nothing.

    :raises UnknownImport: this account sent none such.
    """
    row = Import.objects.select_for_update().filter(by_id=by.id, uuid=uuid).first()
    if row is None:
        raise UnknownImport
    _agree(row, now=now)
    return read_import(row)


@transaction.atomic
def agree_to_import(*, number: int, now: datetime) -> None:
    """Agree to a file at the terminal, where whoever runs the node sends it."""
    _agree(Import.objects.select_for_update().get(pk=number), now=now)


def take_import(
    *, number: int, clock: Callable[[], datetime], progress: Callable[[int], None] | None = None
) -> ImportOf:
    """Return a file that was agreed to, taken in to its end; killed half-way and repeated, nothing is doubled.

    Two that take in the same file at once share its portions. ``progress`` hears how many rows were stored.
    """
    while done := _portion(number, now=clock()):
        if progress:
            progress(done)
    return _finished(number, now=clock())


def _agree(row: Import, *, now: datetime) -> None:
    if row.confirmed_at is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])


@transaction.atomic
def _previewed(
    file: BinaryIO,
    name: str,
    digest: str,
    owner: int | None,
    by_name: str,
    limits: Limits,
    now: datetime,
    progress: Callable[[int], None] | None,
) -> Import:
    row = Import.objects.create(digest=digest, name=name, by_id=owner, by_name=by_name, previewed_at=now)
    reading = Reading(owner)
    received = 0
    with connection.cursor() as cursor:
        for portion in judged(lines(file, limits=limits), reading=reading):
            with cursor.copy(_COPY) as copy:
                for it in portion:
                    copy.write_row((row.pk, it.number, json.dumps(it.cells), it.outcome, json.dumps(it.reasons)))
            received += len(portion)
            if progress:
                progress(received)
    if not received:
        raise UnreadableFile("empty")
    row.received, row.ignored = received, reading.ignored[:50]
    row.save(update_fields=["received", "ignored"])
    return row


@transaction.atomic
def _portion(number: int, *, now: datetime) -> int:
    """Return how many rows were settled in one transaction; 0 where none is left."""
    row = Import.objects.select_for_update().get(pk=number)
    if row.confirmed_at is None or row.finished_at is not None:
        return 0
    found = list(ImportRow.objects.filter(source=row, outcome="ready").order_by("number")[:PORTION])
    again = [Judged(it.number, it.cells, "ready", [], tablecolumns.details_of(it.cells)[0]) for it in found]
    for each in again:
        if each.details is None:  # the rules have become stricter since the preview
            each.outcome, each.reasons = "rejected", [list(it) for it in tablecolumns.details_of(each.cells)[1]]
    compare(again, owner=row.by_id)
    fresh = [(it, each) for it, each in zip(found, again, strict=True) if each.outcome == "ready" and each.details]
    made = _registered([each for _it, each in fresh], owner=row.by_id, now=now)
    for _it, each in fresh:
        each.outcome = "accepted"
    became = {it.pk: premises.pk for (it, _each), premises in zip(fresh, made, strict=True)}
    with connection.cursor() as cursor:
        settled: dict[str, Any] = {
            "ids": [it.pk for it in found],
            "outcomes": [each.outcome for each in again],
            "reasons": [json.dumps(each.reasons) for each in again],
            "premises": [became.get(it.pk) for it in found],
        }
        cursor.execute(sql.load("premises", "import_settle"), settled)
    if made:
        sender = Sender(row.by_id or 0, row.by_name)
        detail = {"import": row.pk, "first": made[0].pk, "last": made[-1].pk, "premises": len(made)}
        trail.record(by=sender, action="premises.imported", purpose=PURPOSE, detail=detail, at=now)
    return len(found)


@transaction.atomic
def _finished(number: int, *, now: datetime) -> ImportOf:
    row = Import.objects.select_for_update().get(pk=number)
    it = read_import(row)
    if row.confirmed_at is not None and row.finished_at is None and not it.ready:
        row.finished_at = now
        row.received, row.accepted, row.duplicate, row.rejected = it.received, it.accepted, it.duplicate, it.rejected
        row.save()
        with connection.cursor() as cursor:  # one reading of all posters instead of one for each
            cursor.execute("select pg_notify(%s, 'all')", [CHANNEL])
        it = read_import(row)
    return it


def _registered(rows: list[Judged], *, owner: int | None, now: datetime) -> list[Premises]:
    """Return the rows as premises, each with its first poster."""
    made = []
    for row in rows:
        if row.details is None:
            continue
        stay, longest = stay_bounds(kind=row.details.kind)
        values = columns(row.details)
        made.append(
            Premises(uuid=uuid7(), owner_id=owner, stay_minutes=stay, longest_minutes=longest, created_at=now, **values)
        )
    Premises.objects.bulk_create(made)
    codes = _free_codes(len(made))
    Poster.objects.bulk_create(
        Poster(premises=premises, short_code=code, issued_at=now, issued_by_id=owner)
        for premises, code in zip(made, codes, strict=True)
    )
    return made


def _free_codes(many: int) -> list[str]:
    """Return so many short codes that no poster has; the constraint refuses one taken in this very moment."""
    free: set[str] = set()
    for _ in range(_TRIES):
        drawn = {shortcode.make(secrets.randbits(shortcode.RANDOM_BITS)) for _ in range(many - len(free))} - free
        free |= drawn - set(Poster.objects.filter(short_code__in=drawn).values_list("short_code", flat=True))
        if len(free) == many:
            break
    while len(free) < many:
        free.add(shortcode.make(secrets.randbits(shortcode.RANDOM_BITS)))
    return list(free)


def _digest(file: BinaryIO) -> str:
    found = sha256()
    file.seek(0)
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()


def _shown(name: str) -> str:
    return tablecolumns.kept(tidy(name))[:LONGEST_NAME] or "?"
