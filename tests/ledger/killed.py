"""A sequencer that kills itself at the step it is told; run by `test_sequencing` as a process of its own."""

import os
import signal
import sys


def main(wanted: str) -> None:
    from jejak.config import node

    node.django_ready()
    from jejak.ledger import sequencing

    def step(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    sequencing.sequence(step=step)


main(sys.argv[1])
