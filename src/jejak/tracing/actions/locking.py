"""Waiting for whoever does the same at the same moment, until the transaction that is open ends."""

from __future__ import annotations

from enum import IntEnum, unique
from typing import TYPE_CHECKING

from django.db import connection

from jejak.tracing.errors import ContactHeld
from jejak.tracing.models import Contact
from jejak.tracing.queries import work

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import User


@unique
class Lock(IntEnum):
    """What one at a time may do; two that share no name never wait for each other."""

    CONTACTS = 7620220301  # writing contacts of an office and a disease
    NOTICES = 7620220302  # asking for notices of an office
    CASES = 7620220303  # reporting cases to an office
    REPORTER = 7620220304  # reporting cases as one reporter
    TABLES = 7620220305  # making tables of quarantine of a disease


def alone(what: Lock, *, of: str) -> None:
    """Wait for whoever does this for the same office, disease or reporter."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [of, int(what)])


def free_of_others(contact: Contact, *, by: User, at: datetime) -> None:
    """Lock a contact to change it, unless a colleague is at it.

    :raises ContactHeld: one is.
    """
    held = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if work.is_held(held, by=by, at=at):
        raise ContactHeld
