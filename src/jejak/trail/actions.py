"""Writing the trail: inside the transaction of the look or change it is about, refusals beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
from django.db import transaction
from psycopg.types.json import Jsonb

from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.store import sql
from jejak.store.connections import database_of
from jejak.trail.models import Entry, Subject
from jejak.trail.rules import LONGEST_PURPOSE, Actor, Purpose, checked_purpose, kind_of, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

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
    with psycopg.connect(database_of(settings(), keyring()).urls.app) as connection:
        connection.execute(sql.load("trail", "refuse").encode(), values | {"persons": sorted(set(persons))})


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
