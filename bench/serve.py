"""``python -m bench.serve APP PORT``: one of `bench.floor`'s applications under the server settings of production."""

import sys

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from jejak.config.processes import die_with_parent

if __name__ == "__main__":
    die_with_parent()
    Granian(
        f"bench.floor:{sys.argv[1]}",
        port=int(sys.argv[2]),
        interface=Interfaces.ASGI,
        loop=Loops.auto,
        factory=True,
        workers=1,
        backlog=8192,
        backpressure=8192,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
