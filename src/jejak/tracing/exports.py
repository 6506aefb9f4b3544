"""Taking an answer out as a file: everybody in it is named in the trail, with the file's rows and SHA-256."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jejak.formats import spreadsheet
from jejak.kernel.places import local_day
from jejak.premises import queries as premises
from jejak.tracing import actions, records, rules, tables
from jejak.tracing.answers import File, VisitorRow
from jejak.tracing.narrowing import contacts_with, place_name, stays_with
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from jejak.formats.spreadsheet import Table
    from jejak.tracing.records import Search
    from jejak.tracing.state import View
    from jejak.trail.rules import Actor

FORMATS: Final[dict[str, tuple[str, Callable[[Table], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", spreadsheet.csv_bytes),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", spreadsheet.xlsx_bytes),
}


@transaction.atomic
def contacts_file(*, search: Search, view: View, form: str, text: str = "", by: Actor, at: datetime) -> File:
    """Return all contacts of a view as a file, of them those that mention ``text``, with their ranks in the whole.

    :raises FileTooLarge: more people than one officer may take out.
    """
    about = view.chosen(search.persons)
    found = rules.sifted(actions.contacts_of(search=search, view=view, by=by), by=view.flags)
    ranks = {one.person: rank for rank, one in enumerate(found, start=1)}
    known = premises.places({place.premises for one in found for place in one.shared})
    near = [one for one in found if one.tier <= view.tier]
    named = actions.names([one.person for one in near], by=by, purpose=search.purpose) if text else {}
    taken = contacts_with(text, near, named=named, known=known)
    said = actions.said_of(taken, search=search, view=view, by=by)
    rules.file_of(len(taken))
    named |= actions.names([one.person for one in taken if one.person not in named], by=by, purpose=search.purpose)
    rows = [
        actions.contact_row(one, rank=ranks[one.person], most=one.minutes, named=named, known=known, said=said)
        for one in taken
    ]
    table = tables.contacts_table(rows=rows, search=search, by=by, at=at)
    file = _file(table, stem=_("contacts"), form=form, rows=len(rows), search=search, at=at)
    _record(file, search=search, view=view, persons=[*about, *(one.person for one in taken)], by=by, at=at)
    return file


@transaction.atomic
def visitors_file(*, search: Search, view: View, form: str, text: str = "", by: Actor, at: datetime) -> File:
    """Return all stays at a search's premises as a file, of them those whose visitor's name or phone mentions ``text``.

    :raises FileTooLarge: more people than one officer may take out.
    """
    found = rules.sifted_stays(actions.visitors_of(search=search, view=view, by=by), by=view.flags)
    named = actions.names({stay.person for stay in found}, by=by, purpose=search.purpose) if text else {}
    taken = stays_with(text, found, named=named)
    persons = {stay.person for stay in taken}
    rules.file_of(len(persons))
    named |= actions.names(persons - named.keys(), by=by, purpose=search.purpose)
    place = place_name(premises.places([search.premises]), search.premises)
    rows = [VisitorRow(named[stay.person], stay) for stay in taken]
    table = tables.visitors_table(rows=rows, place=place, search=search, by=by, at=at)
    file = _file(table, stem=_("visitors"), form=form, rows=len(rows), search=search, at=at)
    _record(file, search=search, view=view, persons=persons, by=by, at=at)
    return file


def _file(table: Table, *, stem: str, form: str, rows: int, search: Search, at: datetime) -> File:
    content_type, write = FORMATS[form]
    content = write(table)
    name = f"{stem}-{local_day(at):%Y%m%d}-{search.uuid.hex[-8:]}.{form}"
    return File(name, content_type, content, rows, sha256(content).hexdigest())


def _record(file: File, *, search: Search, view: View, persons: Iterable[int], by: Actor, at: datetime) -> None:
    detail = records.look_detail(
        search=search, window=view.period, found=file.rows, minutes=view.minutes, file=file.name,
        rows=file.rows, sha256=file.digest, bytes=len(file.content),
    )  # fmt: skip
    trail.record(by=by, action=records.EXPORTED, purpose=search.purpose, persons=set(persons), detail=detail, at=at)
