"""How processes log: one JSON object a line on standard error, never with personal data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

QUOTED = re.compile(
    r"^(?:DETAIL|CONTEXT):.*?(?=^(?:HINT:|Traceback |The above |During |\s*$)|\Z)", re.MULTILINE | re.DOTALL
)
"""Where PostgreSQL's errors quote what somebody typed, such as ``Key (email)=(…) already exists``."""


class Line(logging.Formatter):
    """A line of Django's and the libraries' logs; a trace says what went wrong and with which statement's rule."""

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401 - logging's signature
        """Return the trace without the values that a database error quotes."""
        return unquoted(super().formatException(ei))


def unquoted(trace: str) -> str:
    """Return a trace without the lines in which PostgreSQL quotes values."""
    return QUOTED.sub("", trace)


def _unquoted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if "exception" in event:
        event["exception"] = unquoted(event["exception"])
    return event


def configure(level: int) -> None:
    """Log what is at least at ``level``; a node in a terminal stays quiet while all is well."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _unquoted,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def quiet() -> None:
    """Log warnings and worse: for a node that runs in a terminal."""
    configure(logging.WARNING)


def full() -> None:
    """Log what happens too: for processes whose logs are collected."""
    configure(logging.INFO)
