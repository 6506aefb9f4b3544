"""Who asks for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.access.models import User


def asker(request: HttpRequest) -> User:
    """Return the account that asks; the access rule of the page has seen that there is one."""
    return cast("User", request.user)
