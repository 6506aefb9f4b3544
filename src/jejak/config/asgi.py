"""The ASGI applications: the lane alone, Django alone, or both behind one port."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jejak.config import logs
from jejak.config.bodies import bounded
from jejak.config.closed import closed, closing
from jejak.config.node import collect_static
from jejak.config.processes import die_with_parent
from jejak.kernel.settings import settings
from jejak.store.restoring import marked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jejak.lane.app import Lane

    Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def web() -> Asgi:
    """Return Django's application, closed while a backup is restored."""
    die_with_parent()
    return closed if marked(settings().data) else closing(_web())


def lane() -> Asgi:
    """Return the check-in lane, closed while a backup is restored."""
    die_with_parent()
    return closed if marked(settings().data) else closing(open_lane())


def node() -> Asgi:
    """Return the whole node, closed while a backup is restored."""
    die_with_parent()
    return closed if marked(settings().data) else closing(_node())


def _web() -> Asgi:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jejak.config.settings")
    from django.conf import settings as django_settings
    from django.core.asgi import get_asgi_application  # Django reads its settings on import
    from django.db import connections

    # Requests run on many threads; a pool keeps their connections, and what is prepared on them.
    connections.settings["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    django = get_asgi_application()
    import_module(django_settings.ROOT_URLCONF)  # what is broken shall break the start, not the first request
    collect_static()  # pages name static files by what is collected, on whichever machine they are served

    pages = bounded(django)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own types
        if scope["type"] == "lifespan":  # which Django does not speak
            await _quiet_lifespan(receive, send)
        else:
            await pages(scope, receive, send)

    return application


def open_lane() -> Lane:
    """Return the check-in lane with its pages rendered; Django is not used after this."""
    logs.full()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jejak.config.settings")
    import django

    django.setup()
    collect_static()
    from jejak.kernel.keys import keyring
    from jejak.lane.app import make_lane
    from jejak.store.connections import database_of
    from jejak.visits import skeletons

    return make_lane(
        settings(),
        keyring(),
        skeletons.render_all(),
        skeletons.render_messages(),
        skeletons.render_words(),
        database_of(settings(), keyring()).urls.app,
        skeletons.render_phrases(),
    )


def _node() -> Asgi:
    """Return the whole node: the lane answers its paths, Django the rest."""
    front, back = open_lane(), _web()
    logs.quiet()

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own types
        if scope["type"] == "lifespan" or not front.falls_through(scope["path"]):
            await front(scope, receive, send)
        else:
            await back(scope, receive, send)

    return application


async def _quiet_lifespan(receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own types
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
