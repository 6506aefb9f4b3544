"""After a backup was restored: what was good for a short time ends, for it may have been used or ended since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from jejak.access.models import BindCode, Invitation, Request

if TYPE_CHECKING:
    from datetime import datetime


def end_sessions(*, now: datetime) -> int:  # noqa: ARG001 - as everything that ends is called
    """Return how many people were signed in and are not any more."""
    return Session.objects.all().delete()[0]


def end_bind_codes(*, now: datetime) -> int:
    """Return how many codes by which a browser could be bound are good no more."""
    return BindCode.objects.filter(used_at=None, shown_at__lte=now).update(used_at=now)


def end_invitations(*, now: datetime) -> int:
    """Return how many open invitations were withdrawn: one that was withdrawn since would be open again."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def end_requests(*, now: datetime) -> int:
    """Return how many requests are open or approved no more: one that was used since could be used again."""
    return Request.objects.filter(used_at=None, expires_at__gt=now, asked_at__lt=now).update(expires_at=now)
