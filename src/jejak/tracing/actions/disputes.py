"""Deciding what readers of notices say is wrong: kept as it was, or corrected, and everything that follows from that.

A correction ends or shortens the stay for this contact alone; the case's own stays are not touched. It is heeded by
every later run, so none brings it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.people import queries as people
from jejak.tracing import exposures, sealed
from jejak.tracing.actions import exposing
from jejak.tracing.actions.correcting import CORRECTED, correction, corrections_for, recomputed
from jejak.tracing.actions.locking import free_of_others
from jejak.tracing.actions.naming import named
from jejak.tracing.actions.noticereading import DISPUTES
from jejak.tracing.actions.unexposing import end_unexposed
from jejak.tracing.caserules import needed_text
from jejak.tracing.corrections import spoken_of
from jejak.tracing.errors import DisputeDecided, DisputeOwn, DisputeUnknown
from jejak.tracing.models import Contact, ContactEvent, Exposure, NoticeDispute
from jejak.tracing.queries import disputes, runs
from jejak.tracing.queries.noticereading import places_of
from jejak.tracing.queries.sources import EXPOSING
from jejak.tracing.runpurposes import (
    CONTACT_SHOWN,
    DISPUTE_DECIDED,
    WORK_SHOWN,
    WORKLIST,
    contact_purpose,
    office_name,
)
from jejak.tracing.windows import Direction
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.premises.queries import Place
    from jejak.tracing.answers import Named
    from jejak.tracing.corrections import Correction, Spoken
    from jejak.tracing.exposures import Exposed
    from jejak.tracing.queries.disputes import Asked, DisputePage

KEPT: Final = "kept"
OUTCOMES: Final = (CORRECTED, KEPT)
DECIDED, UNDONE = "dispute-decided", "dispute-undone"


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction would do to one exposure: its case's number, tier and what is left of it, if anything.

    ``exposing`` is false where the case may have been infected: that exposes nobody.
    """

    case: str
    exposing: bool
    before: tuple[int, Exposed]
    after: tuple[int, Exposed] | None


@dataclass(frozen=True, slots=True)
class _Corrected:
    """An exposure and what corrections leave of it, if anything, in which tier."""

    row: Exposure
    left: Exposed | None
    tier: int


@dataclass(frozen=True, slots=True)
class ShownDispute:
    """A dispute as its officer decides it: whose, of which stay, in whose words, and what a correction would change."""

    dispute: NoticeDispute
    contact: Contact
    who: Named
    stay: Spoken | None
    note: str
    own: bool
    undone_why: str
    changes: tuple[Change, ...]
    nothing_left: bool
    places: Mapping[int, Place]
    zones: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class DisputeList:
    """A page of the open disputes of an office, with the contacts' names."""

    page: DisputePage
    names: Mapping[int, str]


def show_disputes(*, asked: Asked, by: User, at: datetime) -> DisputeList:
    """Return a page of what readers of notices dispute and nobody decided yet, with names, on record.

    :raises AccessError: this account may not look.
    """
    purpose = Purpose(WORKLIST, _("What readers of notices say is wrong"), office_name(by.pk))
    with access.look(by=by, action=WORK_SHOWN, purpose=purpose, at=at) as look:
        page = disputes.waiting(asked=asked, by=by)
        contacts = [one.contact for one in page.lines]
        persons = people.together({one.person_id for one in contacts if one.person_id})
        look.shows(persons, detail={"disputes": len(page.lines)})
        return DisputeList(page, {number: who.name for number, who in named(contacts, look=look).items()})


def show_dispute(*, uuid: UUID, by: User, at: datetime) -> ShownDispute:
    """Return a dispute with everything that its decision needs, on record.

    :raises DisputeUnknown: it is none of this account's office. :raises AccessError: this account may not look.
    """
    found, contact = disputes.dispute(uuid=uuid, by=by)
    with _looking(contact, action=CONTACT_SHOWN, by=by, at=at) as look:
        _says(look, contact)
        stay = spoken_of(found.stays, exposure=found.exposure_id, stay=found.stay)
        changes = _changes(found, contact) if found.decided_at is None else ()
        stand = Exposure.objects.filter(EXPOSING, contact=contact, ended_at=None).count()
        places, zones = places_of([stay] if stay else [])
        return ShownDispute(
            dispute=found,
            contact=contact,
            who=named([contact], look=look)[contact.pk],
            stay=stay,
            note=sealed.opened(found.note_sealed, table=DISPUTES, column="note", row=found.uuid),
            own=found.entered_by_id == by.pk,
            undone_why=sealed.opened(found.undone_sealed, table=DISPUTES, column="undone", row=found.uuid),
            changes=changes,
            nothing_left=sum(one.after is None and one.exposing for one in changes) == stand > 0,
            places=places,
            zones=zones,
        )


def decide_dispute(*, uuid: UUID, outcome: str, by: User, at: datetime) -> None:
    """Decide a dispute: ``corrected`` or ``kept``, on record; what follows from a correction is done at once.

    :raises DisputeUnknown: it is none of this account's office, or there is no such outcome.
    :raises DisputeDecided: a colleague was quicker. :raises ContactHeld: a colleague works on the contact now.
    :raises DisputeOwn: this account entered it; what nobody but them heard, somebody else weighs.
    """
    if outcome not in OUTCOMES:
        raise DisputeUnknown
    _row, contact = disputes.dispute(uuid=uuid, by=by)
    with _looking(contact, action=DISPUTE_DECIDED, by=by, at=at) as look:
        _says(look, contact)
        exposing.alone(agency=contact.agency_id, disease=contact.disease)
        row = NoticeDispute.objects.select_for_update(of=("self",)).get(uuid=uuid)
        if row.decided_at is not None:
            raise DisputeDecided
        if row.entered_by_id == by.pk:
            raise DisputeOwn
        free_of_others(contact, by=by, at=at)
        row.decided_at, row.decided_by, row.outcome = at, by, outcome
        row.save(update_fields=["decided_at", "decided_by", "outcome"])
        ContactEvent.objects.create(
            contact=contact, at=at, by=by, kind=DECIDED, facts={"dispute": str(uuid), "outcome": outcome}
        )
        if outcome == CORRECTED:
            _correct(contact, by=by, at=at)


def undo_correction(*, uuid: UUID, why: str, by: User, at: datetime) -> None:
    """Take a correction back with a reason, which is sealed, on record; what was decided stays in the history.

    The next run over the cases finds again what it kept out. Notices that it withdrew stay withdrawn: their readers
    were told so.

    :raises DisputeUnknown: it is none of this account's office. :raises CaseInvalid: the reason is missing.
    :raises DisputeDecided: it is no correction (any more). :raises ContactHeld: a colleague works on the contact now.
    """
    _row, contact = disputes.dispute(uuid=uuid, by=by)
    reason = needed_text(why, field="note")
    with _looking(contact, action=DISPUTE_DECIDED, by=by, at=at) as look:
        _says(look, contact)
        exposing.alone(agency=contact.agency_id, disease=contact.disease)
        row = NoticeDispute.objects.select_for_update(of=("self",)).get(uuid=uuid)
        if row.outcome != CORRECTED or row.undone_at is not None:
            raise DisputeDecided
        free_of_others(contact, by=by, at=at)
        row.undone_at, row.undone_by = at, by
        row.undone_sealed = sealed.shut(reason, table=DISPUTES, column="undone", row=row.uuid)
        row.save(update_fields=["undone_at", "undone_by", "undone_sealed"])
        ContactEvent.objects.create(contact=contact, at=at, by=by, kind=UNDONE, facts={"dispute": str(uuid)})


def _correct(contact: Contact, *, by: User, at: datetime) -> None:
    """Let the contact's exposures, line, follow-up and notices say what is left after all its corrections."""
    corrected = _corrected(contact, corrections_for(contact))
    exposing.replace(
        over=[one.row for one in corrected],
        left=[exposing.left_of(one.row, one.left, tier=one.tier) for one in corrected if one.left is not None],
        by=by.pk,
        at=at,
    )
    Contact.objects.filter(pk=contact.pk).update(version=F("version") + 1)
    if corrected:
        end_unexposed(contacts=[contact.pk], why=CORRECTED, by=by, at=at)


def _corrected(contact: Contact, known: Sequence[Correction]) -> list[_Corrected]:
    """Return the open exposures of which corrections leave something else."""
    rows = Exposure.objects.filter(contact=contact, ended_at=None).select_related("run", "run__profile", "contact")
    each = [_Corrected(row, *recomputed(row, known)) for row in rows.order_by("pk")]
    return [one for one in each if one.left is None or one.left.why() != one.row.why]


def _changes(dispute: NoticeDispute, contact: Contact) -> tuple[Change, ...]:
    """Return what would change if a dispute were decided as a correction."""
    asked = correction(dispute)
    if asked is None:
        return ()
    corrected = _corrected(contact, [*corrections_for(contact), asked])
    numbers = runs.case_numbers({one.row.case_id for one in corrected})
    return tuple(
        Change(
            numbers[one.row.case_id],
            one.row.run is None or one.row.run.direction != Direction.BACKWARD,
            (one.row.tier, exposures.read(one.row.why)),
            (one.tier, one.left) if one.left else None,
        )
        for one in corrected
    )


def _looking(contact: Contact, *, action: str, by: User, at: datetime) -> AbstractContextManager[Look]:
    purpose = contact_purpose(contact)
    return access.look(by=by, action=action, purpose=purpose, at=at)


def _says(look: Look, contact: Contact) -> None:
    persons = people.together([contact.person_id]) if contact.person_id else ()
    look.shows(persons, detail={"contact": str(contact.uuid)})
