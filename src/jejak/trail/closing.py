"""Closing days: an agency's trail of a day becomes one entry of the ledger, and each row can be proved from it."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from jejak.formats import merkle
from jejak.kernel.places import local_day, local_midnight
from jejak.ledger import actions as ledger
from jejak.ledger import queries as ledger_queries
from jejak.ledger.rules import SALT_BYTES
from jejak.store import sql
from jejak.trail import rules
from jejak.trail.entries import DAY
from jejak.trail.models import Day, Entry, Leaf, Subject
from jejak.trail.rules import Part, RowProof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from jejak.ledger.queries import Kept

AT_ONCE: Final = 5000
_LOCK: Final = 7620210832


@transaction.atomic
def close_days(*, now: datetime, node: str) -> list[Day]:
    """Return the days just closed: of each agency all rows up to the last local midnight that are in no day yet.

    Rows of accounts without an agency are the ``node``'s. A row that is committed after its day was closed enters the
    next.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    today = local_day(now)
    day = today - timedelta(days=1)
    closed = set(Day.objects.filter(day=day).values_list("agency", flat=True))
    rows: dict[str, list[tuple[Part, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("trail", "open_rows"), {"before": local_midnight(today)})
        for part, row, agency in cursor.fetchall():
            rows.setdefault(agency or node, []).append((Part(part), row))
    return [_close(agency, day, wanted) for agency, wanted in sorted(rows.items()) if agency not in closed]


def _close(agency: str, day: date, wanted: list[tuple[Part, int]]) -> Day:
    salted = [(part, number, row, os.urandom(SALT_BYTES)) for part, number, row in _told(wanted)]
    hashes = [_leaf(row, salt, DAY.schema) for _part, _number, row, salt in salted]
    record = ledger.append(kind=DAY, record=rules.day_record(agency=agency, day=day.isoformat(), hashes=hashes))
    made = Day.objects.create(agency=agency, day=day, leaves=len(hashes), record=record)
    leaves = (
        Leaf(day=made, position=position, part=part, row=number, salt=salt, hash=found)
        for position, ((part, number, _row, salt), found) in enumerate(zip(salted, hashes, strict=True))
    )
    Leaf.objects.bulk_create(leaves, batch_size=AT_ONCE)
    return made


def _leaf(row: Mapping[str, Any], salt: bytes, schema: int) -> bytes:
    told, opened = rules.told(row=row, salt=salt, schema=schema)
    return rules.leaf_of(row=told, salt=opened)


def _told(wanted: Sequence[tuple[Part, int]]) -> Iterator[tuple[Part, int, Mapping[str, Any]]]:
    """Yield rows with what they say, in the order asked for; one that is not there is left out."""
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        entries = Entry.objects.in_bulk([number for part, number in some if part is Part.ENTRY])
        numbers = [number for part, number in some if part is Part.SUBJECT]
        subjects = {one.pk: one for one in Subject.objects.filter(pk__in=numbers).select_related("entry")}
        for part, number in some:
            if part is Part.ENTRY and number in entries:
                yield part, number, _entry(entries[number])
            elif part is Part.SUBJECT and number in subjects:
                found = subjects[number]
                yield part, number, rules.subject_row(entry=found.entry.uuid, person=found.person_id)


def _entry(entry: Entry) -> Mapping[str, Any]:
    return rules.entry_row(
        uuid=entry.uuid,
        at=entry.at,
        by_id=entry.by_id,
        by_name=entry.by_name,
        agency=entry.agency,
        action=entry.action,
        purpose=(entry.kind, entry.reference, entry.purpose),
        refused=entry.refused,
        detail=entry.detail,
    )


def row_proof(*, part: Part, number: int) -> RowProof | None:
    """Return the proof that a row was in its day's tree; ``None`` while its day is open, and once it is deleted.

    Of entries in days of schema 1 there is none, for it would tell which officer it was.
    """
    leaf = Leaf.objects.filter(part=part, row=number).select_related("day").first()
    there = list(_told([(part, number)]))
    if leaf is None or leaf.salt is None or not there:
        return None
    schema = ledger_queries.entry(leaf.day.record).schema
    if part is Part.ENTRY and schema == 1:
        return None
    row, salt = rules.told(row=there[0][2], salt=bytes(leaf.salt), schema=schema)
    hashes = _hashes(leaf.day)

    def read(level: int, index: int) -> bytes:
        return merkle.root_of(hashes[index << level : (index + 1) << level])

    path = merkle.inclusion_path(index=leaf.position, size=len(hashes), read=read)
    return RowProof(row, salt, leaf.position, len(hashes), tuple(path), leaf.day.record)


def _hashes(day: Day) -> list[bytes]:
    return [bytes(found) for found in day.tree.order_by("position").values_list("hash", flat=True)]


def differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield what differs between the days that the ledger commits to and the rows there are; for `fsck --database`.

    Without records, the days that no entry knows.
    """
    if not records:
        yield from _days_put_in()
        return
    days = {day.record: day for day in Day.objects.filter(record__in=[kept.number for kept in records])}
    for kept in records:
        day = days.get(kept.number)
        if day is None:
            yield f"the trail's day of record {kept.number} is gone"
        elif kept.record is not None:
            yield from _day_differences(day, kept.record, kept.schema)


def _days_put_in() -> Iterable[str]:
    """Yield the days that the ledger knows nothing of: what stands in one is never closed, and could be changed."""
    days = {day.record: day for day in Day.objects.order_by("pk")}
    for record in sorted({*days} - ledger_queries.of_kind(DAY, numbers=days)):
        yield f"the trail's day {days[record]} claims record {record}, which is no day's"


def _day_differences(day: Day, record: Mapping[str, Any], schema: int) -> Iterable[str]:
    if rules.day_record(agency=day.agency, day=day.day.isoformat(), hashes=_hashes(day)) != dict(record):
        yield f"the trail of {day} has other leaves than the ledger committed to"
    elif day.leaves != record.get("leaves"):
        yield f"the trail's day {day} says {day.leaves} leaves, and the ledger {record.get('leaves')}"
    leaves = list(day.tree.order_by("position"))
    there = {(part, number): row for part, number, row in _told([(Part(leaf.part), leaf.row) for leaf in leaves])}
    excused = _deleted(day.day)
    for leaf in leaves:
        row, name = there.get((Part(leaf.part), leaf.row)), f"trail {Part(leaf.part).name.lower()} {leaf.row} of {day}"
        if row is None:
            if not excused:
                yield f"{name} is gone, and no retention entry covers it"
        elif leaf.salt is None or _leaf(row, bytes(leaf.salt), schema) != bytes(leaf.hash):
            yield f"{name} was changed since the ledger committed to it"


def _deleted(day: date) -> bool:
    """Return whether a published retention entry says that the trail of this day was deleted."""
    return ledger_queries.kept_from(of="trail") > day
