"""What a node answers while a backup is being restored: 503 with a page that says so, on every path."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel.settings import settings
from jejak.store.restoring import marked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

LOOK_SECONDS: Final = 0.5
RETRY_SECONDS: Final = 60
_PAGE: Final = """<!doctype html>
<html lang="ms">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sedang dipulihkan · Jejak</title><link rel="stylesheet" href="/static/ui/jejak.css"></head>
<body><main id="main"><div class="page measure">
<h1>Sistem ini sedang dipulihkan</h1>
<p class="lead">Data sedang dikembalikan daripada salinan sandaran. Cuba lagi sebentar nanti. Daftar masuk yang
dibuat pada telefon tanpa rangkaian akan dihantar kemudian.</p>
<section lang="en"><h2>This system is being restored</h2>
<p>Its data is being brought back from a backup. Try again in a while. Check-ins made on a phone without a network are
sent later.</p></section>
</div></main></body></html>
"""


def closing(application: Asgi) -> Asgi:
    """Return the application, closed for as long as the mark of a restore lies in the data directory."""
    data, looked, closed = settings().data, 0.0, False

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own types
        nonlocal looked, closed
        if scope["type"] == "http":
            moment = time.monotonic()
            if moment - looked >= LOOK_SECONDS:
                looked, closed = moment, marked(data)
            if closed:
                await _refuse(send)
                return
        await application(scope, receive, send)

    return answer


async def closed(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - likewise
    """Answer every request so: the application of a node that starts while it is being restored."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await _refuse(send)
        if not marked(settings().data):
            os._exit(1)  # nothing was loaded here; the server starts a fresh worker, which is the node


async def _refuse(send: Any) -> None:  # noqa: ANN401 - likewise
    body = _PAGE.encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % RETRY_SECONDS),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
