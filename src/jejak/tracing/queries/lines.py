"""Which lines of the work list belong together: those closed when records were united are read through to the open one.

Whom a line is of decides, as records are read now: read apart again, each has lines of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.people import queries as people
from jejak.tracing.models import Contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def open_lines(contacts: Iterable[Contact]) -> Mapping[int, Contact]:
    """Return for each contact, by number, the line on which its person is worked on now.

    That is the contact itself while it is open, or where nothing is open for its office and disease.
    """
    given = list(contacts)
    closed = [one for one in given if one.closed_at is not None and one.person_id is not None]
    read_as = people.records_of({one.person_id for one in closed if one.person_id is not None})
    found: dict[tuple[int, str, int], Contact] = {}
    rows = Contact.objects.filter(person__in=[*read_as], closed_at=None).select_related("said", "agency")
    for row in rows.order_by("-pk") if closed else ():
        found[row.agency_id, row.disease, read_as[row.person_id or 0]] = row
    meant = {one.pk: (one.agency_id, one.disease, read_as[one.person_id or 0]) for one in closed}
    return {one.pk: found.get(meant[one.pk], one) if one.pk in meant else one for one in given}


def open_line(contact: Contact) -> Contact:
    """Return the line on which the person of a contact is worked on now."""
    return open_lines([contact])[contact.pk]


def lines_of(contact: Contact) -> list[int]:
    """Return the numbers of a contact and of the closed lines whose notices and disputes are its own."""
    if contact.person_id is None or contact.closed_at is not None:
        return [contact.pk]
    rows = Contact.objects.filter(
        agency=contact.agency_id, disease=contact.disease, person__in=people.together([contact.person_id])
    )
    return [contact.pk, *rows.exclude(closed_at=None).values_list("pk", flat=True)]
