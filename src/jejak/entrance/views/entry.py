"""Who comes in to the door's pages: owners by their account, tablets by the cookie they got when they were paired."""

from __future__ import annotations

from contextlib import suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from jejak.entrance import actions, queries
from jejak.entrance.errors import DoorUnknown, TabletUnknown
from jejak.kernel.access import public, roles
from jejak.kernel.clock import now
from jejak.kernel.problems import PROBLEM_JSON, problem_document
from jejak.kernel.settings import settings
from jejak.premises.errors import UnknownPremises, UnknownZone

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from jejak.entrance.queries import Paired
    from jejak.kernel.problems import JejakError

View = TypeVar("View", bound="Callable[..., HttpResponse]")

COOKIE: Final = "jejak_door"
COOKIE_AGE: Final = 365 * 24 * 3600
COOKIE_PATH: Final = "/door/"


def owners(view: View) -> View:
    """Let owners in; what they do not have is not found."""

    @roles("premises_owner")
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the route captured
        try:
            return view(request, **kwargs)
        except (UnknownPremises, UnknownZone, DoorUnknown) as error:
            raise Http404 from error

    return cast("View", answer)


def by(request: HttpRequest) -> Any:  # noqa: ANN401 - the account, which satisfies trail's Actor
    """Return who asks."""
    return request.user


def tablets(
    *modes: str, machine: bool = False, handing_in: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a paired tablet of these modes in, and hand it to the view; what another mode offers is not found.

    ``machine`` says that a script asks, which reads a problem document rather than a page; ``handing_in`` lets in a
    tablet that ended less than 72 hours ago as well.
    """

    def wrapped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @public(reason="a tablet has no account: it is known by the cookie of its pairing, which opens /door/ alone")
        @wraps(view)
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the route captured
            tablet = known(request)
            fits = tablet is not None and (not modes or tablet.mode in modes)
            if tablet is None or (tablet.ended_at is not None and not (handing_in and fits)):
                error = TabletUnknown()
                return refused(error) if machine else _unpaired(request, tablet)
            if not fits:
                raise Http404
            if tablet.ended_at is None:
                actions.seen(tablet=tablet, now=now())
            try:
                given = view(request, tablet, **kwargs)
            except DoorUnknown as error:
                raise Http404 from error
            given.headers["Cache-Control"] = "no-store"
            return given

        return answer

    return wrapped


def known(request: HttpRequest) -> Paired | None:
    """Return the tablet whose cookie comes with a request, one that ended of late too; ``None`` for nobody's."""
    token = request.COOKIES.get(COOKIE, "")
    for ask in (queries.paired, partial(queries.former, now=now())):
        with suppress(TabletUnknown):
            return ask(token=token)
    return None


def _unpaired(request: HttpRequest, tablet: Paired | None) -> HttpResponse:
    answer = render(request, "entrance/unpaired.html", {"former": tablet}, status=TabletUnknown.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refused(error: JejakError) -> HttpResponse:
    """Return a refusal as a machine reads it."""
    answer = JsonResponse(problem_document(error), status=error.status, content_type=PROBLEM_JSON)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def remember(answer: HttpResponse, token: str) -> None:
    """Give a tablet its cookie, for a year; scripts cannot read it, and it is sent to the door's own pages alone."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
