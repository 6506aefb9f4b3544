"""Load on an HTTP server from a process of its own: wrk where it is installed, else an asyncio loader.

``python -m bench.load`` is that loader: closed loop (so many connections, each asking again once answered) or open loop
(so many requests a second, whatever becomes of the earlier ones; latency counts from when a request was due).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jejak.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable

LUA = Path(__file__).with_name("checkin.lua")
ROOT = Path(__file__).parents[1]
GRACE = 5.0
MOST_WARM = 1_500
"""Connections opened before an open loop begins: opening one in the middle would hold up the others."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run did: requests a second answered and sent, milliseconds waited, how many were not 2xx or 3xx."""

    rate: float
    offered: float
    p50: float
    p99: float
    errors: int
    requests: int
    tool: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send what: ``kind`` is known, pair or first; codes and tokens are files, one a line."""

    port: int
    kind: str
    codes: Path
    tokens: Path


def tool() -> str:
    """Return the name of the closed-loop loader that will be used."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def closed(target: Target, *, connections: int, seconds: float) -> Load:
    """Return the outcome of a closed loop."""
    if tool() == "asyncio":
        return _bundled(target, "--connections", str(connections), "--seconds", str(seconds))
    files = {"CODES": str(target.codes), "TOKENS": str(target.tokens)}
    environment = os.environ | files | {"KIND": target.kind, "SEED": str(random.getrandbits(30))}
    command = (
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "-s",
        str(LUA),
        f"http://127.0.0.1:{target.port}",
    )
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    found = json.loads(output.rpartition("RESULT ")[2])
    rate = found["requests"] / found["seconds"]
    return Load(rate, rate, found["p50"], found["p99"], found["errors"], found["requests"], "wrk")


def opened(target: Target, *, rate: int, seconds: float, accepted: Path | None = None) -> Load:
    """Return the outcome of an open loop; the ids answered 200 or 201 are written to ``accepted``, one a line."""
    more = () if accepted is None else ("--accepted", str(accepted))
    return _bundled(target, "--rate", str(rate), "--seconds", str(seconds), *more)


def _bundled(target: Target, *more: str) -> Load:
    fixed = (
        "--port",
        str(target.port),
        "--kind",
        target.kind,
        "--codes",
        str(target.codes),
        "--tokens",
        str(target.tokens),
    )
    command = (sys.executable, "-m", "bench.load", *fixed, *more)
    return Load(**json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))


class Requests:
    """Makes requests of one kind; `next` returns the bytes and the id they carry."""

    def __init__(self, target: Target) -> None:
        """Read codes and tokens."""
        self._kind = target.kind
        self._codes = target.codes.read_text().split()
        self._tokens = target.tokens.read_text().split()
        self._page: tuple[str, str] | None = None

    def next(self) -> tuple[bytes, str]:
        """Return the next request."""
        code, token, visit = random.choice(self._codes), random.choice(self._tokens), str(uuid7())
        if self._kind == "pair":
            return self._pair(code, token, visit)
        if self._kind == "first":
            phone = f"01{random.randint(2, 4)}{random.randrange(10**7):07}"
            visitor = f'{{"name":"Pelawat {random.randrange(99999)} bin Contoh","phone":"{phone}"}}'
        else:
            visitor = f'"{token}"'
        body = f'{{"id":"{visit}","code":"{code}","visitor":{visitor}}}'
        return _bytes("POST", "/v1/check-ins", "content-type: application/json\r\n", body), visit

    def _pair(self, code: str, token: str, visit: str) -> tuple[bytes, str]:
        if self._page is None:
            self._page = code, token
            return _bytes("GET", f"/p/{code}", f"cookie: jejak_visitor={token}; jejak_name=Ali\r\n", ""), ""
        (code, token), self._page = self._page, None
        headers = (
            f"cookie: jejak_visitor={token}; jejak_name=Ali\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        )
        return _bytes("POST", f"/p/{code}", headers, f"id={visit}&sig="), visit


def _bytes(method: str, path: str, headers: str, body: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n{headers}\r\n{body}".encode()


class Connection(asyncio.Protocol):
    """One kept-alive connection: a request at a time, told back when its answer is whole."""

    def __init__(self, told: Callable[[Connection, int], None]) -> None:
        """Tell ``told`` the status of each answer, 0 for a connection that ended."""
        self._told = told
        self._buffer = b""
        self.visit = ""
        self.due = 0.0
        self.busy = False
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def ask(self, request: bytes, visit: str, due: float) -> None:
        """Send a request."""
        self.visit, self.due, self.busy = visit, due, True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Gather an answer; every answer here says its length."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(rest) < int(length or 0):
            return
        self._buffer, self.busy = b"", False
        self._told(self, int(head[9:12]))

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell that a request in flight has no answer."""
        self.ended = True
        if self.busy:
            self.busy = False
            self._told(self, 0)


class Loader:
    """Drives connections and keeps count."""

    def __init__(self, target: Target) -> None:
        """Prepare a run."""
        self._requests = Requests(target)
        self._port = target.port
        self._latencies: list[float] = []
        self._idle: deque[Connection] = deque()
        self._again: Callable[[Connection], None] = self._idle.append
        self._began = time.perf_counter()
        self._last = self._sent = self._began
        self.statuses: dict[int, int] = {}
        self.accepted: list[str] = []

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(lambda: Connection(self._told), "127.0.0.1", self._port))[1]

    def _told(self, connection: Connection, status: int) -> None:
        self._last = time.perf_counter()
        self._latencies.append(self._last - connection.due)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status in {200, 201}:
            self.accepted.append(connection.visit)
        if not connection.ended:
            self._again(connection)

    def _ask(self, connection: Connection, due: float) -> None:
        connection.ask(*self._requests.next(), due)
        self._sent = time.perf_counter()

    async def closed(self, *, connections: int, seconds: float) -> None:
        """Keep ``connections`` busy for a time."""
        end = time.perf_counter() + seconds
        done = asyncio.Event()

        def again(connection: Connection) -> None:
            moment = time.perf_counter()
            if moment < end:
                self._ask(connection, moment)
            else:
                done.set()

        self._again = again
        self._began = time.perf_counter()
        for connection in [await self._connect() for _ in range(connections)]:
            self._ask(connection, time.perf_counter())
        await asyncio.wait_for(done.wait(), seconds + GRACE)

    async def open(self, *, rate: int, seconds: float) -> None:
        """Send ``rate`` requests a second at even intervals, on as many connections as it takes."""
        self._idle.extend([await self._connect() for _ in range(min(MOST_WARM, rate))])
        began, sent, total = time.perf_counter() + 0.05, 0, int(rate * seconds)
        self._began = began
        while sent < total:
            moment = time.perf_counter()
            while sent < total and began + sent / rate <= moment:
                await self._send(began + sent / rate)
                sent += 1
            await asyncio.sleep(max(0.0, began + sent / rate - time.perf_counter()))
        end = time.perf_counter() + GRACE
        while sum(self.statuses.values()) < total and time.perf_counter() < end:  # noqa: ASYNC110 - it ends by time too
            await asyncio.sleep(0.02)

    async def _send(self, due: float) -> None:
        while self._idle and self._idle[-1].ended:
            self._idle.pop()
        self._ask(self._idle.pop() if self._idle else await self._connect(), due)

    def result(self) -> Load:
        """Return the outcome."""
        seconds, sending = max(self._last - self._began, 1e-6), max(self._sent - self._began, 1e-6)
        waits = sorted(self._latencies) or [0.0]
        answered = sum(self.statuses.values())
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 400)
        at = {share: waits[min(len(waits) - 1, int(len(waits) * share))] * 1000 for share in (0.5, 0.99)}
        return Load(answered / seconds, answered / sending, at[0.5], at[0.99], answered - good, answered, "asyncio")


async def main() -> None:
    """Run the loader as its arguments say and print the outcome as JSON."""
    parser = argparse.ArgumentParser()
    for name, kind in (("port", int), ("kind", str), ("codes", Path), ("tokens", Path), ("seconds", float)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--rate", type=int)
    parser.add_argument("--accepted", type=Path)
    given = parser.parse_args()
    loader = Loader(Target(given.port, given.kind, given.codes, given.tokens))
    if given.rate:
        await loader.open(rate=given.rate, seconds=given.seconds)
    else:
        await loader.closed(connections=given.connections, seconds=given.seconds)
    if given.accepted:
        given.accepted.write_text("".join(f"{visit}\n" for visit in loader.accepted))
    print(json.dumps(asdict(loader.result())))


if __name__ == "__main__":
    asyncio.run(main())
