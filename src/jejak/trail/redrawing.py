"""Comparing auditors' samples with what the ledger committed to, and drawing them again; for `fsck --database`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from jejak.kernel.places import local_day
from jejak.ledger import queries as ledger
from jejak.trail import sampling
from jejak.trail.entries import SAMPLE
from jejak.trail.models import Drawn, Sample
from jejak.trail.samples import candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from jejak.ledger.queries import Kept


def differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield what differs between the samples that the ledger commits to and those there are.

    Without records, the samples that no entry knows.
    """
    if not records:
        yield from _put_in()
        return
    rows = {row.record: row for row in Sample.objects.filter(record__in=[kept.number for kept in records])}
    gone = ledger.erasable(before=ledger.kept_from(of="trail"))
    for kept in records:
        row, told = rows.get(kept.number), kept.record or {}
        if row is None:
            if kept.index is None or kept.index >= gone:
                yield f"sample {told.get('sample')} of record {kept.number} is gone, and no retention entry covers it"
        elif not _same(row, told):
            yield f"sample {row.uuid} was changed since the ledger committed to it"
        elif row.drawn_at is not None:
            yield from _drawn_differences(row)


def _put_in() -> Iterable[str]:
    rows = dict(Sample.objects.order_by("pk").values_list("record", "uuid"))
    for record in sorted({*rows} - ledger.of_kind(SAMPLE, numbers=rows)):
        yield f"sample {rows[record]} claims record {record}, which is no sample's"


def _same(row: Sample, told: Mapping[str, Any]) -> bool:
    plain = {
        "sample": str(row.uuid),
        "agency": row.agency,
        "action": row.action,
        "number": row.number,
        "nonce": row.nonce_hex,
    }
    period = [datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"])]
    return plain == {name: told.get(name) for name in plain} and period == [row.since, row.until]


def _drawn_differences(row: Sample) -> Iterable[str]:
    """Yield whether a sample holds something else than its seed draws, for as long as all it drew from is kept."""
    root = ledger.root_upto(number=row.record)
    if root is None or row.root_hex != root.hex():
        yield f"sample {row.uuid} has another seed than the ledger gives it"
    elif ledger.kept_from(of="trail") <= local_day(row.since):
        seed = sampling.seed_of(nonce=bytes(row.nonce), root=root)
        again = sampling.draw(seed=seed, entries=candidates(row), number=row.number)
        there = tuple(Drawn.objects.filter(sample=row).order_by("position").values_list("entry", flat=True))
        if (there, row.candidates, row.digest_hex) != (again.entries, again.candidates, again.digest.hex()):
            yield f"sample {row.uuid} is not what is drawn now: it, or what it was drawn from, was changed"
