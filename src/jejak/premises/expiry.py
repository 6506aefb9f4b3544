"""A poster's last day: it works to the end of that day as people in Malaysia count days. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.kernel.places import day_bounds, local_day
from jejak.premises.errors import ExpiryWrong

if TYPE_CHECKING:
    from datetime import date, datetime

FURTHEST: Final = timedelta(days=3653)


def expiry(*, last_day: date | None, now: datetime) -> datetime | None:
    """Return the moment from which a poster takes no check-ins, ``None`` without a last day.

    :raises ExpiryWrong: the last day is over, or more than ten years away.
    """
    if last_day is None:
        return None
    today = local_day(now)
    if not today <= last_day <= today + FURTHEST:
        raise ExpiryWrong
    return day_bounds(last_day).end


def last_day(expires_at: datetime) -> date:
    """Return the last day on which a poster works that expires at this moment."""
    return local_day(expires_at - timedelta(microseconds=1))
