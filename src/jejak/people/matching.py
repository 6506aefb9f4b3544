"""Finding persons who exist twice, reading them as one with a second person's approval, and undoing that."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.kernel.sealing import sealer
from jejak.people import likeness, rules
from jejak.people.errors import MergeRefused, UnknownProposal
from jejak.people.likeness import Known
from jejak.people.models import Document, Merge, Person, Proposal
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.kernel.sealing import Sealer

MERGE: Final = "people.merge"
"""The kind of request that a merge and its undoing need."""
LARGEST_BLOCK: Final = 20
"""Persons behind one number of whom every pair is compared; a works phone with hundreds of names is nobody's double."""


def find(*, persons: Iterable[int], now: datetime) -> int:
    """Return how many new pairs were proposed among those who share a key with any of ``persons``.

    Names are opened inside this process only and shown to nobody; whoever reviews a proposal leaves a trail.
    """
    made = 0
    for block in _blocks(persons):
        known = _known(block)
        pairs = [(one, other, likeness.likeness(one=one, other=other)) for one, other in combinations(known, 2)]
        rows = [
            Proposal(one_id=one.id, other_id=other.id, reasons=list(found.reasons), score=found.score, found_at=now)
            for one, other, found in pairs
            if found.proposed
        ]
        before = Proposal.objects.count()
        Proposal.objects.bulk_create(rows, ignore_conflicts=True)
        made += Proposal.objects.count() - before
    return made


@transaction.atomic
def ask_to_merge(*, by: User, proposal: UUID, reason: str, now: datetime) -> UUID:
    """Return the request for a second person to read two proposed persons as one.

    :raises UnknownProposal: there is no open one. :raises MergeRefused: a document forbids it.
    :raises ReasonMissing: no reason.
    """
    found = _open(proposal)
    return access.ask(by=by, kind=MERGE, what=_what(found), reason=reason, now=now).uuid


@transaction.atomic
def merge(*, by: User, proposal: UUID, request: UUID, now: datetime) -> Merge:
    """Return the merge that a second person approved; nothing is moved: visits keep the person who made them.

    :raises UnknownProposal: there is no open one. :raises MergeRefused: a document forbids it, or one is merged.
    :raises AccessError: nobody approved just this.
    """
    found = _open(proposal)
    kept, merged = _kept_first(found)
    if Merge.objects.filter(merged_id__in=[kept, merged], undone_at=None).exists():
        raise MergeRefused("merged")
    access.use(by=by, uuid=request, kind=MERGE, what=_what(found), now=now)
    done = Merge.objects.create(kept_id=kept, merged_id=merged, request=request, merged_at=now, merged_by=by)
    _decide(found, by=by, decision="merged", now=now)
    detail = {"proposal": str(found.uuid), "request": str(request)}
    trail.record(by=by, action=MERGE, purpose="persons who exist twice", persons=[kept, merged], detail=detail, at=now)
    return done


@transaction.atomic
def undo(*, by: User, merge: UUID, reason: str, now: datetime) -> Merge:
    """Return a merge undone: both persons are read apart again, as if it had never been; the pair is not proposed anew.

    :raises UnknownProposal: there is none that stands.
    """
    done = Merge.objects.select_for_update().filter(uuid=merge, undone_at=None).first()
    if done is None:
        raise UnknownProposal
    done.undone_at, done.undone_by_id = now, by.pk
    done.save(update_fields=["undone_at", "undone_by"])
    pair = sorted((done.kept_id, done.merged_id))
    Proposal.objects.filter(one_id=pair[0], other_id=pair[1]).update(
        decision="different", decided_at=now, decided_by=by
    )
    trail.record(
        by=by, action="people.merge-undone", purpose=reason, persons=pair, detail={"merge": str(merge)}, at=now
    )
    return done


@transaction.atomic
def keep_apart(*, by: User, proposal: UUID, now: datetime) -> Proposal:
    """Return a proposal decided: these are two people.

    :raises UnknownProposal: there is no open one.
    """
    found = Proposal.objects.select_for_update().filter(uuid=proposal, decision="").first()
    if found is None:
        raise UnknownProposal
    _decide(found, by=by, decision="different", now=now)
    pair = [found.one_id, found.other_id]
    trail.record(by=by, action="people.kept-apart", purpose="persons who exist twice", persons=pair, at=now)
    return found


def same_as(ids: Iterable[int]) -> Mapping[int, int]:
    """Return for each person the one it is read as: itself, or the one it was merged into."""
    wanted = set(ids)
    merged = dict(Merge.objects.filter(merged_id__in=wanted, undone_at=None).values_list("merged_id", "kept_id"))
    return {person: merged.get(person, person) for person in wanted}


def together(ids: Iterable[int]) -> tuple[int, ...]:
    """Return every person who is read as the same as one of ``ids``, these among them, in order."""
    kept = set(same_as(ids).values())
    merged = Merge.objects.filter(kept_id__in=kept, undone_at=None).values_list("merged_id", flat=True)
    return tuple(sorted(kept | set(merged)))


def _open(proposal: UUID) -> Proposal:
    found = Proposal.objects.select_for_update().filter(uuid=proposal, decision="").first()
    if found is None:
        raise UnknownProposal
    one, other = _known([found.one_id, found.other_id])
    if likeness.likeness(one=one, other=other).vetoed:
        raise MergeRefused("document")
    return found


def _kept_first(found: Proposal) -> tuple[int, int]:
    """Return who stays and who is read as the other: the higher level stays, else the older."""
    levels = dict(Person.objects.filter(pk__in=[found.one_id, found.other_id]).values_list("pk", "level"))
    if levels[found.other_id] > levels[found.one_id]:
        return found.other_id, found.one_id
    return found.one_id, found.other_id


def _what(found: Proposal) -> dict[str, object]:
    kept, merged = _kept_first(found)
    return {"proposal": str(found.uuid), "kept": kept, "merged": merged, "score": found.score}


def _decide(found: Proposal, *, by: User, decision: str, now: datetime) -> None:
    found.decision, found.decided_at, found.decided_by = decision, now, by
    found.save(update_fields=["decision", "decided_at", "decided_by"])


def _blocks(persons: Iterable[int]) -> Iterator[list[int]]:
    """Yield the persons who share a number, or a folded name and birth year, with one of ``persons``."""
    rows = Person.objects.filter(pk__in=list(persons)).values_list("phone_key", "name_year_key")
    for column in ("phone_key", "name_year_key"):
        keys = {row[0 if column == "phone_key" else 1] for row in rows} - {None}
        sharing: defaultdict[bytes, list[int]] = defaultdict(list)
        for person, key in Person.objects.filter(**{f"{column}__in": keys}).order_by("pk").values_list("pk", column):
            sharing[bytes(key)].append(person)
        yield from (block for block in sharing.values() if 1 < len(block) <= LARGEST_BLOCK)


def _known(persons: list[int]) -> list[Known]:
    opener = sealer()
    shown: defaultdict[int, list[tuple[str, bytes]]] = defaultdict(list)
    for person, kind, number in Document.objects.filter(person_id__in=persons, ended_at=None).values_list(
        "person_id", "kind", "number_key"
    ):
        shown[person].append((kind, bytes(number)))
    rows = Person.objects.filter(pk__in=persons).order_by("pk")
    return [_of(row, opener, tuple(sorted(shown[row.pk]))) for row in rows]


def _of(row: Person, opener: Sealer, documents: tuple[tuple[str, bytes], ...]) -> Known:
    def opened(column: str, sealed: bytes | memoryview | None) -> str:
        return opener.unseal(table=rules.TABLE, column=column, row=row.uuid, sealed=bytes(sealed)) if sealed else ""

    name, birth = opened(rules.NAME_COLUMN, row.name_sealed), opened("birth", row.birth_sealed)
    return Known(
        id=row.pk,
        name=rules.fold_name(name=name) if name else "",
        phone=bytes(row.phone_key) if row.phone_key else None,
        birth=date.fromisoformat(birth) if birth else None,
        documents=documents,
    )
