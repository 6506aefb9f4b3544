"""Child processes that end with their parent, and a supervisor that keeps them running."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import parent_process
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
QUICK_DEATH_SECONDS = 5.0
LONGEST_PAUSE = 30.0


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent vanishes, even by ``kill -9``."""
    if sys.platform == "linux":
        maker = parent_process()  # known where multiprocessing made us: it may be gone already
        parent = os.getppid() if maker is None or maker.pid is None else maker.pid
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before the call
            os.kill(os.getpid(), signal.SIGTERM)


def bound_to(parent: int) -> Callable[[], None] | None:
    """Return what a child runs between fork and exec, so that there is no moment in which it outlives ``parent``."""
    if sys.platform != "linux":
        return None

    def bind() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind


_LIBC = ctypes.CDLL(None, use_errno=True)


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
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                process_group=0,
                preexec_fn=bound_to(os.getpid()),  # noqa: PLW1509 - no threads run here
            )
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
