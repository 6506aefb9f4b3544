"""A run of due erasures that kills itself at the step it is told; run by `test_own_record` as a process of its own."""

import os
import signal
import sys
from datetime import datetime


def main(wanted: str, at: str) -> None:
    from jejak.config import node

    node.django_ready()
    from jejak.people import leaving

    def step(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    leaving.erase_due(now=datetime.fromisoformat(at), step=step)


main(*sys.argv[1:])
