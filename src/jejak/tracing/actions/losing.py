"""Keeping on a notice that its message did not arrive, for messaging forgets its messages before notices go."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.kernel.settings import settings
from jejak.messaging import queries as messaging
from jejak.tracing.actions.sending import TEMPLATE
from jejak.tracing.models import Notice

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

AT_ONCE: Final = 2000


def note_lost(*, at: datetime) -> int:
    """Note of notices what became of their messages that reached nobody; return for how many that is new."""
    states: defaultdict[str, list[UUID]] = defaultdict(list)
    for message, state in messaging.lost(template=TEMPLATE, since=at - timedelta(days=settings().message_days)):
        states[state].append(message)
    return sum(
        Notice.objects.filter(message__in=gone[start : start + AT_ONCE]).exclude(lost=state).update(lost=state)
        for state, gone in states.items()
        for start in range(0, len(gone), AT_ONCE)
    )
