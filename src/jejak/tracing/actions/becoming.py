"""Ending the follow-up of whoever is reported as a case, or found to be the one whom a case is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.people import queries as people
from jejak.tracing.actions.followchanging import ended
from jejak.tracing.caserules import DISCARDED
from jejak.tracing.followrules import BECAME_CASE, FOLLOWING
from jejak.tracing.models import Case, Contact, FollowUp

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from jejak.access.actions import User


def end_follow_ups(cases: Collection[Case], *, by: User, at: datetime) -> None:
    """End whatever follow-up there is, in any office, of those whom open cases are of; of their diseases alone.

    Another office learns that they became a case, and not who reported it. Whoever calls is within a look at them.
    """
    of = {
        one.person_id: one for one in cases if one.person_id and not one.closed_at and one.classification != DISCARDED
    }
    if not of:
        return
    persons = people.together(of)
    read_as = people.same_as([*persons, *of])
    case_of = {(one.disease, read_as[person]): one for person, one in of.items()}
    contacts = Contact.objects.filter(person__in=persons, disease__in={one.disease for one in of.values()})
    locked = contacts.filter(follow_up__state=FOLLOWING).order_by("pk").select_for_update(of=("self",), no_key=True)
    numbers = [one.pk for one in locked]
    rows = FollowUp.objects.filter(contact__in=numbers, state=FOLLOWING).select_related("contact").order_by("contact")
    for row in rows.select_for_update(of=("self",)):
        contact = row.contact
        case = case_of.get((contact.disease, read_as[contact.person_id or 0]))
        if case is not None:
            who = by if by.agency_id == contact.agency_id else None
            ended(row, state=BECAME_CASE, why="case", by=who, at=at, told={"case": case.pk, "number": case.number})


def open_case(contact: Contact) -> Case | None:
    """Return the open case of the contact's office that they are; none if they are not."""
    if contact.person_id is None:
        return None
    persons = people.together([contact.person_id])
    rows = Case.objects.filter(person__in=persons, disease=contact.disease, agency=contact.agency_id, closed_at=None)
    return rows.exclude(classification=DISCARDED).order_by("pk").first()
