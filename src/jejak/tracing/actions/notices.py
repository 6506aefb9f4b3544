"""Asking that notices be sent; a mass of them waits until a senior officer confirmed just those.

A batch that needs nobody's word begins at once. What a senior officer approves is named by the digest of its contacts,
ways and languages, and the approval is used in the moment it is given, once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.errors import ReasonMissing, RequestRefused
from jejak.tracing import noticerules
from jejak.tracing.actions import choosing
from jejak.tracing.actions.locking import Lock, alone
from jejak.tracing.actions.sending import hand_over
from jejak.tracing.errors import ContactUnknown, NoticesChanged, NoticesNobody
from jejak.tracing.models import Contact, ContactEvent, Notice, NoticeBatch
from jejak.tracing.noticepurposes import CHOSEN, MASS_NOTICE, purpose_here
from jejak.tracing.queries import notices, work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import Ended, User
    from jejak.tracing.actions.choosing import Chosen, Planned

AT_ONCE: Final = 2000


@transaction.atomic
def ask_notices(*, chosen: Chosen, digest: str, reason: str = "", by: User, at: datetime) -> UUID:
    """Return the batch of notices to the contacts chosen, as they were looked at; it begins, or waits for a senior.

    :raises NoticesChanged: ``digest`` is not that of what would go out now. :raises NoticesNobody: nobody is left.
    :raises ReasonMissing: a senior must confirm, and it is not said why. :raises AccessError: this account may not.
    """
    agency = by.agency
    if agency is None:
        raise NoticesNobody
    _alone(agency.pk)
    with access.look(by=by, action=CHOSEN, purpose=purpose_here(by.pk), at=at) as look:
        going = [one for one in choosing.plan(chosen, look=look) if not one.left_out]
        look.shows((), detail={"contacts": len(going)})
    if not going:
        raise NoticesNobody
    mark = choosing.digest(going)
    if mark.hex() != digest:
        raise NoticesChanged
    made = NoticeBatch.objects.create(agency=agency, asked_by=by, asked_at=at, digest=mark)
    Notice.objects.bulk_create([_notice(made, one, at=at) for one in going], batch_size=AT_ONCE)
    before = notices.told_lately(agency=agency.pk, at=at)
    if noticerules.needs_second(contacts=len(going), last_hour=before):
        _ask_senior(made, going, before=before, reason=reason, at=at)
    else:
        _begin(made, at=at)
    return made.uuid


@transaction.atomic
def decided(ended: Ended) -> None:
    """Begin a batch that a senior officer just approved, using the approval; stop one that nobody will approve.

    :raises RequestRefused: it was stopped meanwhile, so there is nothing to approve.
    """
    found = NoticeBatch.objects.select_for_update().filter(request=ended.uuid).first()
    if found is None:
        return
    if ended.decision != "approved":
        if found.stopped_at is None:
            NoticeBatch.objects.filter(pk=found.pk).update(stopped_at=ended.at, stopped_by=ended.by)
        return
    if found.stopped_at is not None or found.confirmed_at is not None:
        raise RequestRefused("changed")
    lines = found.notices.values_list("contact_id", "way", "language")
    if noticerules.digest(lines) != bytes(found.digest):  # somebody wrote to the database beside us
        raise RequestRefused("changed")
    asked = accounts.request(uuid=ended.uuid, by=found.asked_by)
    if asked.what.get("digest") != bytes(found.digest).hex():
        raise RequestRefused("changed")
    access.use(by=found.asked_by, uuid=ended.uuid, kind=MASS_NOTICE, what=asked.what, now=ended.at)
    _begin(found, at=ended.at)


def resume_notices(*, uuid: UUID, by: User) -> int:
    """Let a batch go on that something holds; return its number.

    Who withdrew what stays: of what a colleague withdrew who may do it no more, readers are told in the name of
    whoever lets it go on.

    :raises NoticesUnknown: there is none such.
    """
    found = notices.batch(uuid=uuid, by=by)
    NoticeBatch.objects.filter(pk=found.pk).update(held_why="", held_until=None, resumed_by=by)
    hand_over(number=found.pk)
    return found.pk


@transaction.atomic
def set_language(*, uuids: Sequence[UUID], language: str, by: User, at: datetime) -> int:
    """Note in which language contacts of one's office read; return for how many that is new.

    :raises ContactUnknown: there is no such language.
    """
    if language not in noticerules.LANGUAGES:
        raise ContactUnknown
    rows = work.released(by).filter(uuid__in=list(uuids)).exclude(language=language).order_by("pk")
    changed = list(rows.select_for_update(of=("self",)))
    Contact.objects.filter(pk__in=[one.pk for one in changed]).update(language=language)
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=one, at=at, by=by, kind="language", facts={"language": language}) for one in changed
    )
    return len(changed)


def _alone(agency: int) -> None:
    """Wait for whoever of an office asks at the same moment: two could each stay just below what needs a senior."""
    alone(Lock.NOTICES, of=f"jejak notices {agency}")


def _notice(batch: NoticeBatch, one: Planned, *, at: datetime) -> Notice:
    """Return a notice as it waits; what it names and advises is written when it is sent, as it is then."""
    if one.day is None:  # pragma: no cover - whoever has no exposure is left out
        raise AssertionError
    return Notice(
        batch=batch,
        contact=one.contact,
        way=one.way,
        language=one.language,
        day=one.day,
        advice={},
        named=[],
        ends_at=noticerules.ends_at(last=one.contact.last, at=at),
    )


def _begin(batch: NoticeBatch, *, at: datetime) -> None:
    NoticeBatch.objects.filter(pk=batch.pk).update(confirmed_at=at)
    hand_over(number=batch.pk)


def _ask_senior(batch: NoticeBatch, going: Sequence[Planned], *, before: int, reason: str, at: datetime) -> None:
    """Ask a senior officer; what is asked is kept with the request, and its digest with the batch."""
    if not reason.strip():
        raise ReasonMissing
    ways = Counter(one.way for one in going)
    what = {
        "batch": str(batch.uuid),
        "digest": bytes(batch.digest).hex(),
        "contacts": len(going),
        "last_hour": before,
        **{way: ways[way] for way in noticerules.WAYS},
    }
    asked = access.ask(by=batch.asked_by, kind=MASS_NOTICE, what=what, reason=reason, now=at)
    NoticeBatch.objects.filter(pk=batch.pk).update(request=asked.uuid)
