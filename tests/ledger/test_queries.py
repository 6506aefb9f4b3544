"""A record can be read with its place, and proved to whoever is given the proof."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ledger.conftest import NOTE, NOTICE

from jejak.formats import note, tlogproof
from jejak.formats.merkle import ProofError
from jejak.formats.policy import PolicyError
from jejak.ledger import queries, rules, sequencing
from jejak.ledger.errors import EntryUnknown
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import verifying

Append = Callable[..., list[int]]
WITNESS = note.key_of(name="w", kind=note.COSIGNATURE, private_key=bytes(32))


def own_key(log: LogFiles) -> str:
    head = log.head()
    assert head
    return sequencing.verifier_keys(head.origin)[0]


def test_a_record_is_read_with_its_place_once_it_has_one(log: LogFiles, append: Append) -> None:
    [number] = append(1, first=7)
    kept = queries.entry(number)
    assert (kept.kind, kept.record, kept.index) == (NOTE.number, {"number": 7}, None)
    sequencing.sequence()
    assert queries.entry(number).index == 0
    with pytest.raises(EntryUnknown):
        queries.entry(number + 1)


def test_published_records_are_listed_newest_first(log: LogFiles, append: Append) -> None:
    append(3, kind=NOTICE)
    assert queries.opened() == []
    assert queries.latest_of(NOTICE).record == {"number": 2}  # type: ignore[union-attr]
    append(2)
    sequencing.sequence()
    assert [kept.record for kept in queries.opened()] == [{"number": 2}, {"number": 1}, {"number": 0}]
    assert len(queries.opened(kinds=(NOTICE.number,), limit=2)) == 2
    assert queries.opened(kinds=(NOTE.number,)) == []
    assert queries.latest_of(NOTE) is None


def test_every_record_is_proved_offline_with_what_it_says(log: LogFiles, append: Append) -> None:
    numbers = append(300)
    sequencing.sequence()
    for index in (0, 1, 255, 256, 299):
        proof = queries.proof(numbers[index])
        proved = verifying.verify(proof.text, key=own_key(log))
        assert (proved.index, proved.kind, proved.record) == (index, NOTE.number, {"number": index})
        assert not proof.waiting
        assert tlogproof.parse(proof.text).encode() == proof.text


def test_a_proof_that_tells_nothing_holds_for_the_entry_alone(log: LogFiles, append: Append) -> None:
    [number, other] = append(2)
    sequencing.sequence()
    proof, kept = queries.proof(number, tell=False), queries.entry(number)
    entry = rules.Entry(kept.kind, kept.schema, kept.commitment).encode()
    assert verifying.verify(proof.text, key=own_key(log), entry=entry).record is None
    assert b"extra" not in proof.text
    with pytest.raises(ProofError, match="does not tell"):
        verifying.verify(proof.text, key=own_key(log))
    wrong = rules.Entry(kept.kind, kept.schema, queries.entry(other).commitment).encode()
    with pytest.raises(ProofError):
        verifying.verify(proof.text, key=own_key(log), entry=wrong)


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        b"[]",
        b"{}",
        b'{"record":{},"salt":"AA==","kind":1,"schema":1}',
        b'{"record":{},"salt":"AA==","kind":Infinity,"schema":1}',
        b'{"record":{"a":0.5},"salt":"x"}',
        b"[" * 50_000,
    ],
)
def test_a_proof_that_tells_another_record_is_refused(log: LogFiles, append: Append, extra: bytes) -> None:
    [number] = append(1)
    sequencing.sequence()
    proof = tlogproof.parse(queries.proof(number).text)
    told = tlogproof.Proof(proof.index, proof.path, proof.checkpoint, extra).encode()
    with pytest.raises(ProofError):
        verifying.verify(told, key=own_key(log))
    swapped = proof.extra.replace(b'"number":0', b'"number":1') if proof.extra else b""
    with pytest.raises(ProofError):
        verifying.verify(tlogproof.Proof(proof.index, proof.path, proof.checkpoint, swapped).encode(), key=own_key(log))


def test_a_record_that_waits_has_no_proof_yet(log: LogFiles, append: Append) -> None:
    [number] = append(1)
    with pytest.raises(EntryUnknown):
        queries.proof(number)
    sequencing.sequence()
    [later] = append(1)
    with pytest.raises(EntryUnknown):
        queries.proof(later)
    assert queries.standing().waiting == 1  # type: ignore[union-attr]
    assert queries.proof(number).text


def test_a_proof_waits_for_the_witnesses_and_says_so(log: LogFiles, append: Append) -> None:
    [number] = append(1)
    head = sequencing.sequence()
    assert head
    (log.folder / "policy").write_text(f"witness W {WITNESS.text}\nquorum W\n")
    assert queries.proof(number).waiting
    assert not queries.standing().witnessed  # type: ignore[union-attr]
    seen = note.cosign(head.text, name="w", private_key=bytes(32), time=5)
    witnessed = (log.published() or b"") + seen.line.encode()
    log.publish("witnessed", witnessed)
    [later] = append(1)
    sequencing.sequence()
    proof = queries.proof(number)
    assert not proof.waiting
    assert verifying.verify(proof.text, key=own_key(log), policy=queries.policy()).witnessed
    assert queries.proof(later).waiting
    assert verifying.verify(queries.proof(later).text, key=own_key(log), policy=queries.policy()).witnessed is False


def test_before_the_first_checkpoint_there_is_no_standing(log: LogFiles) -> None:
    assert queries.standing() is None
    sequencing.sequence()
    assert queries.standing().signed.checkpoint.size == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("text", [b"nonsense", b"\xff", b""])
def test_a_policy_that_cannot_be_used_is_said(log: LogFiles, text: bytes) -> None:
    sequencing.sequence()
    (log.folder / "policy").write_bytes(text)
    with pytest.raises(PolicyError):
        queries.policy()
