"""Alerts as managers see those of their own agency and auditors all, and whom a stopped account calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from jejak.access.errors import AlertOver
from jejak.access.models import HELD, Alert, RoleGrant, User
from jejak.access.queries.accounts import roles_of
from jejak.access.queries.areas import audited_by
from jejak.access.rules import AGENCY_MANAGER, AUDITOR

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with the account and employer that it is about; ``own`` if it is about whoever reads it."""

    uuid: UUID
    kind: str
    account: str
    email: str
    agency: str
    first_at: datetime
    last_at: datetime
    times: int
    told_at: datetime | None
    note: str
    looked_name: str
    looked_at: datetime | None
    own: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of one's own agency who can be asked."""

    name: str
    email: str


def alerts_for(*, by: User) -> QuerySet[Alert]:
    """Return the alerts that an account may see: those of an auditor's area or a manager's agency."""
    held = roles_of(by)
    found = Alert.objects.order_by(F("looked_at").desc(nulls_first=True), "-last_at", "-pk")
    if AUDITOR in held:
        everywhere, agencies = audited_by(user=by)
        return found if everywhere else found.filter(agency_id__in=[one.pk for one in agencies])
    if AGENCY_MANAGER in held and by.agency_id is not None:
        return found.filter(agency_id=by.agency_id)
    return found.none()


def alerts(*, by: User, only_open: bool = False, limit: int = 500) -> tuple[AlertRow, ...]:
    """Return the alerts that an account may see, open ones first and of these the newest."""
    found = alerts_for(by=by)
    return _rows(list((found.filter(looked_at=None) if only_open else found)[:limit]), by=by)


def alert(*, uuid: UUID, by: User) -> AlertRow:
    """Return one alert.

    :raises AlertOver: there is none that this account may see.
    """
    found = _rows(list(alerts_for(by=by).filter(uuid=uuid)), by=by)
    if not found:
        raise AlertOver
    return found[0]


def managers_of(*, user: User) -> tuple[Contact, ...]:
    """Return who manages the accounts of somebody's agency, themselves left out."""
    if user.agency_id is None:
        return ()
    held = RoleGrant.objects.filter(HELD, role=AGENCY_MANAGER)
    people = User.objects.filter(agency_id=user.agency_id, is_active=True, left_at=None).exclude(pk=user.pk)
    found = people.filter(pk__in=held.values("user_id")).order_by("name")
    return tuple(Contact(one.name, one.email or "") for one in found)


def _rows(found: list[Alert], *, by: User) -> tuple[AlertRow, ...]:
    people = User.objects.select_related("agency").in_bulk([one.account_id for one in found])
    return tuple(_row(one, people.get(one.account_id), by=by) for one in found)


def _row(one: Alert, user: User | None, *, by: User) -> AlertRow:
    return AlertRow(
        uuid=one.uuid,
        kind=one.kind,
        account=user.name if user else str(one.account_id),
        email=(user.email or "") if user else "",
        agency=user.agency.name if user and user.agency else "",
        first_at=one.first_at,
        last_at=one.last_at,
        times=one.times,
        told_at=one.told_at,
        note=one.note,
        looked_name=one.looked_name,
        looked_at=one.looked_at,
        own=one.account_id == by.pk,
    )
