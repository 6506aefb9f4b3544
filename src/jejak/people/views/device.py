"""What a citizen's browser carries: its visitor token, and the binding behind which a document stands."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from jejak.access import queries as access
from jejak.formats.visitortoken import VisitorTokenError, VisitorTokens
from jejak.kernel.keys import keyring

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.access.actions import User
    from jejak.formats.visitortoken import Visitor

VISITOR: Final = "jejak_visitor"
BOUND: Final = "jejak_me"
BOUND_SECONDS: Final = 400 * 24 * 3600


@cache
def _tokens() -> VisitorTokens:
    return VisitorTokens(keyring())


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Return whom this browser checks in as, or nobody."""
    try:
        return _tokens().read(request.COOKIES.get(VISITOR, ""))
    except VisitorTokenError:
        return None


def bound(request: HttpRequest, account: User) -> bool:
    """Return whether a document stands behind this browser."""
    return access.is_bound(account=account, token=request.COOKIES.get(BOUND, ""))
