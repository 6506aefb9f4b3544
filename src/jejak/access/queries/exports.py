"""Reading manifests: one's own, and for auditors all; never the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.access.errors import UnknownExport
from jejak.access.manifests import Facts, State, state_of
from jejak.access.models import Export
from jejak.access.queries.areas import in_area

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.models import User

ORDERS: Final = {"made": "made_at", "rows": "rows", "people": "people", "asker": "asked_by__name"}
"""By what a list of manifests may be sorted; a minus turns it round."""
MOST_LISTED: Final = 2000


@dataclass(frozen=True, slots=True)
class ManifestView:
    """A manifest as a page shows it."""

    uuid: UUID
    request: UUID | None
    holds: str
    name: str
    form: str
    fields: tuple[str, ...]
    rows: int
    people: int
    size: int
    digest: str
    purpose: str
    purpose_kind: str
    reference: str
    asked_by: str
    agency: str
    decided_by: str
    decided_agency: str
    note: str
    made_at: datetime
    until: datetime | None
    taken_at: datetime | None
    taken: int
    state: State
    record: int | None


def facts_of(export: Export) -> Facts:
    """Return what decides where a file stands."""
    request = export.request if export.request_id and _kept(export) else None
    return Facts(
        alone=export.request_id is None,
        decision=request.decision if request else "",
        decide_by=request.expires_at if request else None,
        expires_at=export.expires_at,
        destroyed=export.destroyed_at is not None,
    )


def exports_of(*, by: User, now: datetime, limit: int = 200) -> tuple[ManifestView, ...]:
    """Return the files that somebody asked for, the newest first."""
    rows = _rows().filter(asked_by=by).order_by("-made_at", "-pk")[:limit]
    return tuple(_view(row, now=now) for row in rows)


def export_of(*, by: User, uuid: UUID, now: datetime) -> ManifestView:
    """Return the manifest of a file that somebody asked for.

    :raises UnknownExport: they asked for no such file.
    """
    return _one(_rows().filter(asked_by=by, uuid=uuid), now=now)


def any_export(*, by: User, uuid: UUID, now: datetime) -> ManifestView:
    """Return any manifest of an auditor's area.

    :raises UnknownExport: there is none.
    """
    return _one(_rows().filter(in_area(user=by), uuid=uuid), now=now)


def all_exports(*, by: User, text: str = "", order: str = "", now: datetime) -> tuple[ManifestView, ...]:
    """Return the latest manifests of an auditor's area, of them those that mention all words of ``text``."""
    rows = _rows().filter(in_area(user=by))
    for word in text.split()[:5]:
        rows = rows.filter(_mentions(word))
    sign, key = ("-", order[1:]) if order.startswith("-") else ("", order)
    sorting = f"{sign}{ORDERS[key]}" if key in ORDERS else "-made_at"
    return tuple(_view(row, now=now) for row in rows.order_by(sorting, "-pk")[:MOST_LISTED])


def _mentions(word: str) -> Q:
    wanted = Q(purpose_text__icontains=word) | Q(purpose_reference__icontains=word) | Q(name__icontains=word)
    people = Q(asked_by__name__icontains=word) | Q(decided_by__name__icontains=word) | Q(agency__name__icontains=word)
    return wanted | people | Q(uuid__icontains=word)


def _rows() -> QuerySet[Export]:
    return Export.objects.defer("content_sealed", "persons_sealed").select_related(
        "asked_by", "agency", "decided_by", "decided_agency", "request", "request__decided_by"
    )


def _kept(export: Export) -> bool:
    """Return whether the request of a file is still there; a manifest may outlast it."""
    try:
        return export.request is not None
    except Export.request.RelatedObjectDoesNotExist:
        return False


def _one(rows: QuerySet[Export], *, now: datetime) -> ManifestView:
    found = rows.first()
    if found is None:
        raise UnknownExport
    return _view(found, now=now)


def _view(row: Export, *, now: datetime) -> ManifestView:
    request = row.request if row.request_id and _kept(row) else None
    decider = row.decided_by or (request.decided_by if request else None)
    agency = row.decided_agency or (decider.agency if decider else None)
    return ManifestView(
        uuid=row.uuid,
        request=request.uuid if request else None,
        holds=row.holds,
        name=row.name,
        form=row.form,
        fields=tuple(row.fields),
        rows=row.rows,
        people=row.people,
        size=row.size,
        digest=bytes(row.digest).hex(),
        purpose=row.purpose_text,
        purpose_kind=row.purpose_kind,
        reference=row.purpose_reference,
        asked_by=row.asked_by.name,
        agency=row.agency.name if row.agency else "",
        decided_by=decider.name if decider else "",
        decided_agency=agency.name if agency else "",
        note=request.note if request else "",
        made_at=row.made_at,
        until=row.expires_at or (request.expires_at if request else None),
        taken_at=row.taken_at,
        taken=row.taken,
        state=state_of(facts_of(row), now=now),
        record=row.record,
    )
