"""The processes of a node end with it, whenever it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SUPERVISOR = """
import sys, time
from jejak.config.processes import Child
child = Child("a slow starter", [sys.executable, "-c", "import time; time.sleep(60)"])
child.tend(print)
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent is gone")
def test_a_child_that_has_not_begun_ends_with_a_killed_supervisor() -> None:
    """Killed in that moment, a node left a server behind that held its port until somebody found it."""
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        supervisor.kill()
    for _ in range(50):
        if not runs(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child outlived its supervisor")


def runs(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
