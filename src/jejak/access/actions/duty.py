"""Putting people of one's own agency on call, and taking them off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jejak.access import second
from jejak.access.actions.agencies import PURPOSE, person_of_agency
from jejak.access.errors import DutyRefused, UnknownAccount
from jejak.access.models import Duty
from jejak.access.queries.accounts import roles_of
from jejak.access.rules import duty_objection
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.models import User


@transaction.atomic
def put_on_call(*, by: User, uuid: UUID, starts_at: datetime, ends_at: datetime, now: datetime) -> Duty:
    """Return the time in which a person of the manager's agency is on call.

    :raises UnknownAccount: nobody such in this agency.
    :raises DutyRefused: it is past, turned round or longer than 31 days, or they hold no role that decides.
    """
    user = person_of_agency(by=by, uuid=uuid)
    why = duty_objection(starts_at=starts_at, ends_at=ends_at, now=now)
    if why or not roles_of(user) & second.deciders():
        raise DutyRefused(why or "role")
    made = Duty.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, set_by=by, set_at=now)
    detail = {"account": str(user.uuid), "from": starts_at.isoformat(), "until": ends_at.isoformat()}
    trail.record(by=by, action="access.on-call", purpose=PURPOSE, detail=detail, at=now)
    return made


@transaction.atomic
def take_off_call(*, by: User, uuid: UUID, duty: UUID, now: datetime) -> None:
    """End a time on call of a person of the manager's agency; one that ended stays as it is.

    :raises UnknownAccount: nobody such in this agency, or no such time.
    """
    user = person_of_agency(by=by, uuid=uuid)
    found = Duty.objects.select_for_update().filter(user=user, uuid=duty).first()
    if found is None:
        raise UnknownAccount
    if found.ended_at is None:
        found.ended_at, found.ended_by = now, by
        found.save(update_fields=["ended_at", "ended_by"])
        detail = {"account": str(user.uuid), "duty": str(duty)}
        trail.record(by=by, action="access.off-call", purpose=PURPOSE, detail=detail, at=now)
