"""``python -m bench.phones``: phones that were offline and all come back at the same moment, in a process of their own.

Each has a connection and its queue of check-ins. It sends them as one batch, or one after the other, and what is
refused for want of room it sends again after the time it was told, until all is acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

WAYS: Final = ("batch", "single")
LONGEST_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Return:
    """How the return of all phones went; waits are a phone's, in milliseconds, until all it queued is acknowledged."""

    seconds: float
    acknowledged: int
    refused: int  # outcomes 503, each sent again
    failed: int  # any other refusal
    requests: int
    p50: float
    p99: float
    answer_p99: float  # of one request


@dataclass(slots=True)
class Phones:
    """All phones of a run, and what they were told."""

    port: int
    way: str
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    failed: int = 0
    waits: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    async def come_back(self, queues: list[list[dict[str, Any]]]) -> Return:
        """Return what became of the queues, all sent at once."""
        connections = [await asyncio.open_connection("127.0.0.1", self.port) for _ in queues]
        began = time.perf_counter()
        phones = [self._phone(queue, *pair) for queue, pair in zip(queues, connections, strict=True)]
        await asyncio.wait_for(asyncio.gather(*phones), LONGEST_SECONDS)
        seconds = time.perf_counter() - began
        return Return(
            seconds=seconds,
            acknowledged=len(self.acknowledged),
            refused=self.refused,
            failed=self.failed,
            requests=len(self.answers),
            p50=_share(self.waits, 0.5),
            p99=_share(self.waits, 0.99),
            answer_p99=_share(self.answers, 0.99),
        )

    async def _phone(
        self, queue: list[dict[str, Any]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        began, waiting = time.perf_counter(), queue
        while waiting:
            sent = waiting if self.way == "batch" else waiting[:1]
            outcomes, pause = await self._ask(sent, reader, writer)
            again = []
            for item, status in zip(sent, outcomes, strict=True):
                if status in {200, 201}:
                    self.acknowledged.append(item["id"])
                elif status == 503:
                    self.refused += 1
                    again.append(item)
                else:
                    self.failed += 1
            waiting = again + waiting[len(sent) :]
            if again:
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        self.waits.append(time.perf_counter() - began)
        writer.close()

    async def _ask(
        self, items: list[dict[str, Any]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[list[int], float]:
        """Return the status of each item, and how many seconds to wait where there was no room."""
        path = "/v1/check-ins:batch" if self.way == "batch" else "/v1/check-ins"
        body = json.dumps({"items": items} if self.way == "batch" else items[0]).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        )
        began = time.perf_counter()
        writer.write(head.encode() + b"\r\n\r\n" + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        answer = await reader.readexactly(int(headers["content-length"]))
        self.answers.append(time.perf_counter() - began)
        status, pause = int(lines[0].split()[1]), float(headers.get("retry-after", 1))
        if self.way == "single" or status != 200:
            return [status] * len(items), pause
        return [one["status"] for one in json.loads(answer)["items"]], pause


def _share(found: list[float], share: float) -> float:
    ordered = sorted(found) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def main() -> None:
    """Run as the arguments say and print the outcome as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--way", choices=WAYS, required=True)
    parser.add_argument("--queues", type=Path, required=True)
    parser.add_argument("--acknowledged", type=Path, required=True)
    given = parser.parse_args()
    queues = [json.loads(line) for line in given.queues.read_text().splitlines()]
    phones = Phones(given.port, given.way)
    outcome = asyncio.run(phones.come_back(queues))
    given.acknowledged.write_text("".join(f"{visit}\n" for visit in phones.acknowledged))
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
