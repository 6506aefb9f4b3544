"""Writing the trail: inside the transaction of the look or change it is about, refusals beside it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connection, connections, transaction
from psycopg.types.json import Jsonb

from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.places import local_day, local_midnight
from jejak.kernel.settings import settings
from jejak.ledger import actions as ledger
from jejak.store import retention, sql
from jejak.store.connections import database_of
from jejak.store.retention import Gone
from jejak.trail.errors import DayNotCome
from jejak.trail.models import Entry, Subject
from jejak.trail.questions import answer, question
from jejak.trail.rules import LONGEST_PURPOSE, Actor, Purpose, checked_purpose, kind_of, reference_of
from jejak.trail.samples import Wanted, commit, draw_sample, judge, reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

__all__ = [  # with what lies in modules of its own, for other rooms come in by this door alone
    "Machine",
    "Wanted",
    "Went",
    "answer",
    "commit",
    "draw_sample",
    "judge",
    "name_persons",
    "past_jobs",
    "past_time",
    "question",
    "record",
    "refuse",
    "reply",
    "run_retention",
]

UNSAID: Final = "—"


def record(
    *,
    by: Actor,
    action: str,
    purpose: str | Purpose,
    persons: Iterable[int] = (),
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Return the entry just written; ``persons`` are internal numbers, ``at`` defaults to the database's clock.

    ``detail`` holds numbers and references only, never a name or phone number.

    :raises ActorMissing: nobody is named.
    :raises PurposeMissing: the purpose is empty.
    """
    said = checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        entry = Entry.objects.create(**_columns(by, action, purpose, said, detail, at))
        name_persons(entry_id=entry.pk, persons=persons)
    return entry


def refuse(
    *,
    by: Actor,
    action: str,
    purpose: str | Purpose,
    why: str,
    persons: Iterable[int] = (),
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> None:
    """Keep that a look was refused, and why (a stable word), whatever becomes of the caller's transaction."""
    said = " ".join(str(purpose).split())[:LONGEST_PURPOSE] or UNSAID
    values = _columns(by, action, purpose, said, detail, at) | {"uuid": uuid7(), "refused": why, "at": at}
    values["detail"] = Jsonb(values["detail"])
    # A connection of its own, so that no rollback of the caller can erase it; refusals are rare.
    with psycopg.connect(database_of(settings(), keyring()).urls.app) as aside:
        aside.execute(sql.load("trail", "refuse").encode(), values | {"persons": sorted(set(persons))})


@dataclass(frozen=True, slots=True)
class Machine:
    """The node itself, where no account acts; its number is 0."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Went:
    """What of a class went in a run, or would go."""

    code: str
    days: int
    gone: tuple[Gone, ...]


def run_retention(*, now: datetime, on: date | None = None, dry_run: bool = False, force: bool = False) -> list[Went]:
    """Return what of every class is past its time on a day (today) and went; ``dry_run`` only counts.

    Each class is its own transaction. What went is published in the ledger class by class, and noted in the trail when
    all are done. Of two runs at once the second waits, and then finds nothing more to delete.

    :raises DayNotCome: the database's clock says that it is earlier; nothing went.
    :raises JejakError: a class refuses, for instance because far more than usual would go; those before it are gone.
    """
    day = on or local_day(now)
    if dry_run:
        return [
            Went(one.code, one.days(), tuple(gone)) for one, gone in retention.run(on=day, dry_run=True, force=force)
        ]
    with _alone(day):
        return _run(now=now, on=day, force=force)


def _run(*, now: datetime, on: date, force: bool) -> list[Went]:
    ledger.announce_periods(days={code: one.days() for code, one in retention.classes().items() if one.kept})
    went = []
    for one, gone in retention.run(on=on, force=force):
        went.append(Went(one.code, one.days(), tuple(gone)))
        _announce(went[-1], on=on)
    counts = {one.code: sum(part.rows for part in one.gone) for one in went}
    machine = Machine(0, settings().node_name)
    detail = {"on": on.isoformat(), "rows": counts, "days": {one.code: one.days for one in went}}
    record(by=machine, action="retention.run", purpose="retention", detail=detail, at=now)
    return went


@contextmanager
def _alone(day: date) -> Iterator[None]:
    """Let one run after another delete, and none ahead of the database's clock: this machine's may be wrong."""
    with psycopg.connect(database_of(settings(), keyring()).urls.app, autocommit=True) as aside:
        found = aside.execute("select pg_advisory_lock(hashtext('jejak retention')), clock_timestamp()").fetchone()
        if found is None or day > local_day(found[1]):
            raise DayNotCome
        yield


@transaction.atomic
def _announce(went: Went, *, on: date) -> None:
    """Publish what of a class went; should this fail, the next run still publishes what is kept."""
    kept_from = on - timedelta(days=went.days)
    rest = 0
    for part in went.gone:
        if part.day:
            upto = part.day + timedelta(days=1)
            ledger.announce_deletion(of=went.code, day=part.day, rows=part.rows, kept_from=upto, on=on)
        else:
            rest += part.rows
    if rest or not any(part.day for part in went.gone):
        ledger.announce_deletion(of=went.code, rows=rest, kept_from=kept_from, on=on)


def past_time(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many entries of the trail itself are past their time and went."""
    before = local_midnight(on - timedelta(days=days))
    if dry_run:
        return [Gone("entries", Entry.objects.filter(at__lt=before).count())]
    with connections["retention"].cursor() as cursor:
        cursor.execute("select trail_forget(%s)", [before])
        row = cursor.fetchone()
    return [Gone("entries", int(row[0]) if row else 0)]


def past_jobs(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many ended jobs went; those that succeeded go at once, these failed or were cancelled."""
    before = local_midnight(on - timedelta(days=days))
    which = """from procrastinate_jobs j where status in ('failed', 'cancelled', 'aborted') and not exists (
        select from procrastinate_events e where e.job_id = j.id and e.at >= %s)"""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) {which}" if dry_run else f"delete {which}", [before])
        rows = int(cursor.fetchone()[0]) if dry_run else cursor.rowcount
    return [Gone("jobs", rows)]


def name_persons(*, entry_id: int, persons: Iterable[int]) -> None:
    """Add persons to an entry, for instance those of the next page shown; naming one twice changes nothing."""
    rows = [Subject(entry_id=entry_id, person_id=person) for person in sorted(set(persons))]
    Subject.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)


def _columns(
    by: Actor,
    action: str,
    purpose: str | Purpose,
    said: str,
    detail: Mapping[str, object] | None,
    at: datetime | None,
) -> dict[str, object]:
    moment = {} if at is None else {"at": at}
    employer = getattr(by, "agency", None)
    return {
        "by_id": by.id or 0,
        "by_name": by.name,
        "agency": str(employer) if employer else "",
        "action": action,
        "purpose": said,
        "kind": kind_of(purpose),
        "reference": reference_of(purpose),
        "detail": dict(detail or {}),
        **moment,
    }
