"""Writing the trail, inside the transaction of the look or change it is about."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from jejak.trail.models import Entry, Subject
from jejak.trail.rules import Actor, checked_purpose


def record(
    *,
    by: Actor,
    action: str,
    purpose: str,
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
    moment = {} if at is None else {"at": at}
    with transaction.atomic(savepoint=False):
        entry = Entry.objects.create(
            by_id=by.id or 0, by_name=by.name, action=action, purpose=said, detail=dict(detail or {}), **moment
        )
        name_persons(entry_id=entry.pk, persons=persons)
    return entry


def name_persons(*, entry_id: int, persons: Iterable[int]) -> None:
    """Add persons to an entry, for instance those of the next page shown; naming one twice changes nothing."""
    rows = [Subject(entry_id=entry_id, person_id=person) for person in sorted(set(persons))]
    Subject.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
