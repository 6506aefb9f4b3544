"""A kind of entry that this file alone defines works from the outbox to the proof, as the how-to says it would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from jejak.ledger import actions, checking, following, queries, sequencing
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.queries import Kept
from jejak.ledger.reconciling import reconcile
from jejak.ledger.rules import Kind, verifying

INSPECTED = Kind(211, "tests.inspected")
CORRECTED = Kind(212, "tests.corrected", opened=True)

BOILERS = {1: "tight", 2: "tight"}
"""What this room keeps: how each boiler was found."""


def inspect(boiler: int) -> int:
    """Enter an inspection in the transaction in which it is kept."""
    with transaction.atomic():
        return actions.append(kind=INSPECTED, record={"boiler": boiler, "found": BOILERS[boiler]})


def differences(records: Sequence[Kept]) -> Iterable[str]:
    """Yield which boilers are other than the ledger says."""
    for kept in records:
        if kept.record and BOILERS.get(kept.record["boiler"]) != kept.record["found"]:
            yield f"boiler {kept.record['boiler']} was changed since record {kept.number}"


def test_a_kind_of_its_own_is_entered_published_proved_and_compared(log: LogFiles) -> None:
    one, other = inspect(1), inspect(2)
    assert queries.entry(one).index is None, "it waits in the outbox"
    head = sequencing.sequence()
    assert head
    key = sequencing.verifier_keys(head.origin)[0]
    proved = verifying.verify(queries.proof(one).text, key=key)
    assert (proved.index, proved.kind, proved.record) == (0, INSPECTED.number, {"boiler": 1, "found": "tight"})
    before = log.published()
    with transaction.atomic():
        actions.append(kind=CORRECTED, record={"corrects": queries.entry(other).index or 0, "found": "leaking"})
    head = sequencing.sequence()
    assert head
    report = checking.check(log, key=key, opened=[CORRECTED.number])
    assert (report.findings, report.kinds, report.opened) == ([], {INSPECTED.number: 2, CORRECTED.number: 1}, 1)
    following.grown(log, key=key, before=before)
    [seen] = following.entries_between(log, start=2, head=head)
    assert seen.record == {"corrects": 1, "found": "leaking"}
    readers = {INSPECTED.number: differences}
    assert reconcile(readers=readers, opened=[CORRECTED.number]).findings == []
    try:
        BOILERS[2] = "leaking"
        assert reconcile(readers=readers).findings == [f"boiler 2 was changed since record {other}"]
    finally:
        BOILERS[2] = "tight"
