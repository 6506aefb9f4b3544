"""Registering, revising, closing and reopening premises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jejak.premises.actions.posters import issue
from jejak.premises.actions.rows import PURPOSE, locked, note
from jejak.premises.actions.standing import unconfirm
from jejak.premises.models import Premises
from jejak.premises.queries import Place, PosterOf, one_of, poster_of
from jejak.premises.rules import PROVED, Details, checked, stay_bounds
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class Registered:
    """A premises with the poster it got."""

    place: Place
    poster: PosterOf


@transaction.atomic
def register(*, by: Actor, uuid: UUID, details: Details, now: datetime) -> Registered:
    """Return a new premises of ``by`` with its first poster.

    ``uuid`` was minted with the form: sending the form twice gives the premises of the first time, unchanged.

    :raises DetailsWrong: a detail cannot be used.
    :raises UnknownPremises: the uuid is somebody else's premises.
    """
    it = checked(details)
    stay, longest = stay_bounds(kind=it.kind)
    rows = [
        Premises(uuid=uuid, owner_id=by.id, stay_minutes=stay, longest_minutes=longest, created_at=now, **columns(it))
    ]
    Premises.objects.bulk_create(rows, ignore_conflicts=True)
    row = locked(by=by, uuid=uuid)
    poster = row.posters.order_by("id").first()
    if poster is None:
        poster = issue(by=by, premises=row, zone=None, now=now)
        trail.record(by=by, action="premises.registered", purpose=PURPOSE, detail={"premises": row.pk}, at=now)
    return Registered(one_of(owner=by, uuid=uuid), poster_of(owner=by, uuid=uuid, short_code=poster.short_code))


@transaction.atomic
def revise(*, by: Actor, uuid: UUID, details: Details, now: datetime) -> Place:
    """Return the premises with new details; another kind changes the typical stay, and never lowers the longest.

    A confirmed premises whose name, address or registration number changes is no longer confirmed.

    :raises UnknownPremises: this account has none such.
    :raises DetailsWrong: a detail cannot be used.
    """
    it = checked(details)
    row = locked(by=by, uuid=uuid)
    before = {name: getattr(row, name) for name in columns(it)}
    changed = sorted(name for name, value in columns(it).items() if before[name] != value)
    if it.kind != row.kind:
        row.stay_minutes, row.longest_minutes = stay_bounds(kind=it.kind, longest_before=row.longest_minutes)
    for name in changed:
        setattr(row, name, columns(it)[name])
    if changed:
        if PROVED.intersection(changed):
            unconfirm(row, now=now)
        row.save()
        note(by=by, action="premises.revised", premises=row, now=now, changed=changed)
    return one_of(owner=by, uuid=uuid)


@transaction.atomic
def close(*, by: Actor, uuid: UUID, now: datetime) -> Place:
    """Return the premises closed: its posters take no check-ins until it is reopened. Twice changes nothing.

    :raises UnknownPremises: this account has none such.
    """
    row = locked(by=by, uuid=uuid)
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        note(by=by, action="premises.closed", premises=row, now=now)
    return one_of(owner=by, uuid=uuid)


@transaction.atomic
def reopen(*, by: Actor, uuid: UUID, now: datetime) -> Place:
    """Return a closed premises open again; its posters work as before.

    :raises UnknownPremises: this account has none such.
    """
    row = locked(by=by, uuid=uuid)
    if row.closed_at is not None:
        row.closed_at = None
        row.save(update_fields=["closed_at"])
        note(by=by, action="premises.reopened", premises=row, now=now)
    return one_of(owner=by, uuid=uuid)


def columns(it: Details) -> dict[str, object]:
    """Return the columns that details fill."""
    return {
        "name": it.name,
        "branch": it.branch,
        "kind": it.kind,
        "address": it.address,
        "state": it.state,
        "district": it.district,
        "opening_hours": it.opening_hours.document() if it.opening_hours else {},
        "capacity": it.capacity,
        "registration_number": it.registration_number,
        "phone": it.phone,
    }
