"""Whose accounts are still to be confirmed after a backup was restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access.models import Recheck, User

if TYPE_CHECKING:
    from collections.abc import Sequence


def to_confirm(*, by: User) -> Sequence[User]:
    """Return the people of one's own agency who are still to be confirmed, by name."""
    if by.agency_id is None:
        return []
    return list(
        User.objects.filter(
            agency=by.agency_id, left_at=None, rechecks__confirmed_at=None, rechecks__isnull=False
        ).order_by("name")
    )


def all_to_confirm() -> Sequence[User]:
    """Return everybody who is still to be confirmed, by address; for the operator."""
    opened = Recheck.objects.filter(confirmed_at=None).select_related("account").order_by("account__email")
    return [one.account for one in opened if one.account.left_at is None]
