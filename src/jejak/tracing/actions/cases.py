"""Working on a case: each change is a look that names whom it is of, and an event that keeps the facts of that day."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.rules import AgencyKind, Scope
from jejak.people import queries as people
from jejak.tracing import caserules, queries, sealed
from jejak.tracing.actions.becoming import mark_cases, unmark_case
from jejak.tracing.actions.contacting import take_back_exposures
from jejak.tracing.actions.events import event_of, last_change
from jejak.tracing.actions.keeping import keep
from jejak.tracing.actions.placing import check_place
from jejak.tracing.errors import CaseChanged, CaseInvalid, CaseOver, CaseUnknown
from jejak.tracing.models import Case
from jejak.tracing.records import CASE, CASE_CHANGED, CASE_PAST, CASE_REOPENED, CASE_SHOWN
from jejak.trail import actions as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import Look, User

TABLE: Final = "tracing_case"
CLOSINGS: Final = ("followed-up", "discarded", "duplicate", "elsewhere", "other")
"""Why a case is closed; more words stand sealed in its event."""


def found(*, uuid: UUID, by: User, at: datetime) -> Case:
    """Return a case that this account may work on, for this room's actions; what is refused is on record.

    :raises CaseUnknown: there is none such; of another office's the answer is the same.
    """
    try:
        return queries.case(uuid=uuid, by=by, now=at)
    except CaseUnknown:
        trail.refuse(by=by, action=CASE_SHOWN, purpose=Purpose(CASE, "", str(uuid)), why="reference", at=at)
        raise


def find_case(*, uuid: UUID, by: User, at: datetime) -> None:
    """Return if this account may work on a case; what is refused is on record.

    :raises CaseUnknown: there is none such; of another office's the answer is the same.
    """
    found(uuid=uuid, by=by, at=at)


def purpose_of(row: Case) -> Purpose:
    """Return for what a case is looked at, in words that whoever it is of can read."""
    return Purpose(CASE_PAST if row.closed_at else CASE, f"{row.profile.name} {row.number}", str(row.uuid))


@contextmanager
def changing(
    *, uuid: UUID, kind: str, note: str = "", seen: str | None = None, by: User, at: datetime
) -> Iterator[tuple[Case, Look]]:
    """Give an open case to change, locked; afterwards it is stored with an event of ``kind`` and an entry.

    ``seen`` is the last change (`events.last_change`) that whoever asks looked at; nothing where nobody looked.

    :raises CaseUnknown: there is none such. :raises CaseOver: it is closed. :raises AccessError: this account may not.
    :raises CaseChanged: a colleague changed it since.
    """
    row = found(uuid=uuid, by=by, at=at)
    _is_as_seen(row, seen=seen)
    if row.closed_at is not None:
        raise CaseOver
    said = caserules.checked_text(note, field="note")
    with access.look(
        by=by, action=CASE_CHANGED, purpose=purpose_of(row), scope=where(row), persons=of(row), at=at
    ) as look:
        row = _locked(row, by=by, at=at)
        _is_as_seen(row, seen=seen)
        if row.closed_at is not None:
            raise CaseOver
        before = set(of(row))
        yield row, look
        stored(row, kind=kind, note=said, by=by, at=at)
        look.shows(before | set(of(row)), detail={"case": row.number, "kind": kind})


def _is_as_seen(row: Case, *, seen: str | None) -> None:
    if seen is not None and seen != last_change(row):
        raise CaseChanged


def _locked(row: Case, *, by: User, at: datetime) -> Case:
    """Return a case to change, as a colleague left it a moment ago.

    :raises CaseUnknown: it was handed over meanwhile.
    """
    row = Case.objects.select_for_update(of=("self",)).select_related("profile").get(pk=row.pk)
    if not queries.visible(by=by, now=at).filter(pk=row.pk).exists():
        raise CaseUnknown
    return row


def stored(row: Case, *, kind: str, note: str, by: User, at: datetime) -> None:
    """Store a case as it was changed, with its event."""
    row.changed_at = at
    row.save()
    event_of(row, kind=kind, by=by, at=at, note=note).save()


def where(row: Case) -> Scope:
    """Return where a case is handled."""
    return Scope(row.state, row.district)


def of(row: Case) -> tuple[int, ...]:
    """Return every record of whom a case is of; nobody where the log does not know them."""
    return people.together([row.person_id]) if row.person_id else ()


def classify(
    *,
    uuid: UUID,
    classification: str,
    evidence: str,
    reference: str = "",
    note: str = "",
    seen: str | None = None,
    by: User,
    at: datetime,
) -> None:
    """Classify a case, with what that rests on.

    :raises CaseInvalid: confirming needs evidence, and evidence its number. :raises CaseUnknown: as `changing`.
    """
    with changing(uuid=uuid, kind="classified", note=note, seen=seen, by=by, at=at) as (row, _look):
        tidy = caserules.checked_text(reference, field="reference")
        if evidence not in caserules.EVIDENCE:
            raise CaseInvalid("evidence", "unknown")
        if evidence != caserules.NONE and not tidy:
            raise CaseInvalid("reference", "missing")
        taken = Case.objects.filter(reporter=row.reporter_id, disease=row.disease, reference=tidy).exclude(pk=row.pk)
        if tidy and row.reporter_id and taken.exists():
            raise CaseInvalid("reference", "taken")
        row.classification = caserules.classified(classification, evidence=evidence)
        row.evidence, row.reference = evidence, tidy
        if row.classification == caserules.DISCARDED:
            _is_none(row, by=by, at=at)
        else:
            mark_cases([row], by=by, at=at)


def change_dates(
    *,
    uuid: UUID,
    onset: date | None,
    sample: date | None,
    today: date,
    note: str = "",
    seen: str | None = None,
    by: User,
    at: datetime,
) -> None:
    """Change the days that a case's window counts from.

    :raises CaseInvalid: neither is there, or one is not possible. :raises CaseUnknown: as `changing`.
    """
    with changing(uuid=uuid, kind="changed", note=note, seen=seen, by=by, at=at) as (row, _look):
        caserules.checked_days(onset=onset, sample=sample, today=today)
        row.onset, row.sample = onset, sample


def assign_case(
    *, uuid: UUID, officer: int | None, note: str = "", seen: str | None = None, by: User, at: datetime
) -> None:
    """Give a case to an officer of its office whose role reaches it, or to nobody.

    :raises CaseInvalid: there is no such officer there. :raises CaseUnknown: as `changing`.
    """
    with changing(uuid=uuid, kind="assigned", note=note, seen=seen, by=by, at=at) as (row, _look):
        there = dict(accounts.colleagues_of(agency=row.agency_id, roles=queries.ROLES, scope=where(row), now=at))
        if officer is not None and officer not in there:
            raise CaseInvalid("officer", "unknown")
        row.officer_id = officer


def hand_over(
    *,
    uuid: UUID,
    office: int,
    state: str,
    district: str,
    note: str,
    seen: str | None = None,
    by: User,
    at: datetime,
) -> None:
    """Hand a case over to another office or district, where nobody has it yet.

    :raises CaseInvalid: there is no such office, nobody's role reaches the case there, or the note is missing.
    :raises CaseUnknown: as `changing`.
    """
    caserules.needed_text(note, field="note")
    with changing(uuid=uuid, kind="handed-over", note=note, seen=seen, by=by, at=at) as (row, _look):
        if office not in {each.number for each in accounts.offices(kind=AgencyKind.HEALTH)}:
            raise CaseInvalid("office", "unknown")
        row.agency_id, row.officer_id = office, None
        row.state, row.district = state, caserules.checked_text(district, field="district")
        check_place(office=office, of=where(row), at=at)


def match_case(*, uuid: UUID, person: int | None, seen: str | None = None, by: User, at: datetime) -> None:
    """Say whom of the log a case is of: one of those who wrote under its number, or nobody of them.

    :raises CaseInvalid: this person did not. :raises CaseUnknown: as `changing`.
    """
    with changing(uuid=uuid, kind="matched", seen=seen, by=by, at=at) as (row, look):
        if person is not None and person not in candidates(row, look=look):
            raise CaseInvalid("person", "unknown")
        before, row.person_id = row.person_id, person
        keep(row, look=look, at=at)
        mark_cases([row], by=by, at=at)
        if before not in {None, person}:
            row.save()
            unmark_case(row, person=before, by=by, at=at)


def candidates(row: Case, *, look: Look) -> tuple[int, ...]:
    """Return whom of the log a case may be of: by its document, or who wrote under its number."""
    paper = sealed.opened(row.document_sealed, table=TABLE, column="document", row=row.uuid)
    said = people.Reported(
        name=sealed.opened(row.name_sealed, table=TABLE, column="name", row=row.uuid),
        phone=sealed.opened(row.phone_sealed, table=TABLE, column="phone", row=row.uuid),
        document=sealed.document_of(paper),
    )
    (meant,) = people.meant_by([said], look=look)
    return tuple(sorted({*meant.others, *((meant.person,) if meant.person else ())}))


def close_case(*, uuid: UUID, why: str, note: str = "", seen: str | None = None, by: User, at: datetime) -> None:
    """Close a case for a reason.

    :raises CaseInvalid: there is no such reason. :raises CaseUnknown: as `changing`.
    """
    with changing(uuid=uuid, kind="closed", note=note, seen=seen, by=by, at=at) as (row, look):
        if why not in CLOSINGS:
            raise CaseInvalid("why", "unknown")
        keep(row, look=look, at=at)
        row.closed_at, row.closed_why = max(at, row.reported_at), why  # clocks of two machines differ
        if why == caserules.DISCARDED:
            _is_none(row, by=by, at=at)


def _is_none(row: Case, *, by: User, at: datetime) -> None:
    """Take back what follows from a case that is none; it exposed nobody, and whom it was of is a contact again."""
    take_back_exposures(case=row, by=by, at=at)
    row.save()
    unmark_case(row, person=row.person_id, by=by, at=at)


def reopen_case(*, uuid: UUID, note: str, by: User, at: datetime) -> None:
    """Open a closed case again.

    :raises CaseInvalid: the note is missing. :raises CaseUnknown: there is none such. :raises AccessError: as a look.
    :raises CaseChanged: a colleague did so a moment ago.
    """
    said = caserules.needed_text(note, field="note")
    row = found(uuid=uuid, by=by, at=at)
    if row.closed_at is None:
        return
    with access.look(
        by=by, action=CASE_REOPENED, purpose=purpose_of(row), scope=where(row), persons=of(row), at=at
    ) as look:
        row = _locked(row, by=by, at=at)
        if row.closed_at is None:
            raise CaseChanged
        row.closed_at, row.closed_why = None, ""
        stored(row, kind="reopened", note=said, by=by, at=at)
        mark_cases([row], by=by, at=at)
        look.shows(of(row), detail={"case": row.number, "kind": "reopened"})
