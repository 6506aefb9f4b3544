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
from jejak.tracing.actions.events import event_of
from jejak.tracing.models import Case, CaseEvent
from jejak.tracing.records import CASE_REPORT, CASE_REPORTED
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.tracing.caserules import Given
    from jejak.tracing.queries import ProfileView

TABLE: Final = "tracing_case"


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of one report: the case, and whether it was there already."""

    id: int
    uuid: UUID
    number: str
    known: bool


@dataclass(frozen=True, slots=True)
class Sender:
    """Who reports what, to which office."""

    by: User
    office: int
    profile: ProfileView
    at: datetime


def report_case(*, given: Given, disease: str, office: int, by: User, at: datetime) -> Reported:
    """Return the case just reported, or the one that this report had made before.

    :raises CaseInvalid: it cannot be a case. :raises AccessError: this account may not report.
    """
    checked = caserules.checked(given, today=local_day(at))
    return report_cases(given=[checked], disease=disease, office=office, by=by, at=at)[0]


def report_cases(*, given: Sequence[Given], disease: str, office: int, by: User, at: datetime) -> tuple[Reported, ...]:
    """Return what became of some checked reports, in order: one transaction and one entry that names whom it matched.

    :raises AccessError: this account may not report.
    """
    sender = Sender(by, office, queries.profile(disease=disease), at)
    said = Purpose(CASE_REPORT, sender.profile.name)
    where = {(one.state, one.district) for one in given}
    scope = Scope(*where.pop()) if len(where) == 1 else Scope()
    with access.look(by=by, action=CASE_REPORTED, purpose=said, scope=scope, at=at) as look:
        done, matched = _taken(given, sender=sender, look=look)
        fresh = [one.number for one in done if not one.known]
        look.shows(people.together(matched), detail={"cases": len(fresh), "first": fresh[0] if fresh else ""})
    return done


def _taken(given: Sequence[Given], *, sender: Sender, look: Look) -> tuple[tuple[Reported, ...], set[int]]:
    with connection.cursor() as cursor:  # two files of one office at once would both find a case missing
        cursor.execute("select pg_advisory_xact_lock(hashtext('jejak cases'), %s::integer)", [sender.office % 2**31])
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
        row, again = became[_identity(one)], _identity(one) in first
        first.add(_identity(one))
        done.append(Reported(row.pk, row.uuid, row.number, again))
    return tuple(done), matched


def _identity(one: Given) -> object:
    """Return what makes two reports of one reporter the same: the laboratory's number, or who it is and the dates."""
    if one.reference:
        return one.reference
    return one.document or (one.phone, names.fold_name(name=one.name)), one.onset, one.sample


def _known(given: Sequence[Given], *, sender: Sender) -> Mapping[Given, Reported]:
    """Return the reports whose case is there already."""
    references = {one.reference for one in given if one.reference}
    mine = Q(reporter=sender.by.agency_id) if sender.by.agency_id else Q(reporter=None, reported_by=sender.by)
    rows = Case.objects.filter(mine, disease=sender.profile.disease, reference__in=references)
    by_reference = {row.reference: _as_known(row) for row in rows}
    found = {one: by_reference[one.reference] for one in given if one.reference in by_reference}
    return {**found, **_same_person([one for one in given if not one.reference], sender=sender)}


def _same_person(given: Sequence[Given], *, sender: Sender) -> Mapping[Given, Reported]:
    """Return the reports without a reference that an open case of the office was made of."""
    keys = {one: (sealed.phone_key(one.phone), sealed.document_key(one.document)) for one in given}
    phones = [phone for phone, _document in keys.values() if phone]
    papers = [document for _phone, document in keys.values() if document]
    rows = Case.objects.filter(
        Q(phone_key__in=phones) | Q(document_key__in=papers),
        agency=sender.office, disease=sender.profile.disease, closed_at=None, reference="",
    )  # fmt: skip
    by_identity = {_identity(_as_given(row)): _as_known(row) for row in rows}
    return {one: by_identity[_identity(one)] for one in given if _identity(one) in by_identity}


def _as_given(row: Case) -> Given:
    def text(column: str) -> str:
        return sealed.opened(getattr(row, f"{column}_sealed"), table=TABLE, column=column, row=row.uuid)

    paper = sealed.document_of(text("document"))
    document = (paper.kind, paper.number, paper.country) if paper else None
    return caserules.Given(
        name=text("name"), phone=text("phone"), document=document, onset=row.onset, sample=row.sample
    )


def _as_known(row: Case) -> Reported:
    return Reported(row.pk, row.uuid, row.number, known=True)


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
