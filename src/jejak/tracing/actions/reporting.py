"""Taking in reported cases: each one once, matched with whom the log knows; the reporter learns of nobody by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q

from jejak.access import actions as access
from jejak.access.rules import Scope
from jejak.kernel.ids import uuid7
from jejak.kernel.places import KUALA_LUMPUR, local_day
from jejak.people import queries as people
from jejak.people import rules as names
from jejak.tracing import caserules, queries, sealed
from jejak.tracing.actions.becoming import mark_cases
from jejak.tracing.actions.events import event_of
from jejak.tracing.actions.locking import Lock, alone
from jejak.tracing.actions.placing import check_place
from jejak.tracing.actions.reportedbefore import TABLE, as_given, first_said, tell_differing
from jejak.tracing.errors import CaseInvalid
from jejak.tracing.models import Case, CaseEvent
from jejak.tracing.records import CASE_REPORT, CASE_REPORTED
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.tracing.caserules import Given, Reason
    from jejak.tracing.queries import ProfileView

TAKEN: Final[tuple[Reason, ...]] = (("reference", "taken"),)


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of one report: the case, and whether it was there already.

    ``against`` says why it is neither made nor known: its reference is another person's, so that this case is not
    theirs, or it says otherwise what this reporter had reported of the case.
    """

    id: int
    uuid: UUID
    number: str
    known: bool
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who reports what, to which office."""

    by: User
    office: int
    profile: ProfileView
    at: datetime


def report_case(*, given: Given, disease: str, office: int, by: User, at: datetime) -> Reported:
    """Return the case just reported, or the one that this report had made before.

    :raises CaseInvalid: it cannot be a case, its reference is another person's or says otherwise what was reported
        with it before, or no officer would see it there.
    :raises AccessError: this account may not report.
    """
    checked = caserules.checked(given, today=local_day(at))
    check_place(office=office, of=Scope(checked.state, checked.district), at=at)
    (done,) = report_cases(given=[checked], disease=disease, office=office, by=by, at=at)
    for field, problem, *_said in done.against:
        raise CaseInvalid(field, problem)
    return done


def report_cases(*, given: Sequence[Given], disease: str, office: int, by: User, at: datetime) -> tuple[Reported, ...]:
    """Return what became of some checked reports, in order: one transaction and one entry that names whom it matched.

    A case may lie where the reporter's role does not reach: whoever falls ill far from home is reported all the same.

    :raises AccessError: this account may not report.
    """
    sender = Sender(by, office, queries.profile(disease=disease), at)
    said = Purpose(CASE_REPORT, sender.profile.name)
    with access.look(by=by, action=CASE_REPORTED, purpose=said, at=at) as look:
        done, matched = _taken(given, sender=sender, look=look)
        fresh = [one.number for one in done if not one.known and not one.against]
        look.shows(people.together(matched), detail={"cases": len(fresh), "first": fresh[0] if fresh else ""})
    return done


def foreseen(
    given: Sequence[Given], *, disease: str, office: int, by: User, at: datetime, before: dict[object, Given]
) -> list[tuple[str, tuple[Reason, ...]]]:
    """Return what would become of each checked report: ``new``, ``known`` or ``against`` and why; nothing is made.

    ``before`` are the reports of the same table that were looked at already, by what makes two the same; it grows.
    """
    known = _known(given, sender=Sender(by, office, queries.profile(disease=disease), at))
    return [_foreseen(one, known.get(one), before) for one in given]


def _foreseen(one: Given, known: Reported | None, before: dict[object, Given]) -> tuple[str, tuple[Reason, ...]]:
    first = before.setdefault(_identity(one), one) if known is None else one
    if known is None and first is one:
        return "new", ()
    against = known.against if known is not None else _against(first, one)
    return ("against", against) if against else ("known", ())


def _taken(given: Sequence[Given], *, sender: Sender, look: Look) -> tuple[tuple[Reported, ...], set[int]]:
    _alone(sender)
    known = _known(given, sender=sender)
    fresh: dict[object, Given] = {}
    for one in given:
        if one not in known:
            fresh.setdefault(_identity(one), one)
    made, matched = _made(list(fresh.values()), sender=sender, look=look)
    became = dict(zip(fresh, made, strict=True))
    first: set[object] = set()
    done = []
    for one in given:
        if one in known:
            done.append(known[one])
            continue
        which = _identity(one)
        done.append(_again(became[which], fresh[which], one) if which in first else _as_fresh(became[which]))
        first.add(which)
    tell_differing(((kept.id, kept.against) for kept in done), by=sender.by, at=sender.at)
    return tuple(done), matched


def _alone(sender: Sender) -> None:
    """Wait for who reports to this office, or for this reporter: two files at once would both find a case missing."""
    alone(Lock.CASES, of=f"jejak cases {sender.office}")
    alone(Lock.REPORTER, of=f"jejak cases of {sender.by.agency_id or f'account {sender.by.pk}'}")


def _identity(one: Given) -> object:
    """Return what makes two reports of one reporter the same: the laboratory's number, or who it is and the dates.

    Of whom nothing but a name is known, all that was said: people share names.
    """
    if one.reference:
        return one.reference
    if not one.document and not one.phone:
        return one
    return one.document or (one.phone, names.fold_name(name=one.name)), one.onset, one.sample


def _same(one: Given, other: Given) -> bool:
    """Return whether two reports with one reference are of one person: a column full of "RTK" names nobody."""
    if one.document and other.document:
        return one.document == other.document
    return names.fold_name(name=one.name) == names.fold_name(name=other.name)


def _known(given: Sequence[Given], *, sender: Sender) -> Mapping[Given, Reported]:
    """Return the reports whose case is there already, or whose reference is another person's."""
    references = {one.reference for one in given if one.reference}
    rows = Case.objects.filter(_own(sender), disease=sender.profile.disease, reference__in=references)
    first = first_said(rows)
    by_reference = {row.reference: (row, first.get(row.pk, as_given(row))) for row in rows}  # none of these is empty
    found = {
        one: _again(*by_reference[one.reference], one)
        for one in given
        if one.reference and one.reference in by_reference
    }
    return {**found, **_same_person([one for one in given if not one.reference], sender=sender)}


def _own(sender: Sender) -> Q:
    """Return the cases that this reporter reported."""
    return Q(reporter=sender.by.agency_id) if sender.by.agency_id else Q(reporter=None, reported_by=sender.by)


def _same_person(given: Sequence[Given], *, sender: Sender) -> Mapping[Given, Reported]:
    """Return the reports without a reference that an open case of the office was made of.

    Who does not work there is told of their own reports alone, or they would learn by it who is a case.
    """
    keys = {one: (sealed.phone_key(one.phone), sealed.document_key(one.document)) for one in given}
    phones = [phone for phone, _document in keys.values() if phone]
    papers = [document for _phone, document in keys.values() if document]
    rows = Case.objects.filter(
        Q(phone_key__in=phones) | Q(document_key__in=papers),
        agency=sender.office, disease=sender.profile.disease, closed_at=None, reference="",
    )  # fmt: skip
    if sender.by.agency_id != sender.office:
        rows = rows.filter(_own(sender))
    by_identity = {_identity(as_given(row)): _as_known(row) for row in rows}
    return {one: by_identity[_identity(one)] for one in given if _identity(one) in by_identity}


def _as_known(row: Case) -> Reported:
    return Reported(row.pk, row.uuid, row.number, known=True)


def _as_fresh(row: Case) -> Reported:
    return Reported(row.pk, row.uuid, row.number, known=False)


def _again(row: Case, was: Given, one: Given) -> Reported:
    """Return what becomes of a report of a case that is there: the same, another person's, or said otherwise."""
    against = _against(was, one)
    return Reported(row.pk, row.uuid, row.number, known=False, against=against) if against else _as_known(row)


def _against(was: Given, one: Given) -> tuple[Reason, ...]:
    """Return why a report is not of the case that another one with its reference made."""
    return caserules.differing(was=was, now=one) if _same(was, one) else TAKEN


def _made(given: Sequence[Given], *, sender: Sender, look: Look) -> tuple[list[Case], set[int]]:
    meant = people.meant_by([_reported(one) for one in given], look=look)
    serials = _serials(len(given))
    today = sender.at.astimezone(KUALA_LUMPUR).date()
    rows = [
        _row(one, person=who.person, serial=serial, sender=sender, today=today)
        for one, who, serial in zip(given, meant, serials, strict=True)
    ]
    Case.objects.bulk_create(rows)
    CaseEvent.objects.bulk_create(
        event_of(row, kind="reported", by=sender.by, at=sender.at, note=one.note)
        for row, one in zip(rows, given, strict=True)
    )
    mark_cases(rows, by=sender.by, at=sender.at)
    return rows, {row.person_id for row in rows if row.person_id is not None}


def _reported(one: Given) -> people.Reported:
    paper = people.Document(*one.document) if one.document else None
    return people.Reported(one.name, one.phone, paper)


def _row(one: Given, *, person: int | None, serial: int, sender: Sender, today: date) -> Case:
    uuid = uuid7()

    def shut(column: str, text: str) -> bytes | None:
        return sealed.shut(text, table=TABLE, column=column, row=uuid)

    return Case(
        pk=serial,
        uuid=uuid,
        number=caserules.number_of(serial=serial, year=today.year),
        disease=sender.profile.disease,
        profile_id=sender.profile.number,
        person_id=person,
        name_sealed=shut("name", one.name),
        phone_sealed=shut("phone", one.phone),
        phone_key=sealed.phone_key(one.phone),
        document_sealed=shut("document", sealed.document_value(one.document)),
        document_key=sealed.document_key(one.document),
        onset=one.onset,
        sample=one.sample,
        evidence=one.evidence,
        reference=one.reference,
        classification=one.classification,
        state=one.state,
        district=one.district,
        agency_id=sender.office,
        reported_by=sender.by,
        reporter_id=sender.by.agency_id,
        reported_at=sender.at,
        changed_at=sender.at,
    )


def _serials(many: int) -> Iterable[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('tracing_case', 'id')) from generate_series(1, %s)", [many]
        )
        return [number for (number,) in cursor.fetchall()]
