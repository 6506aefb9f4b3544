"""What a session has proved: that whoever sits there reads the phone to which a notice went; for half an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.tracing.models import Notice

KEY: Final = "jejak_notice_proofs"
LIFE: Final = timedelta(minutes=30)
MOST: Final = 20
"""Notices that one session can hold open at once; the oldest gives way."""


def prove(request: HttpRequest, notice: Notice, at: datetime) -> None:
    """Note that a code to the phone of a notice was typed just now; the session goes on under a new key."""
    held = {uuid: since for uuid, since in _held(request).items() if _open(since, at=at)}
    held |= {str(notice.uuid): at.timestamp()}
    latest = sorted(held, key=lambda uuid: held[uuid])[-MOST:]
    request.session.cycle_key()
    request.session[KEY] = {uuid: held[uuid] for uuid in latest}


def proved(request: HttpRequest, uuid: UUID, at: datetime) -> bool:
    """Return whether this session proved the phone of this very notice within the last half hour."""
    since = _held(request).get(str(uuid))
    return since is not None and _open(since, at=at)


def forget(request: HttpRequest, uuid: UUID) -> None:
    """Let a notice be closed again in this session, as whoever reads it on somebody else's phone wishes."""
    held = _held(request)
    if held.pop(str(uuid), None) is not None:
        request.session[KEY] = held


def _held(request: HttpRequest) -> dict[str, float]:
    return dict(request.session.get(KEY) or {})


def _open(since: float, *, at: datetime) -> bool:
    return timedelta() <= at - datetime.fromtimestamp(since, UTC) < LIFE
