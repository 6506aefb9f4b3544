"""After a loss: the largest tree that was ever published goes on, from wherever all of it is left, or nothing does."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from jejak.formats import checkpoint, note, tiles
from jejak.formats.checkpoint import Checkpoint
from jejak.ledger import archive, checking, rejoining
from jejak.ledger.errors import LogForked, LogUnreadable
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rejoining import Seen
from jejak.ledger.rules import Growth

SEED = bytes(range(32))
ORIGIN = "node.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text


def log_of(folder: Path, size: int, *, word: bytes = b"entry") -> LogFiles:
    """Return a signed log of so many entries, written in two steps as a sequencer would."""
    files, growth = LogFiles(folder), Growth()
    for upto in (size // 2, size):
        growth.add([b"%s %d" % (word, number) for number in range(growth.size, upto)])
        files.write(growth.take())
    head = Checkpoint(ORIGIN, growth.size, growth.root())
    files.publish("head", head.text.encode())
    files.publish("checkpoint", checkpoint.sign(head, private_key=SEED).encode())
    return files


def seen(files: LogFiles, where: str = "here") -> Seen:
    found = rejoining.seen_at(where, files, keys=[KEY])
    assert found
    return found


def packed(files: LogFiles) -> archive.Archive:
    into = io.BytesIO()
    archive.pack(files, into)
    return archive.Archive(io.BytesIO(into.getvalue()))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_a_packed_log_is_the_log_and_passes_the_check_by_its_key_alone(tmp_path: Path, size: int) -> None:
    files = log_of(tmp_path / "log", size)
    report = checking.check(packed(files), key=KEY)
    assert (report.findings, report.signed.checkpoint) == ([], files.head())


def test_the_largest_tree_seen_is_built_and_continues_the_others(tmp_path: Path) -> None:
    small, large = log_of(tmp_path / "small", 300), log_of(tmp_path / "large", 700)
    fresh = LogFiles(tmp_path / "fresh")
    built = rejoining.build(origin=ORIGIN, seen=[seen(small, "small"), seen(large, "large")], into=fresh)
    assert built
    assert (built[0], built[1].where) == (large.head(), "large")
    assert checking.check(fresh, key=KEY).findings == []
    for size in (300, 700):  # whoever knew so much can go on from there
        assert all(fresh.fetch(tile.path) for tile in tiles.tiles_of(size))


def test_a_log_that_forked_is_refused(tmp_path: Path) -> None:
    ours, other = log_of(tmp_path / "ours", 300), log_of(tmp_path / "other", 400, word=b"lie")
    with pytest.raises(LogForked, match="the backup shows another tree of 300"):
        rejoining.build(origin=ORIGIN, seen=[seen(ours, "the backup"), seen(other)], into=LogFiles(tmp_path / "fresh"))


def test_two_trees_of_one_size_are_refused(tmp_path: Path) -> None:
    ours, other = log_of(tmp_path / "ours", 300), log_of(tmp_path / "other", 300, word=b"lie")
    with pytest.raises(LogForked):
        rejoining.build(origin=ORIGIN, seen=[seen(ours), seen(other)], into=LogFiles(tmp_path / "fresh"))


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/entries/002.p/188", "tile/0/002.p/188"])
@pytest.mark.parametrize("damage", ["gone", "cut", "flipped"])
def test_a_damaged_place_is_passed_over_and_never_taken_for_a_shorter_log(
    tmp_path: Path, path: str, damage: str
) -> None:
    large = log_of(tmp_path / "large", 700)
    copy = LogFiles(Path(shutil.copytree(large.folder, tmp_path / "copy")))
    small = log_of(tmp_path / "small", 300)
    data = (large.folder / path).read_bytes()
    (large.folder / path).unlink()
    if damage != "gone":
        (large.folder / path).write_bytes(data[:-1] if damage == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(LogUnreadable, match="no place has them all"):
        rejoining.build(origin=ORIGIN, seen=[seen(small), seen(large)], into=LogFiles(tmp_path / "none"))
    fresh = LogFiles(tmp_path / "fresh")
    built = rejoining.build(origin=ORIGIN, seen=[seen(small), seen(large), seen(copy, "copy")], into=fresh)
    assert built
    assert (built[0].size, built[1].where) == (700, "copy")


def test_a_checkpoint_alone_says_that_files_are_missing(tmp_path: Path) -> None:
    small, large = log_of(tmp_path / "small", 300), log_of(tmp_path / "large", 700)
    told = rejoining.signed_checkpoint((large.folder / "checkpoint").read_bytes(), keys=[KEY])
    kept = Seen("the witness", told.size, told.root)
    with pytest.raises(LogUnreadable, match="the witness shows 700 entries"):
        rejoining.build(origin=ORIGIN, seen=[seen(small), kept], into=LogFiles(tmp_path / "fresh"))


def test_a_log_signed_by_somebody_else_is_no_log_of_ours(tmp_path: Path) -> None:
    files = log_of(tmp_path / "log", 10)
    other = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=bytes(32)).text
    with pytest.raises(note.NoteError):
        rejoining.seen_at("here", files, keys=[other])
    assert rejoining.seen_at("here", files, keys=[other, KEY])
    assert rejoining.seen_at("nowhere", LogFiles(tmp_path / "none"), keys=[KEY]) is None


def test_without_a_log_nothing_is_built(tmp_path: Path) -> None:
    assert rejoining.build(origin=ORIGIN, seen=[], into=LogFiles(tmp_path / "fresh")) is None
    assert packed(LogFiles(tmp_path / "none")).fetch("checkpoint") is None


def test_opened_records_beyond_the_tree_are_left_out(tmp_path: Path) -> None:
    files = log_of(tmp_path / "log", 10)
    record = {"record": {"number": 1}, "salt": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
    files.publish("opened/000.json", json.dumps({"9": record, "10": record}).encode())
    kept = packed(files).fetch("opened/000.json")
    assert kept
    assert set(json.loads(kept)) == {"9"}


def test_who_witnesses_comes_along_and_what_is_left_counts_more_than_the_backup(tmp_path: Path) -> None:
    files = log_of(tmp_path / "log", 10)
    files.publish("policy", b"quorum none\n")
    files.publish("witness/logs", b"log x\nquorum none\n")
    held = packed(files)
    rejoining.bring_beside(LogFiles(tmp_path / "nothing"), held, into=LogFiles(tmp_path / "first"))
    assert (tmp_path / "first/witness/logs").read_bytes() == b"log x\nquorum none\n"
    files.publish("policy", b"# newer\nquorum none\n")
    rejoining.bring_beside(files, held, into=LogFiles(tmp_path / "second"))
    assert (tmp_path / "second/policy").read_bytes() == b"# newer\nquorum none\n"


def test_a_witness_does_not_forget_what_it_signed_where_only_a_part_was_left(tmp_path: Path) -> None:
    files, left = log_of(tmp_path / "log", 10), LogFiles(tmp_path / "left")
    larger, smaller = (log_of(tmp_path / str(size), size).published() or b"" for size in (9, 7))
    for name, data in (("lost", smaller), ("older", larger), ("newer", smaller)):
        files.publish(f"witness/{name}", data)
    left.publish("policy", b"quorum none\n")
    left.publish("witness/older", smaller)
    left.publish("witness/newer", larger)
    rejoining.bring_beside(left, packed(files), into=LogFiles(tmp_path / "into"))
    there = {path.name: path.read_bytes() for path in (tmp_path / "into/witness").iterdir()}
    assert there == {"lost": smaller, "older": larger, "newer": larger}
    assert (tmp_path / "into/policy").exists()


def test_tiles_of_what_the_witnesses_signed_last_are_made_too(tmp_path: Path) -> None:
    files = log_of(tmp_path / "log", 300)
    files.publish("witnessed", log_of(tmp_path / "before", 270).published() or b"")
    witnessed = rejoining.seen_at("witnessed", files, keys=[KEY], name="witnessed")
    assert witnessed
    made = LogFiles(tmp_path / "made")
    rejoining.build(origin=ORIGIN, seen=[seen(files), witnessed], into=made)
    assert made.fetch("tile/0/001.p/14") is not None


def test_a_checkpoint_witnessed_while_the_log_was_packed_is_not_taken_for_the_logs_own(tmp_path: Path) -> None:
    files, into = log_of(tmp_path / "log", 10), log_of(tmp_path / "into", 10)
    for size, brought in ((12, False), (10, True)):
        files.publish("witnessed", log_of(tmp_path / str(size), size).published() or b"")
        rejoining.bring_beside(LogFiles(tmp_path / "nothing"), packed(files), into=into)
        assert (into.fetch("witnessed") is not None) is brought
        head = into.head()
        assert head
        assert head.size == 10


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger.tar").write_bytes(b"nothing" * 1000)
    with pytest.raises(LogUnreadable):
        archive.open_archive(tmp_path / "ledger.tar")
    with pytest.raises(LogUnreadable):
        archive.open_archive(tmp_path / "none.tar")
