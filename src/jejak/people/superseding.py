"""A document that contradicts the record it is shown for: a counter stops there, a data steward replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access import rules as access_rules
from jejak.access.queries import roles_of
from jejak.kernel.sealing import blind_index
from jejak.people import documents
from jejak.people.errors import DocumentDiffers
from jejak.people.known import known_of
from jejak.people.models import Document as Shown

if TYPE_CHECKING:
    from datetime import date, datetime

    from jejak.access.actions import User
    from jejak.people.documents import Document
    from jejak.people.models import Person


def end_contradicted(row: Person, document: Document, *, birth: date, by: User, at: datetime) -> int:
    """Return how many documents of a record ended, for they contradict the one that is shown; mostly none.

    Whoever showed a document once is not opened to somebody with another one, however alike their names are.

    :raises DocumentDiffers: another number of a kind that keeps its number for life, or another birth date; only a
    data steward replaces what was recorded by mistake.
    """
    known, key = known_of([row.pk])[row.pk], blind_index().of(documents.INDEX, document.value)
    if any(number == key for _, number in known.documents):
        return 0
    other_birth = known.birth not in {None, birth}
    kinds = {kind for kind, _ in known.documents if other_birth or kind == document.kind in documents.FOR_LIFE}
    if kinds and access_rules.DATA_STEWARD not in roles_of(by):
        raise DocumentDiffers
    return Shown.objects.filter(person=row, kind__in=kinds, ended_at=None).update(ended_at=at)
