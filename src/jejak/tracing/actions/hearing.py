"""What contacts say of themselves each day, behind a code or to an officer on the phone; and a case made of it.

Whoever said that they are ill stays on top of the list until an officer heard from them that they are well; a positive
test stands until a negative one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.tracing import followrules, sealed
from jejak.tracing.actions import following
from jejak.tracing.actions.becoming import mark, open_case
from jejak.tracing.actions.followchanging import TOLD_AT_MOST, changing, ended
from jejak.tracing.actions.naming import named
from jejak.tracing.actions.reporting import Reported, report_case
from jejak.tracing.caserules import NONE, SUSPECTED, Given, checked_text
from jejak.tracing.errors import FollowUpRefused, NoticeOver
from jejak.tracing.followrules import BECAME_CASE, FOLLOWING, POSITIVE, SOURCES
from jejak.tracing.models import Assessment, ContactEvent, FollowUp
from jejak.tracing.queries import noticereading
from jejak.tracing.queries.lines import open_line

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.tracing.followrules import Said

HEARD: Final = "heard"
TABLE: Final = "tracing_assessment"
CONTACT: Final = SOURCES[0]


def assess(*, uuid: UUID, said: Said, by: User, at: datetime) -> None:
    """Keep how a contact is today, as they said on the phone.

    :raises FollowUpRefused: it makes no sense, or nobody is followed. :raises ContactUnknown: it is none of theirs.
    :raises ContactHeld: a colleague is at it.
    """
    with changing(uuid=uuid, version=None, by=by, at=at) as (row, _look):
        _hear(row, said, by=by, at=at)


def say_today(*, notice: UUID, said: Said, at: datetime) -> None:
    """Keep how the reader of a notice says that they are today; whoever asks has proved their phone.

    :raises NoticeUnknown: there is no such notice. :raises NoticeOver: it ended, or was withdrawn.
    :raises FollowUpRefused: it makes no sense, nobody is followed, or it was said often enough today.
    """
    read = noticereading.notice(uuid=notice)
    if not noticereading.live(read, at=at):
        raise NoticeOver
    with transaction.atomic():
        line = open_line(read.contact)
        following.lock_lines([line.pk])
        rows = FollowUp.objects.select_related("contact").select_for_update(of=("self",))
        row = rows.filter(contact=line).first()
        if row is None or row.state != FOLLOWING:
            raise FollowUpRefused("state")
        if row.assessments.filter(day=local_day(at), by=None).count() >= TOLD_AT_MOST:
            raise FollowUpRefused("often")
        _hear(row, said, by=None, at=at)


def make_case(*, uuid: UUID, version: int, by: User, at: datetime) -> Reported:
    """Report a contact who fell ill as a suspected case of their office, which ends the follow-up.

    Who is an open case of the office already stays that one.

    :raises FollowUpRefused: they said nothing of being ill, so a case has no date to count from.
    :raises CaseInvalid: what is known makes no case. :raises ContactUnknown: it is none of this account's office.
    :raises ContactHeld: a colleague is at it. :raises ContactChanged: it was changed since it was looked at.
    """
    with changing(uuid=uuid, version=version, by=by, at=at) as (row, look):
        contact = row.contact
        case = open_case(contact)
        if case is not None:
            told = {"case": case.pk, "number": case.number}
            ended(row, state=BECAME_CASE, why="case", by=by, at=at, told=told)
            mark(contact.pk, case=case.pk, number=case.number, by=by, at=at)
            return Reported(case.pk, case.uuid, case.number, known=True)
        onset, sample = _dates(row)
        if onset is None and sample is None:
            raise FollowUpRefused("well")
        who, agency = named([contact], look=look)[contact.pk], contact.agency
        given = Given(
            name=who.name, phone=who.phone, onset=onset, sample=sample, evidence=NONE, classification=SUSPECTED,
            state=agency.state, district=agency.district,
        )  # fmt: skip
        done = report_case(given=given, disease=contact.disease, office=agency.pk, by=by, at=at)
        row.refresh_from_db()
        if row.state != FOLLOWING:  # the report was matched with them, which ended it
            return done
        ended(row, state=BECAME_CASE, why="case", by=by, at=at, told={"case": done.id, "number": done.number})
        mark(contact.pk, case=done.id, number=done.number, by=by, at=at)
        return done


def _hear(row: FollowUp, said: Said, *, by: User | None, at: datetime) -> None:
    """Keep what was said in a locked follow-up, and work out anew what the table says of it."""
    wrong = followrules.problem_of(said)
    if wrong:
        raise FollowUpRefused(wrong)
    day = local_day(at)
    if _said_already(row, said, day=day, by=by):
        return
    _keep(row, said, day=day, by=by, at=at)
    known = followrules.facts_after(facts=row.facts, said=said)
    if known["symptoms"] != row.facts.get("symptoms"):
        row.symptoms_from = CONTACT
    row.facts, row.facts_from = known, row.facts_from or CONTACT
    row.heard_on, row.due_on = day, followrules.due_after(heard=day, until=row.until)
    row.ill = followrules.is_ill(said) or (row.ill and by is None) or _tested(row) == POSITIVE
    told = {"well": said.well, "test": said.test, **following.heeded(row)}
    ContactEvent.objects.bulk_create([following.event(row, HEARD, by=by, at=at, told=told)])
    following.keep(row, by=by, at=at)


def _keep(row: FollowUp, said: Said, *, day: date, by: User | None, at: datetime) -> None:
    uuid, note = uuid7(), checked_text(said.note, field="note")
    Assessment.objects.create(
        uuid=uuid, follow_up=row, day=day, at=at, by=by, well=said.well, symptoms=list(said.symptoms), test=said.test,
        note_sealed=sealed.shut(note, table=TABLE, column="note", row=uuid),
    )  # fmt: skip


def _said_already(row: FollowUp, said: Said, *, day: date, by: User | None) -> bool:
    """Return whether the same was said last, today and by the same: a form sent twice is one word."""
    last = row.assessments.order_by("-at", "-pk").first()
    if last is None or said.note.strip() or last.note_sealed is not None:
        return False
    return (last.day, last.by_id, last.well, tuple(last.symptoms), last.test) == (
        day, by.pk if by else None, said.well, said.symptoms, said.test,
    )  # fmt: skip


def _tested(row: FollowUp) -> str:
    """Return what the last test found of which somebody told since the follow-up began; empty if of none."""
    told = row.assessments.filter(at__gte=row.started_at).exclude(test="").order_by("-at", "-pk")
    return told.values_list("test", flat=True).first() or ""


def _dates(row: FollowUp) -> tuple[date | None, date | None]:
    """Return since when somebody was ill, and when a test found the disease, as far as they said so."""
    said = row.assessments.filter(day__gte=local_day(row.started_at)).order_by("day", "at")
    onset = said.filter(well=False).values_list("day", flat=True).first()
    return onset, said.filter(test=POSITIVE).values_list("day", flat=True).first()
