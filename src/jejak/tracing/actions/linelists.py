"""Taking a line list of contacts out: opened under one look, made, kept and handed out by `access`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.access.actions import MOST_ROWS, Draft
from jejak.access.errors import ExportTooLarge
from jejak.formats import godata, sormas
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.tracing import exposures, linelists, linewords
from jejak.tracing.actions.naming import named
from jejak.tracing.linelists import Followed, Line, Met
from jejak.tracing.queries.linelists import follow_ups, listed, runs_behind, sizes
from jejak.tracing.runpurposes import LINE_LIST, LISTED, RUN_SHOWN, office_name
from jejak.trail import queries as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from jejak.access.actions import Look, MadeExport, User
    from jejak.tracing.answers import Named
    from jejak.tracing.models import Exposure, FollowUp
    from jejak.tracing.queries.linelists import Listed, Wanted

LINE_LISTS: Final = {"xlsx": "xlsx", "csv": "csv", "sormas": "csv", "godata": "json"}
"""The ways of writing a line list, and what kind of file each makes."""
CASE_BY_CASE: Final = frozenset({"sormas", "godata"})


def line_list(*, wanted: Wanted, form: str, said: str, by: User, at: datetime) -> MadeExport:
    """Return a file of the contacts wanted whose names were released; it waits for a second person unless it is small.

    ``said`` is what it is for. Who was not shown everybody in it on a page needs a second person for any size.

    :raises RunUnknown: :raises CaseUnknown: :raises ExportTooLarge: more rows than a file may hold.
    :raises ReasonMissing: too few words. :raises AccessError: this account may not look.
    """
    long = sizes(wanted=wanted, by=by, now=at)
    if max(long.contacts, long.exposures if form in CASE_BY_CASE else 0) > MOST_ROWS:
        raise ExportTooLarge(most=MOST_ROWS)  # before a single name is opened
    purpose = Purpose(LINE_LIST, said.strip(), str(wanted.uuid) if wanted.uuid else office_name(by.pk))
    with access.look(by=by, action=LISTED, purpose=purpose, at=at) as look:
        found = listed(wanted=wanted, by=by, now=at)
        if form in CASE_BY_CASE:  # each row is a case's; who has none is in no row
            found = [one for one in found if one.met]
        persons = frozenset(one.contact.person_id for one in found if one.contact.person_id)
        others = sum(one.contact.person_id is None for one in found)
        released = persons <= _seen(wanted, found, by=by)
        draft = _draft(form, _opened(found, look=look), persons=persons, others=others, released=released)
        return access.make_export(look=look, draft=draft, form=LINE_LISTS[form], at=at)


def _opened(found: Sequence[Listed], *, look: Look) -> list[Line]:
    contacts = [one.contact for one in found]
    who, followed = named(contacts, look=look), follow_ups(contacts)
    return [_line(one, who=who[one.contact.pk], followed=followed.get(one.contact.pk)) for one in found]


def _line(each: Listed, *, who: Named, followed: FollowUp | None) -> Line:
    one = each.contact
    return Line(
        contact=str(one.uuid),
        disease=one.disease,
        name=who.name,
        phone=who.phone,
        reach=who.reach,
        tier=one.tier,
        work=one.work,
        officer=one.officer.name if one.officer else "",
        found=local_day(one.found_at),
        met=tuple(map(_met, each.met)),
        followed=_followed(followed) if followed else None,
    )


def _met(one: Exposure) -> Met:
    return Met(
        case=one.case.number,
        state=one.case.state,
        district=one.case.district,
        first=one.first,
        last=one.last,
        tier=one.tier,
        exposed=exposures.read(one.why),
    )


def _followed(one: FollowUp) -> Followed:
    return Followed(
        state=one.state,
        started=local_day(one.started_at),
        until=one.until,
        apart_until=one.quarantine_until,
        tests=tuple(map(str, one.tests)),
        due=one.due_on,
        heard=one.heard_on,
        ill=one.ill,
        ended=local_day(one.ended_at) if one.ended_at else None,
        why=one.ended_why,
        facts=one.facts,
    )


def _seen(wanted: Wanted, lines: Sequence[Listed], *, by: User) -> frozenset[int]:
    """Return whom the pages of the runs behind a line list have shown to an account, with their numbers."""
    seen: set[int] = set()
    for run in runs_behind(wanted=wanted, lines=lines, by=by):
        seen |= trail.shown_for(by_id=by.pk, reference=str(run.uuid), actions=(RUN_SHOWN,), since=run.asked_at)
    return frozenset(seen)


def _draft(form: str, lines: Sequence[Line], *, persons: frozenset[int], others: int, released: bool) -> Draft:
    heading, rows, body = _written(form, lines)
    return Draft(
        holds=LISTED,
        action=LISTED,
        stem=f"{_('contacts')}-{form}" if form in CASE_BY_CASE else _("contacts"),
        title=_("Contacts"),
        heading=heading,
        rows=rows,
        people=persons,
        also=frozenset(people.together(persons)) if persons else frozenset(),
        released=released,
        others=others,
        body=body,
    )


def _written(form: str, lines: Sequence[Line]) -> tuple[Sequence[str], list[list[str]], Callable[[str], bytes] | None]:
    """Return the heading and rows of a file, and what writes it if another program prescribes how."""
    if form == "sormas":
        listed = linelists.sormas_rows(lines)
        return sormas.COLUMNS, [sormas.cells(row) for row in listed], lambda mark: sormas.csv_bytes(listed, mark=mark)
    if form == "godata":
        items = linelists.godata_items(lines)
        told = [godata.cells(item) for item in items]
        return godata.FIELDS, told, lambda mark: godata.json_bytes(items, mark=mark)
    return linewords.heading(), linewords.rows(lines), None
