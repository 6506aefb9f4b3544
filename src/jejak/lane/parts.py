"""The parts of a running lane, and the connections that are kept while it runs."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel.sealing import BlindIndex, Sealer
from jejak.lane.batch import GroupCommit
from jejak.lane.catalogue import Catalogue
from jejak.lane.checkin import CheckIns
from jejak.lane.checkout import CheckOuts
from jejak.lane.disputes import Dispute, serve_ends
from jejak.lane.listener import listen
from jejak.lane.session import Session
from jejak.lane.tokens import Tokens
from jejak.lane.visits import (
    End,
    First,
    PhoneOf,
    SealedPhone,
    Stored,
    serve_firsts,
    store_visits,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jejak.kernel.keys import Keyring
    from jejak.lane.pages import Pages


STOPPING_SECONDS: Final = 0.5
LATE_SECONDS: Final = 4.0
"""What waited offline may wait a little longer, in a queue of its own that never stands before those at a door."""


class Parts:
    """What the handlers work with: keys, posters, pages, queues, and the clock in milliseconds since 1970."""

    def __init__(
        self,
        *,
        ring: Keyring,
        node: str,
        base_url: str,
        pages: Pages,
        database_url: str,
        visit_days: int,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """Prepare everything but the connections; ``clock`` gives milliseconds since 1970."""
        self.node = node
        self.visit_days = visit_days
        self.secure = base_url.startswith("https://")
        self.pages = pages
        self.clock = clock
        self.one_batch = asyncio.Lock()
        self.tokens = Tokens(ring, visit_days=visit_days)
        self.signer = ring.active("descriptor")
        self.catalogue = Catalogue(ring=ring, node=node, base_url=base_url)
        self._database_url = database_url

        def connect(lost: Callable[[], None]) -> Awaitable[Session]:
            return Session.open(database_url, lost=lost)

        known = GroupCommit(name="known", connect=connect, write=store_visits)
        late = GroupCommit(name="late", connect=connect, write=store_visits, seconds=LATE_SECONDS)
        first: GroupCommit[First | PhoneOf, Stored | SealedPhone] = GroupCommit(
            name="first", connect=connect, write=serve_firsts
        )
        ends: GroupCommit[End | Dispute, int] = GroupCommit(name="ends", connect=connect, write=serve_ends)
        self.check_ins = CheckIns(
            tokens=self.tokens, known=known, late=late, first=first, sealer=Sealer(ring), index=BlindIndex(ring)
        )
        self.check_outs = CheckOuts(ends=ends)
        self._queues: tuple[GroupCommit[Any, Any], ...] = (known, late, first, ends)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def ready(self) -> bool:
        """Whether check-ins can be stored now."""
        return self.catalogue.loaded and all(queue.connected for queue in self._queues)

    def start(self) -> None:
        """Begin connecting; requests that come before there is a database are told to try again."""
        # What exists now stays; looking through it again and again costs a tenth of the throughput.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        self._tasks = [asyncio.create_task(queue.run(), name=f"lane-{queue.name}") for queue in self._queues]
        self._tasks.append(
            asyncio.create_task(listen(self.catalogue, database_url=self._database_url), name="lane-posters")
        )

    async def stop(self) -> None:
        """Let the connections go."""
        pending = set(self._tasks)
        while pending:  # a cancellation that meets a lost connection can be swallowed on its way; ask again
            for task in pending:
                task.cancel()
            _done, pending = await asyncio.wait(pending, timeout=STOPPING_SECONDS)
