"""What every page shows around its content: the node's name, the links of the header, the other language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from jejak.kernel.settings import settings
from jejak.ui.navigation import everybody, links_for

if TYPE_CHECKING:
    from django.http import HttpRequest

LANGUAGES = (("ms", "BM", "Bahasa Melayu"), ("en", "EN", "English"))


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the base template shows; a context processor."""
    return {
        "node_name": settings().node_name,
        "demo": settings().demo,
        "navigation": _navigation(request),
        "languages": _languages(request),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the header's links, the current one marked; a route that is not mounted is left out.

    Of addresses that lie within one another the longest is the current one.
    """
    found: list[dict[str, Any]] = []
    for link in links_for(_asking(request)):
        try:
            address, *beside = (reverse(route) for route in (link.route, *link.beside))
        except NoReverseMatch:
            continue
        found.append(
            {
                "label": link.label,
                "address": address,
                "personal": link.shown is not everybody,
                "nearest": max((len(one) for one in (address, *beside) if request.path.startswith(one)), default=0),
            }
        )
    nearest = max((link["nearest"] for link in found), default=0)
    return [{**link, "current": 0 < link["nearest"] == nearest} for link in found]


def _asking(request: HttpRequest) -> object:
    """Return who asks; a request refused before anybody was recognised is nobody's."""
    from django.contrib.auth.models import AnonymousUser  # models are not ready when this module is loaded

    return getattr(request, "user", None) or AnonymousUser()


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the languages; each address comes back to this very page, with its query.

    A page that answered a form is fetched anew by its address.
    """
    active = (get_language() or "ms").split("-")[0]
    back = urlencode({"next": request.get_full_path()})
    return [
        {
            "code": code,
            "short": short,
            "name": name,
            "current": code == active,
            "address": f"/language/{code}?{back}",
        }
        for code, short, name in LANGUAGES
    ]
