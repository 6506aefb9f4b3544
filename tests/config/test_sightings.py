"""A restore goes on where the log ended, which a backup alone cannot tell: others are asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from jejak.config import sightings
from jejak.config.loading import Wish
from jejak.formats import addcheckpoint, checkpoint, note
from jejak.formats.backupmanifest import Manifest, Tree
from jejak.formats.checkpoint import Checkpoint
from jejak.ledger.archive import Archive, pack
from jejak.ledger.errors import LogForked
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rejoining import Seen
from jejak.ledger.rules import Growth
from jejak.store.errors import BackupRefused

ORIGIN, LOG_KEY, WITNESS_KEY = "node.invalid/ledger", bytes([1] * 32), bytes([2] * 32)
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=LOG_KEY).text
WITNESS = note.key_of(name="w.example", kind=note.COSIGNATURE, private_key=WITNESS_KEY).text
SIZE = 20


def written(folder: Path, size: int, *, policy: str = "") -> LogFiles:
    """A log of so many entries, the same at each size."""
    files, growth = LogFiles(folder), Growth()
    growth.add([b"%d" % number for number in range(size)])
    files.write(growth.take())
    files.publish("checkpoint", checkpoint.sign(Checkpoint(ORIGIN, size, growth.root()), private_key=LOG_KEY).encode())
    if policy:
        files.publish("policy", policy.encode())
    return files


def seen(
    tmp_path: Path,
    *,
    policy: str = "",
    logs: tuple[str, ...] = (),
    checkpoints: tuple[Path, ...] = (),
    alone: bool = False,
) -> list[Seen]:
    packed = BytesIO()
    head = pack(written(tmp_path / "packed", SIZE, policy=policy), packed)
    assert head
    packed.seek(0)
    tree = Tree(head.size, head.root)
    told = Manifest(
        name="n", node="n", taken=datetime(2022, 1, 21, tzinfo=UTC), jejak="1", postgresql=17, keyring="", origin=ORIGIN,
        log=tree, snapshot=tree, counts={}, partitions={}, migrations={}, files={},
    )  # fmt: skip
    wish = Wish(tmp_path, logs=logs, checkpoints=checkpoints, alone=alone)
    return sightings.sightings(
        told, wish, left=LogFiles(tmp_path / "left"), packed=Archive(packed), keys=[KEY], say=lambda _text: None
    )


@contextmanager
def witness(*, status: int, body: bytes | None = None) -> Iterator[str]:
    """A witness who answers so, or cosigns what it is sent; gives the policy that names it."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = addcheckpoint.parse(self.rfile.read(int(self.headers["Content-Length"])))
            text = checkpoint.open(request.checkpoint, log=KEY).checkpoint.text
            assert (request.old, request.path) == (SIZE, ())
            made = note.cosign(text, name="w.example", private_key=WITNESS_KEY, time=1)
            answer = made.line.encode() if body is None else body
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"witness W {WITNESS} http://127.0.0.1:{server.server_port}\nquorum W\n"
        server.shutdown()


def test_a_backup_alone_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match=r"second history.*--log URL.*--checkpoint FILE.*--alone.*--drill"):
        seen(tmp_path)
    assert max(one.size for one in seen(tmp_path, alone=True)) == SIZE


def test_a_copy_that_is_smaller_than_the_backup_says_nothing_of_what_came_after(tmp_path: Path) -> None:
    written(tmp_path / "old", SIZE - 1)
    with pytest.raises(BackupRefused, match="Nobody but the backup"):
        seen(tmp_path, logs=(str(tmp_path / "old"),))
    written(tmp_path / "copy", SIZE)
    assert seen(tmp_path, logs=(str(tmp_path / "copy"),))
    assert seen(tmp_path, checkpoints=(tmp_path / "copy" / "checkpoint",))


def test_what_was_left_on_the_disk_suffices_and_goes_on(tmp_path: Path) -> None:
    written(tmp_path / "left", SIZE + 5)
    assert max(one.size for one in seen(tmp_path)) == SIZE + 5


def test_a_witness_who_has_signed_no_more_suffices(tmp_path: Path) -> None:
    with witness(status=200) as policy:
        assert "the witness W" in [one.where for one in seen(tmp_path, policy=policy)]


@pytest.mark.parametrize(
    ("status", "body"), [(200, b""), (200, b"<html>"), (409, b"0\n"), (409, b"19\n"), (409, b"9" * 60), (404, b"no\n")]
)
def test_a_witness_who_knows_less_or_does_not_sign_says_nothing(tmp_path: Path, status: int, body: bytes) -> None:
    with witness(status=status, body=body) as policy, pytest.raises(BackupRefused, match="Nobody but the backup"):
        seen(tmp_path, policy=policy)


def test_a_witness_who_has_signed_more_is_heard_even_when_the_operator_says_there_is_nothing(tmp_path: Path) -> None:
    with witness(status=409, body=b"25\n") as policy:
        with pytest.raises(BackupRefused, match="W has signed 25 entries of this log, and 20 are at hand"):
            seen(tmp_path, policy=policy, alone=True)
        written(tmp_path / "copy", 25)
        assert max(one.size for one in seen(tmp_path, policy=policy, logs=(str(tmp_path / "copy"),))) == 25
        LogFiles(tmp_path / "left").publish("policy", b"quorum none\n")
        assert seen(tmp_path, policy=policy, alone=True), "the operator's own policy counts before the packed one"


def test_a_witness_of_another_tree_of_this_size_tells_of_a_fork(tmp_path: Path) -> None:
    with witness(status=409, body=b"20\n") as policy, pytest.raises(LogForked, match="another tree of 20"):
        seen(tmp_path, policy=policy)


def test_the_nodes_own_address_is_asked(tmp_path: Path, monkeypatch: Any) -> None:
    asked = []

    def source_at(where: str) -> Any:
        asked.append(where)
        return written(tmp_path / "published", SIZE + 3)

    monkeypatch.setattr(sightings, "source_at", source_at)
    assert max(one.size for one in seen(tmp_path)) == SIZE + 3
    assert asked == ["https://node.invalid/ledger"]
