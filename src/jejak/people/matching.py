"""Finding persons who exist twice among those who share a key; what somebody shows later vetoes what was found."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, combinations
from typing import TYPE_CHECKING, Final

from django.db import connection, connections, transaction
from django.db.models import Max, Q

from jejak.kernel.places import local_midnight
from jejak.people import likeness
from jejak.people.known import conflicts_between, known_of
from jejak.people.models import Matched, Merge, Person, Proposal
from jejak.people.sameness import groups
from jejak.store import sql
from jejak.store.retention import Gone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from jejak.people.likeness import Known

LARGEST_BLOCK: Final = 20
"""Persons behind one key of whom every pair is compared; a works phone with hundreds of names is nobody's double."""
OVERLAP: Final = timedelta(hours=1)
"""How long a transaction that proves somebody may take and still be seen by the next run."""
BATCH: Final = 5000
"""Persons looked at in one transaction."""


def find(*, persons: Iterable[int], now: datetime) -> int:
    """Return how many new pairs were proposed among those who share a key with any of ``persons``.

    Names are opened inside this process only and shown to nobody; whoever reviews a proposal leaves a trail. A pair
    that was ever decided is not proposed again.
    """
    pairs = {pair for block in _blocks(list(persons)) for pair in combinations(block, 2)}
    known = known_of(set(chain.from_iterable(pairs)))
    alike = {
        pair: likeness.likeness(one=known[pair[0]], other=known[pair[1]]) for pair in pairs if known.keys() >= set(pair)
    }
    wanted = {pair: found for pair, found in alike.items() if found.proposed}
    fresh = _open_to(wanted)
    Proposal.objects.bulk_create(
        [
            Proposal(one_id=one, other_id=other, reasons=list(found.reasons), score=found.score, found_at=now)
            for (one, other), found in sorted(wanted.items())
            if (one, other) in fresh
        ],
        ignore_conflicts=True,  # another run proposed it meanwhile
    )
    return len(fresh)


def find_changed(*, now: datetime) -> int:
    """Return how many pairs were proposed among persons who came, or were proved, since the run before the last.

    A second run finds nothing new. Each run begins where the run before the last ended, so that a person whose row was
    written late by a transaction that lasted long is seen too.
    """
    state, _ = Matched.objects.get_or_create(pk=1)
    newest = Person.objects.aggregate(newest=Max("pk"))["newest"] or 0
    made = sum(_find_some(persons, now=now) for persons in _changed(state, upto=newest))
    Matched.objects.filter(pk=1).update(before=min(state.person, newest), person=newest, at=now)
    return made


def past_time(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many proposals that led to no merge are past their time and went."""
    before = local_midnight(on - timedelta(days=days))
    if dry_run:
        old = Proposal.objects.exclude(decision="merged").filter(
            Q(decided_at__lt=before) | Q(decided_at=None, found_at__lt=before)
        )
        return [Gone("proposals", old.count())]
    with connections["retention"].cursor() as cursor:
        cursor.execute("select people_forget_proposals(%s)", [before])
        row = cursor.fetchone()
    return [Gone("proposals", int(row[0]) if row else 0)]


@transaction.atomic
def reconsider(*, persons: Iterable[int], now: datetime) -> int:
    """Return how many open proposals became vetoed by what these persons showed; merges it contradicts join nobody.

    Call it in the transaction that changes a document or a birth date, once that is written.
    """
    around = groups(persons, doubted=True)
    everybody = sorted({person for group in around.values() for person in group})
    touching = Q(one_id__in=everybody) | Q(other_id__in=everybody)
    waiting = list(Proposal.objects.select_for_update().filter(touching, decision="").order_by("pk"))
    sides = groups({person for one in waiting for person in (one.one_id, one.other_id)}, doubted=True)
    known = known_of({*everybody, *(person for group in sides.values() for person in group)})
    vetoed = [one.pk for one in waiting if conflicts_between(sides[one.one_id], sides[one.other_id], known=known)]
    Proposal.objects.filter(pk__in=vetoed).update(decision="vetoed", decided_at=now)
    _doubt(around, known=known, now=now)
    return len(vetoed)


def _doubt(around: Mapping[int, Mapping[int, int]], *, known: Mapping[int, Known], now: datetime) -> None:
    """Mark the merges of persons who contradict somebody of their own group; clear those that nothing contradicts."""
    for group in {tuple(sorted(group)) for group in around.values() if len(group) > 1}:
        against = {
            person
            for pair in combinations(group, 2)
            if known.keys() >= set(pair) and likeness.conflicts(one=known[pair[0]], other=known[pair[1]])
            for person in pair
        }
        doubtful = Q(kept_id__in=against) | Q(merged_id__in=against)
        standing = Merge.objects.filter(undone_at=None, kept_id__in=group)
        standing.filter(doubtful, doubted_at=None).update(doubted_at=now)
        standing.exclude(doubtful).exclude(doubted_at=None).update(doubted_at=None)


def _find_some(persons: list[int], *, now: datetime) -> int:
    with transaction.atomic():
        made = find(persons=persons, now=now)
        proved = Person.objects.filter(pk__in=persons, birth_sealed__isnull=False)
        reconsider(persons=proved.values_list("pk", flat=True), now=now)
        return made


def _changed(state: Matched, *, upto: int) -> Iterator[list[int]]:
    """Yield in batches who came since the run before the last, then who was proved since the last, older ones."""
    start = state.before
    while start < upto:
        batch = list(
            Person.objects.filter(pk__gt=start, pk__lte=upto).order_by("pk").values_list("pk", flat=True)[:BATCH]
        )
        if not batch:
            break
        yield batch
        start = batch[-1]
    if state.at is not None:
        proved = Person.objects.filter(phone_verified_at__gt=state.at - OVERLAP, pk__lte=state.before).order_by("pk")
        numbers = list(proved.values_list("pk", flat=True))
        yield from (numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH))


def _open_to(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs that were never proposed and are not one already."""
    asked = set(pairs)
    persons = {person for pair in asked for person in pair}
    ones = {pair[0] for pair in asked}
    there = set(Proposal.objects.filter(one_id__in=ones).values_list("one_id", "other_id"))
    around = groups(persons, doubted=True)
    return {pair for pair in asked - there if pair[1] not in around[pair[0]]}


def _blocks(persons: list[int]) -> Iterator[list[int]]:
    """Yield the persons who share a number, or a folded name and birth year, with one of ``persons``."""
    rows = list(Person.objects.filter(pk__in=persons).values_list("phone_key", "name_year_key"))
    for place, statement in enumerate(("blocks_by_phone", "blocks_by_name_year")):
        keys = [bytes(key) for row in rows if (key := row[place]) is not None]
        with connection.cursor() as cursor:
            cursor.execute(sql.load("people", statement), {"keys": keys, "largest": LARGEST_BLOCK})
            yield from (block for (block,) in cursor.fetchall())
