"""Group commit: requests queue, one transaction stores all of them, each is answered only after the commit.

No lingering: while one commit is under way the next batch gathers, and that is the batching window.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import asyncpg
import structlog

from jejak.lane.errors import Busy, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from jejak.lane.session import Session

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST: Final = 500
"""Rows a batch, so that one transaction stays short."""
LEAST_QUEUE, MOST_QUEUE = 500, 20_000
QUEUE_SECONDS: Final = 0.75
"""The queue holds what is written in this time; whoever comes later is told so at once."""
FIRST_RATE: Final = 2_000.0
WEIGHT: Final = 0.5
"""How much the last batch under load says about the next; little, and a disk grown slow keeps its long queue."""
PAUSES: Final = (0.05, 0.1, 0.2, 0.5, 1.0)

LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, terminated by an administrator
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidCachedStatementError,  # a migration changed what was prepared
)

log = structlog.get_logger()


class GroupCommit(Generic[Item, Result]):
    """A bounded queue of items and its flushers, each a task in `run` with a connection of its own.

    ``write`` gets a session and items and returns, once all is committed, one result an item (an exception refuses it).
    """

    def __init__(
        self,
        *,
        name: str,
        connect: Callable[[Callable[[], None]], Awaitable[Session]],
        write: Callable[[Session, Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        seconds: float = QUEUE_SECONDS,
    ) -> None:
        """Prepare the queue; nothing runs before `run`."""
        self.name = name
        self._connect = connect
        self._write = write
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._idle: deque[asyncio.Future[None]] = deque()
        self._rate = FIRST_RATE
        self._seconds = seconds
        self.limit = int(FIRST_RATE * seconds)
        self.connected = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """Queue an item; the future gives its result after the commit, whether or not anyone still waits.

        :raises Unavailable: the database cannot be reached at this moment.
        :raises Busy: the queue is full.
        """
        if not self.connected or self._loop is None:
            raise Unavailable
        if len(self._queue) >= self.limit:
            raise Busy
        answer: asyncio.Future[Result] = self._loop.create_future()
        self._queue.append((item, answer))
        if self._idle:
            _wake(self._idle.popleft())
        return answer

    def _wake_all(self) -> None:
        while self._idle:
            _wake(self._idle.popleft())

    async def run(self) -> None:
        """Keep a connection and write what is queued, until cancelled."""
        self._loop = asyncio.get_running_loop()
        failures = 0
        while True:
            try:
                session = await self._connect(self._wake_all)
            except LOST as error:
                log.warning("lane.unconnected", queue=self.name, error=type(error).__name__)
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
                continue
            failures = 0
            self.connected += 1
            try:
                await self._write_until_lost(session)
            finally:
                self.connected -= 1
                if not self.connected:
                    self._refuse_queued()
                session.abandon()

    async def _write_until_lost(self, session: Session) -> None:
        while True:
            if not self._queue:
                if session.closed:
                    return
                wake = asyncio.get_running_loop().create_future()
                self._idle.append(wake)
                await wake
                continue
            items, answers = zip(*self._take(), strict=True)
            began = time.perf_counter()
            try:
                results = await self._stored(session, items)
            except LOST as error:
                log.warning("lane.connection-lost", queue=self.name, error=type(error).__name__, items=len(items))
                _refuse(answers)  # perhaps committed, perhaps not: the same id sent again finds out
                return
            except Exception:
                log.exception("lane.batch-failed", queue=self.name, items=len(items))
                _refuse(answers)
                return
            except BaseException:
                _refuse(answers)
                raise
            self._measure(len(items), time.perf_counter() - began)
            _answer(answers, results)

    def _take(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        queue = self._queue
        if len(queue) <= MOST:
            batch = list(queue)
            queue.clear()
            return batch
        return [queue.popleft() for _ in range(MOST)]

    async def _stored(self, session: Session, items: Sequence[Item]) -> Sequence[Result | Exception]:
        """Return a result an item; one bad row does not fail its batch."""
        try:
            return await self._write(session, items)
        except LOST:
            raise
        except (asyncpg.PostgresError, ValueError, OverflowError) as error:
            log.warning("lane.batch-refused", queue=self.name, error=type(error).__name__, items=len(items))
        results: list[Result | Exception] = []
        for item in items:
            try:
                results.extend(await self._write(session, [item]))
            except LOST:
                raise
            except (asyncpg.PostgresError, ValueError, OverflowError) as error:
                log.warning("lane.item-refused", queue=self.name, error=type(error).__name__, sqlstate=_state(error))
                results.append(Unavailable())
        return results

    def _measure(self, count: int, seconds: float) -> None:
        if count < MOST // 2 and len(self._queue) < count:
            return  # not under load, so it says little about what could be written
        self._rate += WEIGHT * (count / max(seconds, 1e-6) - self._rate)
        self.limit = min(max(int(self._rate * self._seconds), LEAST_QUEUE), MOST_QUEUE)

    def _refuse_queued(self) -> None:
        waiting = [answer for _item, answer in self._queue]
        self._queue.clear()
        _refuse(waiting)


def _answer(answers: Sequence[asyncio.Future[Any]], results: Sequence[Any]) -> None:
    for answer, result in zip(answers, results, strict=True):
        if answer.done():
            continue  # the client hung up; its check-in is stored all the same
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _refuse(answers: Sequence[asyncio.Future[Any]]) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(Unavailable())


def _state(error: Exception) -> str:
    return getattr(error, "sqlstate", None) or ""
