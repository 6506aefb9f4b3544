"""Notices in the words of a page: where each stands, over which way it went, why it was left out, held or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jejak.tracing.contactwords import TIERS
from jejak.tracing.noticerules import PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from jejak.tracing.queries.notices import Standing

STANDS: Final[Mapping[str, tuple[_StrPromise, str]]] = {
    "unsent": (_("Not sent yet"), "neutral"),
    "on-the-way": (_("On the way"), "neutral"),
    "sent": (_("Sent, no word of its delivery"), "neutral"),
    "unrecorded": (_("Sent; what became of it is kept no more"), "neutral"),
    "delivered": (pgettext_lazy("a message", "Delivered"), "good"),
    "failed": (_("Not delivered"), "stop"),
    "by-hand": (_("By hand"), "attention"),
    "stopped": (_("Stopped"), "neutral"),
    "withdrawn": (pgettext_lazy("a notice", "Withdrawn"), "neutral"),
    "untold": (_("Withdrawn, and no message says so: call them"), "attention"),
}
WAYS: Final[Mapping[str, _StrPromise]] = {"sms": _("SMS"), "email": _("E-mail"), "page": _("By hand")}
LANGUAGES: Final[Mapping[str, str]] = {"ms": "Bahasa Melayu", "en": "English"}
REASONS: Final[Mapping[str, _StrPromise]] = {
    "mistake": _("It was sent by mistake"),
    "wrong-person": _("It went to the wrong person"),
    "case-discarded": _("The case turned out to be none"),
    "corrected": _("The stay was corrected"),
}
LEFT_OUT: Final[Mapping[str, _StrPromise]] = {
    "told": _("A notice told them all of this already"),
    "waiting": _("A notice to them waits to be sent"),
    "nothing": _("No exposure is left"),
    "source": _("A case may have been infected where they were; it exposed them nowhere"),
}
FAILED: Final[Mapping[str, _StrPromise]] = {
    "nothing": _("no exposure was left when it was to be sent"),
    "no-address": _("there was no number or address any more"),
    "number-not-served": _("this node sends nothing to numbers of that country"),
    "recipient-hour": _("this number got several messages within the hour; call them, or send it again later"),
    "recipient-day": _("this number got many messages today; call them, or send it again tomorrow"),
}
OTHERWISE_FAILED: Final = _("the operator or the mailbox did not take it; call them")
HELD: Final[Mapping[str, _StrPromise]] = {
    "source-hour": _("So many messages are one account’s for an hour. It goes on by itself."),
    "source-day": _("So many messages are one account’s for a day. It goes on by itself."),
    "overall-rate": _("This node sends no more notices for now. It goes on by itself."),
    "new-recipients": _("This node sends no more notices for now. It goes on by itself."),
    "breaker": _("The operator’s breaker holds all notices. It goes on by itself once that is closed."),
    "budget-spent": _("Whoever asked for it has looked at as many people as one account may. It can go on later."),
    "purpose-refused": _(
        "Whoever asked for it may not do so any more. Stop it, and send to the others with another account."
    ),
    "broken": _("Something broke. What was sent stands; let it go on, and tell the operator if it stops again."),
}
OTHERWISE_HELD: Final = _("It was refused. What was sent stands.")
STATES: Final[Mapping[str, tuple[_StrPromise, str]]] = {
    "waiting": (_("Waits for a senior officer"), "attention"),
    "sending": (_("Being sent"), "attention"),
    "held": (_("Held"), "stop"),
    "stopped": (_("Stopped"), "neutral"),
    "finished": (_("All sent"), "good"),
}


def failed(reason: str) -> _StrPromise:
    """Return why a notice did not arrive."""
    return FAILED.get(reason, OTHERWISE_FAILED)


def held(reason: str) -> _StrPromise:
    """Return why a batch does not go on now."""
    return HELD.get(reason, OTHERWISE_HELD)


def line_of(standing: Standing) -> dict[str, Any]:
    """Return a notice and where it stands."""
    notice = standing.notice
    return {
        "notice": notice,
        "at": standing.at or notice.withdrawn_at or notice.sent_at,
        "state": STANDS[standing.state],
        "failed": failed(standing.why) if standing.state == "failed" else "",
        "way": WAYS[notice.way],
        "tier": TIERS[notice.contact.tier],
        "withdrawn": REASONS.get(notice.withdrawn_why, ""),
        "opened": notice.proved_at or notice.opened_at,
        "open": notice.withdrawn_at is None,
        "by_hand": notice.way == PAGE and notice.sent_at is not None,
    }
