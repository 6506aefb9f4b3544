"""An outsider finds whatever is wrong with a log, from its files or address and the key alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ledger.conftest import NOTE, NOTICE

from jejak.formats import checkpoint, merkle, note, tiles
from jejak.formats.checkpoint import Checkpoint, CheckpointError
from jejak.formats.note import NoteError
from jejak.formats.policy import Party, Policy
from jejak.formats.tiles import ENTRIES, Tile
from jejak.ledger import checking, following, opening, sequencing
from jejak.ledger.errors import LogForked, LogUnreadable
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.sources import Address, Folder

Append = Callable[..., list[int]]


@pytest.fixture
def filled(log: LogFiles, append: Append) -> LogFiles:
    append(500)
    append(30, kind=NOTICE, first=1000)
    sequencing.sequence()
    append(3)
    sequencing.sequence()
    return log


@pytest.fixture
def key(filled: LogFiles) -> str:
    head = filled.head()
    assert head
    return sequencing.verifier_keys(head.origin)[0]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(filled: LogFiles) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(filled.folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_whole_log_holds_from_its_files(filled: LogFiles, key: str) -> None:
    seen: list[int] = []
    report = checking.check(Folder(filled.folder), key=key, opened=[NOTICE.number], progress=seen.append)
    assert report.good
    assert report.findings == []
    assert report.signed.checkpoint == filled.head()
    assert report.kinds == {NOTE.number: 503, NOTICE.number: 30}
    assert (report.opened, report.foreign, seen) == (30, 0, [256, 512, 533])


def test_a_whole_log_holds_from_its_address(filled: LogFiles, key: str, address: str) -> None:
    report = checking.check(Address(address), key=key, opened=[NOTICE.number])
    assert report.good
    assert report.opened == 30
    with pytest.raises(LogUnreadable, match="no checkpoint"):
        checking.check(Address(address + "/nowhere"), key=key)


@pytest.mark.parametrize("where", ["http://127.0.0.1:9", "ftp://x", "http://"])
def test_an_address_that_does_not_answer_is_said(where: str) -> None:
    with pytest.raises(LogUnreadable):
        Address(where).fetch("checkpoint")


def test_an_empty_log_holds(log: LogFiles) -> None:
    head = sequencing.sequence()
    assert head
    assert checking.check(log, key=sequencing.verifier_keys(head.origin)[0]).good


FILES = [
    Tile(ENTRIES, 0),
    Tile(ENTRIES, 1),
    Tile(ENTRIES, 2, 21),
    Tile(0, 0),
    Tile(0, 1),
    Tile(0, 2, 21),
    Tile(1, 0, 2),
]


@pytest.mark.parametrize("tile", FILES, ids=lambda tile: tile.path)
def test_every_changed_cut_off_or_missing_file_is_found(filled: LogFiles, key: str, tile: Tile) -> None:
    path = filled.folder / tile.path
    right = path.read_bytes()
    for wrong in (
        right[:-1] + bytes((right[-1] ^ 1,)),
        right[:7] + bytes((right[7] ^ 1,)) + right[8:],
        right[:-1],
        right + b"\0",
        b"",
    ):
        path.write_bytes(wrong)
        assert not checking.check(filled, key=key).good
    path.unlink()
    assert not checking.check(filled, key=key).good
    path.write_bytes(right)
    assert checking.check(filled, key=key).good


def test_an_entry_exchanged_with_its_hash_is_found(filled: LogFiles, key: str) -> None:
    """Whoever rewrites entry and tile still has the roots above against them."""
    bundle, hashes = filled.folder / Tile(ENTRIES, 0).path, filled.folder / Tile(0, 0).path
    entries = tiles.unbundle(bundle.read_bytes(), width=256)
    entries[7] = b"JJK1\x01\x01" + bytes(32)
    bundle.write_bytes(tiles.bundle(entries))
    hashes.write_bytes(b"".join(map(merkle.hash_leaf, entries)))
    findings = checking.check(filled, key=key).findings
    assert findings == [
        "the entries give another root than the checkpoint signs for 533",
        "tile/1/000.p/2 does not hold the roots of the tiles below it",
    ]


def test_a_published_record_with_a_fraction_is_found_and_ends_no_check(filled: LogFiles, key: str) -> None:
    path = filled.folder / opening.path_of(1)
    told = json.loads(path.read_bytes())
    told["500"]["record"]["number"] = 1.5
    path.write_text(json.dumps(told))
    found = checking.check(filled, key=key, opened=[NOTICE.number]).findings
    assert found == ["entry 500 does not commit to the record that is published for it"]


def test_a_published_record_that_is_missing_or_changed_is_found(filled: LogFiles, key: str) -> None:
    path = filled.folder / opening.path_of(1)
    held = json.loads(path.read_bytes())
    held["500"]["record"]["number"] = 7
    del held["501"]
    path.write_text(json.dumps(held))
    findings = checking.check(filled, key=key, opened=[NOTICE.number]).findings
    assert findings == [
        "entry 501 is of a kind that is published, and its record is not there",
        "entry 500 does not commit to the record that is published for it",
    ]
    for damage in (b"", b"[]", b'{"500": {}}', b'{"500": {"record": {}, "salt": "AAAA"}}', b"\xff", b"[" * 100_000):
        path.write_bytes(damage)
        assert not checking.check(filled, key=key, opened=[NOTICE.number]).good
    path.unlink()
    assert len(checking.check(filled, key=key, opened=[NOTICE.number]).findings) == 12


def test_an_absurd_size_meets_the_first_file_that_is_not_there(filled: LogFiles, key: str) -> None:
    from jejak.kernel.keys import keyring

    origin = note.read_key(key).name
    lie = checkpoint.sign(
        Checkpoint(origin, merkle.LARGEST_SIZE, bytes(32)), private_key=keyring().active("ledger").secret
    )
    filled.publish("checkpoint", lie.encode())
    [finding] = checking.check(filled, key=key).findings
    assert "there is no tile/entries/002" in finding
    with pytest.raises(LogUnreadable):
        following.grown(
            filled,
            key=key,
            before=checkpoint.sign(
                Checkpoint(origin, 1, bytes(32)), private_key=keyring().active("ledger").secret
            ).encode(),
        )


def test_another_logs_key_or_checkpoint_is_refused(filled: LogFiles, key: str) -> None:
    other = note.key_of(name=note.read_key(key).name, kind=note.ED25519, private_key=bytes(32)).text
    with pytest.raises(NoteError):
        checking.check(filled, key=other)
    head = filled.head()
    assert head
    signed = checkpoint.sign(Checkpoint("other.example", head.size, head.root), private_key=bytes(32))
    filled.publish("checkpoint", signed.encode())
    with pytest.raises((NoteError, CheckpointError)):
        checking.check(filled, key=key)


def test_without_the_quorum_a_log_does_not_hold(filled: LogFiles, key: str) -> None:
    head = filled.head()
    assert head
    witness = note.key_of(name="w", kind=note.COSIGNATURE, private_key=bytes(32)).text
    policy = Policy(witnesses=(Party("W", witness),), quorum="W")
    assert not checking.check(filled, key=key, policy=policy).good
    seen = note.cosign(head.text, name="w", private_key=bytes(32), time=1)
    filled.publish("checkpoint", (filled.published() or b"") + seen.line.encode())
    assert checking.check(filled, key=key, policy=policy).good


def test_a_follower_sees_new_entries_and_opened_records(filled: LogFiles, key: str, append: Append) -> None:
    before = filled.published()
    append(2, kind=NOTICE, first=7000)
    append(300)
    sequencing.sequence()
    signed = following.grown(filled, key=key, before=before)
    seen = list(following.entries_between(filled, start=533, head=signed.checkpoint))
    assert [entry.index for entry in seen] == list(range(533, 835))
    assert [entry.record for entry in seen][:3] == [{"number": 7000}, {"number": 7001}, None]
    assert following.grown(filled, key=key, before=filled.published()) == signed
    assert len(list(following.entries_between(filled, start=0, head=signed.checkpoint))) == 835


def test_a_follower_catches_a_log_that_was_rewritten_or_cut_short(filled: LogFiles, key: str, tmp_path: Path) -> None:
    before = filled.published()
    origin = note.read_key(key).name
    for size in (532, 533, 600):
        lie = forged(tmp_path / str(size), origin=origin, size=size)
        with pytest.raises(LogForked):
            following.grown(lie, key=key, before=before)
        assert checking.check(lie, key=key).good, "by itself the lie holds together"


def test_a_follower_believes_no_entry_that_is_not_in_the_tree(filled: LogFiles, key: str) -> None:
    signed = checking.latest(filled, key=key)
    path = filled.folder / Tile(ENTRIES, 2, 21).path
    right = path.read_bytes()
    path.write_bytes(right[:-1] + bytes((right[-1] ^ 1,)))
    with pytest.raises(LogForked, match="entry 532"):
        list(following.entries_between(filled, start=500, head=signed.checkpoint))


def forged(folder: Path, *, origin: str, size: int) -> LogFiles:
    """A log with other entries, signed by the right key: what a lying operator could make."""
    from jejak.kernel.keys import keyring
    from jejak.ledger.rules import Growth

    files, growth = LogFiles(folder), Growth()
    growth.add([b"JJK1\x01\x01" + number.to_bytes(32) for number in range(size)])
    files.write(growth.take())
    head = Checkpoint(origin, size, growth.root())
    files.publish("checkpoint", checkpoint.sign(head, private_key=keyring().active("ledger").secret).encode())
    return files
