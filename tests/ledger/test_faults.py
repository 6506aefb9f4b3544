"""Whatever happens to folder, disk or database, the log is not forked, and what waits enters it afterwards."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jejak.formats import checkpoint, tiles
from jejak.formats.checkpoint import Checkpoint
from jejak.kernel.keys import keyring
from jejak.ledger import checking, sequencing
from jejak.ledger.errors import LogAhead, LogForked, LogUnreadable, LogUnwritable
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.models import State, Waiting
from jejak.ledger.rules import Entry, grown
from jejak.ledger.sources import Folder

Append = Callable[..., list[int]]


def whole(log: LogFiles) -> bool:
    """Whether an outsider who checks every byte finds nothing wrong."""
    head = log.head()
    assert head
    report = checking.check(log, key=sequencing.verifier_keys(head.origin)[0])
    assert report.findings == []
    return report.good


def other_node_signs(folder: Path, count: int) -> Checkpoint:
    """Grow the log in this folder by entries of another database, as a second node on the same folder would."""
    files = LogFiles(folder)
    head = files.head()
    assert head
    growth = grown(size=head.size, fetch=files.read)
    growth.add([Entry(9, 1, bytes((number,)) * 32).encode() for number in range(count)])
    files.write(growth.take())
    fresh = Checkpoint(head.origin, growth.size, growth.root())
    files.swap(old=head, new=fresh)
    sequencing.publish(files, fresh)
    return fresh


def test_a_second_node_on_the_same_folder_is_refused_before_it_writes_over_the_first(
    log: LogFiles, append: Append
) -> None:
    append(3)
    sequencing.sequence()
    append(5)
    signed: list[Checkpoint] = []

    def step(name: str) -> None:
        if name == "committed":
            signed.append(other_node_signs(log.folder, 5))

    with pytest.raises(LogForked, match="share this folder"):
        sequencing.sequence(step=step)
    assert log.head() == signed[0]
    assert whole(log)
    with pytest.raises(LogForked, match="two trees of 8"):
        sequencing.sequence()


@pytest.mark.parametrize("damage", ["lost", "set back"])
def test_a_head_that_is_lost_or_set_back_does_not_let_a_restored_database_fork_the_log(
    log: LogFiles, append: Append, damage: str
) -> None:
    append(200)
    before = sequencing.sequence()
    assert before
    append(100)
    sequencing.sequence()
    published = log.published()
    if damage == "lost":
        (log.folder / "head").unlink()
    else:
        (log.folder / "head").write_text(before.text)
    State.objects.update(size=200, root=before.root)
    append(1)
    with pytest.raises(LogAhead, match="300 entries are published"):
        sequencing.sequence()
    assert log.published() == published


def test_an_old_data_directory_is_brought_up_to_the_database(log: LogFiles, append: Append, tmp_path: Path) -> None:
    append(300)
    sequencing.sequence()
    old = shutil.copytree(log.folder, tmp_path / "old")
    append(300)
    head = sequencing.sequence()
    published = log.published()
    shutil.rmtree(log.folder)
    shutil.copytree(old, log.folder)
    assert sequencing.sequence() == head
    assert log.published() == published
    assert whole(log)


def test_a_head_and_a_checkpoint_of_two_trees_are_refused(log: LogFiles, append: Append) -> None:
    append(3)
    head = sequencing.sequence()
    assert head
    for lie in (Checkpoint(head.origin, 3, bytes(32)), Checkpoint("other.example/ledger", 3, head.root)):
        secret = keyring().active("ledger").secret
        log.publish("checkpoint", checkpoint.sign(lie, private_key=secret).encode())
        with pytest.raises(LogForked, match="two trees"):
            sequencing.sequence()
    (log.folder / "head").write_bytes(b"\xff")
    with pytest.raises(checkpoint.CheckpointError):
        sequencing.sequence()


def test_many_lost_files_come_back_part_by_part(log: LogFiles, append: Append, monkeypatch: pytest.MonkeyPatch) -> None:
    append(700)
    head = sequencing.sequence()
    assert head
    before = {tile.path: log.read(tile) for tile in tiles.tiles_of(head.size)}
    shutil.rmtree(log.folder)
    monkeypatch.setattr(sequencing, "MOST_AT_ONCE", 100)
    assert sequencing.sequence() == head
    assert {path: (log.folder / path).read_bytes() for path in before} == before
    assert whole(log)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let the kernel refuse to write more into a file, as a full disk does."""
    _soft, hard = before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_stops_the_log_and_loses_nothing(log: LogFiles, append: Append) -> None:
    append(10)
    head = sequencing.sequence()
    published = log.published()
    append(600)
    with no_file_larger_than(4096), pytest.raises(LogUnwritable, match="File too large"):
        sequencing.sequence()
    assert (log.head(), log.published()) == (head, published)
    assert whole(log)
    assert not list(log.folder.rglob("*.new"))
    append(1)
    assert sequencing.sequence().size == 611  # type: ignore[union-attr]
    assert whole(log)


def test_a_folder_that_cannot_be_written_to_stops_the_log_and_loses_nothing(log: LogFiles, append: Append) -> None:
    append(10)
    log.folder.parent.mkdir(parents=True, exist_ok=True)
    log.folder.write_text("a file stands where the folder should be")
    with pytest.raises((LogUnwritable, LogUnreadable)):
        sequencing.sequence()
    log.folder.unlink()
    assert sequencing.sequence().size == 10  # type: ignore[union-attr]
    assert not Waiting.objects.exists()


def test_a_folder_behind_a_symbolic_link_is_the_folder(log: LogFiles, append: Append, tmp_path: Path) -> None:
    log.folder.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    append(300)
    assert sequencing.sequence().size == 300  # type: ignore[union-attr]
    assert (tmp_path / "elsewhere" / "head").is_file()
    assert whole(log)
    log.folder.unlink()


def test_a_strangers_folder_with_a_pipe_or_an_endless_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "checkpoint")
    with pytest.raises(LogUnreadable, match="no file"):
        Folder(tmp_path).fetch("checkpoint")
    (tmp_path / "checkpoint").unlink()
    (tmp_path / "checkpoint").symlink_to("/dev/zero")
    with pytest.raises(LogUnreadable):
        Folder(tmp_path).fetch("checkpoint")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(LogUnreadable, match="more than"):
        Folder(tmp_path).fetch("large")
    assert Folder(tmp_path).fetch("nothing") is None
