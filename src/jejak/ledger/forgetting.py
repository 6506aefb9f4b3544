"""What the published retention entries cover: which days are gone, and which records of the ledger itself may be.

An entry carries no date of its own, and a date beside it in the database is anybody's who can write there. But every
night's run is an entry that says its day, so whatever stands before it in the log is older. Only runs are believed
whose record is the one that the log commits to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.db import connections
from django.db.models import Q
from django.db.models.expressions import RawSQL

from jejak.formats import tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.kernel.places import local_midnight
from jejak.ledger import rules
from jejak.ledger.entries import RESTORED, RETENTION_RUN
from jejak.ledger.models import Record, Waiting
from jejak.ledger.sequencing import log_files
from jejak.store import retention
from jejak.store.retention import Gone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLASS: Final = "ledger"
NEVER: Final = date.min
LAST: Final = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Run:
    """A published run of retention over one class; ``index`` is ``None`` while it waits for the log."""

    index: int | None
    of: str
    on: date | None
    kept_from: date

    @property
    def impossible(self) -> bool:
        """Whether it keeps less than its own day; schema 1 did not say the day."""
        return self.on is not None and self.kept_from > self.on


def restored() -> list[range]:
    """Return the places whose records may have gone with a restored backup, as published entries say."""
    known = Q(place__isnull=False) | Q(pk__in=Waiting.objects.values("record_id"))
    found = Record.objects.filter(known, kind=RESTORED.number, opened=True).select_related("place")
    held = _Held()
    return [told for record in found if held.commits_to(record) and (told := _lost(record)) is not None]


def runs(*, of: str = "") -> Iterator[Run]:
    """Yield the runs that hold, of one class or all, from the latest ``kept_from`` back."""
    known = Q(place__isnull=False) | Q(pk__in=Waiting.objects.values("record_id"))
    found = Record.objects.filter(known, kind=RETENTION_RUN.number, opened=True).select_related("place")
    if of:
        found = found.filter(record__contains=f'"class":{json.dumps(of)}')
    held = _Held()
    # No cast to JSON: one row that was changed into something else would fail the question about all.
    latest = RawSQL("""substring(record from '"kept_from":"([0-9]{4}-[0-9]{2}-[0-9]{2})"')""", []).desc(nulls_last=True)
    for record in found.order_by(latest).iterator():
        run = _run(record) if held.commits_to(record) else None
        if run is not None and not run.impossible and (not of or run.of == of):
            yield run


def impossible() -> Iterator[str]:
    """Yield a sentence for each run that says more is gone than any run takes; it covers nothing."""
    for record in Record.objects.filter(kind=RETENTION_RUN.number, record__isnull=False).order_by("pk").iterator():
        run = _run(record)
        if run is not None and run.impossible:
            what = f"record {record.pk}, a retention run of {run.of} on {run.on}"
            yield f"{what}, claims that all before {run.kept_from} is gone"


def _run(record: Record) -> Run | None:
    """Return what a record says of a run; nothing where somebody else than Jejak wrote it, which `fsck` names."""
    told, place = record.told or {}, getattr(record, "place", None)
    try:
        on = date.fromisoformat(told["on"]) if told.get("on") else None
        return Run(place.index if place else None, str(told["class"]), on, date.fromisoformat(told["kept_from"]))
    except (KeyError, TypeError, ValueError):
        return None


def _lost(record: Record) -> range | None:
    told = record.told or {}
    try:
        return range(told["known"], told["published"])
    except (KeyError, TypeError):
        return None


def kept_from(*, of: str) -> date:
    """Return before which day nothing of a class is left; a period that is longer since brings none back."""
    latest = next(runs(of=of), None)
    return latest.kept_from if latest else NEVER


def erasable(*, before: date) -> int:
    """Return the place below which every entry is older than a day: that of the last run on or before it.

    A run of an earlier day that stands behind a later one proves nothing: a clock was set back.
    """
    found = 0
    for run in sorted((run for run in runs() if run.index is not None and run.on), key=lambda run: run.index or 0):
        if run.on is None or run.on > before:
            break
        found = run.index or 0
    return found


def past_time(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many records of the ledger are past their time and lost their salt; their entries stay for ever."""
    before = on - timedelta(days=days)
    below = erasable(before=before)
    if dry_run:
        wanted = Record.objects.filter(place__index__lt=below, at__lt=local_midnight(before), opened=False)
        return [Gone("records", wanted.filter(record__isnull=False).count())]
    with connections["retention"].cursor() as cursor:
        cursor.execute("select ledger_erase(%s, %s)", [below, local_midnight(before)])
        row = cursor.fetchone()
    return [Gone("records", int(row[0]) if row else 0)]


def remaining() -> Iterable[str]:
    """Yield a sentence for each class of which there are rows that a published run says are gone."""
    for code, one in retention.classes().items():
        until = kept_from(of=code)
        if until == NEVER:
            continue
        if until > LAST:
            yield f"{code}: a retention entry says that nothing before {until} is left, and no run can have said that"
            continue
        for part in one.run(on=until + timedelta(days=one.days()), days=one.days(), dry_run=True, force=True):
            if part.rows:
                what = f"{part.rows} {part.what}" + (f" of {part.day}" if part.day else "")
                yield f"{code}: {what} are there, and a retention entry says that nothing before {until} is left"


class _Held:
    """Compares records with the log's own files, each bundle read once."""

    def __init__(self) -> None:
        files = log_files()
        head = files.head()
        self._size = size = head.size if head else 0

        @lru_cache(maxsize=64)
        def bundle(number: int) -> list[bytes]:
            tile = Tile(ENTRIES, number, min(size - number * WIDTH, WIDTH))
            return tiles.unbundle(files.read(tile), width=tile.width)

        self._bundle = bundle

    def commits_to(self, record: Record) -> bool:
        """Return whether the log commits to what a record says now, or will once it has entered."""
        if record.record is None or record.salt is None:
            return False
        made = rules.commitment(salt=bytes(record.salt), record=record.record.encode())
        if made != bytes(record.commitment):
            return False
        place = getattr(record, "place", None)
        if place is None or place.index >= self._size:
            return True  # it waits, and is published within a minute
        entry = rules.Entry(record.kind, record.schema, made).encode()
        there: bytes = self._bundle(place.index // WIDTH)[place.index % WIDTH]
        return there == entry
