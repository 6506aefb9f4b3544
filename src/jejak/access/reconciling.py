"""Comparing requests and manifests with what the ledger committed to; for `fsck --database`."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from jejak.access.entries import APPROVAL, EXPORT
from jejak.access.models import Export, Request
from jejak.access.records import approval_record, digest_of, export_record
from jejak.kernel.places import local_day
from jejak.ledger import queries as ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jejak.ledger.queries import Kept
    from jejak.ledger.rules import Kind

AT_ONCE: Final = 5000
RELATED: Final = ("asked_by", "agency", "decided_by", "decided_agency")


def approval_differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield what differs between the decisions that the ledger commits to and the requests there are.

    Without records, the requests that ended and that no entry knows.
    """
    if not records:
        claimed = Request.objects.exclude(record=None).order_by("record", "pk").values_list("record", "uuid")
        yield from _claims(claimed.iterator(), APPROVAL, "request", "decision")
        for uuid in Request.objects.exclude(decision="").filter(record=None).values_list("uuid", flat=True):
            yield f"request {uuid} ended, and the ledger knows nothing of it"
        return
    numbers = [kept.number for kept in records]
    rows = {row.record: row for row in Request.objects.filter(record__in=numbers).select_related(*RELATED)}
    for kept in records:
        row, told = rows.get(kept.number), kept.record or {}
        if row is None:
            if not _deleted("requests", told.get("decided_at")):
                yield f"request {told.get('request')} of record {kept.number} is gone, and no retention entry covers it"
        elif approval_record(row) != told or bytes(row.digest) != digest_of(row.kind, row.what):
            yield f"request {row.uuid} was changed since the ledger committed to how it ended"


def export_differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield what differs between the manifests that the ledger commits to and those there are.

    Without records, the files that no entry knows.
    """
    if not records:
        claimed = Export.objects.exclude(record=None).order_by("record", "pk").values_list("record", "uuid")
        yield from _claims(claimed.iterator(), EXPORT, "export", "manifest")
        return
    numbers = [kept.number for kept in records]
    rows = {row.record: row for row in Export.objects.filter(record__in=numbers).select_related(*RELATED)}
    for kept in records:
        row, told = rows.get(kept.number), kept.record or {}
        if row is None:
            if not _deleted("manifests", told.get("made_at")):
                yield f"export {told.get('export')} of record {kept.number} is gone, and no retention entry covers it"
        elif export_record(row) != told:
            yield f"export {row.uuid} was changed since the ledger committed to its manifest"


def _claims(rows: Iterator[Any], kind: Kind, name: str, what: str) -> Iterable[str]:
    """Yield rows whose number is no entry's of their kind, or another row's already."""
    before = None
    while some := list(islice(rows, AT_ONCE)):
        known = ledger.of_kind(kind, numbers=[record for record, _uuid in some])
        for record, uuid in some:
            if record not in known:
                yield f"{name} {uuid} claims record {record}, which is no {what}"
            elif record == before:
                yield f"{name} {uuid} claims record {record}, which is another one's"
            before = record


def _deleted(name: str, moment: object) -> bool:
    """Return whether a published retention entry says that rows of a time were deleted."""
    return ledger.kept_from(of=name) > local_day(datetime.fromisoformat(str(moment)))
