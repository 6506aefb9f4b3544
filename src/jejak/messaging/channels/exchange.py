"""One HTTP exchange with an outside service: verified TLS, no redirects, a bounded answer, one deadline."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS: Final = 20.0
LARGEST_ANSWER: Final = 64 * 1024


class Unreachable(Exception):
    """The service did not answer in time, or not in HTTP; whether it took the message is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the first 64 KiB of a body."""

    status: int
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the status is one of success."""
        return self.status // 100 == 2  # noqa: PLR2004 - 2xx

    @property
    def trouble(self) -> str:
        """A word for a status that is none of success."""
        return {3: "redirected", 4: "not-now", 5: "server-trouble"}.get(self.status // 100, "answer-unclear")

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status // 100 in {1, 3, 5} or self.status in {408, 409, 425, 429}


def exchange(
    *,
    url: str,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """Return a service's answer.

    :raises Unreachable: there is none within ``seconds``, its certificate does not hold, or it is no HTTP.
    """
    parts = urlsplit(url)
    connection: HTTPConnection = (
        HTTPSConnection(
            parts.hostname or "", parts.port, timeout=seconds, context=context or ssl.create_default_context()
        )
        if parts.scheme == "https"
        else HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    )
    watch: Timer | None = None
    late = Event()
    try:
        connection.connect()
        # A socket's timeout is per read: one that drips a byte now and then would hold a worker for ever.
        watch = Timer(seconds, _cut, [connection.sock, late])
        watch.daemon = True
        watch.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, response.read(LARGEST_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        if watch:
            watch.cancel()
        connection.close()
    if late.is_set():
        raise Unreachable("cut off")
    return answer


def _cut(held: socket.socket, late: Event) -> None:
    late.set()
    with suppress(OSError):
        # Not SSLSocket's own, which forgets its state under the thread that reads.
        socket.socket.shutdown(held, socket.SHUT_RDWR)
