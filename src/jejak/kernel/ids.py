"""UUIDv7 identifiers: unique, and sortable by the millisecond they were made in.

Source: RFC 9562 section 5.7.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils.compat

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VERSION = 0x7
VARIANT = 0b10


def uuid7() -> UUID:
    """Return a fresh UUIDv7 of this machine's clock."""
    return uuid_utils.compat.uuid7()


def uuid7_at(moment: datetime) -> UUID:
    """Return a UUIDv7 that carries ``moment`` (to the millisecond) and 74 random bits."""
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    random = secrets.randbits(74)
    return UUID(
        int=milliseconds << 80 | VERSION << 76 | (random >> 62) << 64 | VARIANT << 62 | random & ((1 << 62) - 1),
    )


def is_uuid7(value: UUID) -> bool:
    """Return whether version and variant are those of a UUIDv7."""
    return value.int >> 76 & 0xF == VERSION and value.int >> 62 & 0b11 == VARIANT


def uuid7_time(value: UUID) -> datetime:
    """Return the moment that a UUIDv7 carries, aware, in UTC, to the millisecond.

    :raises ValueError: it is no UUIDv7, or its time lies past the year 9999.
    """
    if not is_uuid7(value):
        message = f"{value} is not a UUIDv7"
        raise ValueError(message)
    try:
        return EPOCH + timedelta(milliseconds=value.int >> 80)
    except OverflowError as error:
        message = f"{value} carries a time past the year 9999"
        raise ValueError(message) from error
