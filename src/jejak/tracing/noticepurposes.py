"""For what officers send notices and look at what became of them, and what a senior officer confirms before a mass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jejak.access import actions as access
from jejak.access.actions import Field, PurposeKind, RequestKind
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.tracing.models import NoticeBatch
from jejak.tracing.rules import OFFICERS
from jejak.tracing.runpurposes import office_name
from jejak.trail.rules import Purpose
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jejak.access.actions import Ended

NOTICES: Final = "notices"
CHOSEN, NOTICED, SHOWN, WITHDREW = DEEDS = (
    "tracing.notices-chosen", "tracing.noticed", "tracing.notices-shown", "tracing.notices-withdrawn",
)  # fmt: skip
"""Looking at whom a notice would go to, sending it, looking at what became of it, and telling that it is withdrawn."""
MASS_NOTICE: Final = "tracing.mass-notice"


def register(*, ended: Callable[[Ended], None]) -> None:
    """Add the kind of purpose of notices, and the request that a mass of them needs."""
    access.register_purpose(
        PurposeKind(
            NOTICES,
            gettext_lazy("Telling contacts what to do"),
            dict.fromkeys(DEEDS, OFFICERS),
            frozenset({Field.NAME, Field.PHONE, Field.VISITS}),
            refers,
        )
    )
    access.register_request(
        RequestKind(
            MASS_NOTICE,
            gettext_lazy("Send notices to many contacts"),
            frozenset({SENIOR_HEALTH_OFFICER}),
            said_of_mass,
            facts=facts_of_mass,
            ended=ended,
        )
    )


def purpose_of(batch: NoticeBatch) -> Purpose:
    """Return for what the contacts of a batch are opened."""
    return Purpose(NOTICES, _("A notice to contacts"), str(batch.uuid))


def purpose_here(account: int) -> Purpose:
    """Return for what an office looks at whom it might tell."""
    return Purpose(NOTICES, _("A notice to contacts"), office_name(account))


def refers(reference: str, account: int) -> bool:
    """Return whether a reference is the account's own office, or a batch of it."""
    office = office_name(account)
    if not office or reference == office:
        return bool(office)
    try:
        uuid = UUID(reference)
    except ValueError:
        return False
    return NoticeBatch.objects.filter(uuid=uuid, agency=int(office)).exists()


def said_of_mass(what: Mapping[str, object]) -> str:
    """Return in words and numbers what confirming a mass notice will do."""
    contacts = _count(what, "contacts")
    return ngettext(
        "A notice that they may have been near someone who is ill goes to %(contacts)s contact as soon as you approve. "
        "What was sent cannot be called back, only withdrawn with another message; what is not yet sent can be "
        "stopped.",
        "A notice that they may have been near someone who is ill goes to %(contacts)s contacts as soon as you "
        "approve. What was sent cannot be called back, only withdrawn with another message; what is not yet sent can "
        "be stopped.",
        contacts,
    ) % {"contacts": words.number(contacts)}


def facts_of_mass(what: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """Return how many are told over which way."""
    return (
        (_("By SMS"), words.number(_count(what, "sms"))),
        (_("By e-mail"), words.number(_count(what, "email"))),
        (_("By hand, for no address is known"), words.number(_count(what, "page"))),
        (_("Told by this office within the hour before"), words.number(_count(what, "last_hour"))),
    )


def _count(what: Mapping[str, object], name: str) -> int:
    return int(str(what.get(name, 0)))
