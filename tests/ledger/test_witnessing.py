"""A witness cosigns what only grew, remembers it, and catches a log that shows two histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jejak.formats import checkpoint, merkle, note
from jejak.formats.addcheckpoint import AddCheckpoint
from jejak.formats.checkpoint import Checkpoint
from jejak.ledger import witnessing
from jejak.ledger.logfiles import LogFiles

SEED = bytes(range(32))
ORIGIN = "partner.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text
NOW = datetime(2022, 1, 21, 4, tzinfo=UTC)
TRUE = [merkle.hash_leaf(b"entry %d" % number) for number in range(20)]
LIE = [*TRUE[:5], *(merkle.hash_leaf(b"other %d" % number) for number in range(15))]


@pytest.fixture
def witness(log: LogFiles) -> Iterator[LogFiles]:
    files = witnessing.folder()
    files.publish("logs", f"log {KEY} https://partner.example/ledger\nquorum none\n".encode())
    return files


def request(leaves: list[bytes], *, old: int, size: int, seed: bytes = SEED, origin: str = ORIGIN) -> bytes:
    head = Checkpoint(origin, size, merkle.root_of(leaves[:size]))
    path: list[bytes] = []
    if 0 < old <= size:
        path = merkle.consistency_path(
            size1=old,
            size2=size,
            read=lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level]),
        )
    return AddCheckpoint(old, tuple(path), checkpoint.sign(head, private_key=seed).encode()).encode()


def ask(body: bytes, *, now: datetime = NOW) -> witnessing.Answer:
    return witnessing.add_checkpoint(body=body, now=now)


def cosigned(answer: witnessing.Answer, leaves: list[bytes], size: int) -> note.Signature:
    assert answer.status == 200, answer.body
    [made] = note.parse_signatures(answer.body.decode())
    text = Checkpoint(ORIGIN, size, merkle.root_of(leaves[:size])).text
    assert note.verify(text=text, signature=made, key=note.read_key(witnessing.verifier_keys()[0]))
    return made


def test_a_log_that_only_grows_is_cosigned_with_the_time(witness: LogFiles) -> None:
    assert cosigned(ask(request(TRUE, old=0, size=0)), TRUE, 0).time == int(NOW.timestamp())
    for old, size in ((0, 5), (5, 5), (5, 8), (8, 20)):
        cosigned(ask(request(TRUE, old=old, size=size)), TRUE, size)
    [log] = witnessing.logs()
    seen = witnessing.seen_of(log)
    assert seen.checkpoint == Checkpoint(ORIGIN, 20, merkle.root_of(TRUE))
    assert (seen.time, seen.lied) == (int(NOW.timestamp()), False)


def test_a_clock_set_back_does_not_turn_the_order_round(witness: LogFiles) -> None:
    first = cosigned(ask(request(TRUE, old=0, size=5)), TRUE, 5)
    again = cosigned(ask(request(TRUE, old=5, size=8), now=NOW - timedelta(days=400)), TRUE, 8)
    assert again.time == first.time


def test_another_old_size_is_answered_with_the_one_seen(witness: LogFiles) -> None:
    assert ask(request(TRUE, old=3, size=5)) == witnessing.Answer(409, b"0\n", "text/x.tlog.size")
    cosigned(ask(request(TRUE, old=0, size=8)), TRUE, 8)
    for old, size in ((0, 9), (7, 9), (5, 7), (0, 5)):
        assert ask(request(TRUE, old=old, size=size)) == witnessing.Answer(409, b"8\n", "text/x.tlog.size")


def test_a_lying_log_with_two_histories_is_caught(witness: LogFiles) -> None:
    cosigned(ask(request(TRUE, old=0, size=8)), TRUE, 8)
    [log] = witnessing.logs()
    assert ask(request(LIE, old=8, size=20)).status == 422
    assert not witnessing.seen_of(log).lied, "a proof that does not hold may be anybody's"
    assert ask(request(LIE, old=8, size=8)).status == 409
    seen = witnessing.seen_of(log)
    assert seen.lied
    assert seen.checkpoint == Checkpoint(ORIGIN, 8, merkle.root_of(TRUE[:8]))
    [evidence] = [path for path in witness.folder.iterdir() if path.suffix == ".lied"]
    for leaves in (TRUE, LIE):
        assert Checkpoint(ORIGIN, 8, merkle.root_of(leaves[:8])).text in evidence.read_text()
    cosigned(ask(request(TRUE, old=8, size=20)), TRUE, 20)


def test_a_log_whose_key_is_replaced_is_known_by_both_keys(witness: LogFiles) -> None:
    fresh = bytes(range(7, 39))
    new = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=fresh).text
    first = cosigned(ask(request(TRUE, old=0, size=5)), TRUE, 5)
    witness.publish("logs", f"log {KEY}\nlog {new}\nquorum none\n".encode())
    cosigned(ask(request(TRUE, old=5, size=8, seed=fresh)), TRUE, 8)
    witness.publish("logs", f"log {new}\nquorum none\n".encode())
    again = cosigned(ask(request(TRUE, old=8, size=20, seed=fresh)), TRUE, 20)
    assert again.time == first.time == int(NOW.timestamp()), "no signature of the log's is taken for a time"
    assert ask(request(TRUE, old=20, size=20)).status == 403, "the old key is not known any more"


def test_a_wrong_or_needless_proof_is_refused(witness: LogFiles) -> None:
    signed = checkpoint.sign(Checkpoint(ORIGIN, 5, merkle.root_of(TRUE[:5])), private_key=SEED).encode()
    assert ask(AddCheckpoint(0, (bytes(32),), signed).encode()).status == 422
    cosigned(ask(request(TRUE, old=0, size=5)), TRUE, 5)
    assert ask(AddCheckpoint(5, (bytes(32),), signed).encode()).status == 422
    grown = checkpoint.sign(Checkpoint(ORIGIN, 8, merkle.root_of(TRUE[:8])), private_key=SEED).encode()
    assert ask(AddCheckpoint(5, (), grown).encode()).status == 422
    assert ask(AddCheckpoint(5, (bytes(32),) * 3, grown).encode()).status == 422


def test_an_unknown_log_a_stranger_and_nonsense_are_told_apart(witness: LogFiles) -> None:
    assert ask(request(TRUE, old=0, size=5, origin="other.example/ledger")).status == 404
    assert ask(request(TRUE, old=0, size=5, seed=bytes(32))).status == 403
    assert ask(request(TRUE, old=6, size=5)).status == 400
    for body in (b"", b"old 0\n\n", b"old 0\n\nx\n", request(TRUE, old=0, size=5)[:-1], b"\xff" * 1000):
        assert ask(body).status == 400
    [log] = witnessing.logs()
    assert witnessing.seen_of(log).checkpoint is None


def test_without_a_list_of_logs_none_is_witnessed(log: LogFiles) -> None:
    assert witnessing.logs() == ()
    assert ask(request(TRUE, old=0, size=5)).status == 404


def test_the_witness_keeps_its_name_when_the_address_changes(
    witness: LogFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from jejak.kernel.settings import settings

    cosigned(ask(request(TRUE, old=0, size=5)), TRUE, 5)
    keys = witnessing.verifier_keys()
    moved = replace(settings(), public_url="https://elsewhere.example")
    monkeypatch.setattr(witnessing, "settings", lambda: moved)
    assert witnessing.verifier_keys() == keys
    assert witnessing.name() == "127.0.0.1:8000/witness"


def test_the_endpoint_answers_over_http(witness: LogFiles, client: Any) -> None:
    def post(body: bytes) -> Any:
        return client.post("/ledger/add-checkpoint", body, content_type="text/plain")

    answer = post(request(TRUE, old=0, size=5))
    assert answer.status_code == 200
    [_made] = note.parse_signatures(answer.content.decode())
    conflict = post(request(TRUE, old=0, size=8))
    assert (conflict.status_code, conflict.content, conflict["Content-Type"]) == (409, b"5\n", "text/x.tlog.size")
    assert post(request(LIE, old=5, size=5)).status_code == 200, "the first five are the same"
    assert post(request(LIE, old=5, size=20)).status_code == 200, "whoever saw only five cannot know better"
    assert post(request(TRUE, old=20, size=20)).status_code == 409
    assert post(b"x" * 200_000).status_code == 400
    assert client.get("/ledger/add-checkpoint").status_code == 405
