"""The door for gateways: delivery reports, signed or under a secret address."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.problems import PROBLEM_JSON, problem_document
from jejak.kernel.settings import settings
from jejak.messaging import actions
from jejak.messaging.errors import ReportInvalid
from jejak.messaging.rules import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

LARGEST_REPORT: Final = 16 * 1024
WORDS: Final = {
    **dict.fromkeys(("delivered", "delivrd", "delivery_success", "success", "read"), State.DELIVERED),
    **dict.fromkeys(
        ("failed", "undelivered", "undeliv", "undeliverable", "rejected", "rejectd", "expired", "deleted", "error"),
        State.FAILED,
    ),
    **dict.fromkeys(
        ("sent", "accepted", "acceptd", "enroute", "queued", "buffered", "submitted", "sending"), State.SENT
    ),
}
"""What gateways call the three states, SMPP's words among them. Source: SMPP 3.4 section 5.2.28."""


@public(reason="the gateway proves itself by a shared secret")
@csrf_exempt
@require_http_methods(["GET", "POST"])
def sms_report(request: HttpRequest, secret: str = "") -> HttpResponse:
    """Take one report: JSON, a form or a query; 204 also for one that was known, so that gateways stop asking.

    Without a valid secret the page does not exist.
    """
    if not _proved(request, secret):
        return HttpResponseNotFound()
    try:
        said = _fields(request)
        word = said.get(settings().sms_report_state, "").strip().lower()
        if word not in WORDS:
            raise ReportInvalid  # noqa: TRY301 - one answer for all that is no report
        actions.record_delivery(
            channel="sms", reference=said.get(settings().sms_report_id, ""), state=WORDS[word], now=clock.now()
        )
    except ReportInvalid as error:
        return JsonResponse(problem_document(error), status=error.status, content_type=PROBLEM_JSON)
    return HttpResponse(status=204)


def _proved(request: HttpRequest, secret: str) -> bool:
    """Return whether the request carries the shared secret: in its address, as a bearer, or as a signature."""
    expected = settings().sms_report_secret
    if not expected:
        return False
    given = secret or request.headers.get("Authorization", "").removeprefix("Bearer ")
    if given:
        return hmac.compare_digest(given.encode(), expected.encode())
    if request.method != "POST" or int(request.headers.get("Content-Length") or 0) > LARGEST_REPORT:
        return False
    signature = hmac.new(expected.encode(), request.body, "sha256").hexdigest()
    return hmac.compare_digest(
        request.headers.get("X-Signature", "").removeprefix("sha256=").encode(), signature.encode()
    )


def _fields(request: HttpRequest) -> Mapping[str, str]:
    if request.method == "GET":
        return request.GET.dict()
    if request.content_type != "application/json":
        return {**request.GET.dict(), **request.POST.dict()}
    if len(request.body) > LARGEST_REPORT:
        raise ReportInvalid
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError) as error:  # nesting without end is no report either
        raise ReportInvalid from error
    if not isinstance(said, dict):
        raise ReportInvalid
    return {str(name): str(value) for name, value in said.items() if type(value) in {str, int}}
