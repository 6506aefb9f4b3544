"""Deeds that happen at one moment: each in a thread of its own, with a connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS: Final = 30
"""How long the last thread may take until it stands at the start."""


def at_once(*deeds: Callable[[], object]) -> list[Any]:
    """Return what each deed gave or raised, in their order, all let go once every thread has its connection."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(SECONDS)
            return deed()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def kinds(outcomes: list[Any]) -> list[str]:
    """Return the names of the outcomes' types, sorted: who won and who was refused, whoever it was."""
    return sorted(type(one).__name__ for one in outcomes)
