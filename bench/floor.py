"""What the lane is compared with: a constant answer, and one INSERT per request behind the same checks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from jejak.lane.session import Session
from jejak.lane.visits import Visit, store_visits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jejak.lane.app import Lane

HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
START = {"type": "http.response.start", "status": 201, "headers": HEADERS}
BODY = {"type": "http.response.body", "body": b"x" * 430}  # as long as the lane's own answer
CONNECTIONS = 16
SLOW_BATCH = 100
SLOW_SECONDS = 0.4


def constant() -> Any:  # noqa: ANN401 - an ASGI application
    """Return the floor: the request is received, and a constant answered."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        await receive()
        await send(START)
        await send(BODY)

    return application


def unread() -> Any:  # noqa: ANN401 - an ASGI application
    """Return a floor below the floor: answered before the request's body is there."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        await send(START)
        await send(BODY)

    return application


async def _lifespan(receive: Any, send: Any) -> None:  # noqa: ANN401
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def lane() -> Lane:
    """Return the lane as production serves it."""
    from jejak.config import asgi

    return asgi.open_lane()


def insert_each() -> Lane:
    """Return the lane with one INSERT and one commit a request, over a pool of connections."""
    made = lane()
    made.check_ins._known = _InsertEach(made._database_url)  # type: ignore[assignment]  # noqa: SLF001
    return made


def slow() -> Lane:
    """Return the lane with its batches held up to 250 rows a second, so that ten times as much can be offered."""
    made = lane()
    queue = made.check_ins._known  # noqa: SLF001
    write = queue._write  # noqa: SLF001

    async def held_up(session: Session, visits: Sequence[Visit]) -> Sequence[bool | Exception]:
        await asyncio.sleep(SLOW_SECONDS * len(visits) / SLOW_BATCH)
        return await write(session, visits)

    queue._write = held_up  # noqa: SLF001
    return made


class _InsertEach:
    """Stands in for the queue: every visit in a statement of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: asyncio.LifoQueue[Session] | None = None

    def submit(self, visit: Visit) -> asyncio.Task[bool]:
        return asyncio.get_running_loop().create_task(self._insert(visit))

    async def _insert(self, visit: Visit) -> bool:
        if self._free is None:
            self._free = asyncio.LifoQueue()
            for _ in range(CONNECTIONS):
                self._free.put_nowait(await Session.open(self._url, lost=lambda: None))
        session = await self._free.get()
        try:
            (stored,) = await store_visits(session, [visit])
        finally:
            self._free.put_nowait(session)
        if isinstance(stored, Exception):
            raise stored
        return stored
