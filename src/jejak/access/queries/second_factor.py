"""Where the wish to take a person's second factor off stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access.models import Request, User
from jejak.access.rules import RESET_SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


def open_reset(*, by: User, account: UUID, now: datetime) -> Request | None:
    """Return the newest such request of one's own that was neither used nor is over, or nothing."""
    mine = Request.objects.filter(asked_by=by, kind=RESET_SECOND, what__account=str(account), used_at=None)
    return mine.filter(expires_at__gt=now, decision__in=["", "approved"]).order_by("-asked_at", "-pk").first()


def whose(what: Mapping[str, object]) -> tuple[str, str]:
    """Return name and employer of whom a request is about; empty where there is nobody such."""
    found = User.objects.select_related("agency").filter(uuid=str(what.get("account"))).first()
    return (found.name, found.agency.name if found.agency else "") if found else ("", "")
