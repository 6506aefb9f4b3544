"""What a room refuses, told as a page to people and as a problem document to machines.

Source: RFC 9457 (Problem Details for HTTP APIs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from jejak.access.errors import BudgetSpent
from jejak.access.queries import managers_of
from jejak.kernel.problems import PROBLEM_JSON, JejakError, problem_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

PAGES: Final = {400: "web/400.html", 403: "web/403.html", 404: "web/404.html"}
SERVER_FAULTS: Final = 500


class RefusalMiddleware:
    """Answers for a view that let a `JejakError` through; any other exception is a fault and stays one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say what was refused; the detail, which may quote what was sent, is for machines and logs alone."""
        if not isinstance(exception, JejakError):
            return None
        status = exception.status
        if not request.accepts("text/html"):
            return JsonResponse(problem_document(exception), status=status, content_type=PROBLEM_JSON)
        if isinstance(exception, BudgetSpent):
            return _blocked(request, exception)
        template = PAGES.get(status, "web/refused.html")
        return render(request, template, {"code": exception.code, "later": status >= SERVER_FAULTS}, status=status)


def _blocked(request: HttpRequest, spent: BudgetSpent) -> HttpResponse:
    """Tell a stopped account what happened, until when, and whom to ask."""
    user: Any = request.user
    context = {"reason": spent.reason, "until": spent.until, "managers": managers_of(user=user)}
    return render(request, "web/blocked.html", context, status=spent.status)
