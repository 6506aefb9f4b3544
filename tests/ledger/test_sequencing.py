"""What is committed enters the log once, in an order that never changes; nothing forks it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from ledger.conftest import NOTICE

from jejak.formats import checkpoint, merkle, tiles
from jejak.formats.checkpoint import Checkpoint
from jejak.formats.tiles import ENTRIES, Tile
from jejak.ledger import opening, sequencing
from jejak.ledger.errors import LogAhead, LogForked, LogUnreadable
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.models import Place, Record, State, Waiting
from jejak.ledger.rules import Entry

STEPS = ("placed", "committed", "written", "swapped", "published")
Append = Callable[..., list[int]]


def entries_in(log: LogFiles) -> list[bytes]:
    """The entries of the published log, each checked against tiles and checkpoint."""
    data = log.published()
    assert data is not None
    origin = State.objects.get().origin
    signed = checkpoint.open(data, log=sequencing.verifier_keys(origin)[0])
    size = signed.checkpoint.size
    found = [
        entry
        for tile in tiles.tiles_of(size)
        if tile.level == ENTRIES
        for entry in tiles.unbundle(log.read(tile), width=tile.width)
    ]
    read = tiles.TileReader(size=size, fetch=log.read)
    assert merkle.root_of([merkle.hash_leaf(entry) for entry in found]) == signed.checkpoint.root
    assert merkle.read_range(size=size, read=read).root() == signed.checkpoint.root
    for tile in tiles.tiles_of(size):
        if tile.level >= 0:
            shift = 8 * tile.level
            expected = [read(shift, tile.index * 256 + number) for number in range(tile.width)]
            assert tiles.split(log.read(tile), width=tile.width) == expected
    return found


def entries_of(numbers: list[int]) -> list[bytes]:
    kept = Record.objects.in_bulk(numbers)
    return [Entry(kept[one].kind, kept[one].schema, bytes(kept[one].commitment)).encode() for one in numbers]


def test_a_new_log_is_empty_and_signed(log: LogFiles) -> None:
    assert sequencing.sequence() == Checkpoint("127.0.0.1:8000/ledger", 0, merkle.EMPTY_ROOT)
    assert entries_in(log) == []


@pytest.mark.parametrize("counts", [[1], [3, 1, 2], [255, 1, 1], [256, 256], [700, 70]])
def test_what_waits_enters_in_order(log: LogFiles, append: Append, counts: list[int]) -> None:
    numbers: list[int] = []
    for count in counts:
        numbers += append(count)
        head = sequencing.sequence()
        assert head is not None
        assert head.size == len(numbers)
    assert entries_in(log) == entries_of(numbers)
    assert not Waiting.objects.exists()
    assert list(Place.objects.order_by("index").values_list("record_id", flat=True)) == numbers


def test_a_long_queue_enters_in_several_rounds(log: LogFiles, append: Append) -> None:
    sequencing.sequence()
    numbers = append(1000)
    rounds: list[str] = []
    sequencing.sequence(step=rounds.append, most=300)
    assert rounds == [*STEPS] * 4
    assert entries_in(log) == entries_of(numbers)
    assert not list((log.folder / "tile").rglob("*.new"))
    assert sorted(path.name for path in (log.folder / "tile" / "0").glob("*.p/*")) == ["132", "232"]


def test_what_commits_late_with_an_earlier_number_enters_too(log: LogFiles, append: Append, database: Any) -> None:
    insert = "insert into ledger_record (kind, schema, record, salt, commitment, opened) values (1, 1, '{}', %s, %s, false) returning id"
    with psycopg.connect(database.app) as late:
        row = late.execute(insert, [bytes(32), bytes(32)]).fetchone()
        assert row
        late.execute("insert into ledger_waiting (record_id) values (%s)", row)
        [early] = append(1)
        assert early > row[0]
        sequencing.sequence()
        late.commit()
    sequencing.sequence()
    assert list(Place.objects.order_by("index").values_list("record_id", flat=True)) == [early, row[0]]
    assert entries_in(log) == entries_of([early, row[0]])


def test_opened_records_are_published_with_their_salts(log: LogFiles, append: Append) -> None:
    append(254)
    append(3, kind=NOTICE, first=1000)
    sequencing.sequence()
    append(1, kind=NOTICE, first=2000)
    sequencing.sequence()
    found = entries_in(log)
    held = opening.read((log.folder / opening.path_of(0)).read_bytes())
    held |= opening.read((log.folder / opening.path_of(1)).read_bytes())
    assert {index: record["number"] for index, (record, _salt) in held.items()} == {
        254: 1000,
        255: 1001,
        256: 1002,
        257: 2000,
    }
    for index, (record, salt) in held.items():
        entry = Entry(NOTICE.number, 1, found[index][6:])
        assert opening.opens(entry, record=record, salt=salt)
        assert not opening.opens(entry, record=record | {"more": 1}, salt=salt)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [0, 200])
def test_a_killed_sequencer_leaves_a_log_that_continues(log: LogFiles, append: Append, step: str, before: int) -> None:
    numbers = append(before)
    sequencing.sequence()
    numbers += append(100)
    killed = subprocess.run([sys.executable, Path(__file__).with_name("killed.py"), step], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    _let_go()
    promised = list(Place.objects.order_by("index").values_list("record_id", flat=True))
    old = log.published()
    numbers += append(100)
    head = sequencing.sequence()
    assert head is not None
    assert head.size == before + 200
    assert entries_in(log) == entries_of(numbers)
    assert list(Place.objects.order_by("index").values_list("record_id", flat=True))[: len(promised)] == promised
    if old and before:
        _prove_grown(log, old)


def _let_go() -> None:
    """Wait until the database has noticed that a killed sequencer is gone, which lets go of its lock."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [sequencing._LOCK])
        cursor.execute("select pg_advisory_unlock(%s)", [sequencing._LOCK])


def _prove_grown(log: LogFiles, old: bytes) -> None:
    origin = State.objects.get().origin
    key = sequencing.verifier_keys(origin)[0]
    first, second = (checkpoint.open(data, log=key).checkpoint for data in (old, log.published() or b""))
    read = tiles.TileReader(size=second.size, fetch=log.read)
    path = merkle.consistency_path(size1=first.size, size2=second.size, read=read)
    merkle.verify_consistency(size1=first.size, size2=second.size, root1=first.root, root2=second.root, path=path)


def test_two_sequencers_do_the_work_once(log: LogFiles, append: Append) -> None:
    numbers = append(600)
    inside, go_on = threading.Event(), threading.Event()

    def slow(step: str) -> None:
        if step == "placed":
            inside.set()
            assert go_on.wait(20)

    def run() -> None:
        sequencing.sequence(step=slow)
        connection.close()

    one = threading.Thread(target=run)
    one.start()
    assert inside.wait(20)
    assert sequencing.sequence() is None
    go_on.set()
    one.join(20)
    assert entries_in(log) == entries_of(numbers)


def test_a_database_of_an_earlier_day_does_not_fork_the_log(log: LogFiles, append: Append) -> None:
    append(300)
    sequencing.sequence()
    published = log.published()
    State.objects.update(size=200, root=merkle.root_of([merkle.hash_leaf(one) for one in entries_in(log)[:200]]))
    append(5)
    with pytest.raises(LogAhead, match="300 entries are published, the database knows 200"):
        sequencing.sequence()
    assert log.published() == published
    assert log.head() == checkpoint.parse((log.folder / "head").read_text())


@pytest.mark.parametrize("kept", ["head", "checkpoint", "witnessed"])
def test_one_file_that_says_how_far_the_log_had_come_keeps_it_from_being_signed_again_below(
    log: LogFiles, append: Append, kept: str
) -> None:
    append(300)
    sequencing.sequence()
    (log.folder / "witnessed").write_bytes(log.published() or b"")
    State.objects.update(size=200, root=merkle.root_of([merkle.hash_leaf(one) for one in entries_in(log)[:200]]))
    append(5)
    for name in {"head", "checkpoint", "witnessed"} - {kept}:
        (log.folder / name).unlink()
    with pytest.raises(LogAhead, match="300 entries are published, the database knows 200"):
        sequencing.sequence()


def test_a_witnessed_checkpoint_of_another_tree_ends_the_signing(log: LogFiles, append: Append) -> None:
    append(3)
    head = sequencing.sequence()
    assert head
    other = checkpoint.sign(Checkpoint(head.origin, 3, bytes(32)), private_key=bytes(32))
    (log.folder / "witnessed").write_bytes(other.encode())
    append(1)
    with pytest.raises(LogForked, match="the files head and witnessed are of two trees"):
        sequencing.sequence()


def test_a_database_with_another_history_is_refused(log: LogFiles, append: Append) -> None:
    append(300)
    sequencing.sequence()
    State.objects.update(root=bytes(32))
    with pytest.raises(LogForked, match="two trees of 300"):
        sequencing.sequence()


def test_places_that_were_changed_behind_the_log_are_refused(log: LogFiles, append: Append) -> None:
    """Between commit and tiles is where a changed row would be written out."""
    append(3)
    sequencing.sequence()
    append(3)
    with pytest.raises(RuntimeError):
        sequencing.sequence(step=_fail_at("committed"))
    State.objects.update(root=bytes(32))
    with pytest.raises(LogForked, match="do not give the tree"):
        sequencing.sequence()


def test_a_log_whose_tiles_were_changed_or_cut_off_is_not_continued(log: LogFiles, append: Append) -> None:
    append(300)
    sequencing.sequence()
    append(1)
    tile = log.folder / Tile(0, 1, 44).path
    right = tile.read_bytes()
    tile.write_bytes(bytes(32) + right[32:])
    with pytest.raises(LogForked, match="do not give the tree of 300"):
        sequencing.sequence()
    assert Waiting.objects.count() == 1
    tile.write_bytes(right[:-32])
    with pytest.raises(tiles.TileError):
        sequencing.sequence()
    tile.unlink()
    with pytest.raises(LogUnreadable):
        sequencing.sequence()
    tile.write_bytes(right)
    assert sequencing.sequence().size == 301  # type: ignore[union-attr]


def test_the_head_is_swapped_only_for_a_tree_that_contains_it(log: LogFiles, append: Append) -> None:
    append(10)
    head = sequencing.sequence()
    assert head is not None
    for wrong in (
        Checkpoint(head.origin, 9, head.root),
        Checkpoint("other", 10, head.root),
        Checkpoint(head.origin, 10, bytes(32)),
    ):
        with pytest.raises(LogForked):
            log.swap(old=head, new=wrong)
    with pytest.raises(LogForked, match="somebody else"):
        log.swap(old=None, new=head)
    append(10)
    grown = sequencing.sequence()
    assert grown is not None
    with pytest.raises(LogForked, match="somebody else"):
        log.swap(old=head, new=grown)
    (log.folder / "head").write_text(head.text)
    (log.folder / "checkpoint").unlink()
    with pytest.raises(LogForked, match="not the beginning"):
        log.swap(old=head, new=Checkpoint(head.origin, 20, bytes(32)))


def test_files_of_another_log_are_refused(log: LogFiles, append: Append) -> None:
    append(1)
    sequencing.sequence()
    State.objects.update(origin="elsewhere.example/ledger")
    with pytest.raises(LogForked, match="elsewhere"):
        sequencing.sequence()


def test_a_lost_checkpoint_is_signed_again(log: LogFiles, append: Append) -> None:
    numbers = append(3)
    sequencing.sequence()
    right = log.published()
    for damage in (b"", b"nonsense"):
        (log.folder / "checkpoint").write_bytes(damage)
        sequencing.sequence()
        assert log.published() == right
    assert entries_in(log) == entries_of(numbers)


def test_lost_files_are_written_again_from_the_database(log: LogFiles, append: Append, database: Any) -> None:
    numbers = append(254)
    numbers += append(3, kind=NOTICE)
    head = sequencing.sequence()
    before = {path: path.read_bytes() for path in log.folder.rglob("*") if path.is_file() and path.name != "lock"}
    shutil.rmtree(log.folder)
    assert sequencing.sequence() == head
    assert {path: path.read_bytes() for path in before} == before
    assert entries_in(log) == entries_of(numbers)
    shutil.rmtree(log.folder)
    with psycopg.connect(database.owner) as owner:
        owner.execute("delete from ledger_place where index = 7")
    with pytest.raises(LogForked, match="does not know all entries from 0 to 257"):
        sequencing.sequence()


def test_a_damaged_file_of_opened_records_is_made_again(log: LogFiles, append: Append) -> None:
    append(2, kind=NOTICE)
    sequencing.sequence()
    (log.folder / opening.path_of(0)).write_bytes(b"{")
    append(1, kind=NOTICE, first=9)
    sequencing.sequence()
    held = opening.read((log.folder / opening.path_of(0)).read_bytes())
    assert {index: record["number"] for index, (record, _salt) in held.items()} == {0: 0, 1: 1, 2: 9}


def test_a_rotated_key_signs_beside_the_old_one(log: LogFiles, append: Append, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    from jejak.kernel.keys import keyring
    from jejak.ledger import queries

    [number] = append(1)
    head = sequencing.sequence()
    assert head is not None
    [old] = sequencing.verifier_keys(head.origin)
    rotated = keyring().rotated(purpose="ledger", now=datetime(2022, 1, 21, tzinfo=UTC))
    monkeypatch.setattr(sequencing, "keyring", lambda: rotated)
    assert queries.standing() is not None, "what the old key signed is still believed"
    assert queries.proof(number).text
    sequencing.sequence()
    fresh, again = sequencing.verifier_keys(head.origin)
    assert again == old != fresh
    for key in (fresh, old):
        assert checkpoint.open(log.published() or b"", log=key).checkpoint == head


def test_the_worker_sequences_every_minute(log: LogFiles, append: Append) -> None:
    from procrastinate.contrib.django import app

    from jejak.ledger import jobs

    append(2)
    jobs.sequence(0)
    assert Place.objects.count() == 2
    app.perform_import_paths()
    crons = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert crons["ledger.sequence"] == "* * * * *"


def _fail_at(wanted: str) -> Callable[[str], None]:
    def step(name: str) -> None:
        if name == wanted:
            raise RuntimeError

    return step
