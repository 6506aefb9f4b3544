"""A person says which of two records are both theirs: proposed by matching, confirmed on their own page, undoable.

Only what a browser shows anyway is asked about: the record of its own device, and the one a document stands behind. So
nobody learns from the question who else there is. A record that also has visits of other devices is no question for one
person's word: brothers with alike names share a number. Such a pair waits for the stewards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from jejak.people import holdings, merging, rules, telling
from jejak.people.errors import MergeRefused, UnknownProposal
from jejak.people.models import Device, Merge, Person, Proposal
from jejak.people.opened import phone_of
from jejak.people.sameness import together
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.people.identity import Held

JOINED, TOLD_APART, PARTED = "people.joined", "people.told-apart", "people.parted"
SAID: Final = "said by the person themselves"
UNDOABLE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of this browser's device that may be of whoever the browser is bound to; both are shown here already."""

    proposal: UUID
    own: Held
    other: Held


@dataclass(frozen=True, slots=True)
class Joined:
    """Two records that this person joined, and until when they may undo it."""

    merge: UUID
    at: datetime
    until: datetime


def candidates(*, held: Sequence[Held]) -> tuple[Candidate, ...]:
    """Return whom to ask about, of those that a browser shows; who is not shown is in no question."""
    own = [one for one in held if one.whole and one.own]
    others = [one for one in held if not one.whole and one.level < rules.DOCUMENT_VERIFIED]
    found = []
    for mine in own:
        for other in others:
            pair = sorted((mine.person, other.person))
            row = Proposal.objects.filter(one_id=pair[0], other_id=pair[1], decision="").first()
            if row is not None and not _opens_more(other):
                found.append(Candidate(row.uuid, mine, other))
    return tuple(found)


def _opens_more(other: Held) -> bool:
    """Return whether joining would show what this browser does not show: of this record, or of one read as the same."""
    persons = together([other.person])
    verified = [(other.person, device) for device in other.devices]
    elsewhere = Device.objects.filter(person_id__in=persons).exclude(person=other.person, device_id__in=other.devices)
    return elsewhere.exists() or holdings.shows_more(persons, verified)


def join(*, by: User, held: Sequence[Held], proposal: UUID, now: datetime) -> None:
    """Read two records as one because the person says so; a document or birth date that conflicts forbids it.

    :raises UnknownProposal: this browser is not asked about it. :raises MergeRefused: something forbids it.
    """
    asked = _asked(held, proposal)
    with transaction.atomic():
        row = _locked(asked)
        why = merging.objection(row, now=now)
        if not why:
            done = Merge.objects.create(
                kept_id=asked.own.person, merged_id=asked.other.person, merged_at=now, merged_by=by
            )
            merging.decide(row, by=by, decision="merged", now=now)
            _note(by, JOINED, asked.own.person, asked.other.person, done.uuid, now)
            holdings.merged(together([asked.own.person]), by=by, at=now)
            return
    raise MergeRefused(why)


@transaction.atomic
def refuse(*, by: User, held: Sequence[Held], proposal: UUID, now: datetime) -> None:
    """Say that it is somebody else; nobody is asked again.

    :raises UnknownProposal: this browser is not asked about it.
    """
    asked = _asked(held, proposal)
    merging.decide(_locked(asked), by=by, decision="different", now=now)
    pair = [asked.own.person, asked.other.person]
    trail.record(by=by, action=TOLD_APART, purpose=SAID, persons=pair, detail={"proposal": str(proposal)}, at=now)


def joined(*, person: int, now: datetime) -> tuple[Joined, ...]:
    """Return what a person joined themselves and may still undo, the newest first."""
    rows = _own_merges(person).filter(merged_at__gt=now - UNDOABLE).order_by("-merged_at", "-pk")
    return tuple(Joined(row.uuid, row.merged_at, row.merged_at + UNDOABLE) for row in rows)


@transaction.atomic
def part(*, by: User, person: int, merge: UUID, now: datetime) -> None:
    """Read two records apart again, as if they had never been joined; within 30 days, by the person who joined them.

    :raises UnknownProposal: there is none of this person's, or it is too long ago.
    """
    found = _own_merges(person).filter(uuid=merge, merged_at__gt=now - UNDOABLE).first()
    if found is None:
        raise UnknownProposal
    merging.lock(found.kept_id, found.merged_id)
    done = Merge.objects.select_for_update().filter(pk=found.pk, undone_at=None).first()
    if done is None:
        raise UnknownProposal
    done.undone_at, done.undone_by, done.doubted_at = now, by, None
    done.save(update_fields=["undone_at", "undone_by", "doubted_at"])
    one, other = sorted((done.kept_id, done.merged_id))
    Proposal.objects.filter(one_id=one, other_id=other).update(decision="different", decided_at=now, decided_by=by)
    _note(by, PARTED, done.kept_id, done.merged_id, merge, now)


def _own_merges(person: int) -> QuerySet[Merge]:
    return Merge.objects.filter(Q(kept_id=person) | Q(merged_id=person), request=None, undone_at=None)


def _asked(held: Sequence[Held], proposal: UUID) -> Candidate:
    found = next((one for one in candidates(held=held) if one.proposal == proposal), None)
    if found is None:
        raise UnknownProposal
    return found


def _locked(asked: Candidate) -> Proposal:
    merging.lock(asked.own.person, asked.other.person)
    row = Proposal.objects.select_for_update().filter(uuid=asked.proposal, decision="").first()
    if row is None:
        raise UnknownProposal
    return row


def _note(by: User, action: str, kept: int, merged: int, merge: UUID, now: datetime) -> None:
    trail.record(by=by, action=action, purpose=SAID, persons=[kept, merged], detail={"merge": str(merge)}, at=now)
    telling.tell(phone=phone_of(Person.objects.get(pk=kept)), by=by, now=now)
