"""Changing the visit log: making the days to come, dropping the days that are past, taking in files of visits."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connections
from django.db.utils import OperationalError

from jejak.kernel.keys import keyring
from jejak.kernel.places import local_day, local_midnight
from jejak.kernel.settings import settings
from jejak.store.retention import Gone
from jejak.visits import importing, queries, receipts, rowfiles, rowparsing
from jejak.visits.errors import LogBusy, TooManyDays
from jejak.visits.judging import HELD_BACK, Judgement, judge
from jejak.visits.models import Burst, Dispute, Import, Quarantined
from jejak.visits.rules import QUEUED_DAYS
from jejak.visits.writing import check_in, check_out, deny, tell_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from jejak.visits.importing import Prepared
    from jejak.visits.receipts import Counts, Receipt
    from jejak.visits.rowparsing import Places

__all__ = [  # with what lies in modules of its own, for other rooms come in by this door alone
    "HELD_BACK",
    "Dropped",
    "Judgement",
    "check_in",
    "check_out",
    "deny",
    "forget_doubts",
    "forget_quarantined",
    "idle_persons",
    "import_visits",
    "judge",
    "make_days",
    "make_partitions",
    "past_time",
    "run_retention",
    "tell_times",
]

DAYS_AHEAD: Final = 60
MOST_DAYS_AT_ONCE: Final = 31
"""More days than this with visits in them are not dropped without force: a clock 400 days ahead would drop them all."""
MOST_DAYS_MADE_AT_ONCE: Final = 200
"""Each day made holds locks until its transaction ends, and a server has a limited number of them."""
CARD_DAYS: Final = 365
"""A printed card lives so much longer than other ways in: it is meant to lie in a drawer."""
TRIES: Final = 20
WAIT_SECONDS: Final = 0.25


def _quiet(_counts: Counts, _share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A local day that went, and how many visits it held."""

    day: date
    visits: int


def make_partitions(*, now: datetime, days: int | None = None) -> int:
    """Return how many days were made so that all from ``days`` ago (those visits are kept for) to 60 ahead exist.

    :raises LogBusy: somebody holds the log for longer than the tries last.
    """
    today = local_day(now)
    back = settings().visit_days if days is None else days
    return make_days(first=today - timedelta(days=back), last=today + timedelta(days=DAYS_AHEAD))


def make_days(*, first: date, last: date) -> int:
    """Return how many days between two were made; for imports of days that nobody foresaw.

    :raises LogBusy: somebody holds the log for longer than the tries last.
    """
    total = 0
    while first <= last:
        upto = min(last, first + timedelta(days=MOST_DAYS_MADE_AT_ONCE - 1))
        made: int | None = _patiently("default", "select visits_make_partitions(%s, %s)", [first, upto])
        total, first = total + (made or 0), upto + timedelta(days=1)
    return total


def run_retention(*, on: date, days: int, dry_run: bool = False, force: bool = False) -> list[Dropped]:
    """Return the local days more than ``days`` before ``on`` that were dropped, oldest first; a second run drops none.

    With ``dry_run`` they are only counted.

    :raises TooManyDays: more than 31 days with visits in them would go at once, and nobody said ``force``.
    :raises LogBusy: somebody reads the log for longer than the tries last; what was dropped until then stays dropped.
    """
    past = [Dropped(day, queries.visits_on(day)) for day in queries.days() if day < on - timedelta(days=days)]
    if sum(one.visits > 0 for one in past) > MOST_DAYS_AT_ONCE and not force and not dry_run:
        raise TooManyDays(days=len(past))
    return past if dry_run else [_drop(one.day) for one in past]


def forget_quarantined(*, on: date, days: int, dry_run: bool = False) -> int:
    """Return how many quarantined rows went, of imports more than ``days`` before ``on``; ``dry_run`` only counts."""
    before = local_midnight(on - timedelta(days=days))
    if dry_run:
        return Quarantined.objects.filter(source__started_at__lt=before).count()
    with connections["retention"].cursor() as cursor:
        cursor.execute("select visits_forget_quarantined(%s)", [before])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def forget_doubts(*, on: date, days: int, dry_run: bool = False) -> int:
    """Return how many disputes and bursts went with the visits they are about; ``dry_run`` only counts."""
    before = local_midnight(on - timedelta(days=days))
    if dry_run:
        return Dispute.objects.filter(checked_in__lt=before).count() + Burst.objects.filter(hour__lt=before).count()
    with connections["retention"].cursor() as cursor:
        cursor.execute("select visits_forget_doubts(%s)", [before])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def past_time(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:
    """Return what of the log went, or with ``dry_run`` would go: whole days, what was said of them, quarantined rows.

    :raises TooManyDays: more than 31 days with visits in them would go at once, and nobody said ``force``.
    :raises LogBusy: somebody reads the log for longer than the tries last.
    """
    if not dry_run:
        _unmark_idle()
    dropped = run_retention(on=on, days=days, dry_run=dry_run, force=force)
    doubts = forget_doubts(on=on, days=days, dry_run=dry_run)
    quarantined = forget_quarantined(on=on, days=days, dry_run=dry_run)
    whole = [Gone("visits", one.visits, one.day) for one in dropped]
    return [*whole, Gone("disputes and unusual hours", doubts), Gone("quarantined rows", quarantined)]


def idle_persons(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many claimed persons and cards went that nobody has used for ``days`` days.

    ``days`` is longer than visits are kept, so that no token can name a person who is gone; nor can a queued check-in,
    for they go only when a run so many nights ago found nothing that keeps them. `past_time` goes before.
    """
    before, unused = local_midnight(on - timedelta(days=days)), local_midnight(on - timedelta(days=days + CARD_DAYS))
    kept, since = local_midnight(on - timedelta(days=days - QUEUED_DAYS)), on - timedelta(days=QUEUED_DAYS)
    with connections["retention"].cursor() as cursor:
        if dry_run:
            cursor.execute("select count(*) from visits_idle_persons(%s, %s)", [before, since])
            persons = int(cursor.fetchone()[0])
            cursor.execute("select count(*) from visits_past_cards(%s, %s, %s)", [before, unused, kept])
            return [Gone("cards", int(cursor.fetchone()[0])), Gone("persons", persons)]
        cursor.execute("select what, rows from visits_forget_idle(%s, %s, %s, %s)", [before, unused, kept, since])
        return [Gone(what, rows) for what, rows in cursor.fetchall()]


def _unmark_idle() -> None:
    """Let whoever something keeps now count anew, before tonight's deletions free them."""
    with connections["retention"].cursor() as cursor:
        cursor.execute("select visits_unmark_idle()")


def _drop(day: date) -> Dropped:
    visits: int | None = _patiently("retention", "select visits_drop_partition(%s)", [day])
    return Dropped(day, visits or 0)


def _patiently(alias: str, statement: str, values: list[date]) -> int | None:
    """Run a statement that gives up quickly when it must wait, until it does not have to."""
    for attempt in range(TRIES):
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(statement, values)
                row = cursor.fetchone()
                return row[0] if row else None
        except OperationalError as error:
            waited = isinstance(error.__cause__, psycopg.errors.LockNotAvailable)
            if not waited or connections[alias].in_atomic_block:
                raise
            time.sleep(WAIT_SECONDS * (1 + attempt / 4))
    raise LogBusy


def import_visits(
    path: Path, *, now: datetime, clock: Callable[[], datetime], progress: Callable[[Counts, float], None] = _quiet
) -> Receipt:
    """Return the receipt of a file of visits; what was taken in before stays as it is, so a file may come again.

    Rows that cannot be taken are quarantined, sealed, with a reason. ``progress`` hears the counts so far and the
    share of the file that is done; ``clock`` tells when it ended.

    :raises UnreadableFile: it is neither CSV nor Parquet, or a needed column is missing.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    source, _ = Import.objects.get_or_create(digest=digest, defaults={"name": path.name, "started_at": now})
    counts, places = receipts.Counts(), importing.known_places()
    kept_from = local_midnight(local_day(now) - timedelta(days=settings().visit_days))
    there = set(queries.days())
    for prepared in _prepared(path, places=places, latest=now + timedelta(minutes=10)):
        for day in sorted(prepared.rows.days() - there):
            make_days(first=day, last=day)
            there.add(day)
        importing.store(prepared=prepared, places=places, source=source, counts=counts, kept_from=kept_from)
        counts.ignored = prepared.batch.ignored
        progress(counts, prepared.batch.share)
    ended = clock()
    for name in ("received", "accepted", "duplicate", "quarantined"):
        setattr(source, name, getattr(counts, name))
    source.finished_at = ended
    source.save()
    key = keyring().active("receipt")
    return receipts.receipt(
        counts=counts,
        node=settings().node_id,
        file=path.name,
        digest=digest,
        started_at=now,
        finished_at=ended,
        key=key.id,
        secret=key.secret,
    )


def _prepared(path: Path, *, places: Places, latest: datetime) -> Iterator[Prepared]:
    """Return a file's batches ready to be stored; the next is read and parsed while the database stores the last."""

    def following() -> Prepared | None:
        batch = next(unread, None)
        if batch is None:
            return None
        rows = rowparsing.parse(batch, places=places, latest=latest)
        return importing.prepare(batch=batch, rows=rows, places=places)

    unread = rowfiles.batches(path)
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(following)
        while (prepared := coming.result()) is not None:
            coming = reader.submit(following)
            yield prepared
