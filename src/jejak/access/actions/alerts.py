"""Alerts about accounts that were stopped: written beside the transaction that failed, told by e-mail, looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import structlog
from django.db import transaction

from jejak.access.actions.telling import write_to
from jejak.access.errors import AlertOver, ReasonMissing
from jejak.access.models import Alert, RoleGrant, User
from jejak.access.queries.alerts import alerts_for
from jejak.access.rules import (
    AGENCY_MANAGER,
    AUDITOR,
    BURST,
    LEAST_REASON,
    MOST_REFUSALS,
    TELL_AGAIN,
    AlertKind,
    may_tell,
)
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.messaging.actions import Link
from jejak.store import sql
from jejak.store.connections import database_of
from jejak.trail import actions as trail
from jejak.trail import queries as looked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

TEMPLATE = "notice.account-stopped"
PURPOSE = "looking into an alert"
LONGEST_NOTE = 500
log = structlog.get_logger()


def stopped(*, by: User, kind: AlertKind, at: datetime) -> None:
    """Keep that an account was stopped, whatever becomes of the caller's transaction, and log it."""
    values = {"uuid": uuid7(), "account": by.pk, "agency": by.agency_id, "kind": kind.value, "at": at}
    with psycopg.connect(database_of(settings(), keyring()).urls.app) as aside:
        aside.execute(sql.load("access", "alert").encode(), values)
    log.warning("access.stopped", account=str(by.uuid), kind=kind.value)


def refused(*, by: User, at: datetime) -> None:
    """Keep an alert if this account was refused so often lately that somebody should ask why."""
    if looked.count_refused(by_id=by.pk, since=at - BURST) >= MOST_REFUSALS:
        stopped(by=by, kind=AlertKind.REFUSALS, at=at)


@transaction.atomic
def tell(*, now: datetime) -> int:
    """Return how many alerts managers and auditors were just written to about; an account's once an hour."""
    told = 0
    lately = Alert.objects.filter(told_at__gt=now - TELL_AGAIN).order_by("told_at")
    last = dict(lately.values_list("account_id", "told_at"))
    for alert in Alert.objects.select_for_update(skip_locked=True).filter(looked_at=None).order_by("pk"):
        before = last.get(alert.account_id)
        if not may_tell(last_at=alert.last_at, told_at=alert.told_at, account_told_at=before, now=now):
            continue
        alert.told_at = last[alert.account_id] = now
        alert.save(update_fields=["told_at"])
        told += 1
        for user in _whom_to_tell(alert):
            write_to(user, template=TEMPLATE, link=Link("alerts"), now=now)
    return told


@transaction.atomic
def look_into(*, by: User, uuid: UUID, note: str, now: datetime) -> Alert:
    """Return an alert that somebody has looked into, with what they found.

    :raises ReasonMissing: fewer than eight letters. :raises AlertOver: it is not theirs to see, their own, or done.
    """
    said = " ".join(note.split())[:LONGEST_NOTE]
    if len(said) < LEAST_REASON:
        raise ReasonMissing
    seen = alerts_for(by=by).filter(uuid=uuid, looked_at=None).exclude(account_id=by.pk).values("pk")
    found = Alert.objects.select_for_update().filter(pk__in=seen).first()
    if found is None:
        raise AlertOver
    found.note, found.looked_by, found.looked_name, found.looked_at = said, by.pk, by.name, now
    found.save(update_fields=["note", "looked_by", "looked_name", "looked_at"])
    detail = {"alert": str(uuid), "account": found.account_id, "kind": found.kind}
    trail.record(by=by, action="alert.looked-into", purpose=PURPOSE, detail=detail, at=now)
    return found


def _whom_to_tell(alert: Alert) -> Iterable[User]:
    """Return the agency's managers and all auditors who work now; nobody is told about themselves."""
    held = RoleGrant.objects.filter(ended_at=None).exclude(until__lte=alert.told_at)
    managers = held.filter(role=AGENCY_MANAGER, user__agency_id=alert.agency_id or 0)
    auditors = held.filter(role=AUDITOR)
    people = User.objects.filter(is_active=True, left_at=None).exclude(pk=alert.account_id)
    return people.filter(pk__in=(managers | auditors).values("user_id")).order_by("pk")
