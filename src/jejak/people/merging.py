"""Reading two persons as one and apart again: each only when a second person has approved just that.

Nothing is moved, so nothing can be lost: visits, cards, documents and devices keep the person who made or showed them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from jejak.access import actions as access
from jejak.people import holdings
from jejak.people.errors import MergeRefused, UnknownProposal
from jejak.people.known import conflicts_between, known_of
from jejak.people.models import Merge, Person, Proposal
from jejak.people.sameness import groups, read_as, together
from jejak.trail import actions as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User

MERGE, UNMERGE = "people.merge", "people.unmerge"
"""The kinds of request, and the actions on the trail."""
KEEP_APART: Final = "people.keep-apart"
PURPOSE: Final = "merge"
SAID: Final = "persons who exist twice"


def ask_to_merge(*, by: User, proposal: UUID, reason: str, now: datetime) -> UUID:
    """Return the request for a second person to read two proposed persons as one.

    :raises UnknownProposal: there is no open one. :raises PurposeRefused: this account may not.
    :raises MergeRefused: a document or birth date forbids it, or they are one. :raises ReasonMissing: no reason.
    """
    with transaction.atomic():
        found = _taken_up(by=by, proposal=proposal, action=MERGE, reason=reason, now=now)
        why = objection(found, now=now)
        if not why:
            return access.ask(by=by, kind=MERGE, what=_what(found), reason=reason, now=now).uuid
    raise MergeRefused(why)


def merge(*, by: User, proposal: UUID, request: UUID, now: datetime) -> Merge:
    """Return the merge that a second person approved, of just these two as they stood then.

    :raises UnknownProposal: there is no open one. :raises PurposeRefused: this account may not.
    :raises MergeRefused: a document or birth date forbids it, or they are one.
    :raises AccessError: nobody approved just this.
    """
    with transaction.atomic():
        found = _taken_up(by=by, proposal=proposal, action=MERGE, now=now)
        why = objection(found, now=now)
        if not why:
            return _merged(found, by=by, request=request, now=now)
    raise MergeRefused(why)


@transaction.atomic
def ask_to_undo(*, by: User, merge: UUID, reason: str, now: datetime) -> UUID:
    """Return the request for a second person to read two merged persons apart again.

    :raises UnknownProposal: there is none that stands. :raises PurposeRefused: this account may not.
    :raises ReasonMissing: no reason.
    """
    done = _standing(by=by, merge=merge, reason=reason, now=now)
    return access.ask(by=by, kind=UNMERGE, what=_what_of(done), reason=reason, now=now).uuid


@transaction.atomic
def undo(*, by: User, merge: UUID, request: UUID, now: datetime) -> Merge:
    """Return a merge undone as a second person approved: as if it had never been; the pair is not proposed anew.

    :raises UnknownProposal: there is none that stands. :raises PurposeRefused: this account may not.
    :raises AccessError: nobody approved just this.
    """
    done = _standing(by=by, merge=merge, now=now)
    used = access.use(by=by, uuid=request, kind=UNMERGE, what=_what_of(done), now=now)
    done.undone_at, done.undone_by, done.undone_request, done.doubted_at = now, by, request, None
    done.save(update_fields=["undone_at", "undone_by", "undone_request", "doubted_at"])
    pair = sorted((done.kept_id, done.merged_id))
    decided = {"decision": "different", "decided_at": now, "decided_by": by}
    Proposal.objects.filter(one_id=pair[0], other_id=pair[1]).update(**decided)
    purpose, detail = _purpose(merge, used.reason), {"merge": str(merge), "request": str(request)}
    trail.record(by=by, action=UNMERGE, purpose=purpose, persons=pair, detail=detail, at=now)
    return done


@transaction.atomic
def keep_apart(*, by: User, proposal: UUID, now: datetime) -> Proposal:
    """Return a proposal decided: these are two people, and nobody is asked again.

    :raises UnknownProposal: there is no open one. :raises PurposeRefused: this account may not.
    """
    found = _taken_up(by=by, proposal=proposal, action=KEEP_APART, now=now)
    decide(found, by=by, decision="different", now=now)
    pair = [found.one_id, found.other_id]
    trail.record(by=by, action=KEEP_APART, purpose=_purpose(proposal), persons=pair, at=now)
    return found


def _taken_up(*, by: User, proposal: UUID, action: str, reason: str = "", now: datetime) -> Proposal:
    """Return an open proposal, locked; persons come before proposals, as where a document is shown."""
    pair = Proposal.objects.filter(uuid=proposal).values_list("one_id", "other_id").first()
    if pair is None:
        raise UnknownProposal
    access.permit(by=by, action=action, purpose=_purpose(proposal, reason), persons=pair, now=now)
    lock(*pair)
    found = Proposal.objects.select_for_update().filter(uuid=proposal, decision="").first()
    if found is None:
        raise UnknownProposal
    return found


def _standing(*, by: User, merge: UUID, reason: str = "", now: datetime) -> Merge:
    pair = Merge.objects.filter(uuid=merge).values_list("kept_id", "merged_id").first()
    if pair is None:
        raise UnknownProposal
    access.permit(by=by, action=UNMERGE, purpose=_purpose(merge, reason), persons=pair, now=now)
    lock(*pair)
    done = Merge.objects.select_for_update().filter(uuid=merge, undone_at=None).first()
    if done is None:
        raise UnknownProposal
    return done


def lock(one: int, other: int) -> None:
    """Let merges wait for each other, and for whoever shows a document of anybody concerned."""
    with connection.cursor() as cursor:  # groups change under this lock alone, so those read below are the last
        cursor.execute("select pg_advisory_xact_lock(hashtext('jejak merge'))")
    everybody = {person for group in groups([one, other], doubted=True).values() for person in group}
    list(Person.objects.select_for_update().filter(pk__in=everybody).order_by("pk").values_list("pk"))


def objection(found: Proposal, *, now: datetime) -> str:
    """Return what forbids a merge (document, birth, merged), or nothing; a proposal that something vetoes says so."""
    around = groups([found.one_id, found.other_id], doubted=True)
    if found.other_id in around[found.one_id]:
        return "merged"
    ones, others = around[found.one_id], around[found.other_id]
    against = conflicts_between(ones, others, known=known_of({*ones, *others}))
    if against:
        decide(found, by=None, decision="vetoed", now=now)
    return against[-1] if against else ""


def _merged(found: Proposal, *, by: User, request: UUID, now: datetime) -> Merge:
    what = _what(found)
    used = access.use(by=by, uuid=request, kind=MERGE, what=what, now=now)
    kept, merged = _kept_first(found)
    done = Merge.objects.create(kept_id=kept, merged_id=merged, request=request, merged_at=now, merged_by=by)
    decide(found, by=by, decision="merged", now=now)
    detail = {"proposal": str(found.uuid), "merge": str(done.uuid), "request": str(request)}
    purpose = _purpose(found.uuid, used.reason)
    trail.record(by=by, action=MERGE, purpose=purpose, persons=[kept, merged], detail=detail, at=now)
    holdings.merged(together([kept]), by=by, at=now)
    return done


def _kept_first(found: Proposal) -> tuple[int, int]:
    """Return the pair, who is better proved first, else the older."""
    levels = dict(Person.objects.filter(pk__in=[found.one_id, found.other_id]).values_list("pk", "level"))
    kept = read_as(levels)
    return kept, found.other_id if kept == found.one_id else found.one_id


def _what(found: Proposal) -> Mapping[str, object]:
    kept, merged = _kept_first(found)
    around = groups([kept, merged])
    everybody = dict(around[kept]) | dict(around[merged])
    levels = dict(Person.objects.filter(pk__in=everybody).values_list("pk", "level"))
    return {
        "proposal": str(found.uuid), "kept": kept, "merged": merged, "persons": len(everybody),
        "records": sorted(everybody), "read_as": read_as(levels), "score": found.score, "reasons": list(found.reasons),
    }  # fmt: skip


def _what_of(done: Merge) -> Mapping[str, object]:
    everybody = sorted(groups([done.kept_id], doubted=True)[done.kept_id])
    return {
        "merge": str(done.uuid), "kept": done.kept_id, "merged": done.merged_id, "persons": len(everybody),
        "records": everybody,
    }  # fmt: skip


def decide(found: Proposal, *, by: User | None, decision: str, now: datetime) -> None:
    """Write down what became of a locked proposal."""
    found.decision, found.decided_at, found.decided_by = decision, now, by
    found.save(update_fields=["decision", "decided_at", "decided_by"])


def _purpose(uuid: UUID, reason: str = "") -> Purpose:
    return Purpose(PURPOSE, " ".join(reason.split()) or SAID, str(uuid))
