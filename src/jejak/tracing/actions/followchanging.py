"""What officers do with a follow-up: release, extend, give up, say what is known, and work it out by a newer table.

Every change is on record with whom it is about, and names the version that its officer looked at.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.tracing import followrules
from jejak.tracing.actions import following
from jejak.tracing.caserules import checked_text, needed_text
from jejak.tracing.errors import ContactChanged, ContactHeld, FollowUpRefused
from jejak.tracing.followrules import (
    DAY,
    EARLY,
    FOLLOW_UP_ENDED,
    FOLLOWING,
    LOSSES,
    LOST,
    MOST_DAYS,
    OVER,
    RELEASED,
    SOURCES,
)
from jejak.tracing.models import ContactEvent, FollowUp
from jejak.tracing.queries import following as followed
from jejak.tracing.queries import tables, work
from jejak.tracing.runpurposes import FOLLOWED, WORKLIST, contact_purpose, office_name
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import Look, User

TOLD_AT_MOST: Final = 10
"""So often somebody may say of one day how they are."""
MOST_AT_ONCE: Final = 500
FACTS_SAID, EXTENDED = "facts", "extended"


def release(*, uuid: UUID, version: int, why: str, note: str = "", by: User, at: datetime) -> None:
    """End a follow-up: over, heard of and not ill, or before with a reason out of `followrules.EARLY`.

    :raises FollowUpRefused: it cannot end without a reason, and there is no such reason.
    :raises ContactUnknown: it is none of this account's office. :raises ContactHeld: a colleague is at it.
    :raises ContactChanged: it was changed since it was looked at.
    """
    with changing(uuid=uuid, version=version, by=by, at=at) as (row, _look):
        freely = followrules.is_released_freely(until=row.until, heard=row.heard_on, ill=row.ill, today=local_day(at))
        if why not in EARLY and not (freely and why == OVER):
            raise FollowUpRefused("why")
        ended(row, state=RELEASED, why=why, note=checked_text(note, field="note"), by=by, at=at)


def release_over(*, uuids: Sequence[UUID], by: User, at: datetime) -> int:
    """End the follow-ups of those chosen whose last day has ended and who are not ill; return how many.

    Those that a colleague is at stay.
    """
    over = followed.mine(by).filter(followed.over(local_day(at)), contact__uuid__in=list(uuids)[:MOST_AT_ONCE])
    with _changing_all(over, by=by, at=at) as rows:
        for row in rows:
            ended(row, state=RELEASED, why=OVER, by=by, at=at)
        return len(rows)


def lost(*, uuid: UUID, version: int, why: str, note: str = "", by: User, at: datetime) -> None:
    """Give a follow-up up, for a reason out of `followrules.LOSSES`.

    :raises FollowUpRefused: there is no such reason. :raises ContactUnknown: and others as `release`.
    """
    with changing(uuid=uuid, version=version, by=by, at=at) as (row, _look):
        if why not in LOSSES:
            raise FollowUpRefused("why")
        ended(row, state=LOST, why=why, note=checked_text(note, field="note"), by=by, at=at)


def extend(*, uuid: UUID, version: int, until: date, apart: bool, why: str, by: User, at: datetime) -> None:
    """Follow a contact up until a later day, staying apart as long or not, with a reason in words, which is sealed.

    :raises FollowUpRefused: the day is no later than it was or too late. :raises CaseInvalid: the reason is missing.
    :raises ContactUnknown: and others as `release`.
    """
    with changing(uuid=uuid, version=version, by=by, at=at) as (row, _look):
        latest = followrules.last_day(row.contact.last) + MOST_DAYS * DAY
        if not max(row.until, local_day(at) - DAY) < until <= latest:
            raise FollowUpRefused("until")
        reason = needed_text(why, field="note")
        if row.extended_apart and not apart:  # what an officer told them before stands
            row.apart_until = row.extended_until
        row.extended_until, row.extended_apart, row.until = until, apart, until
        row.due_on = following.due(row)
        _kept(row, EXTENDED, by=by, at=at, note=reason, told={"until": until.isoformat(), "apart": apart})


def set_facts(*, uuid: UUID, version: int, facts: Mapping[str, object], source: str, by: User, at: datetime) -> None:
    """Keep what is known of a contact and from whom; the table that they were given is read anew with it.

    :raises FollowUpRefused: there is no such fact or source. :raises ContactUnknown: and others as `release`.
    """
    if wrong := followrules.wrong_fact(facts) or ("" if source in SOURCES else "source"):
        raise FollowUpRefused(wrong)
    known = followrules.known(facts)
    with changing(uuid=uuid, version=version, by=by, at=at) as (row, _look):
        if "symptoms" not in known or known["symptoms"] != row.facts.get("symptoms"):
            row.symptoms_from = ""
        row.facts, row.facts_from = known, source if known else ""
        _kept(row, FACTS_SAID, by=by, at=at, told={**known, "source": source})


def rederive_follow_ups(*, uuids: Sequence[UUID], by: User, at: datetime) -> int:
    """Work out follow-ups by the tables in force now for their last exposure; return how many changed."""
    chosen = followed.mine(by).filter(state=FOLLOWING, contact__uuid__in=list(uuids)[:MOST_AT_ONCE])
    with _changing_all(chosen, by=by, at=at) as rows:
        read = tables.read({row.contact.disease for row in rows})
        return len(following.rederive(rows, read=read, by=by, at=at, anew=True))


@contextmanager
def changing(*, uuid: UUID, version: int | None, by: User, at: datetime) -> Iterator[tuple[FollowUp, Look]]:
    """Lock the follow-up of a contact to change it, on record with whom it is about.

    :raises ContactUnknown: it is none of this account's office. :raises FollowUpRefused: nobody is followed (any more).
    :raises ContactHeld: a colleague is at it. :raises ContactChanged: it was changed since it was looked at.
    """
    contact = work.contact(uuid=uuid, by=by)
    purpose = contact_purpose(contact)
    with access.look(by=by, action=FOLLOWED, purpose=purpose, at=at) as look:
        found = FollowUp.objects.select_related("contact", "contact__agency", "contact__said")
        following.lock_lines([contact.pk])
        row = found.select_for_update(of=("self",)).filter(contact=contact.pk).first()
        if row is None or row.state != FOLLOWING:
            raise FollowUpRefused("state")
        if work.is_held(row.contact, by=by, at=at):
            raise ContactHeld
        if version is not None and version != row.version:
            raise ContactChanged
        look.shows(people.together([contact.person_id]) if contact.person_id else (), detail={"contact": str(uuid)})
        yield row, look


def ended(
    row: FollowUp,
    *,
    state: str,
    why: str,
    by: User | None,
    at: datetime,
    note: str = "",
    told: Mapping[str, object] | None = None,
) -> None:
    """End a locked follow-up, and tell why; words are sealed."""
    row.state, row.ended_at, row.ended_by, row.ended_why, row.due_on = state, at, by, why, None
    row.version += 1
    row.save()
    facts = {"state": state, "why": why, **(told or {})}
    ContactEvent.objects.bulk_create([following.event(row, FOLLOW_UP_ENDED, by=by, at=at, told=facts, note=note)])


@contextmanager
def _changing_all(found: QuerySet[FollowUp], *, by: User, at: datetime) -> Iterator[list[FollowUp]]:
    """Lock follow-ups to change them at once, but those that a colleague is at, on record with whom they are about."""
    purpose = Purpose(WORKLIST, _("The list of contacts to follow up"), office_name(by.pk))
    free = work.free(at=at, by=by, of="contact__")
    with transaction.atomic(), access.look(by=by, action=FOLLOWED, purpose=purpose, at=at) as look:
        following.lock_lines(found.values_list("contact", flat=True))
        chosen = found.filter(free).select_related("contact").order_by("contact")
        rows = list(chosen.select_for_update(of=("self",)))
        persons = people.together({row.contact.person_id for row in rows if row.contact.person_id})
        look.shows(persons, detail={"contacts": len(rows)})
        yield rows


def _kept(row: FollowUp, kind: str, *, by: User, at: datetime, told: Mapping[str, object], note: str = "") -> None:
    """Tell what an officer changed in a locked follow-up, and store it with what follows from it."""
    ContactEvent.objects.bulk_create([following.event(row, kind, by=by, at=at, told=told, note=note)])
    following.keep(row, by=by, at=at)
