"""Questions about entries: asked by whoever an entry names, answered by an auditor, kept as long as the entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import sealer
from jejak.trail.errors import QuestionOver, WordsMissing
from jejak.trail.models import Entry, Question

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.trail.rules import Actor

TABLE, WORDS, ANSWER = "trail_question", "words", "answer"
LONGEST: Final = 500
LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the entry it is about; ``answer`` is empty while nobody answered."""

    uuid: UUID
    person: int
    entry: Entry
    words: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    answered_name: str


def question(*, entry: UUID, person: int, words: str, at: datetime) -> UUID:
    """Return the question that a person whom an entry names asks about it; asked twice, the first one stands.

    :raises WordsMissing: nothing is asked. :raises QuestionOver: no such entry names this person.
    """
    said = _said(words)
    found = Entry.objects.filter(uuid=entry, subjects__person_id=person, refused="").first()
    if found is None:
        raise QuestionOver
    uuid = uuid7()
    sealed = sealer().seal(table=TABLE, column=WORDS, row=uuid, text=said)
    made, _ = Question.objects.get_or_create(
        entry=found, person_id=person, defaults={"uuid": uuid, "words_sealed": sealed, "asked_at": at}
    )
    return made.uuid


@transaction.atomic
def answer(*, by: Actor, uuid: UUID, words: str, at: datetime) -> Asked:
    """Return a question with the answer it now has; whoever asked reads it.

    :raises WordsMissing: nothing is said. :raises QuestionOver: there is none, or it was answered.
    """
    said = _said(words)
    row = Question.objects.select_for_update().filter(uuid=uuid, answered_at=None).first()
    if row is None:
        raise QuestionOver
    row.answer_sealed = sealer().seal(table=TABLE, column=ANSWER, row=row.uuid, text=said)
    row.answered_at, row.answered_by, row.answered_name = at, by.id, by.name
    row.save()
    return _asked(row)


def questions(*, limit: int = 200) -> tuple[Asked, ...]:
    """Return all questions, those without an answer first and of these the oldest."""
    waiting = _rows().filter(answered_at=None).order_by("asked_at", "pk")[:limit]
    done = _rows().exclude(answered_at=None).order_by("-answered_at", "-pk")[:limit]
    return tuple(_asked(row) for row in [*waiting, *done])


def one_question(*, uuid: UUID) -> Asked:
    """Return one question.

    :raises QuestionOver: there is none.
    """
    row = _rows().filter(uuid=uuid).first()
    if row is None:
        raise QuestionOver
    return _asked(row)


def questions_of(persons: Iterable[int]) -> dict[tuple[int, int], Asked]:
    """Return what persons asked, by entry and person."""
    rows = _rows().filter(person_id__in=list(persons))
    return {(row.entry_id, row.person_id): _asked(row) for row in rows}


def _rows() -> QuerySet[Question]:
    return Question.objects.select_related("entry")


def _said(words: str) -> str:
    said = " ".join(words.split())[:LONGEST]
    if len(said) < LEAST:
        raise WordsMissing
    return said


def _asked(row: Question) -> Asked:
    def opened(column: str, sealed: bytes | memoryview | None) -> str:
        return sealer().unseal(table=TABLE, column=column, row=row.uuid, sealed=bytes(sealed)) if sealed else ""

    return Asked(
        row.uuid,
        row.person_id,
        row.entry,
        opened(WORDS, row.words_sealed),
        row.asked_at,
        opened(ANSWER, row.answer_sealed),
        row.answered_at,
        row.answered_name,
    )
