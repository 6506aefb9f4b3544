"""An answer as a file: drafted here under one look, made, kept and handed out by `access`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.access.actions import Draft
from jejak.access.rules import Scope
from jejak.people import queries as people
from jejak.premises import queries as premises
from jejak.tracing import actions, rules, sheets
from jejak.tracing.actions.releasing import seen_in
from jejak.tracing.answers import VisitorRow
from jejak.tracing.narrowing import contacts_with, place_name, stays_with
from jejak.tracing.records import EXPORTED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from jejak.access.actions import MadeExport, User
    from jejak.formats.spreadsheet import Table
    from jejak.tracing.records import Search
    from jejak.tracing.state import View

FORMATS: Final = frozenset({"csv", "xlsx"})
CONTACTS, VISITORS = "tracing.contacts", "tracing.visitors"


def contacts_file(*, search: Search, view: View, form: str, text: str = "", by: User, at: datetime) -> MadeExport:
    """Return a file made of all contacts of a view with their ranks; it waits for a second person unless it is small.

    With ``text``, of those whom the search's pages have shown to this account the ones that mention it.

    :raises FileTooLarge: more people than a file may hold. :raises AccessError: this account may not look.
    """
    about = view.chosen(search.persons)
    with access.look(by=by, action=EXPORTED, purpose=search.said, persons=about, at=at) as look:
        found = rules.sifted(actions.contacts_of(search=search, view=view, look=look), by=view.flags)
        ranks = {one.person: rank for rank, one in enumerate(found, start=1)}
        known = premises.places({place.premises for one in found for place in one.shared})
        seen = seen_in(search, by=by)
        taken = [one for one in found if one.tier <= view.tier]
        if text:
            before = [one for one in taken if one.person in seen]
            named = actions.names([one.person for one in before], look=look)
            taken = list(contacts_with(text, before, named=named, known=known))
        rules.file_of(len(taken))
        said = actions.said_of(taken, view=view, look=look)
        named = actions.names([one.person for one in taken], look=look)
        rows = [
            actions.contact_row(one, rank=ranks[one.person], most=one.minutes, named=named, known=known, said=said)
            for one in taken
        ]
        table = sheets.contacts_table(rows=rows, search=search, by=by, at=at)
        draft = _draft(CONTACTS, table, stem=_("contacts"), persons=named.keys(), also=about, seen=seen)
        return access.make_export(look=look, draft=draft, form=form, at=at)


def visitors_file(*, search: Search, view: View, form: str, text: str = "", by: User, at: datetime) -> MadeExport:
    """Return a file made of all stays at a search's premises; it waits for a second person unless it is small.

    With ``text``, of those whom the search's pages have shown to this account the ones whose name or phone mentions it.

    :raises FileTooLarge: more rows than a file may hold. :raises AccessError: this account may not look.
    """
    where = premises.place(search.premises)
    scope = Scope(state=where.state, district=where.district)
    with access.look(by=by, action=EXPORTED, purpose=search.said, scope=scope, at=at) as look:
        taken = list(rules.sifted_stays(actions.visitors_of(search=search, view=view, look=look), by=view.flags))
        seen = seen_in(search, by=by)
        if text:
            before = [stay for stay in taken if stay.person in seen]
            taken = list(stays_with(text, before, named=actions.names({stay.person for stay in before}, look=look)))
        rules.file_of(len(taken))
        named = actions.names({stay.person for stay in taken}, look=look)
        rows = [VisitorRow(named[stay.person], stay) for stay in taken]
        place = place_name({where.id: where}, where.id)
        table = sheets.visitors_table(rows=rows, place=place, search=search, by=by, at=at)
        draft = _draft(VISITORS, table, stem=_("visitors"), persons=named.keys(), seen=seen)
        return access.make_export(look=look, draft=draft, form=form, at=at)


def _draft(
    holds: str, table: Table, *, stem: str, persons: Collection[int], also: Collection[int] = (), seen: Collection[int]
) -> Draft:
    """Return a draft; it is released if pages of the search have shown everybody in it to whoever asks."""
    return Draft(
        holds=holds,
        action=EXPORTED,
        stem=stem,
        title=table.title,
        heading=table.heading,
        rows=table.rows,
        people=frozenset(persons),
        also=frozenset(also) | frozenset(people.together(persons)),
        note=table.mark,
        released=set(persons) <= set(seen),
    )
