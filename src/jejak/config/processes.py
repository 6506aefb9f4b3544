"""Child processes that end with their parent, and a supervisor that keeps them running."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1
QUICK_DEATH_SECONDS = 5.0
LONGEST_PAUSE = 30.0


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent vanishes, even by ``kill -9``."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went between the two calls
            os.kill(os.getpid(), signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """A command kept running: started again when it ends, after a pause that grows while it keeps dying at once."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = 0.2
    not_before: float = field(default=0.0)

    def tend(self, say: Callable[[str], None]) -> None:
        """Start the command if it does not run and its pause is over."""
        moment = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return
            quick = moment - self.began < QUICK_DEATH_SECONDS
            self.pause = min(self.pause * 2, LONGEST_PAUSE) if quick else 0.2
            say(f"{self.name} ended with {self.process.returncode}; starting it again in {self.pause:.1f} s")
            self.process, self.not_before = None, moment + self.pause
        if moment >= self.not_before:
            self.process = subprocess.Popen(self.command, process_group=0)  # noqa: S603 - our own commands
            self.began = moment

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_stopped(self, seconds: float) -> None:
        """Wait for the end, then insist."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class StopAsked:
    """Turns SIGINT and SIGTERM into a flag."""

    def __init__(self) -> None:
        """Install the handlers."""
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True
