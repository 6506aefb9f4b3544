"""Comparing requests and manifests with what the ledger committed to; for `fsck --database`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from jejak.access.models import Export, Request
from jejak.access.records import approval_record, digest_of, export_record
from jejak.kernel.places import local_day
from jejak.ledger import queries as ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jejak.ledger.queries import Kept


def approval_differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield what differs between the decisions that the ledger commits to and the requests there are."""
    related = ("asked_by", "agency", "decided_by", "decided_agency")
    numbers = [kept.number for kept in records]
    rows = {row.record: row for row in Request.objects.filter(record__in=numbers).select_related(*related)}
    for kept in records:
        row, told = rows.get(kept.number), kept.record or {}
        if row is None:
            if not _deleted("requests", told.get("decided_at")):
                yield f"request {told.get('request')} of record {kept.number} is gone, and no retention entry covers it"
        elif approval_record(row) != told or bytes(row.digest) != digest_of(row.kind, row.what):
            yield f"request {row.uuid} was changed since the ledger committed to how it ended"
    yield from _decided_behind_it(numbers)


def _decided_behind_it(numbers: Sequence[int]) -> Iterable[str]:
    """Yield requests that ended without an entry, or that claim a number which is no entry's; once for all batches."""
    for row in Request.objects.filter(record__range=(min(numbers), max(numbers))).exclude(record__in=numbers):
        yield f"request {row.uuid} claims record {row.record}, which is no decision"
    first = Request.objects.exclude(record=None).order_by("record").first()
    if first is not None and first.record in numbers and first.decided_at is not None:
        # What ended before requests were in the ledger at all has no entry; it cannot be used any more.
        for row in Request.objects.exclude(decision="").filter(record=None, decided_at__gte=first.decided_at):
            yield f"request {row.uuid} ended, and the ledger knows nothing of it"


def export_differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield what differs between the manifests that the ledger commits to and those there are."""
    related = ("asked_by", "agency", "decided_by", "decided_agency")
    numbers = [kept.number for kept in records]
    rows = {row.record: row for row in Export.objects.filter(record__in=numbers).select_related(*related)}
    for kept in records:
        row, told = rows.get(kept.number), kept.record or {}
        if row is None:
            if not _deleted("manifests", told.get("made_at")):
                yield f"export {told.get('export')} of record {kept.number} is gone, and no retention entry covers it"
        elif export_record(row) != told:
            yield f"export {row.uuid} was changed since the ledger committed to its manifest"


def _deleted(name: str, moment: object) -> bool:
    """Return whether a published retention entry says that rows of a time were deleted."""
    return ledger.kept_from(of=name) > local_day(datetime.fromisoformat(str(moment)))
