"""Whether a search belongs to the case that it is started from: whom it is about, and its window.

What does not is searched all the same and stands on the trail; its names need a second officer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.people import queries as people
from jejak.tracing import caserules, sealed
from jejak.tracing.actions.keeping import part
from jejak.tracing.models import Case, Exposure, SaidContact
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from jejak.kernel.periods import Period
    from jejak.tracing.queries import CaseRef


def strange(
    *, case: CaseRef, window: Period, at: datetime, persons: Collection[int] = (), phone: str | None = None
) -> str:
    """Return why a search does not belong to a case, see `caserules`; empty if it does.

    ``phone`` is the number that was searched, if one was, and ``persons`` whoever wrote it: they are the case, or a
    contact that an interview names or whose name was shown. Without a number nobody in particular is searched.
    """
    row = Case.objects.select_related("profile").get(pk=case.id)
    infectious, exposed = (part(row, one, at=at) for one in (Direction.FORWARD, Direction.BACKWARD))
    if window.start >= max(infectious.end, exposed.end) or window.end <= min(infectious.start, exposed.start):
        return caserules.OTHER_DAYS
    if phone is None or not persons or _known(row, persons=persons, phone=phone):
        return ""
    return caserules.OTHER_PERSON


def _known(row: Case, *, persons: Collection[int], phone: str) -> bool:
    """Return whether somebody of these, or their number, is the case or a contact of it."""
    searched = set(people.together(persons))
    if row.person_id in searched:
        return True
    key = sealed.phone_key(sealed.phone_of(phone))
    if key is not None and row.phone_key is not None and bytes(row.phone_key) == key:
        return True
    said = SaidContact.objects.filter(case=row, ended_at=None)
    if said.filter(Q(person__in=searched) | (Q(phone_key=key) if key else Q(pk__in=[]))).exists():
        return True
    shown = Exposure.objects.filter(case=row, contact__released_at__isnull=False)
    return shown.filter(contact__person__in=searched).exists()
