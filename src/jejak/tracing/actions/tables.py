"""Making a newer table of quarantine, having seen what it would change; open follow-ups keep the one they have."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.kernel.places import local_day
from jejak.tracing import followrules, quarantine
from jejak.tracing.actions.locking import Lock, alone
from jejak.tracing.errors import TableRefused
from jejak.tracing.followrules import DAY, FOLLOWING, Basis
from jejak.tracing.models import FollowUp, QuarantineTable
from jejak.tracing.quarantine import TableInvalid
from jejak.tracing.queries import tables
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from jejak.access.actions import User
    from jejak.tracing.quarantine import Table

MADE: Final = "quarantine-table.made"
LONGEST_SOURCE: Final = 500
EARLIEST: Final = "2020-01-01"
AHEAD: Final = 365 * DAY
MOST_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table that an officer wants to make."""

    disease: str
    valid_from: date
    rows: Sequence[Mapping[str, object]]
    source: str

    @property
    def digest(self) -> str:
        """What names it, so that what is made is what was looked at."""
        said = [self.disease, self.valid_from.isoformat(), list(self.rows), self.source]
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """So many people who would stay apart for other days, counted from the last exposure; ``mine`` of one's office."""

    before: int
    after: int
    people: int
    mine: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would change for whom is followed now, were they worked out anew; and for how many nothing."""

    changes: tuple[Change, ...]
    unchanged: int


def preview_table(*, wanted: Wanted, by: User, at: datetime) -> Preview:
    """Return what a table would change.

    :raises TableRefused: it cannot be used.
    """
    table = _checked(wanted, at=at)
    read = tables.read([wanted.disease])
    until = min((begins for begins, _end, _view in read.spans() if begins > wanted.valid_from), default=None)
    people: Counter[tuple[int, int]] = Counter()
    mine: Counter[tuple[int, int]] = Counter()
    rows = FollowUp.objects.filter(state=FOLLOWING, contact__disease=wanted.disease, contact__closed_at=None)
    for row in rows.select_related("contact").iterator(chunk_size=2000):
        day = followrules.last_day(row.contact.last)
        if day < wanted.valid_from or (until is not None and day >= until):
            continue
        plan = followrules.plan(table=table, basis=_basis(row, day=day, days=read.followed_days(wanted.disease)))
        change = (_days(row.quarantine_until, since=day), _days(plan.quarantine_until, since=day))
        people[change] += 1
        mine[change] += row.contact.agency_id == by.agency_id
    changes = [Change(*change, people[change], mine[change]) for change in sorted(people) if change[0] != change[1]]
    return Preview(tuple(changes), sum(count for change, count in people.items() if change[0] == change[1]))


def make_table(*, wanted: Wanted, by: User, at: datetime) -> int:
    """Return the version of the table just made for its day; the latest version of a day's table holds.

    :raises TableRefused: it cannot be used.
    """
    _checked(wanted, at=at)
    with transaction.atomic():
        alone(Lock.TABLES, of=f"jejak quarantine {wanted.disease}")  # two at once would both be the same version
        same = QuarantineTable.objects.filter(disease=wanted.disease, valid_from=wanted.valid_from)
        version = (same.order_by("-version").values_list("version", flat=True).first() or 0) + 1
        made = QuarantineTable.objects.create(
            disease=wanted.disease, valid_from=wanted.valid_from, version=version, rows=list(wanted.rows),
            source=wanted.source.strip(), made_by=by, made_at=at,
        )  # fmt: skip
        detail = {"disease": wanted.disease, "from": wanted.valid_from.isoformat(), "version": version}
        trail.record(by=by, action=MADE, purpose=made.source, detail=detail, at=at)
    return version


def _checked(wanted: Wanted, *, at: datetime) -> Table:
    """Return a table that may be made."""
    day = wanted.valid_from
    if not day.isoformat() >= EARLIEST or day > local_day(at) + AHEAD:
        raise TableRefused("valid_from")
    if not wanted.source.strip() or len(wanted.source) > LONGEST_SOURCE:
        raise TableRefused("source")
    if len(wanted.rows) > MOST_ROWS or not tables.followed(wanted.disease):
        raise TableRefused("rows")
    try:
        return quarantine.read({"valid_from": day.isoformat(), "source": wanted.source, "rows": list(wanted.rows)})
    except TableInvalid:
        raise TableRefused("rows") from None


def _basis(row: FollowUp, *, day: date, days: int) -> Basis:
    return Basis(
        day, local_day(row.started_at), days, row.facts, row.extended_until, row.extended_apart, row.apart_until
    )


def _days(until: date | None, *, since: date) -> int:
    return (until - since).days if until else 0
