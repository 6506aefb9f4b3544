"""Where a request comes from, looking past the proxies that stand in front of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping


class Request(Protocol):
    """What is needed of a request, whichever framework made it."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers, found whatever their case."""

    @property
    def META(self) -> Mapping[str, Any]:  # noqa: N802 - Django's name
        """What the server says of it; ``REMOTE_ADDR`` is who connected to it."""


def address_of(request: Request) -> str:
    """Return where a request comes from: what our own outermost proxy saw; what stands before that anybody can write.

    Without proxies it is who connected.
    """
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    chain.append(request.META.get("REMOTE_ADDR", ""))
    return chain[-min(settings().proxies + 1, len(chain))]
