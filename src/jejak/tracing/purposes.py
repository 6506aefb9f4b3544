"""For what health officers search: starting one says what for, every look at its answer refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy, ngettext

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.actions import Field, PurposeKind, RequestKind
from jejak.access.rules import HEALTH_OFFICER, SENIOR_HEALTH_OFFICER, Scope
from jejak.premises import queries as premises
from jejak.tracing import records
from jejak.tracing.records import EXPORTED, SEARCH, SEARCHED, SHOWN, START
from jejak.trail import queries as trail
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.tracing.records import Search

OFFICERS: Final = frozenset({HEALTH_OFFICER, SENIOR_HEALTH_OFFICER})
LARGE_RELEASE: Final = "tracing.large-release"


def register() -> None:
    """Add the kinds of purpose and request of searches."""
    access.register_purpose(
        PurposeKind(
            code=START,
            label=gettext_lazy("Starting a contact search"),
            allows={SEARCHED: OFFICERS},
            sees=frozenset(),  # starting one shows nobody
        )
    )
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
    access.register_request(
        RequestKind(
            LARGE_RELEASE,
            gettext_lazy("Show the names of more people in a search"),
            frozenset({SENIOR_HEALTH_OFFICER}),
            said_of_release,
        )
    )


def refers(reference: str, account: int) -> bool:
    """Return whether a reference is a search that an account may work on: its own, or one of its own agency's."""
    try:
        uuid = UUID(reference)
    except ValueError:
        return False
    found = records.read(trail.entry(uuid))
    return found is not None and open_to(found, account=account)


def lies(reference: str) -> Scope:
    """Return where the premises of a search lies; a search for a person's contacts lies nowhere in particular."""
    found = records.read(trail.entry(UUID(reference)))
    if found is None or found.kind != records.VISITORS:
        return Scope()
    place = premises.place(found.premises)
    return Scope(state=place.state, district=place.district)


def open_to(search: Search, *, account: int) -> bool:
    """Return whether a search is an account's own, or one of the agency it belongs to today."""
    return search.by_id == account or (search.agency != "" and accounts.employer_of(account) == search.agency)


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
