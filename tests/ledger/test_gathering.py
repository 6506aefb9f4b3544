"""Cosignatures are asked for over HTTP, believed when they verify, and nobody's work waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jejak.formats import note
from jejak.ledger import gathering, jobs, queries, sequencing, witnessing
from jejak.ledger.logfiles import LogFiles

NOW = datetime(2022, 1, 21, 4, tzinfo=UTC)
Append = Callable[..., list[int]]
STRANGE = note.key_of(name="strange.example", kind=note.COSIGNATURE, private_key=bytes(32)).text


@pytest.fixture
def witnessed(log: LogFiles, append: Append, live_server: Any) -> LogFiles:
    """A log that a real witness cosigns: this node's own, over real HTTP."""
    append(3)
    head = sequencing.sequence()
    assert head
    witnessing.folder().publish("logs", f"log {sequencing.verifier_keys(head.origin)[0]}\nquorum none\n".encode())
    (log.folder / "policy").write_text(
        f"witness W {witnessing.verifier_keys()[0]} {live_server.url}/ledger\nquorum W\n"
    )
    return log


def test_a_witness_cosigns_each_checkpoint_from_the_one_it_saw(witnessed: LogFiles, append: Append) -> None:
    for _round in range(3):
        assert gathering.gather(now=NOW)
        standing = queries.standing()
        assert standing is not None
        assert standing.witnessed
        assert witnessed.fetch("witnessed") == witnessed.published()
        assert gathering.heard()["W"] == gathering.Heard(standing.signed.checkpoint.size, NOW.isoformat(), "")
        append(300)
        sequencing.sequence()
        assert not queries.standing().witnessed  # type: ignore[union-attr]
    jobs.witnesses(0)
    assert queries.standing().witnessed  # type: ignore[union-attr]


def test_a_size_that_was_forgotten_is_learnt_from_the_witness(witnessed: LogFiles, append: Append) -> None:
    assert gathering.gather(now=NOW)
    (witnessed.folder / "witness" / "heard.json").write_text("nonsense")
    append(10)
    sequencing.sequence()
    assert gathering.gather(now=NOW)


def test_a_checkpoint_published_meanwhile_is_not_taken_back(witnessed: LogFiles, append: Append) -> None:
    before = queries.standing()
    assert before is not None
    append(1)
    sequencing.sequence()
    made = note.cosign(before.signed.checkpoint.text, name="x", private_key=bytes(32), time=1)
    published = witnessed.published()
    gathering._merge(before.signed, made, before.policy)
    assert witnessed.published() == published


class Answering(BaseHTTPRequestHandler):
    status, body, location = 200, b"", ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def strange() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"nonsense\n"),
        (200, b"\xff\xfe"),
        (200, note.Signature("strange.example", note.read_key(STRANGE).id, bytes(72)).line.encode()),
        (200, b"x" * 100_000),
        (301, b""),
        (403, b"no\n"),
        (409, b"1\n"),
        (409, b"999999999999\n"),
        (409, b"-1\n"),
        (409, b"9" * 5000 + b"\n"),
        (422, b""),
        (500, b""),
    ],
)
def test_whatever_a_witness_answers_the_log_goes_on(
    log: LogFiles, append: Append, strange: str, status: int, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answering, "status", status)
    monkeypatch.setattr(Answering, "body", body)
    monkeypatch.setattr(Answering, "location", strange if status == 301 else "")
    append(5)
    sequencing.sequence()
    (log.folder / "policy").write_text(f"witness S {STRANGE} {strange}\nquorum S\n")
    published = log.published()
    assert not gathering.gather(now=NOW)
    assert log.published() == published
    assert gathering.heard()["S"].trouble
    append(1)
    assert sequencing.sequence().size == 6  # type: ignore[union-attr]


def test_a_witness_that_is_down_is_noted(log: LogFiles, append: Append) -> None:
    assert not gathering.gather(now=NOW)
    append(1)
    sequencing.sequence()
    (log.folder / "policy").write_text(f"witness S {STRANGE} http://127.0.0.1:9\nquorum S\n")
    assert not gathering.gather(now=NOW)
    assert "does not answer" in gathering.heard()["S"].trouble
