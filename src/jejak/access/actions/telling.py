"""Telling accounts by e-mail: those who may decide that a request waits, anybody else by a fixed text with a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from jejak.access import second
from jejak.access.queries.areas import near
from jejak.access.queries.duty import deciders_of
from jejak.messaging import actions as messaging
from jejak.messaging.actions import Link, Mailbox
from jejak.messaging.errors import RecipientInvalid

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.models import Request, User

REQUEST_WAITING: Final = "notice.request-waiting"
log = structlog.get_logger()


def write_to(user: User, *, template: str, link: Link, source: str = "", now: datetime) -> bool:
    """Return whether a fixed text with a link goes to an account; its page says the same, so nothing waits for it.

    ``source`` is whose budget it counts on, their own where nobody else caused it. Call it last in a transaction, as
    `messaging.actions.queue` asks.
    """
    try:
        mailbox = Mailbox(user.email or "")
    except RecipientInvalid:
        log.warning("access.untold", account=str(user.uuid))
        return False
    messaging.queue(
        template=template, recipient=mailbox, language="ms", slots={"link": link},
        source=source or f"account:{user.uuid}", now=now,
    )  # fmt: skip
    return True


def tell_deciders(*, request: Request, now: datetime) -> int:
    """Return how many were written to about a request, the ones on call or all where nobody is; last, as `write_to`.

    The message says only that one waits, and where.
    """
    kind = second.kinds().get(request.kind)
    if kind is None:
        return 0
    found = deciders_of(roles=kind.deciders, but=request.asked_by_id, now=now, among=near(request))
    link, source = Link("request", request.uuid), f"account:{request.asked_by.uuid}"
    return sum(
        write_to(one, template=REQUEST_WAITING, link=link, source=source, now=now)
        for one in found.on_call or found.others
    )
