"""HTTP as the lane needs it: one request read with a cap, one response sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from jejak.lane.errors import Malformed, TooLarge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

Headers = list[tuple[bytes, bytes]]

LARGEST_BODY: Final = 16_384
MOST_FIELDS: Final = 20


class HungUp(Exception):
    """The client went away before it had sent everything."""


class Response(NamedTuple):
    """An answer: the message that starts it, and its body."""

    start: dict[str, Any]
    body: bytes


def response(status: int, headers: Headers, body: bytes = b"") -> Response:
    """Return an answer with these headers."""
    return Response({"type": "http.response.start", "status": status, "headers": headers}, body)


def whole(scope: Scope, message: Mapping[str, Any], *, most: int = LARGEST_BODY) -> bytes | None:
    """Return the body if a request's first message holds all of it, as it nearly always does.

    The server says "more" even after the last byte, and asking again costs a switch to its thread and back; so a body
    as long as its header says is taken as whole.
    """
    body: bytes = message.get("body", b"")
    if len(body) > most or message["type"] == "http.disconnect":
        return None
    if message.get("more_body") and header(scope, b"content-length") != b"%d" % len(body):
        return None
    return body


async def rest_of(message: Mapping[str, Any], receive: Receive, *, most: int = LARGEST_BODY) -> bytes:
    """Return the body of a request whose first message did not hold all of it.

    :raises TooLarge: it has more than ``most`` bytes, 16 kB if nothing else is said.
    :raises HungUp: the client went away.
    """
    body = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise HungUp
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLarge(f"Send at most {most} bytes; nothing was stored.", most_bytes=most)
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()


async def read_body(scope: Scope, receive: Receive, *, most: int = LARGEST_BODY) -> bytes:
    """Return the request's body; raises as `rest_of` does."""
    message = await receive()
    body = whole(scope, message, most=most)
    return await rest_of(message, receive, most=most) if body is None else body


def header(scope: Scope, name: bytes) -> bytes:
    """Return a header's first value, empty if it was not sent; ``name`` in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


def query(scope: Scope) -> dict[str, str]:
    """Return the query's fields, the last of each name."""
    raw = scope["query_string"]
    if not raw:
        return {}
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def cookies(scope: Scope) -> dict[str, str]:
    """Return the cookies as they were set; a header that cannot be read counts as none."""
    raw = header(scope, b"cookie")
    if not raw:
        return {}
    found = {}
    for pair in raw.decode("latin-1").split(";"):
        name, _, value = pair.strip().partition("=")
        found[name] = value
    return found


def form(body: bytes) -> dict[str, str]:
    """Return the fields of a urlencoded form, the last of each name; raises as `fields` does."""
    return dict(fields(body))


def fields(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a urlencoded form, in order.

    :raises Malformed: it is none, has too many fields, or is not UTF-8.
    """
    try:
        text = body.decode("ascii")
        pairs = [pair.partition("=") for pair in text.split("&", MOST_FIELDS + 1)]
        if len(pairs) > MOST_FIELDS:
            raise Malformed
        return [(_plain(name), _plain(value)) for name, _, value in pairs]
    except UnicodeDecodeError:
        raise Malformed from None


def _plain(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return unquote(text, errors="strict") if "%" in text else text


def cookie(name: str, value: str, *, seconds: int, secure: bool, scripts: bool = False) -> tuple[bytes, bytes]:
    """Return the header that sets a cookie for the whole site, hidden from scripts unless they may read it."""
    ending = ("" if scripts else "; HttpOnly") + ("; Secure" if secure else "")
    text = f"{name}={value}; Max-Age={seconds}; Path=/; SameSite=Lax{ending}"
    return (b"set-cookie", text.encode("ascii"))
