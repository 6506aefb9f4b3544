"""The links of the header and of a thing's pages: each room adds its own when loaded, so lower rooms know none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the header; ``shown`` says to which user (also to an anonymous one)."""

    label: str | _StrPromise
    route: str
    shown: Callable[[Any], bool]
    order: int
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A link on the pages of one thing, whose uuid its route takes; an ``area`` is one spot of those pages."""

    label: str | _StrPromise
    route: str
    icon: str
    order: int


_links: dict[str, Link] = {}
_tabs: dict[str, dict[str, Tab]] = {}


def everybody(_user: object) -> bool:
    """Show a link to everybody; it is nobody's own."""
    return True


def register(
    *,
    label: str | _StrPromise,
    route: str,
    shown: Callable[[Any], bool] = everybody,
    order: int = 50,
    beside: tuple[str, ...] = (),
) -> None:
    """Add a link to the header, from the room's ``AppConfig.ready``; a route is there once.

    On the pages of routes ``beside`` it, and below them, this link is the current one, too.
    """
    _links[route] = Link(label=label, route=route, shown=shown, order=order, beside=beside)


def links_for(user: object) -> list[Link]:
    """Return the links this user sees, from left to right."""
    return sorted(
        (link for link in _links.values() if link.shown(user)),
        key=lambda link: (link.order, link.route),
    )


def register_tab(*, area: str, label: str | _StrPromise, route: str, icon: str = "", order: int = 50) -> None:
    """Add a link to an area, from the room's ``AppConfig.ready``; a route is there once."""
    _tabs.setdefault(area, {})[route] = Tab(label=label, route=route, icon=icon, order=order)


def tabs_of(area: str) -> list[Tab]:
    """Return what the rooms added to an area, from left to right."""
    return sorted(_tabs.get(area, {}).values(), key=lambda tab: (tab.order, tab.route))
