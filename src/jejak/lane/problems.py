"""Refusals as RFC 9457 problem documents, and how long a caller should wait."""

from __future__ import annotations

import json
import random
from typing import Final

from jejak.kernel.problems import PROBLEM_JSON, JejakError, problem_document
from jejak.lane.errors import Busy, MethodNotAllowed, Unavailable
from jejak.lane.wire import Headers, Response, response

JSON_HEADERS: Final[Headers] = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_PROBLEM_HEADERS: Final[Headers] = [(b"content-type", PROBLEM_JSON.encode()), *JSON_HEADERS[1:]]
_WAIT: Final = {Busy.code: (1, 4), Unavailable.code: (1, 6)}
"""Seconds to wait, least and most; drawn at random, so that those sent away do not come back together."""


def problem(error: JejakError) -> Response:
    """Return the answer of the API to a refusal."""
    body = json.dumps(problem_document(error), ensure_ascii=False).encode("utf-8", "replace")
    return response(error.status, [*_PROBLEM_HEADERS, *error_headers(error)], body)


def error_headers(error: JejakError) -> Headers:
    """Return the headers that belong to a refusal, on a page too."""
    wait = _WAIT.get(error.code)
    if wait:
        least, most = wait
        return [(b"retry-after", str(random.randint(least, most)).encode())]  # noqa: S311 - jitter, no secret
    if isinstance(error, MethodNotAllowed):
        return [(b"allow", str(error.extra.get("allow", "GET")).encode())]
    return []
