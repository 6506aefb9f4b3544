"""Taking away what vouches for a premises: its mark of confirmation, requests under way, invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.premises.models import Invitation, Proof

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.premises.models import Premises


def unconfirm(row: Premises, *, now: datetime) -> None:
    """Unmark a locked premises, which the caller saves, and end every request for confirmation under way.

    A letter already printed went to the old address; its code must not confirm the new one.
    """
    row.confirmed_at, row.confirmed_way = None, ""
    Proof.objects.filter(premises=row, outcome="").update(outcome="withdrawn", settled_at=now)


def withdraw_invitations(row: Premises, *, now: datetime, zone: int | None = None) -> int:
    """Return how many open invitations of a premises, or of one of its zones, were withdrawn."""
    rows = Invitation.objects.filter(premises=row, accepted_at=None, withdrawn_at=None)
    return (rows.filter(zone=zone) if zone else rows).update(withdrawn_at=now)
