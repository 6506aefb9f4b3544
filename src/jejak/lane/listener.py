"""Keeping the catalogue of posters current: a connection that listens, and a full reading now and then."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from jejak.lane.batch import LOST, PAUSES
from jejak.lane.catalogue import CHANNEL
from jejak.lane.session import Session

if TYPE_CHECKING:
    from jejak.lane.catalogue import Catalogue

POLL_SECONDS: Final = 600.0
"""How often everything is read anew; notices are quick, this is for one that was lost."""

log = structlog.get_logger()


async def listen(catalogue: Catalogue, *, database_url: str) -> None:
    """Keep ``catalogue`` current until cancelled."""
    failures = 0
    while True:
        changed: asyncio.Queue[str] = asyncio.Queue()
        try:
            session = await Session.open(database_url, lost=partial(changed.put_nowait, ""))
            try:
                await session.connection.add_listener(CHANNEL, partial(_noticed, changed))
                await catalogue.load(session.connection)
                log.info("lane.posters", known=len(catalogue))
                failures = 0
                await _follow(catalogue, session, changed)
            finally:
                session.abandon()
        except LOST as error:
            log.warning("lane.posters-unread", error=type(error).__name__)
        except Exception:
            log.exception("lane.posters-failed")
        await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
        failures += 1


def _noticed(changed: asyncio.Queue[str], _connection: object, _pid: int, _channel: str, payload: str) -> None:
    changed.put_nowait(payload)


async def _follow(catalogue: Catalogue, session: Session, changed: asyncio.Queue[str]) -> None:
    while not session.closed:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                notice = await changed.get()
        except TimeoutError:
            notice = "all"
        if notice.isascii() and notice.isdecimal():
            await catalogue.refresh(session.connection, premises=int(notice))
        elif not session.closed:
            await catalogue.load(session.connection)
