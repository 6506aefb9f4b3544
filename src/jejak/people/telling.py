"""Telling people by SMS that something about their record was changed, so that nobody changes it behind their back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.messaging import actions as messaging
from jejak.messaging.actions import Link, Phone
from jejak.messaging.errors import MessagingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jejak.access.actions import User

CHANGED, NUMBER_CHANGED, ERASING = "notice.record-changed", "notice.number-changed", "notice.erasing"
LINK = Link("me")


def tell(
    *, phone: str, by: User, now: datetime, template: str = CHANGED, slots: Mapping[str, object] | None = None
) -> None:
    """Send a fixed text to a number, if there is one; what cannot be sent stops nothing. Call it last."""
    if not phone:
        return
    said = {"link": LINK} if slots is None else slots
    try:
        messaging.queue(
            template=template, recipient=Phone(phone), language="ms", slots=said, source=f"account:{by.uuid}", now=now
        )
    except MessagingError:  # a number that no message can reach; the page shows it all the same
        return
