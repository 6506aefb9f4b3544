"""What a session knows of notices: which code it waits for, and that whoever sits there reads the phone of a notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.tracing.models import Notice

KEY, CODES = "jejak_notice_proofs", "jejak_notice_codes"
LIFE: Final = timedelta(minutes=30)
"""How long places and times stay open after a code."""
MOST: Final = 20
"""Notices that one session can hold open or wait for at once; the oldest gives way."""


def wait(request: HttpRequest, notice: Notice, challenge: UUID) -> None:
    """Note that a code to the phone of a notice is on its way, in the place of one before."""
    held = _held(request, CODES)
    held.pop(str(notice.uuid), None)
    request.session[CODES] = dict([*held.items(), (str(notice.uuid), str(challenge))][-MOST:])


def waited(request: HttpRequest, notice: Notice) -> UUID | None:
    """Return the challenge of the code that this session asked for to open this notice."""
    challenge = _held(request, CODES).get(str(notice.uuid))
    return UUID(challenge) if challenge else None


def prove(request: HttpRequest, notice: Notice, at: datetime) -> None:
    """Note that a code to the phone of a notice was typed just now; the session goes on under a new key."""
    held = {uuid: since for uuid, since in _held(request, KEY).items() if _open(since, at=at)}
    held |= {str(notice.uuid): at.timestamp()}
    latest = sorted(held, key=lambda uuid: held[uuid])[-MOST:]
    _drop(request, CODES, notice.uuid)
    request.session.cycle_key()
    request.session[KEY] = {uuid: held[uuid] for uuid in latest}


def proved(request: HttpRequest, uuid: UUID, at: datetime) -> bool:
    """Return whether this session proved the phone of this very notice within the last half hour."""
    since = _held(request, KEY).get(str(uuid))
    return since is not None and _open(since, at=at)


def forget(request: HttpRequest, uuid: UUID) -> None:
    """Let a notice be closed again in this session, as whoever reads it on somebody else's phone wishes."""
    _drop(request, KEY, uuid)
    _drop(request, CODES, uuid)


def _held(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return what the session holds by the reference of a notice."""
    return dict(request.session.get(key) or {})


def _drop(request: HttpRequest, key: str, uuid: UUID) -> None:
    held = _held(request, key)
    if held.pop(str(uuid), None) is not None:
        request.session[key] = held


def _open(since: float, *, at: datetime) -> bool:
    return timedelta() <= at - datetime.fromtimestamp(since, UTC) < LIFE
