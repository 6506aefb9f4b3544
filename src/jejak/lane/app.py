"""The lane itself: an ASGI callable that routes, answers refusals, and keeps the database connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from jejak.kernel.access import AccessRule, public, rule_of
from jejak.kernel.problems import JejakError
from jejak.lane import api, bundle, correct, devices, receipts, together, views
from jejak.lane.errors import ENDED, MethodNotAllowed, NotFound, Unavailable
from jejak.lane.pages import Pages
from jejak.lane.parts import Parts
from jejak.lane.problems import JSON_HEADERS, problem
from jejak.lane.remembered import language_of
from jejak.lane.wire import HungUp, Response, query, response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings
    from jejak.lane.wire import Receive, Scope, Send

    Handler = Callable[["Parts", Scope, Receive, tuple[str, ...]], Awaitable[Response]]

log = structlog.get_logger()


@public(reason="a load balancer asks whether to send requests here; it says nothing else")
async def healthz(lane: Parts, _scope: Scope, _receive: Receive, _path: tuple[str, ...]) -> Response:
    """Answer whether check-ins can be stored now."""
    if not lane.ready:
        raise Unavailable
    return response(200, JSON_HEADERS, b'{"status":"ok"}')


async def not_allowed(_lane: Parts, scope: Scope, _receive: Receive, _path: tuple[str, ...]) -> Response:
    """Refuse a method that an address does not answer.

    :raises MethodNotAllowed: always.
    """
    raise MethodNotAllowed(allow=", ".join(routed(scope["path"])[0]))


def _otherwise(handlers: Mapping[str, Handler], method: str) -> Handler:
    return handlers.get("GET", not_allowed) if method == "HEAD" else not_allowed


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path whose ``<…>`` segments are handed to the handler."""

    method: str
    path: str
    handler: Handler

    @property
    def rule(self) -> AccessRule | None:
        """Who may call it."""
        return rule_of(self.handler)


ROUTES: Final = (
    Route("POST", "/v1/check-ins", api.check_in),
    Route("POST", "/v1/check-ins:batch", bundle.check_ins),
    Route("POST", "/v1/check-outs", api.check_out),
    Route("POST", "/v1/devices", devices.certify),
    Route("GET", "/p/<code>", views.page),
    Route("POST", "/p/<code>", views.post),
    Route("GET", "/p/<code>/receipt/<sealed>", receipts.receipt),
    Route("GET", "/p/<code>/receipt/<sealed>/correct", correct.page),
    Route("POST", "/p/<code>/receipt/<sealed>/correct", correct.post),
    Route("POST", "/p/<code>/out", receipts.leave),
    Route("POST", "/p/<code>/forget", together.forget),
    Route("GET", "/healthz", healthz),
)
_PATHS: Final = {path: {r.method: r.handler for r in ROUTES if r.path == path} for path in {r.path for r in ROUTES}}
_FIXED: Final = {path: handlers for path, handlers in _PATHS.items() if "<" not in path}
_PAGES: Final = "/p/"


def routed(path: str) -> tuple[Mapping[str, Handler], tuple[str, ...]]:
    """Return the handlers of a path by method, and its variable segments.

    :raises NotFound: the lane has nothing there.
    """
    found = _FIXED.get(path)
    if found is not None:
        return found, ()
    if path.startswith(_PAGES):
        match path[len(_PAGES) :].split("/"):
            case [code] if code:
                return _PATHS["/p/<code>"], (code,)
            case [code, "out" | "forget" as deed]:
                return _PATHS[f"/p/<code>/{deed}"], (code,)
            case [code, "receipt", sealed]:
                return _PATHS["/p/<code>/receipt/<sealed>"], (code, sealed)
            case [code, "receipt", sealed, "correct"]:
                return _PATHS["/p/<code>/receipt/<sealed>/correct"], (code, sealed)
    raise NotFound


def _asked(scope: Scope) -> Mapping[str, str]:
    """Return what a page's address asks for: a refusal of whatever was sent must not fail over it."""
    try:
        return query(scope)
    except JejakError:
        return {}


class Lane(Parts):
    """The check-in lane as an ASGI application."""

    @staticmethod
    def falls_through(path: str) -> bool:
        """Return whether a path is none of the lane's, so that another application answers it."""
        return not (path.startswith(_PAGES) or path in _FIXED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's start and end."""
        if scope["type"] == "http":
            try:
                handlers, segments = routed(scope["path"])
                handler = handlers.get(scope["method"]) or _otherwise(handlers, scope["method"])
                answer = await handler(self, scope, receive, segments)
            except JejakError as error:
                answer = self._refused(scope, error)
            except HungUp:
                return
            except Exception:
                log.exception("lane.failed", route=scope["path"].split("/")[1])
                answer = self._refused(scope, Unavailable())
            await send(answer.start)
            await send({"type": "http.response.body", "body": answer.body})
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def _refused(self, scope: Scope, error: JejakError) -> Response:
        if not scope["path"].startswith(_PAGES):
            return problem(error)
        language, headers = language_of(scope, _asked(scope), secure=self.secure)
        if isinstance(error, ENDED):
            return self.pages.ended(error, language=language, headers=headers)
        code = scope["path"].split("/")[2]
        action = f"/p/{code}" if code.isascii() and code.isalnum() else "/"
        return self.pages.refusal(error, language=language, action=action, headers=headers)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.start()
        await send({"type": "lifespan.startup.complete"})
        while (await receive())["type"] != "lifespan.shutdown":
            pass
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})


def make_lane(
    settings: Settings,
    keyring: Keyring,
    skeletons: Mapping[tuple[str, str], str],
    messages: Mapping[str, Mapping[str, tuple[str, str]]],
    words: Mapping[str, Sequence[str]],
    database_url: str,
    phrases: Mapping[str, Mapping[str, str]] | None = None,
) -> Lane:
    """Return the lane of a node: its settings and keys, the pages Django rendered, and app's database."""
    pages = Pages(skeletons=skeletons, messages=messages, words=words, phrases=phrases or {})
    return Lane(
        ring=keyring,
        node=settings.node_name,
        base_url=settings.base_url,
        pages=pages,
        database_url=database_url,
        visit_days=settings.visit_days,
    )
