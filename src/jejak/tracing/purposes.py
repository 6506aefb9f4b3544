"""For what health officers search: starting one says what for, every look at its answer refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy, ngettext

from jejak.access import actions as access
from jejak.access.actions import Field, PurposeKind, RequestKind
from jejak.access.rules import SENIOR_HEALTH_OFFICER, Scope
from jejak.premises import queries as premises
from jejak.tracing import queries, records
from jejak.tracing.records import (
    CASE,
    CASE_CHANGED,
    CASE_PAST,
    CASE_REOPENED,
    CASE_REPORT,
    CASE_REPORTED,
    CASE_SHOWN,
    EXPORTED,
    SEARCH,
    SEARCHED,
    SHOWN,
)
from jejak.tracing.rules import OFFICERS, REPORTERS
from jejak.trail import queries as trail
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGE_RELEASE: Final = "tracing.large-release"


def register() -> None:
    """Add the kinds of purpose and request of searches."""
    access.register_purpose(
        PurposeKind(
            code=SEARCH,
            label=gettext_lazy("A contact search"),
            allows={SHOWN: OFFICERS, EXPORTED: OFFICERS},
            sees=frozenset({Field.NAME, Field.PHONE, Field.VISITS}),
            refers=refers,
            lies=lies,
        )
    )
    _register_cases()
    access.register_request(
        RequestKind(
            LARGE_RELEASE,
            gettext_lazy("Show the names of more people in a search"),
            frozenset({SENIOR_HEALTH_OFFICER}),
            said_of_release,
        )
    )


def _register_cases() -> None:
    access.register_purpose(
        PurposeKind(
            code=CASE_REPORT,
            label=gettext_lazy("Reporting a case"),
            allows={CASE_REPORTED: REPORTERS},
            sees=frozenset(),  # whoever reports learns of nobody
        )
    )
    access.register_purpose(
        PurposeKind(
            code=CASE,
            label=gettext_lazy("A case"),
            allows=dict.fromkeys((CASE_SHOWN, CASE_CHANGED, SEARCHED), OFFICERS),
            sees=frozenset({Field.NAME, Field.PHONE, Field.DOCUMENT, Field.VISITS}),
            refers=queries.refers,
        )
    )
    access.register_purpose(
        PurposeKind(
            code=CASE_PAST,
            label=gettext_lazy("A closed case"),
            allows=dict.fromkeys((CASE_SHOWN, CASE_REOPENED), OFFICERS),
            sees=frozenset({Field.NAME, Field.PHONE, Field.DOCUMENT, Field.VISITS}),
            refers=lambda reference, account: queries.refers(reference, account, closed=True),
        )
    )


def refers(reference: str, account: int) -> bool:
    """Return whether a reference is a search that an account may work on: its own, or one of its own agency's."""
    try:
        uuid = UUID(reference)
    except ValueError:
        return False
    found = records.read(trail.entry(uuid))
    return found is not None and queries.open_to(found, account=account)


def lies(reference: str) -> Scope:
    """Return where the premises of a search lies; a search for a person's contacts lies nowhere in particular."""
    found = records.read(trail.entry(UUID(reference)))
    if found is None or found.kind != records.VISITORS:
        return Scope()
    place = premises.place(found.premises)
    return Scope(state=place.state, district=place.district)


def said_of_release(what: Mapping[str, object]) -> str:
    """Return in words and numbers what a large release will do."""
    people = int(str(what.get("people", 0)))
    return ngettext(
        "The officer may see the name and phone number of up to %(people)s person in one search, who is named in the "
        "record when shown.",
        "The officer may see the names and phone numbers of up to %(people)s people in one search. Each of them is "
        "named in the record when shown.",
        people,
    ) % {"people": words.number(people)}
