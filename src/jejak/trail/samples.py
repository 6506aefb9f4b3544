"""Auditors' random samples of the trail: committed to in the ledger, drawn, judged, and answered by the agency."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import sealer
from jejak.ledger import actions as ledger
from jejak.ledger import queries as ledger_queries
from jejak.trail import sampling
from jejak.trail.entries import SAMPLE
from jejak.trail.errors import SampleUnknown, SeedWaits, WordsMissing
from jejak.trail.models import Drawn, Entry, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from jejak.trail.rules import Actor

TABLE, NOTE, ANSWER = "trail_drawn", "note", "answer"
IN_ORDER, QUESTIONABLE = "in-order", "questionable"
LONGEST: Final = 500
LEAST: Final = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is drawn from: entries of an agency and action (empty: of all) from ``since`` until before ``until``."""

    since: datetime
    until: datetime
    number: int
    agency: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class DrawnEntry:
    """An entry that was drawn, with what the auditor found and the agency said, both opened."""

    number: int
    position: int
    sample: UUID
    auditor: str
    entry: Entry
    finding: str
    note: str
    found_at: datetime | None
    answer: str
    answered_at: datetime | None
    answered_name: str


@transaction.atomic
def commit(*, by: Actor, wanted: Wanted, words: str, at: datetime) -> Sample:
    """Return a sample that is said and published, and not drawn: its seed does not exist yet.

    ``words`` are the auditor's own half of the seed, whatever they like; without any it is random.
    """
    uuid = uuid7()
    nonce = sha256(words.encode()).digest() if words.strip() else os.urandom(sampling.HASH_BYTES)
    told = {
        "sample": str(uuid),
        "agency": wanted.agency,
        "action": wanted.action,
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "number": wanted.number,
        "nonce": nonce.hex(),
    }
    return Sample.objects.create(
        uuid=uuid,
        by_id=by.id or 0,
        by_name=by.name,
        agency=wanted.agency,
        action=wanted.action,
        since=wanted.since,
        until=wanted.until,
        number=wanted.number,
        nonce=nonce,
        record=ledger.append(kind=SAMPLE, record=told),
        committed_at=at,
    )


@transaction.atomic
def draw_sample(*, by: Actor, uuid: UUID, at: datetime) -> Sample:
    """Return a sample drawn; drawn already, it stays as it is.

    :raises SampleUnknown: this auditor committed to none such.
    :raises SeedWaits: no checkpoint of the ledger covers the commitment yet.
    """
    sample = Sample.objects.select_for_update().filter(uuid=uuid, by_id=by.id or 0).first()
    if sample is None:
        raise SampleUnknown
    if sample.drawn_at is not None:
        return sample
    root = ledger_queries.root_upto(number=sample.record)
    if root is None:
        raise SeedWaits
    seed = sampling.seed_of(nonce=bytes(sample.nonce), root=root)
    drawn = sampling.draw(seed=seed, entries=candidates(sample), number=sample.number)
    sample.root, sample.candidates, sample.digest, sample.drawn_at = root, drawn.candidates, drawn.digest, at
    sample.save()
    Drawn.objects.bulk_create(
        Drawn(sample=sample, position=position, entry=entry) for position, entry in enumerate(drawn.entries, 1)
    )
    return sample


def candidates(sample: Sample) -> Iterator[UUID]:
    """Yield the numbers of all entries that a sample is drawn from, ascending."""
    found = Entry.objects.filter(at__gte=sample.since, at__lt=sample.until)
    if sample.agency:
        found = found.filter(agency=sample.agency)
    if sample.action:
        found = found.filter(action=sample.action)
    return found.order_by("uuid").values_list("uuid", flat=True).iterator()


@transaction.atomic
def judge(*, by: Actor, number: int, finding: str, note: str, at: datetime) -> DrawnEntry:
    """Return a drawn entry with what its auditor found; it may be found again until the agency has answered.

    :raises SampleUnknown: it is of no sample of this auditor, or the agency answered it.
    :raises WordsMissing: what is questionable needs a sentence.
    """
    said = _tidy(note)
    if finding == QUESTIONABLE and len(said) < LEAST:
        raise WordsMissing
    row = _rows().select_for_update(of=("self",)).filter(pk=number, sample__by_id=by.id or 0, answered_at=None).first()
    if row is None:
        raise SampleUnknown
    row.finding, row.found_at = finding, at
    row.note_sealed = _sealed(NOTE, row, said) if said else None
    row.save(update_fields=["finding", "found_at", "note_sealed"])
    return drawn_entry(number=number)


@transaction.atomic
def reply(*, by: Actor, agency: str, number: int, words: str, at: datetime) -> DrawnEntry:
    """Return a questionable entry with what its agency says to it, once.

    :raises SampleUnknown: none of this agency's waits. :raises WordsMissing: nothing is said.
    """
    said = _tidy(words)
    if len(said) < LEAST:
        raise WordsMissing
    row = _rows().select_for_update(of=("self",)).filter(pk=number, finding=QUESTIONABLE, answered_at=None).first()
    if row is None or not agency or drawn_entry(number=number).entry.agency != agency:
        raise SampleUnknown
    row.answer_sealed, row.answered_at = _sealed(ANSWER, row, said), at
    row.answered_by, row.answered_name = by.id, by.name
    row.save(update_fields=["answer_sealed", "answered_at", "answered_by", "answered_name"])
    return drawn_entry(number=number)


def samples(*, limit: int = 200) -> list[Sample]:
    """Return the samples of all auditors, newest first."""
    return list(Sample.objects.order_by("-committed_at", "-pk")[:limit])


def sample_of(*, uuid: UUID) -> Sample:
    """Return one sample.

    :raises SampleUnknown: there is none.
    """
    found = Sample.objects.filter(uuid=uuid).first()
    if found is None:
        raise SampleUnknown
    return found


def drawn_of(sample: Sample) -> tuple[DrawnEntry, ...]:
    """Return what a sample drew, in the order of the draw; what went with time is left out."""
    return _opened(list(_rows().filter(sample=sample).order_by("position")))


def drawn_entry(*, number: int, by_id: int | None = None) -> DrawnEntry:
    """Return one drawn entry, of an auditor's own samples if one is named.

    :raises SampleUnknown: there is none.
    """
    rows = _rows().filter(pk=number)
    found = _opened(list(rows if by_id is None else rows.filter(sample__by_id=by_id)))
    if not found:
        raise SampleUnknown
    return found[0]


def asked_of(*, agency: str) -> tuple[DrawnEntry, ...]:
    """Return the questionable entries of an agency, those without an answer first and of these the oldest."""
    if not agency:
        return ()
    theirs = Entry.objects.filter(agency=agency).values("uuid")
    found = _opened(list(_rows().filter(finding=QUESTIONABLE, entry__in=theirs).order_by("found_at", "pk")))
    return tuple(sorted(found, key=lambda one: one.answered_at is not None))


def _rows() -> QuerySet[Drawn]:
    return Drawn.objects.select_related("sample")


def _tidy(words: str) -> str:
    return " ".join(words.split())[:LONGEST]


def _row_of(row: Drawn) -> UUID:
    """Return what a drawn entry's words are sealed to: its sample's number, with its place in the last bits."""
    return UUID(int=row.sample.uuid.int ^ row.position)


def _sealed(column: str, row: Drawn, text: str) -> bytes:
    return sealer().seal(table=TABLE, column=column, row=_row_of(row), text=text)


def _opened(rows: list[Drawn]) -> tuple[DrawnEntry, ...]:
    entries = {entry.uuid: entry for entry in Entry.objects.filter(uuid__in=[row.entry for row in rows])}

    def told(column: str, row: Drawn, sealed: bytes | memoryview | None) -> str:
        return sealer().unseal(table=TABLE, column=column, row=_row_of(row), sealed=bytes(sealed)) if sealed else ""

    return tuple(
        DrawnEntry(
            number=row.pk,
            position=row.position,
            sample=row.sample.uuid,
            auditor=row.sample.by_name,
            entry=entries[row.entry],
            finding=row.finding,
            note=told(NOTE, row, row.note_sealed),
            found_at=row.found_at,
            answer=told(ANSWER, row, row.answer_sealed),
            answered_at=row.answered_at,
            answered_name=row.answered_name,
        )
        for row in rows
        if row.entry in entries
    )
