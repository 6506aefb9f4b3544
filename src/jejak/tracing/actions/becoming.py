"""Marking the lines of whoever is a case, in any office: called as a contact no more, and followed up no more.

A line of somebody whom an interview alone knows is that case by number and name, as two interviews of one person are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q

from jejak.people import queries as people
from jejak.people.rules import fold_name
from jejak.tracing import sealed
from jejak.tracing.actions.followchanging import ended
from jejak.tracing.actions.following import lock_lines, resume
from jejak.tracing.actions.saying import reached
from jejak.tracing.actions.uniting import know
from jejak.tracing.caserules import DISCARDED
from jejak.tracing.followrules import BECAME_CASE, FOLLOWING
from jejak.tracing.models import Case, Contact, ContactEvent, Exposure, FollowUp, SaidContact
from jejak.tracing.queries.followagain import became_by
from jejak.tracing.queries.sources import EXPOSING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.actions.saying import Reached

NO_CASE: Final = "no-case"
TABLE: Final = "tracing_case"


def mark_cases(cases: Collection[Case], *, by: User, at: datetime) -> None:
    """Mark whatever line there is, in any office, of those whom open cases are of; of their diseases alone.

    Another office learns that they became a case, and not who reported it. Whoever calls is within a look at them.
    """
    going = [one for one in cases if not one.closed_at and one.classification != DISCARDED]
    if not going:
        return
    _know(going, by=by, at=at)
    case_of = _lines(going)
    for number, case in case_of.items():
        mark(number, case=case.pk, number=case.number, by=by, at=at)
    _end_follow_ups(case_of, by=by, at=at)


def mark(contact: int, *, case: int, number: str, by: User, at: datetime) -> None:
    """Say on an open line that its person became a case, once; nobody has to call them as a contact."""
    rows = Contact.objects.filter(pk=contact, closed_at=None, became_case=False)
    line = rows.first()
    if line is not None and rows.update(became_case=True, work="done", version=F("version") + 1):
        told = {"case": case, "number": number}
        ContactEvent.objects.create(contact=line, at=at, by=_own(by, line), kind=BECAME_CASE, facts=told)


def unmark_case(case: Case, *, person: int | None, by: User, at: datetime) -> None:
    """Let those be called again whom a case was of, by ``person`` or by what an interview said, if they are no other.

    Whoever calls has stored what the case is from now on.
    """
    persons = people.together([person]) if person else ()
    named = _named_by([case]) if case.phone_key else {}
    which = Q(person__in=persons) | Q(said__in=[*named])
    lines = Contact.objects.filter(which, disease=case.disease, closed_at=None, became_case=True).order_by("pk")
    still = _lines(_open_cases(case.disease, persons=persons, phones=[case.phone_key] if named else []))
    none = [line for line in lines if line.pk not in still]
    lock_lines(line.pk for line in none)
    for line in none:
        Contact.objects.filter(pk=line.pk).update(became_case=False, work="to-call", version=F("version") + 1)
        told = {"case": case.pk, "number": case.number}
        ContactEvent.objects.create(contact=line, at=at, by=_own(by, line), kind=NO_CASE, facts=told)
    ended_by = became_by([line.pk for line in none])
    going = [one for one, ill in ended_by.items() if not _stands(ill, persons=persons)]
    _resume_follow_ups(going, by=by, at=at)


def open_case(contact: Contact) -> Case | None:
    """Return the open case of the contact's office that they are; none if they are not."""
    if contact.person_id is None:
        return None
    rows = _open_cases(contact.disease, persons=people.together([contact.person_id]), phones=[])
    return next((one for one in rows if one.agency_id == contact.agency_id), None)


def said_cases(named: Iterable[SaidContact], *, disease: str) -> frozenset[int]:
    """Return which of those whom interviews name are open cases of a disease by number and name."""
    mine = [one for one in named if one.person_id is None and one.phone_key]
    if not mine:
        return frozenset()
    rows = _open_cases(disease, persons=(), phones=[one.phone_key for one in mine])
    ill = {who for one in rows if (who := _reached(one))}
    return frozenset(one.pk for one in mine if ill and reached(one) in ill)


def _open_cases(disease: str, *, persons: Collection[int], phones: Collection[object]) -> list[Case]:
    which = Q(person__in=persons) | Q(phone_key__in=phones)
    rows = Case.objects.filter(which, disease=disease, closed_at=None).exclude(classification=DISCARDED)
    return list(rows.order_by("pk"))


def _know(cases: Iterable[Case], *, by: User, at: datetime) -> None:
    """Let whom interviews name be the persons whom cases are of, by number and name."""
    known = {one.pk: one.person_id for one in cases if one.person_id and one.phone_key}
    for said, case in _named_by([one for one in cases if one.pk in known]).items():
        SaidContact.objects.filter(pk=said).update(person=known[case.pk])
        know(said=said, person=known[case.pk] or 0, by=by, at=at)
    persons = people.together({one.person_id for one in cases if one.person_id})
    late = Contact.objects.filter(said__person__in=persons, closed_at=None).select_related("said")
    for line in list(late):
        if line.said is not None and line.said.person_id is not None:
            know(said=line.said.pk, person=line.said.person_id, by=by, at=at)


def _named_by(cases: Collection[Case]) -> dict[int, Case]:
    """Return whom interviews name, and no log knows, who are these cases by number and name."""
    rows = SaidContact.objects.filter(phone_key__in=[one.phone_key for one in cases if one.phone_key], person=None)
    named = list(rows.order_by("pk"))
    of = {who: one for one in cases if named and (who := _reached(one))}
    return {one.pk: of[who] for one in named if (who := reached(one)) in of}


def _lines(cases: Collection[Case]) -> dict[int, Case]:
    """Return the open lines of those whom cases are of, by number, each with its case; locked in their order."""
    of = {one.person_id: one for one in cases if one.person_id}
    persons = people.together(of)
    read_as = people.same_as([*persons, *of])
    case_of = {(one.disease, read_as[person]): one for person, one in of.items()}
    named = _named_by(cases)
    rows = Contact.objects.filter(Q(person__in=persons) | Q(said__in=[*named]), closed_at=None)
    found = {}
    for one in rows.filter(disease__in={one.disease for one in cases}).order_by("pk"):
        case = case_of.get((one.disease, read_as[one.person_id])) if one.person_id else named.get(one.said_id or 0)
        if case is not None and case.disease == one.disease:
            found[one.pk] = case
    lock_lines(found)
    return found


def _end_follow_ups(case_of: Mapping[int, Case], *, by: User, at: datetime) -> None:
    rows = FollowUp.objects.filter(contact__in=[*case_of], state=FOLLOWING).select_related("contact")
    for row in rows.order_by("contact").select_for_update(of=("self",)):
        case = case_of[row.contact_id]
        told = {"case": case.pk, "number": case.number}
        ended(row, state=BECAME_CASE, why="case", by=_own(by, row.contact), at=at, told=told)


def _stands(case: Case, *, persons: Collection[int]) -> bool:
    """Return whether a case was one, and of these persons."""
    was = DISCARDED not in {case.classification, case.closed_why}
    return was and (not persons or case.person_id in persons)


def _resume_follow_ups(lines: Collection[int], *, by: User, at: datetime) -> None:
    """Go on with the follow-ups that ended because of a case that is none, of those whom something still exposes."""
    exposed = Exposure.objects.filter(EXPOSING, contact=OuterRef("contact"), ended_at=None)
    rows = FollowUp.objects.filter(Exists(exposed), contact__in=lines, state=BECAME_CASE).select_related("contact")
    for row in rows.order_by("contact").select_for_update(of=("self",)):
        resume(row, by=_own(by, row.contact), at=at)


def _own(by: User, line: Contact) -> User | None:
    """Return who did it where a line's office may know it."""
    return by if by.agency_id == line.agency_id else None


def _reached(case: Case) -> Reached | None:
    """Return the number and the folded name of a case, as whom interviews name are read; none without a number."""
    phone, name = (
        sealed.opened(getattr(case, f"{column}_sealed"), table=TABLE, column=column, row=case.uuid)
        if case.phone_key
        else ""
        for column in ("phone", "name")
    )
    return (phone, fold_name(name=name)) if phone else None
