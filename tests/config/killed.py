"""Backups and restores that kill themselves, each in a child of its own, at the places they are told.

Printed is a JSON list with what became of each child: the signal that ended it, or 0.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from jejak.config import node, restoring, taking
from jejak.config.loading import Watch, Wish
from jejak.kernel import clock
from jejak.store.restoring import Journal


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def back_up(place: str, target: Path) -> None:
    """Die once a step is done, or in the middle of the database's file."""

    def step(name: str) -> None:
        if name == place:
            die()

    def copied(part: str, _done: int, _whole: int) -> None:
        if place == f"{part} half":
            die()

    taking.take(target=target, now=clock.now(), watch=taking.Watch(step, copied))


def restore(place: str, folder: Path) -> None:
    """Die after a step was done and before that was noted, or in the middle of the database's file."""
    noted = Journal.note

    def note(self: Journal, step: str, what: object = True) -> None:
        if step == place:
            die()
        noted(self, step, what)

    def copied(part: str, _done: int, _whole: int) -> None:
        if place == f"{part} half":
            die()

    Journal.note = note  # type: ignore[method-assign]
    restoring.restore(Wish(folder), now=clock.now(), watch=Watch(copied=copied))


def ended(do: Callable[[], None]) -> int:
    """Return the signal that ended a child, or 0 if it went through, or -1 if it failed."""
    child = os.fork()
    if not child:
        try:
            do()
        except BaseException:  # noqa: BLE001 - what went wrong is the test's to judge
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.waitstatus_to_exitcode(status)


def main(what: str, path: Path, places: list[str]) -> None:
    node.django_ready()  # once; nothing is connected before a child is made
    do = {"back-up": back_up, "restore": restore}[what]
    sys.stdout.write(json.dumps([ended(partial(do, place, path)) for place in places]))


main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
