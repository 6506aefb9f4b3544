"""What closed cases and their contacts say of who somebody is, taken off when the person is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.tracing.models import Case, CaseStay, Contact, NoticeDispute, ReportRow, SaidContact

if TYPE_CHECKING:
    from collections.abc import Sequence

NOBODY: Final = {"name_sealed": None, "phone_sealed": None, "phone_key": None}


def forget_persons(persons: Sequence[int]) -> None:
    """Take name, number and document off their cases, the tables these came in, and what others said of them.

    Numbers and dates stay.

    Open cases hold whoever they are of, so nobody gets here. An interview of another's open case keeps whom it names
    until that case is closed and its names go. The history is never written over: its notes go with its class.
    """
    Case.objects.filter(person__in=persons).update(**NOBODY, document_sealed=None, document_key=None)
    ReportRow.objects.filter(case__person__in=persons).update(cells_sealed=None)
    stays = CaseStay.objects.filter(case__person__in=persons)
    stays.update(note_sealed=None)
    stays.exclude(place_sealed=None).update(place_sealed=b"")  # a stay is somewhere, and its place is forgotten
    over = SaidContact.objects.filter(person__in=persons, case__closed_at__isnull=False)
    over.update(**NOBODY, reach_sealed=None)
    lines = Contact.objects.filter(Q(person__in=persons) | Q(said__person__in=persons)).values("pk")
    theirs = Q(notice__contact__in=lines) | Q(contact__in=lines)
    NoticeDispute.objects.filter(theirs).update(note_sealed=None, undone_sealed=None)
