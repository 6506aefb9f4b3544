"""Requests that wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.access.errors import UnknownRequest
from jejak.access.models import Request, User
from jejak.access.queries.areas import is_near, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as its approver reads it."""

    uuid: UUID
    kind: str
    what: Mapping[str, object]
    reason: str
    asked_by: str
    asked_by_id: int
    agency: str
    asked_at: datetime
    expires_at: datetime
    decision: str
    decided_by: str
    decided_agency: str
    note: str
    used_at: datetime | None
    mine: bool
    near: frozenset[int] | None = None
    """The accounts that may decide it, where it is a kind for those near the agency alone."""


def open_requests(*, kinds: Iterable[str], by: User, now: datetime) -> tuple[RequestView, ...]:
    """Return the open requests of these kinds that one's roles reach, one's own among them, the soonest over first."""
    rows = _rows().filter(kind__in=list(kinds), decision="", expires_at__gt=now).order_by("expires_at", "pk")
    return tuple(_view(row, by=by) for row in rows if is_near(row, user=by))


def asked_by(*, by: User, limit: int = 20) -> tuple[RequestView, ...]:
    """Return what somebody asked for, the newest first."""
    return tuple(_view(row, by=by) for row in _rows().filter(asked_by=by).order_by("-asked_at", "-pk")[:limit])


def asked_for(*, by: User, kind: str, about: Mapping[str, object]) -> tuple[RequestView, ...]:
    """Return what somebody asked for of one kind about one thing (what stands in ``what``), the newest first."""
    rows = _rows().filter(asked_by=by, kind=kind, what__contains=dict(about)).order_by("-asked_at", "-pk")
    return tuple(_view(row, by=by) for row in rows)


def request(*, uuid: UUID, by: User, kinds: Iterable[str] = ()) -> RequestView:
    """Return one request that somebody asked for, or that is of a kind they may decide.

    :raises UnknownRequest: there is none; nor is anybody else's, by the same query.
    """
    row = _rows().filter(Q(asked_by=by) | Q(kind__in=list(kinds)), uuid=uuid).first()
    if row is None or not is_near(row, user=by):
        raise UnknownRequest
    return replace(_view(row, by=by), near=near(row))


def _rows() -> QuerySet[Request]:
    return Request.objects.select_related("asked_by", "decided_by", "agency", "decided_agency")


def _view(row: Request, *, by: User) -> RequestView:
    return RequestView(
        uuid=row.uuid,
        kind=row.kind,
        what=row.what,
        reason=row.reason,
        asked_by=row.asked_by.name,
        asked_by_id=row.asked_by_id,
        agency=row.agency.name if row.agency else "",
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        decision=row.decision,
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_agency=row.decided_agency.name if row.decided_agency else "",
        note=row.note,
        used_at=row.used_at,
        mine=row.asked_by_id == by.pk,
    )
