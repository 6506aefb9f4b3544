"""Who comes in to the owner's pages, and what happens when something is not theirs."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from django.http import Http404, HttpResponse
from django.utils.translation import get_language

from jejak.kernel.access import roles
from jejak.premises.errors import UnknownImport, UnknownInvitation, UnknownPoster, UnknownPremises, UnknownZone

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

MISSING: Final = (UnknownImport, UnknownInvitation, UnknownPoster, UnknownPremises, UnknownZone)
"""What an owner does not have; all of them are the same page that is not there."""
View = TypeVar("View", bound="Callable[..., HttpResponse]")


def owners(view: View) -> View:
    """Let owners in; what they do not have is not found."""

    @roles("premises_owner")
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the route captured
        try:
            return view(request, **kwargs)
        except MISSING as error:
            raise Http404 from error

    return cast("View", answer)


def language() -> str:
    """Return the reader's language as messages take it."""
    return "en" if (get_language() or "ms").startswith("en") else "ms"


def by(request: HttpRequest) -> Any:  # noqa: ANN401 - the account, which satisfies trail's Actor
    """Return who asks."""
    return request.user
