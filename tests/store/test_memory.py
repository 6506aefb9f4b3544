"""The database's share of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jejak.store import memory

if TYPE_CHECKING:
    from pathlib import Path

GIGABYTE = 1024**3


@pytest.mark.parametrize(
    ("total", "buffers", "cache"),
    [(GIGABYTE // 4, "128MB", "256MB"), (2 * GIGABYTE, "512MB", "1024MB"), (64 * GIGABYTE, "4096MB", "32768MB")],
)
def test_buffers_take_a_quarter_within_bounds(total: int, buffers: str, cache: str) -> None:
    assert memory.configuration(total) == {"shared_buffers": buffers, "effective_cache_size": cache}


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    whole = memory.available(limit=limit)
    limit.write_text(f"{whole // 2}\n")
    assert memory.available(limit=limit) == whole // 2
    limit.write_text("max\n")
    assert memory.available(limit=limit) == whole
