"""Doors of the joining pages: the front, what a device holds in its pocket, scanning."""

from jejak.web.views.front import bad_request, forbidden, home, language, not_found, robots, server_error
from jejak.web.views.pocket import guard, manifest, my, node, offline, worker
from jejak.web.views.scanning import poster, scan

__all__ = [
    "bad_request",
    "forbidden",
    "guard",
    "home",
    "language",
    "manifest",
    "my",
    "node",
    "not_found",
    "offline",
    "poster",
    "robots",
    "scan",
    "server_error",
    "worker",
]
