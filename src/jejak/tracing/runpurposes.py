"""For what officers look at what a run found, and at the contacts they work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy, ngettext

from jejak.access import actions as access
from jejak.access.actions import Field, PurposeKind, RequestKind, User
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.tracing.models import Contact, Run
from jejak.tracing.queries.cases import refers
from jejak.tracing.rules import OFFICERS
from jejak.trail.rules import Purpose
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN, CONTACT, WORKLIST, LINE_LIST = "run", "contact", "work-list", "line-list"
"""Kinds of purpose: a run and what it found, one contact, an office's list of them, and a file of it for others."""
LISTED: Final = "tracing.line-list"
RAN, RUN_SHOWN, CONTACT_SHOWN, WORK_SHOWN = "tracing.ran", "tracing.run-shown", "tracing.contact", "tracing.work"
FOLLOWED, FOLLOW_SHOWN = "tracing.followed", "tracing.follow-up"
DISPUTE_DECIDED: Final = "tracing.dispute-decided"
DISPUTE_ENTERED: Final = "tracing.dispute-entered"
RUN_PLACES: Final = "tracing.run-places"
"""A look at where cases of a run were together names those cases; they are none of the contacts that one may see."""
RUN_RELEASE: Final = "tracing.run-release"
SEES: Final = frozenset({Field.NAME, Field.PHONE, Field.VISITS})


def register() -> None:
    """Add the kinds of purpose and request of runs and of the work list."""
    _register_purposes()
    access.register_export(holds=LISTED, label=gettext_lazy("Line list of contacts"))
    access.register_request(
        RequestKind(
            RUN_RELEASE,
            gettext_lazy("Show names of contacts that a run found"),
            frozenset({SENIOR_HEALTH_OFFICER}),
            said_of_release,
        )
    )


def _register_purposes() -> None:
    access.register_purpose(
        PurposeKind(
            RUN,
            gettext_lazy("A run over cases"),
            dict.fromkeys((RAN, RUN_SHOWN, RUN_PLACES), OFFICERS),
            SEES,
            run_refers,
        )
    )
    access.register_purpose(
        PurposeKind(
            CONTACT,
            gettext_lazy("Working on a contact"),
            dict.fromkeys((CONTACT_SHOWN, FOLLOWED, DISPUTE_DECIDED, DISPUTE_ENTERED), OFFICERS),
            SEES,
            contact_refers,
        )
    )
    access.register_purpose(
        PurposeKind(
            WORKLIST,
            gettext_lazy("The list of contacts to work on"),
            dict.fromkeys((WORK_SHOWN, FOLLOW_SHOWN, FOLLOWED), OFFICERS),
            frozenset({Field.NAME}),
            office_refers,
        )
    )
    access.register_purpose(
        PurposeKind(LINE_LIST, gettext_lazy("A line list of contacts"), {LISTED: OFFICERS}, SEES, line_list_refers)
    )


def run_purpose(run: Run) -> Purpose:
    """Return for what a run looks at the log, and officers at what it found."""
    return Purpose(RUN, run.purpose, str(run.uuid))


def contact_purpose(contact: Contact) -> Purpose:
    """Return for what an officer works on one contact."""
    return Purpose(CONTACT, gettext("Contact tracing, %(disease)s") % {"disease": contact.disease}, str(contact.uuid))


def run_refers(reference: str, account: int) -> bool:
    """Return whether a reference is a run of the account's office."""
    return _uuid(reference) and Run.objects.filter(uuid=reference, agency__in=_office(account)).exists()


def contact_refers(reference: str, account: int) -> bool:
    """Return whether a reference is a contact of the account's office whose name was released."""
    found = Contact.objects.filter(uuid=reference, agency__in=_office(account)) if _uuid(reference) else Contact.objects
    return _uuid(reference) and found.exclude(released_at=None).exists()


def office_refers(reference: str, account: int) -> bool:
    """Return whether a reference is the account's own office."""
    return reference != "" and reference == office_name(account)


def line_list_refers(reference: str, account: int) -> bool:
    """Return whether a reference is what an account may take a line list of: its office, a run or a case of theirs."""
    closed = refers(reference, account, closed=True)
    own = closed or refers(reference, account) or run_refers(reference, account)
    return own or office_refers(reference, account)


def office_name(account: int) -> str:
    """Return the number of an account's office as a reference; empty if it has none."""
    number = next(iter(_office(account)), None)
    return str(number) if number else ""


def said_of_release(what: Mapping[str, object]) -> str:
    """Return in words and numbers what a release beyond one officer's will do."""
    people = int(str(what.get("people", 0)))
    return ngettext(
        "The officer may see the name and phone number of up to %(people)s contact of this run, who is named in the "
        "record when shown. It may rest on a case without evidence of a laboratory or clinician, or on evidence that "
        "the officer typed.",
        "The officer may see the names and phone numbers of up to %(people)s contacts of this run. Each of them is "
        "named in the record when shown. They may rest on cases without evidence of a laboratory or clinician, or on "
        "evidence that the officer typed.",
        people,
    ) % {"people": words.number(people)}


def _office(account: int) -> list[int]:
    found = User.objects.filter(pk=account).values_list("agency_id", flat=True).first()
    return [found] if found else []


def _uuid(reference: str) -> bool:
    try:
        UUID(reference)
    except ValueError:
        return False
    return True
