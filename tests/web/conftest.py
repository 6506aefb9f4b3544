"""A log to write visits into, as the visits room's own tests have it."""

from visits.conftest import Log, log

__all__ = ["Log", "log"]
