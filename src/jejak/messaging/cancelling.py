"""Taking messages back before they leave, under the lock that sending takes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.messaging.delivery import end
from jejak.messaging.models import Message
from jejak.messaging.rules import State

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

REASON: Final = "cancelled"
_MOMENT: Final = timedelta(microseconds=1)


@transaction.atomic
def cancel(*, messages: Collection[UUID], now: datetime) -> set[UUID]:
    """Return which of some messages never left and never will.

    What waits for its first attempt is refused. What was tried may have left, whatever the gateway said: it fails, is
    tried no more, and is not among those returned. An attempt at hand is the last.
    """
    rows = Message.objects.select_for_update().filter(uuid__in=list(messages)).order_by("pk")
    return {one.uuid for one in rows if _stayed(one, now=now)}


def _stayed(row: Message, *, now: datetime) -> bool:
    if row.state == State.SENDING:
        row.expires_at = min(row.expires_at, max(now, row.queued_at + _MOMENT))
        row.save(update_fields=["expires_at"])
    elif row.state == State.QUEUED:
        end(row, State.FAILED if row.tries else State.REFUSED, reason=REASON, now=now)
    return row.tries == 0 and row.state in {State.REFUSED, State.EXPIRED}
