"""The ledger end to end against hashing alone; proofs and full checks as a log grows to five million entries.

Mark: design, performance, section 8. End to end means: records made canonical and salted, stored with their outbox rows
in transactions of a thousand, while a worker beside it gives places, writes tiles with fsync, compares, swaps, signs
and publishes; until the last entry is signed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import TYPE_CHECKING

from bench.node import running
from jejak.formats import checkpoint, merkle, note, tiles, tlogproof
from jejak.formats.checkpoint import Checkpoint
from jejak.ledger import checking
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import Entry, Growth, Kind

if TYPE_CHECKING:
    from bench.report import Report

KIND = Kind(200, "bench.dose")
BATCH = 1000
ROUNDS = 3
PROOFS = 300
PAUSE = 0.2
LEAST_SECONDS = 2.0
SIZES = [1_000, 10_000, 100_000, 1_000_000, 5_000_000]
SEED, ORIGIN = bytes(32), "bench.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text


def run(report: Report, *, quick: bool = False) -> None:
    """Measure the whole way of entries, then logs of growing size."""
    count = 20_000 if quick else 100_000
    with running():
        rounds = [_round(count) for _ in range(ROUNDS)]
    hashing, (appended, sequenced, both) = max(rounds, key=lambda one: 1 / (one[0] * one[1][2]))
    report.line(case="SHA-256 of leaves and tree alone", value=hashing, unit="entries/s")
    report.line(case="records kept in transactions of 1,000", value=count / appended, unit="records/s")
    report.line(case="places, tiles with fsync, signed", value=count / sequenced, unit="entries/s")
    rate, case = count / both, "end to end"
    report.line(case=case, value=rate, unit="entries/s", ratio=rate / hashing, of="hashing alone", at_least=0.03)
    _growing(report, SIZES[:3] if quick else SIZES)


def _entry(number: int) -> bytes:
    return Entry(KIND.number, 1, number.to_bytes(32)).encode()


def _round(count: int) -> tuple[float, tuple[float, float, float]]:
    """Return what hashing reaches before and after the whole way of entries, and the seconds of that way.

    On a machine that others use too, the best of short moments would be set against the mean of a long one.
    """
    before, way, after = _hashed(count), _end_to_end(count), _hashed(count)
    return (before + after) / 2, way


def _hashed(count: int) -> float:
    """Return entries a second over a second or more: a leaf each, and the tree over all."""
    entries = [_entry(number) for number in range(count)]
    started, done = perf_counter(), 0
    while (taken := perf_counter() - started) < LEAST_SECONDS:
        merkle.root_of([merkle.hash_leaf(entry) for entry in entries])
        done += count
    return done / taken


def _end_to_end(count: int) -> tuple[float, float, float]:
    """Return the seconds to keep so many records, to let them into the log afterwards, and for both side by side."""
    from jejak.ledger import sequencing

    before = sequencing.sequence()
    started = perf_counter()
    _keep(count)
    kept = perf_counter()
    after = sequencing.sequence()
    sequenced = perf_counter()
    assert before is not None
    assert after is not None
    assert after.size == before.size + count
    worker = subprocess.Popen((sys.executable, "-m", "bench.ledger", str(after.size + count)), stdout=subprocess.PIPE)
    assert worker.stdout
    worker.stdout.readline()  # it is ready
    began = perf_counter()
    _keep(count)
    assert worker.wait(600) == 0
    return kept - started, sequenced - kept, perf_counter() - began


def _keep(count: int) -> None:
    from django.db import transaction

    from jejak.ledger import actions

    for start in range(0, count, BATCH):
        with transaction.atomic():
            actions.append_all(kind=KIND, records=[_record(start + number) for number in range(BATCH)])


def work(size: int) -> None:
    """Sequence, as the worker does, until the log holds ``size`` entries."""
    from jejak.config import node

    node.django_ready()
    from jejak.ledger import sequencing

    print("ready", flush=True)
    while (head := sequencing.sequence()) is None or head.size < size:
        sleep(PAUSE)


def _record(number: int) -> dict[str, object]:
    """Return a record as a dose would make one: references and codes."""
    return {
        "dose": f"01890a5d-ac96-774b-bcce-{number:012x}",
        "product": "EU/1/20/1528",
        "lot": "FE3592",
        "on": "2022-01-21",
    }


def _growing(report: Report, sizes: list[int]) -> None:
    """Grow one log through the sizes, and measure proofs and their verification at each."""
    with tempfile.TemporaryDirectory() as folder:
        files, growth = LogFiles(Path(folder)), Growth()
        first: tuple[float, float] | None = None
        for size in sizes:
            report.note(f"growing a log to {size:,} entries …")
            _grow(files, growth, size)
            length, made, verified = _proofs(files, size)
            first = first or (length, verified)
            of = f"{sizes[0]:,} entries"
            report.line(case=f"proof at {size:,}", value=length, unit="bytes", ratio=length / first[0], of=of)
            report.line(case=f"proof verified at {size:,}", value=verified, unit="us", ratio=verified / first[1], of=of)
            report.line(case=f"proof made at {size:,}, cold", value=made, unit="us")
        started = perf_counter()
        checked = checking.check(files, key=KEY)
        assert checked.good, checked.findings
        report.line(case=f"fsck of {sizes[-1]:,}", value=sizes[-1] / (perf_counter() - started), unit="entries/s")


def _grow(files: LogFiles, growth: Growth, size: int) -> None:
    """Let a log grow without fsync, which is no part of what is measured here."""
    for start in range(growth.size, size, 1 << 16):
        growth.add([_entry(number) for number in range(start, min(start + (1 << 16), size))])
        for tile, data in growth.take():
            path = files.folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    head = Checkpoint(ORIGIN, size, growth.root())
    files.publish("checkpoint", checkpoint.sign(head, private_key=SEED).encode())


def _proofs(files: LogFiles, size: int) -> tuple[float, float, float]:
    """Return the mean length of proofs, and the microseconds to make and to verify one."""
    signed, proofs = files.published() or b"", []
    indexes = random.Random(7).sample(range(size), PROOFS)  # the same ones in every run
    started = perf_counter()
    for index in indexes:
        read = tiles.TileReader(size=size, fetch=files.read)
        path = merkle.inclusion_path(index=index, size=size, read=read)
        proofs.append(tlogproof.Proof(index, tuple(path), signed).encode())
    made = perf_counter() - started
    verified = min(_verified(indexes, proofs) for _ in range(ROUNDS))
    return sum(map(len, proofs)) / PROOFS, made / PROOFS * 1e6, verified / PROOFS * 1e6


def _verified(indexes: list[int], proofs: list[bytes]) -> float:
    """Return the processor seconds it took to verify all: the disk is still busy with the files of five million."""
    started = process_time()
    for index, proof in zip(indexes, proofs, strict=True):
        tlogproof.verify(proof, entry=_entry(index), log=KEY)
    return process_time() - started


if __name__ == "__main__":
    work(int(sys.argv[1]))
