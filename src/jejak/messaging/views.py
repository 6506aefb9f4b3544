"""The door for gateways: delivery reports and messages that come in, signed or under a secret address."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.problems import PROBLEM_JSON, problem_document
from jejak.kernel.settings import settings
from jejak.messaging import actions
from jejak.messaging.errors import IncomingInvalid, MessagingError, ReportInvalid
from jejak.messaging.rules import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

LARGEST_REPORT: Final = 16 * 1024
_MILLISECONDS: Final = 10**11  # as seconds, the year 5138
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
    if not _proved(request, secret, expected=settings().sms_report_secret):
        return HttpResponseNotFound()
    try:
        said = _fields(request, wrong=ReportInvalid)
        word = said.get(settings().sms_report_state, "").strip().lower()
        if word not in WORDS:
            raise ReportInvalid  # noqa: TRY301 - one answer for all that is no report
        actions.record_delivery(
            channel="sms", reference=said.get(settings().sms_report_id, ""), state=WORDS[word], now=clock.now()
        )
    except ReportInvalid as error:
        return JsonResponse(problem_document(error), status=error.status, content_type=PROBLEM_JSON)
    return HttpResponse(status=204)


@public(reason="the gateway proves itself by a shared secret")
@csrf_exempt
@require_http_methods(["GET", "POST"])
def sms_incoming(request: HttpRequest, secret: str = "") -> HttpResponse:
    """Take one text message: JSON, a form or a query; 204 whatever became of it, for an answer goes by SMS.

    The answer is empty because some gateways send to the visitor whatever stands in it.
    """
    if not _proved(request, secret, expected=settings().sms_incoming_secret):
        return HttpResponseNotFound()
    try:
        said = _fields(request, wrong=IncomingInvalid)
        sender, text, reference = (
            said.get(name, "")
            for name in (settings().sms_incoming_from, settings().sms_incoming_text, settings().sms_incoming_id)
        )
        if not sender.strip() or not text.strip() or not reference.strip():
            raise IncomingInvalid  # noqa: TRY301 - one answer for all that is no message
        sent = moment_said(said.get(settings().sms_incoming_time, ""))
        actions.receive(sender=sender, text=text, reference=reference, said=sent, now=clock.now())
    except IncomingInvalid as error:
        return JsonResponse(problem_document(error), status=error.status, content_type=PROBLEM_JSON)
    return HttpResponse(status=204)


def moment_said(text: str) -> datetime | None:
    """Return the moment that a gateway wrote, or ``None``: ISO 8601, or seconds or milliseconds since 1970.

    One without an offset counts as UTC; were it local time, it would lie ahead and not be believed.
    """
    text = text.strip()[:40]
    try:
        if text.isascii() and text.isdigit():
            number = int(text)
            return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, tz=UTC)
        found = datetime.fromisoformat(text)
        return found if found.utcoffset() is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _proved(request: HttpRequest, secret: str, *, expected: str) -> bool:
    """Return whether the request carries the shared secret: in its address, as a bearer, or as a signature."""
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


def _fields(request: HttpRequest, *, wrong: type[MessagingError]) -> Mapping[str, str]:
    if request.method == "GET":
        return request.GET.dict()
    if request.content_type != "application/json":
        return {**request.GET.dict(), **request.POST.dict()}
    if len(request.body) > LARGEST_REPORT:
        raise wrong
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError) as error:  # nesting without end is no report either
        raise wrong from error
    if not isinstance(said, dict):
        raise wrong
    return {str(name): str(value) for name, value in said.items() if type(value) in {str, int}}
