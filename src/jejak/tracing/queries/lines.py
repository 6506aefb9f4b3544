"""Which lines of the work list belong together: those closed when records were united are read through to the open one.

Whom a line is of decides, as records are read now: read apart again, each has lines of their own. The line of somebody
whom an interview named is of that person as soon as the log knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.people import queries as people
from jejak.tracing.models import Contact, SaidContact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def open_lines(contacts: Iterable[Contact]) -> Mapping[int, Contact]:
    """Return for each contact, by number, the line on which its person is worked on now.

    That is the contact itself while it is open, or where nothing is open for its office and disease.
    """
    given = list(contacts)
    persons = _persons([one for one in given if one.closed_at is not None])
    read_as = people.records_of(persons.values())
    found: dict[tuple[int, str, int], Contact] = {}
    rows = Contact.objects.filter(person__in=[*read_as], closed_at=None).select_related("said", "agency")
    for row in rows.order_by("-pk") if persons else ():
        found[row.agency_id, row.disease, read_as[row.person_id or 0]] = row
    meant = {one.pk: (one.agency_id, one.disease, read_as[persons[one.pk]]) for one in given if one.pk in persons}
    return {one.pk: found.get(meant[one.pk], one) if one.pk in meant else one for one in given}


def open_line(contact: Contact) -> Contact:
    """Return the line on which the person of a contact is worked on now."""
    return open_lines([contact])[contact.pk]


def lines_of(contact: Contact) -> list[int]:
    """Return the numbers of a contact and of the closed lines whose notices and disputes are its own."""
    if contact.person_id is None or contact.closed_at is not None:
        return [contact.pk]
    persons = people.together([contact.person_id])
    theirs = Q(person__in=persons) | Q(said__person__in=persons)
    rows = Contact.objects.filter(theirs, agency=contact.agency_id, disease=contact.disease)
    return [contact.pk, *rows.exclude(closed_at=None).values_list("pk", flat=True)]


def _persons(contacts: Sequence[Contact]) -> Mapping[int, int]:
    """Return whom lines are of, by number; whom no log knows is missing."""
    said = [one.said_id for one in contacts if one.said_id is not None]
    known = dict(SaidContact.objects.filter(pk__in=said).values_list("pk", "person")) if said else {}
    found = {one.pk: one.person_id or known.get(one.said_id or 0) for one in contacts}
    return {number: person for number, person in found.items() if person is not None}
