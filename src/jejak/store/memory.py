"""How much memory the embedded PostgreSQL takes: a share of what this machine, or its container, has.

A contact search jumps through the indexes of a fortnight; over 14 million visits it takes two thirds of the time when
these lie in PostgreSQL's own buffers rather than only in the kernel's.
"""

import os
from pathlib import Path

MEGABYTE = 1024 * 1024
LEAST, MOST = 128, 4096
"""Megabytes of shared buffers; unused ones cost nothing."""
LIMIT = Path("/sys/fs/cgroup/memory.max")


def available(*, limit: Path = LIMIT) -> int:
    """Return the bytes of memory that this process's container or machine has."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        text = limit.read_text().strip()
    except OSError:
        return physical
    return min(physical, int(text)) if text.isdecimal() else physical


def configuration(memory: int) -> dict[str, str]:
    """Return PostgreSQL's settings for ``memory`` bytes: a quarter for its buffers, half expected in the kernel's."""
    megabytes = memory // MEGABYTE
    return {
        "shared_buffers": f"{min(max(megabytes // 4, LEAST), MOST)}MB",
        "effective_cache_size": f"{max(megabytes // 2, 2 * LEAST)}MB",
    }
