"""Reading the trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count

from jejak.store import sql
from jejak.trail.models import Entry, Sample, Subject
from jejak.trail.proving import Provable, line_proof, provable
from jejak.trail.questions import Asked, one_question, questions, questions_of
from jejak.trail.samples import DrawnEntry, asked_of, candidates, drawn_entry, drawn_of, sample_of, samples
from jejak.trail.spending import count_done, count_refused, looks_again_at, people_again_at, was_refused
from jejak.trail.tallies import Counted, DayCount, Tally, actions_named, agencies_named, refused_in, tally

__all__ = [  # with what lies in a module of its own, for other rooms come in by this door alone
    "Asked",
    "Counted",
    "DayCount",
    "DrawnEntry",
    "Entry",
    "Provable",
    "Sample",
    "Spent",
    "Tally",
    "actions_named",
    "agencies_named",
    "asked_of",
    "candidates",
    "count_by_account",
    "count_done",
    "count_refused",
    "drawn_entry",
    "drawn_of",
    "entries_about",
    "entries_by",
    "entry",
    "last_run",
    "line_proof",
    "looks_again_at",
    "one_question",
    "people_again_at",
    "persons_in",
    "provable",
    "questions",
    "questions_of",
    "refusals",
    "refused_in",
    "sample_of",
    "samples",
    "shown_for",
    "spent",
    "tally",
    "was_refused",
]


@dataclass(frozen=True, slots=True)
class Spent:
    """How often an account looked, and how many people it was shown, refusals left out."""

    looks: int
    people: int


def spent(*, by_id: int, looks_since: datetime, people_since: datetime) -> Spent:
    """Return what an account used of its budgets since two moments; somebody shown twice counts twice."""
    since = {"looks": looks_since, "people": people_since, "both": min(looks_since, people_since)}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("trail", "spent"), {"by": by_id, **since})
        return Spent(*cursor.fetchone())


def refusals(*, since: datetime, limit: int = 200) -> list[Entry]:
    """Return the looks refused since a moment, newest first, for managers and auditors."""
    return list(Entry.objects.filter(at__gte=since).exclude(refused="").order_by("-at", "-pk")[:limit])


def entry(uuid: UUID) -> Entry | None:
    """Return one entry, or ``None``."""
    return Entry.objects.filter(uuid=uuid).first()


def entries_by(by_id: int, *, actions: Sequence[str] = (), limit: int = 20) -> list[Entry]:
    """Return the latest entries of one account of what was not refused, newest first, each with ``persons_named``."""
    mine = Entry.objects.filter(by_id=by_id, refused="")
    if actions:
        mine = mine.filter(action__in=actions)
    latest = mine.order_by("-at", "-pk").values("pk")[:limit]  # or all that the account ever did is counted first
    counted = Entry.objects.filter(pk__in=latest).annotate(persons_named=Count("subjects"))
    return list(counted.order_by("-at", "-pk"))


def entries_about(person_id: int) -> list[Entry]:
    """Return all entries that name a person, newest first."""
    return list(Entry.objects.filter(subjects__person_id=person_id, refused="").order_by("-at", "-pk"))


def last_run() -> Entry | None:
    """Return what the latest run of retention noted."""
    return Entry.objects.filter(action="retention.run").order_by("-at", "-pk").first()


def persons_in(entries: Iterable[int]) -> dict[int, list[int]]:
    """Return the numbers of the persons that each entry names, in order, by the entry's number."""
    found: dict[int, list[int]] = {entry: [] for entry in entries}
    named = Subject.objects.filter(entry__in=list(found)).order_by("entry", "person_id")
    for entry, person in named.values_list("entry_id", "person_id"):
        found[entry].append(person)
    return found


def shown_for(*, by_id: int, reference: str, actions: Sequence[str], since: datetime) -> frozenset[int]:
    """Return whom an account's looks of these actions showed since a moment, for what a purpose refers to."""
    mine = Entry.objects.filter(by_id=by_id, at__gte=since, reference=reference, action__in=actions, refused="")
    return frozenset(Subject.objects.filter(entry__in=mine).values_list("person_id", flat=True))


def count_by_account(*, actions: Sequence[str], since: datetime | None = None) -> dict[int, int]:
    """Return how many entries of these actions each account made."""
    wanted = Entry.objects.filter(action__in=actions)
    if since:
        wanted = wanted.filter(at__gte=since)
    return dict(wanted.values_list("by_id").annotate(Count("pk")))
