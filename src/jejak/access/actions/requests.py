"""Asking for a second person, deciding, and using what was approved: once, by whoever asked, for just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jejak.access import second
from jejak.access.actions.telling import tell_deciders
from jejak.access.entries import APPROVAL
from jejak.access.errors import ReasonMissing, RequestOver, RequestRefused, UnknownRequest
from jejak.access.models import Request, User
from jejak.access.queries.accounts import roles_of
from jejak.access.queries.areas import is_near
from jejak.access.records import approval_record, digest_of
from jejak.access.rules import LEAST_REASON, REQUEST_LIFE, Asked, Verdict, may_decide
from jejak.access.second import Ended
from jejak.kernel.settings import settings
from jejak.ledger import actions as ledger
from jejak.ledger import queries as ledger_queries
from jejak.ledger.errors import EntryUnknown
from jejak.trail import actions as trail
from jejak.trail.actions import Machine

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
    said = " ".join("".join(each if each.isprintable() else " " for each in reason).split())
    if len(said) < LEAST_REASON:
        raise ReasonMissing
    mark = digest_of(kind, what)
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
    tell_deciders(request=made, now=now)
    return made


def approve(*, by: User, uuid: UUID, needed: frozenset[str], note: str = "", now: datetime) -> Request:
    """Return a request approved by somebody else who holds one of the roles ``needed``.

    :raises UnknownRequest: there is none, or it is for those nearer to the agency that asked.
    :raises RequestRefused: it is one's own, decided, expired, or another role's to decide.
    """
    return _decide(by=by, uuid=uuid, needed=needed, decision="approved", note=note, now=now)


def refuse(*, by: User, uuid: UUID, needed: frozenset[str], note: str, now: datetime) -> Request:
    """Return a request refused by somebody else, with the reason.

    :raises ReasonMissing: no reason. :raises UnknownRequest: as `approve`.
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
    if bytes(found.digest) != digest_of(kind, what) or not _as_decided(found):
        raise RequestRefused("changed")
    found.used_at = now
    found.save(update_fields=["used_at"])
    _record(found, by=by, action="request.used", now=now)
    return found


@transaction.atomic
def withdraw_request(*, by: User, uuid: UUID, now: datetime) -> Request:
    """Return one's own request withdrawn; nobody needs to decide it any more.

    :raises UnknownRequest: nobody of this account asked so. :raises RequestOver: it is decided, or has run out.
    """
    found = Request.objects.select_for_update().filter(uuid=uuid, asked_by=by).first()
    if found is None:
        raise UnknownRequest
    if found.decision or now >= found.expires_at:
        raise RequestOver
    return _end(found, decision="withdrawn", by=by, now=now)


def expire_requests(*, now: datetime) -> int:
    """Return how many requests that nobody decided in time were ended, each on its own."""
    late = Request.objects.filter(decision="", expires_at__lte=now).order_by("expires_at").values_list("pk", flat=True)
    return sum(_expire(number, now=now) for number in list(late))


@transaction.atomic
def _expire(number: int, *, now: datetime) -> bool:
    found = Request.objects.select_for_update().filter(pk=number, decision="", expires_at__lte=now).first()
    if found is not None:
        _end(found, decision="expired", by=None, now=now)
    return found is not None


@transaction.atomic
def _decide(*, by: User, uuid: UUID, needed: frozenset[str], decision: str, note: str, now: datetime) -> Request:
    found = Request.objects.select_for_update().filter(uuid=uuid).first()
    if found is None:
        raise UnknownRequest
    asked = Asked(
        by=found.asked_by_id, agency=found.agency_id, expires_at=found.expires_at, decided=bool(found.decision)
    )
    roles = roles_of(by)
    if roles & needed and not is_near(found, user=by):
        raise UnknownRequest
    verdict = may_decide(asked=asked, by=by.pk, roles=roles, needed=needed, now=now)
    if verdict is not Verdict.MAY:
        raise RequestRefused(verdict.value)
    found.decided_by, found.decided_agency = by, by.agency
    found.note = " ".join("".join(each if each.isprintable() else " " for each in note).split())[:500]
    return _end(found, decision=decision, by=by, now=now)


def _end(found: Request, *, decision: str, by: User | None, now: datetime) -> Request:
    """Return a locked request ended: on the trail, in the ledger's outbox, and told to the room that asked."""
    kind = second.kinds().get(found.kind)
    found.decision, found.decided_at = decision, now
    if decision == "approved" and kind and kind.life:
        found.expires_at = now + kind.life
    found.record = ledger.append(kind=APPROVAL, record=approval_record(found))
    found.save()
    _record(found, by=by, action=f"request.{decision}", now=now)
    if kind:
        decider = found.decided_by_id
        kind.ended(Ended(found.uuid, decision, decider, found.decided_agency_id, now, found.expires_at))
    return found


def _as_decided(request: Request) -> bool:
    """Return whether a request still says what the ledger committed to when it ended."""
    try:
        return ledger_queries.entry(request.record or 0).record == approval_record(request)
    except EntryUnknown:  # decided by nobody, but by whoever writes to the database
        return False


def _record(request: Request, *, by: User | None, action: str, now: datetime) -> None:
    detail = {"request": str(request.uuid), "kind": request.kind}
    actor = by or Machine(0, settings().node_name)
    trail.record(by=actor, action=action, purpose=request.reason, detail=detail, at=now)
