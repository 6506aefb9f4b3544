"""Whose page sent a request: only our own may use what a browser remembers.

Source: Fetch Metadata Request Headers (W3C); OWASP, Cross-Site Request Forgery Prevention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.lane.errors import CrossSite, WrongMediaType
from jejak.lane.wire import header

if TYPE_CHECKING:
    from jejak.lane.wire import Scope


def require_own(scope: Scope) -> None:
    """Refuse what another website sent; a program that is no browser names no site and is taken.

    :raises CrossSite: another website sent it.
    """
    site = header(scope, b"sec-fetch-site")
    if site:
        if site not in {b"same-origin", b"none"}:
            raise CrossSite
    else:
        origin = header(scope, b"origin")
        if origin and origin.split(b"://")[-1] != header(scope, b"host"):
            raise CrossSite


def require_own_form(scope: Scope) -> None:
    """Refuse what is no form, or a form that another website sent.

    :raises CrossSite: another website sent it. :raises WrongMediaType: it is no form.
    """
    require_own(scope)
    if not header(scope, b"content-type").startswith(b"application/x-www-form-urlencoded"):
        raise WrongMediaType("Send a form, application/x-www-form-urlencoded.")


def require_json(scope: Scope) -> None:
    """Refuse what is not JSON.

    :raises WrongMediaType: it is not.
    """
    if not header(scope, b"content-type").startswith(b"application/json"):
        raise WrongMediaType
