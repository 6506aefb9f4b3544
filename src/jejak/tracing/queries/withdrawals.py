"""Withdrawals so large that they wait for a senior officer: what waits, why, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from jejak.tracing.models import Notice
from jejak.tracing.models.notices import WAITING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User


@dataclass(frozen=True, slots=True)
class Waiting:
    """Notices that a senior officer is to withdraw: how many, why, who asked for it and when."""

    uuid: UUID
    why: str
    by: str
    at: datetime
    notices: int


def withdrawals(*, by: User) -> list[Waiting]:
    """Return what of an account's office waits for a senior officer to withdraw it, the oldest first."""
    rows = Notice.objects.filter(WAITING, batch__agency=by.agency_id).order_by("waits_since", "waits_for")
    told = rows.values_list("waits_for", "waits_why", "waits_by__name", "waits_since").annotate(many=Count("pk"))
    return [
        Waiting(number, why, name, since, many)
        for number, why, name, since, many in told
        if number is not None and since is not None
    ]


def waiting_of(*, case: UUID) -> int:
    """Return how many notices to contacts of a case wait for a senior officer to withdraw them."""
    return Notice.objects.filter(WAITING, contact__exposures__case__uuid=case).distinct().count()
