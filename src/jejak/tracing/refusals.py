"""What the officer's pages say when a look is refused: why, and what to do now."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from jejak.access.errors import BudgetSpent, PurposeRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

TURNED_AWAY: Final = 403


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a refused look of a view with a page that says why; a part of a page is asked for anew as a whole."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:  # noqa: ANN401 - any view's
        try:
            return view(request, *args, **named)
        except BudgetSpent:
            if getattr(request, "htmx", False):
                return HttpResponse(headers={"HX-Refresh": "true"})
            raise
        except PurposeRefused as refused:
            if getattr(request, "htmx", False):
                return HttpResponse(headers={"HX-Refresh": "true"})
            return render(request, "tracing/refused.html", {"reason": refused.reason}, status=TURNED_AWAY)

    return asked
