"""Where an outsider reads a log: a folder of its files, or its address."""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Final, Protocol, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from jejak.formats import merkle, tiles
from jejak.ledger.errors import LogUnreadable

if TYPE_CHECKING:
    from jejak.formats.tiles import Tile

LARGEST_FILE: Final = tiles.WIDTH * (tiles.LARGEST_ENTRY + 2)
LARGEST_ANSWER: Final = 64 * 1024
SECONDS: Final = 20.0
NOT_FOUND: Final = 404


class Source(Protocol):
    """Where files of a log are read."""

    def fetch(self, path: str) -> bytes | None:
        """Return a file, or ``None`` if there is none.

        :raises LogUnreadable: it cannot be read.
        """


class Folder:
    """The files of a log on this machine."""

    def __init__(self, folder: Path) -> None:
        """Read below ``folder``."""
        self._folder = folder

    def fetch(self, path: str) -> bytes | None:
        """Return a file, or ``None`` if there is none.

        :raises LogUnreadable: it cannot be read, or is larger than any file of a log.
        """
        try:
            data = _read(self._folder / path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LogUnreadable(f"{path}: {error.strerror}") from error
        if len(data) > LARGEST_FILE:
            raise LogUnreadable(f"{path} has more than {LARGEST_FILE} bytes")
        return data


def _read(path: Path) -> bytes:
    """Return a file's bytes, at most one too many: a stranger's folder may hold a pipe or an endless device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "this is no file")
        return file.read(LARGEST_FILE + 1)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow none: a log answers under its own address."""


class _Bell:
    """Ends an exchange that takes too long as a whole: a socket's own time limit begins anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self.rung = False
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, connected: socket.socket) -> None:
        self._sockets.append(connected)
        if self.rung:
            self._ring()

    def _ring(self) -> None:
        self.rung = True
        for one in self._sockets:
            with suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # not TLS's own, which would wait for the other side


def _opener(bell: _Bell) -> OpenerDirector:
    """Return how an exchange is made: without redirects, and every connection under the bell's eye."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            bell.watch(self.sock)

    class Sealed(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            bell.watch(self.sock)

    class Handler(HTTPHandler):
        def http_open(self, request: Request) -> HTTPResponse:
            return self.do_open(Plain, request)

    class SealedHandler(HTTPSHandler):
        def https_open(self, request: Request) -> HTTPResponse:
            return self.do_open(Sealed, request)

    return build_opener(_NoRedirect, Handler, SealedHandler)


class Address:
    """The files of a log over HTTP."""

    def __init__(self, url: str) -> None:
        """Read below ``url``."""
        self._url = url.rstrip("/")

    def fetch(self, path: str) -> bytes | None:
        """Return a file, or ``None`` if there is none."""
        status, body = ask(f"{self._url}/{path}", largest=LARGEST_FILE)
        if status == NOT_FOUND:
            return None
        if status != 200:  # noqa: PLR2004 - 200 OK
            raise LogUnreadable(f"{self._url}/{path} answers {status}")
        return body


def ask(
    url: str, *, body: bytes | None = None, largest: int = LARGEST_ANSWER, seconds: float = SECONDS
) -> tuple[int, bytes]:
    """Return status and body of an HTTP exchange, which takes at most ``seconds``; with a ``body`` it is a POST.

    :raises LogUnreadable: there is no answer in time, or it is too large.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise LogUnreadable(f"{url} is no address")
    headers = {"User-Agent": "jejak-ledger"} | ({} if body is None else {"Content-Type": "text/plain; charset=utf-8"})
    request = Request(url, data=body, headers=headers)  # noqa: S310 - the scheme is checked above
    try:
        with _Bell(seconds) as bell:
            status, found = _exchange(bell, request, largest, seconds)
    except (URLError, OSError, HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)  # the socket's own clock may ring before ours
        waited = bell.rung or isinstance(cause, TimeoutError)
        late = f"not within {seconds:g} seconds" if waited else str(error)
        raise LogUnreadable(f"{url} does not answer: {late}") from error
    if bell.rung:
        raise LogUnreadable(f"{url} does not answer: not within {seconds:g} seconds")
    if len(found) > largest:
        raise LogUnreadable(f"{url} answers more than {largest} bytes")
    return status, found


def _exchange(bell: _Bell, request: Request, largest: int, seconds: float) -> tuple[int, bytes]:
    try:
        with _opener(bell).open(request, timeout=seconds) as answer:
            return answer.status, answer.read(largest + 1)
    except HTTPError as error:
        with suppress(OSError, HTTPException):
            return error.code, error.read(LARGEST_ANSWER)
        return error.code, b""


def source_at(where: str) -> Source:
    """Return the source that a command line means: an address, or a folder."""
    return Address(where) if urlsplit(where).scheme in {"http", "https"} else Folder(Path(where))


def read_tile(source: Source, tile: Tile) -> bytes:
    """Return a tile's bytes; the beginning of the full tile where the partial one is gone.

    :raises LogUnreadable: neither is there.
    :raises TileError: the full one is not what its place says.
    """
    data = source.fetch(tile.path)
    if data is not None:
        return data
    full = source.fetch(tile.full.path) if tile.width < tiles.WIDTH else None
    if full is None:
        raise LogUnreadable(f"there is no {tile.path}")
    if tile.level != tiles.ENTRIES:
        return full[: tile.width * merkle.HASH_BYTES]
    return tiles.bundle(tiles.unbundle(full, width=tiles.WIDTH)[: tile.width])
