"""How processes log: one JSON object a line on standard error, never with personal data."""

import logging
import sys

import structlog


def configure(level: int) -> None:
    """Log what is at least at ``level``; a node in a terminal stays quiet while all is well."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
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
