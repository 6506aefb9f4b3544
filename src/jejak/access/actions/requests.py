"""Asking for a second person, deciding, and using what was approved: once, by whoever asked, for just that."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction

from jejak.access.errors import ReasonMissing, RequestRefused, UnknownRequest
from jejak.access.models import Request, User
from jejak.access.queries.accounts import roles_of
from jejak.access.rules import LEAST_REASON, REQUEST_LIFE, Asked, Verdict, may_decide
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from uuid import UUID


@transaction.atomic
def ask(
    *,
    by: User,
    kind: str,
    what: Mapping[str, object],
    reason: str,
    now: datetime,
    life: timedelta = REQUEST_LIFE,
) -> Request:
    """Return a request for a second person; the same wish asked again while it is open is the same request.

    ``what`` says in numbers and references what will happen; it is all that an approval covers.

    :raises ReasonMissing: fewer than eight letters.
    """
    said = " ".join(reason.split())
    if len(said) < LEAST_REASON:
        raise ReasonMissing
    mark = _digest(kind, what)
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once make one request
    open_one = Request.objects.filter(
        asked_by=by, kind=kind, digest=mark, decision="", used_at=None, expires_at__gt=now
    ).first()
    if open_one is not None:
        return open_one
    made = Request.objects.create(
        kind=kind, what=dict(what), digest=mark, reason=said, asked_by=by, agency=by.agency,
        asked_at=now, expires_at=now + life,
    )  # fmt: skip
    _record(made, by=by, action="request.asked", now=now)
    return made


def approve(*, by: User, uuid: UUID, needed: frozenset[str], note: str = "", now: datetime) -> Request:
    """Return a request approved by somebody else who holds one of the roles ``needed``.

    :raises UnknownRequest: there is none.
    :raises RequestRefused: it is one's own, decided, expired, or another role's to decide.
    """
    return _decide(by=by, uuid=uuid, needed=needed, decision="approved", note=note, now=now)


def refuse(*, by: User, uuid: UUID, needed: frozenset[str], note: str, now: datetime) -> Request:
    """Return a request refused by somebody else, with the reason.

    :raises ReasonMissing: no reason. :raises UnknownRequest: there is none.
    :raises RequestRefused: it is one's own, decided, expired, or another role's to decide.
    """
    if len(" ".join(note.split())) < LEAST_REASON:
        raise ReasonMissing
    return _decide(by=by, uuid=uuid, needed=needed, decision="refused", note=note, now=now)


@transaction.atomic
def use(*, by: User, uuid: UUID, kind: str, what: Mapping[str, object], now: datetime) -> Request:
    """Return an approved request marked used; call it in the transaction that does what was approved.

    :raises UnknownRequest: nobody of this account asked so.
    :raises RequestRefused: not approved, expired, used before, or for something else than ``what``.
    """
    found = Request.objects.select_for_update().filter(uuid=uuid, asked_by=by, kind=kind).first()
    if found is None:
        raise UnknownRequest
    if found.decision != "approved":
        raise RequestRefused("not-approved")
    if found.used_at is not None:
        raise RequestRefused("used")
    if now >= found.expires_at:
        raise RequestRefused("expired")
    if bytes(found.digest) != _digest(kind, what):
        raise RequestRefused("changed")
    found.used_at = now
    found.save(update_fields=["used_at"])
    _record(found, by=by, action="request.used", now=now)
    return found


@transaction.atomic
def _decide(*, by: User, uuid: UUID, needed: frozenset[str], decision: str, note: str, now: datetime) -> Request:
    found = Request.objects.select_for_update().filter(uuid=uuid).first()
    if found is None:
        raise UnknownRequest
    asked = Asked(
        by=found.asked_by_id, agency=found.agency_id, expires_at=found.expires_at, decided=bool(found.decision)
    )
    verdict = may_decide(asked=asked, by=by.pk, roles=roles_of(by), needed=needed, now=now)
    if verdict is not Verdict.MAY:
        raise RequestRefused(verdict.value)
    found.decision, found.decided_by, found.decided_at = decision, by, now
    found.note = " ".join(note.split())[:500]
    found.save(update_fields=["decision", "decided_by", "decided_at", "note"])
    _record(found, by=by, action=f"request.{decision}", now=now)
    return found


def _record(request: Request, *, by: User, action: str, now: datetime) -> None:
    detail = {"request": str(request.uuid), "kind": request.kind}
    trail.record(by=by, action=action, purpose=request.reason, detail=detail, at=now)


def _digest(kind: str, what: Mapping[str, object]) -> bytes:
    return sha256(json.dumps([kind, what], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).digest()
