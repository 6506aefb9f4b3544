"""Cosignatures are asked for over HTTP, believed when they verify, and nobody's work waits for them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection

from jejak.formats import checkpoint, merkle, note
from jejak.formats.checkpoint import Checkpoint
from jejak.kernel.keys import keyring
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
    gathering._merge(before.signed, [made], before.policy)
    assert witnessed.published() == published


def test_a_quorum_is_met_although_the_log_grows_while_they_are_asked(
    witnessed: LogFiles, append: Append, live_server: Any
) -> None:
    """Each minute brings a newer checkpoint; two witnesses of an older one still make it a witnessed one."""
    before = queries.standing()
    assert before
    keys = [
        note.key_of(name=f"w{number}", kind=note.COSIGNATURE, private_key=bytes([number] * 32)) for number in (1, 2)
    ]
    lines = [f"witness W{number} {key.text}\n" for number, key in enumerate(keys, start=1)]
    (witnessed.folder / "policy").write_text("".join(lines) + "group g all W1 W2\nquorum g\n")
    append(1)
    sequencing.sequence()
    text = before.signed.checkpoint.text
    made = [note.cosign(text, name=f"w{number}", private_key=bytes([number] * 32), time=1) for number in (1, 2)]
    gathering._merge(before.signed, made, queries.policy())
    held = witnessed.fetch("witnessed")
    assert held
    assert note.parse(held).text == text


class Slow(BaseHTTPRequestHandler):
    """Sends a letter now and then, for ever, in the line of status or in the body; or nothing at all."""

    where = "body"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.where == "body":
            self.send_response(200)
            self.end_headers()
        with suppress(OSError):
            while not STOPPED.wait(0.05):
                if self.where != "nowhere":
                    self.wfile.write(b"x")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


STOPPED = threading.Event()


@pytest.mark.parametrize("where", ["body", "head", "nowhere"])
def test_a_witness_that_hangs_or_trickles_keeps_nobody_waiting(
    witnessed: LogFiles, append: Append, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(Slow, "where", where)
    monkeypatch.setattr(gathering, "PATIENCE", 0.6)
    STOPPED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        good = (witnessed.folder / "policy").read_text().splitlines()[0]
        slow = f"witness S {STRANGE} http://127.0.0.1:{server.server_port}"
        (witnessed.folder / "policy").write_text(f"{slow}\n{good}\ngroup g any S W\nquorum g\n")
        assert gathering.gather(now=NOW), "the other witness signed meanwhile"
        heard = gathering.heard()
        STOPPED.set()
        server.shutdown()
    assert "not within 0.6 seconds" in heard["S"].trouble
    assert not heard["W"].trouble


def test_while_a_witness_hangs_entries_are_kept_sequenced_and_shown(
    log: LogFiles, append: Append, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket that is never answered: the asking happens in a job of its own, and no lock is held meanwhile."""
    append(1)
    sequencing.sequence()
    monkeypatch.setattr(gathering, "PATIENCE", 20.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (log.folder / "policy").write_text(
            f"witness S {STRANGE} http://127.0.0.1:{silent.getsockname()[1]}\nquorum S\n"
        )

        def ask() -> None:
            gathering.gather(now=NOW)
            connection.close()

        asking = threading.Thread(target=ask)
        asking.start()
        asked, _address = silent.accept()
        append(4)
        assert sequencing.sequence().size == 5  # type: ignore[union-attr]
        assert "Menunggu saksi" in client.get("/ledger/").content.decode()
        assert queries.proof(queries.number_at(4)).waiting
        assert asking.is_alive()
        asked.close()
        asking.join(20)
    assert gathering.heard()["S"].trouble


def test_a_witness_that_has_seen_more_than_is_here_is_told_plainly(
    witnessed: LogFiles, append: Append, tmp_path: Any
) -> None:
    """Files and database of yesterday, put back together, hold together: only a witness knows better."""
    append(5)
    sequencing.sequence()
    assert gathering.gather(now=NOW)
    shown = queries.standing()
    assert shown
    smaller = checkpoint.sign(
        Checkpoint(shown.signed.checkpoint.origin, 3, merkle.EMPTY_ROOT), private_key=keyring().active("ledger").secret
    )
    told = gathering._heard_of(shown.policy.witnesses[0], smaller, 0)
    assert told == "W has seen 8 entries of this log, and 3 are here"


@pytest.mark.parametrize("time", [0, 1, 253_402_300_800, note.LATEST_TIME])
def test_a_cosignature_of_any_time_is_shown(log: LogFiles, append: Append, client: Any, time: int) -> None:
    """A witness's clock may be wrong, or its owner ill-disposed: the page is there all the same."""
    append(1)
    head = sequencing.sequence()
    assert head
    (log.folder / "policy").write_text(f"witness S {STRANGE}\nquorum S\n")
    made = note.cosign(head.text, name="strange.example", private_key=bytes(32), time=time)
    log.publish("checkpoint", (log.published() or b"") + made.line.encode())
    assert client.get("/ledger/").status_code == 200


def test_an_unreadable_policy_stops_neither_log_nor_page(log: LogFiles, append: Append, client: Any) -> None:
    append(1)
    sequencing.sequence()
    for name in ("policy", "witness/logs"):
        (log.folder / name).parent.mkdir(exist_ok=True)
        (log.folder / name).write_text("witnes W\nquorum none\n")
    append(1)
    assert sequencing.sequence().size == 2  # type: ignore[union-attr]
    assert not gathering.gather(now=NOW)
    standing = queries.standing()
    assert standing
    assert standing.trouble.endswith(
        "policy: line 1: 'witnes' begins no line; a line begins with log, witness, group, quorum or #"
    )
    assert queries.proof(queries.number_at(0)).waiting
    assert client.get("/ledger/").status_code == 200


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
