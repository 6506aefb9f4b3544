"""Sealing many people on every core: chunks in, COPY streams out, in order and never many ahead."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Final

from jejak.demo.person_rows import Chunk, person_rows
from jejak.demo.population import Population, generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MANY: Final = 20
"""From how many chunks on other processes are worth their start."""
AHEAD: Final = 3

_population: list[Population] = []  # of a worker process; it makes its own, which is cheaper than sending one


def sealed(population: Population, chunks: list[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
    """Yield every chunk with its rows."""
    if len(chunks) < MANY:
        yield from ((chunk, person_rows(population, chunk)) for chunk in chunks)
        return
    workers = os.cpu_count() or 1
    how = (population.scale.name, population.seed, population.until)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare, initargs=how) as pool:
        waiting: deque[tuple[Chunk, Future[bytes]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_rows, chunk)))
            if len(waiting) > workers * AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()


def _prepare(scale: str, seed: int, until: datetime) -> None:
    _population.append(generate(scale=scale, seed=seed, until=until))


def _rows(chunk: Chunk) -> bytes:
    return person_rows(_population[0], chunk)
