"""A bound on what a browser may send to the pages: Django keeps a body on disk before anybody looks who sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

LARGEST_BODY: Final = 32_000_000
"""Bytes: a table of 20 MB or a photo of 12 MB, and the form around it."""

_REFUSAL: Final = b"Fail ini terlalu besar. / This file is too large.\n"


def bounded(application: Asgi) -> Asgi:
    """Return the application behind the bound: a larger body is refused by its length, or ended where it exceeds it."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own types
        if scope["type"] == "http" and _declared(scope) > LARGEST_BODY:
            await _refuse(send)
            return
        received = 0

        async def counted() -> dict[str, Any]:
            nonlocal received
            message: dict[str, Any] = await receive()
            received += len(message.get("body", b""))
            return message if received <= LARGEST_BODY else {"type": "http.disconnect"}

        await application(scope, counted, send)

    return answer


def _declared(scope: dict[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Any) -> None:  # noqa: ANN401 - ASGI's own types
    kind, length = (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(_REFUSAL))
    await send({"type": "http.response.start", "status": 413, "headers": [kind, length, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": _REFUSAL})
