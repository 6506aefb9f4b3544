"""What a citizen's browser carries: its visitor token, and the binding behind which a document stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access import queries as access
from jejak.kernel.settings import settings
from jejak.people.rules import BOUND_COOKIE, BOUND_SECONDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jejak.access.actions import User


def bound(request: HttpRequest, account: User) -> int | None:
    """Return the person to whom this browser is bound, or nobody."""
    return access.bound_person(account=account, token=request.COOKIES.get(BOUND_COOKIE, ""))


def set_bound(answer: HttpResponse, token: str) -> None:
    """Let a browser carry its binding; only the citizen's own pages are sent it."""
    answer.set_cookie(
        BOUND_COOKIE,
        token,
        max_age=BOUND_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings().secure,
        path="/me",
    )
