"""Telling those who may decide that a request waits: the ones on call, or all where nobody is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from jejak.access import second
from jejak.access.queries.duty import deciders_of
from jejak.messaging import actions as messaging
from jejak.messaging.actions import Link, Mailbox
from jejak.messaging.errors import RecipientInvalid

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.models import Request

TEMPLATE: Final = "notice.request-waiting"


def tell_deciders(*, request: Request, now: datetime) -> int:
    """Return how many were written to about a request; the message says only that one waits, and where.

    Call it last in a transaction, as `messaging.actions.queue` asks.
    """
    kind = second.kinds().get(request.kind)
    if kind is None:
        return 0
    to_tell = deciders_of(roles=kind.deciders, but=request.asked_by_id, now=now)
    told = 0
    for one in to_tell.on_call or to_tell.others:
        with suppress(
            RecipientInvalid
        ):  # an address that no message can reach; the page shows the request all the same
            messaging.queue(
                template=TEMPLATE, recipient=Mailbox(one.email or ""), language="ms",
                slots={"link": Link("request", request.uuid)}, source=f"account:{request.asked_by.uuid}", now=now,
            )  # fmt: skip
            told += 1
    return told
