"""How processes log: one JSON object a line on standard error, never with personal data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

QUOTED = re.compile(
    r"^(?:DETAIL|CONTEXT):.*?(?=^(?:HINT:|Traceback |The above |During |\s*$)|\Z)", re.MULTILINE | re.DOTALL
)
"""Where PostgreSQL's errors quote what somebody typed, such as ``Key (email)=(…) already exists``."""

QUERY = re.compile(r"(?<=[\w/])\?[^\s\"']*[=][^\s\"']*")
"""What follows the question mark of an address: what somebody searched for."""

PERSONAL = re.compile(
    r"(?<![\w-])(?:\+?6?01[0-9][ -]?[0-9]{3,4}[ -]?[0-9]{4}"  # a mobile number, in the spellings people use
    r"|[0-9]{6}-?[0-9]{2}-?[0-9]{4}"  # a MyKad
    r"|[\w.+-]+@[\w-]+\.[\w.-]+)(?![\w-])"  # an e-mail address
)
TOKEN = re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z0-9_-]{32,}(?=[/\s]|$)")
"""A part of a path that opens something: invitations, bindings."""

SPOKEN = "jejak.messaging.channels.console"
"""Says what a demo node would have sent, to invented people; it is silent everywhere else."""


class Line(logging.Formatter):
    """A line of Django's and the libraries' logs; a trace says what went wrong and with which statement's rule."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without numbers, addresses of mail, what was searched for, and what opens something."""
        line = super().format(record)
        return line if record.name == SPOKEN else masked(line)

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401 - logging's signature
        """Return the trace without the values that a database error quotes."""
        return unquoted(super().formatException(ei))


def unquoted(trace: str) -> str:
    """Return a trace without the lines in which PostgreSQL quotes values."""
    return QUOTED.sub("", trace)


def masked(text: str) -> str:
    """Return a text without what may be somebody's: a net below the rule that nothing personal is logged at all."""
    return TOKEN.sub("…", PERSONAL.sub("…", QUERY.sub("?…", text)))


def _masked(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and name != "timestamp":
            event[name] = masked(value)
    return event


def _unquoted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if "exception" in event:
        event["exception"] = unquoted(event["exception"])
    return event


class StandardError:
    """Standard error as it is now; a line that cannot be written (its reader is gone) is lost, and nothing else."""

    def write(self, text: str) -> None:
        """Write a text if anybody still takes it."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Send what is written."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def configure(level: int) -> None:
    """Log what is at least at ``level``; a node in a terminal stays quiet while all is well."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _unquoted,
            _masked,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", StandardError())),
        cache_logger_on_first_use=True,
    )


def quiet() -> None:
    """Log warnings and worse: for a node that runs in a terminal."""
    configure(logging.WARNING)


def full() -> None:
    """Log what happens too: for processes whose logs are collected."""
    configure(logging.INFO)
