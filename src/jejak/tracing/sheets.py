"""Answers as tables for a spreadsheet, with a mark that says who took them out, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.formats.spreadsheet import Table
from jejak.tracing.marks import TIERS, marks_of
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jejak.tracing.answers import ContactRow, VisitorRow
    from jejak.tracing.records import Search
    from jejak.trail.rules import Actor
    from jejak.visits.queries import Said


def contacts_table(*, rows: Iterable[ContactRow], search: Search, by: Actor, at: datetime) -> Table:
    """Return contacts as a table; times are written ``2022-01-21 15:15``, places stand in one cell."""
    heading = [
        _("rank"), _("name"), _("phone"), _("minutes together"), _("shared premises"),
        _("where and how many minutes"), _("first time"), _("last time"), _("times are"),
        _("nearness"), _("minutes in the same place"), _("remarks"), _("what the visitor says"),
    ]  # fmt: skip
    body = (
        [
            str(row.rank), row.who.name, row.who.reached, str(row.contact.minutes),
            str(len(row.places)), "; ".join(f"{place} ({minutes})" for place, minutes in row.places),
            written(row.contact.first), written(row.contact.last), certainty(observed=row.contact.observed),
            str(TIERS[row.contact.tier].word), str(row.contact.near), remarks(row.contact.flags),
            "; ".join(map(told, row.said)),
        ]
        for row in rows
    )  # fmt: skip
    return Table(_("Contacts"), heading, body, mark(search=search, by=by, at=at))


def visitors_table(*, rows: Iterable[VisitorRow], place: str, search: Search, by: Actor, at: datetime) -> Table:
    """Return visitors as a table, a row for each stay."""
    heading = [_("premises"), _("name"), _("phone"), _("from"), _("until"), _("the end is"), _("remarks")]
    body = (
        [
            place, row.who.name, row.who.reached, written(row.stay.period.start),
            written(row.stay.period.end), certainty(observed=row.stay.observed), remarks(row.stay.flags),
        ]
        for row in rows
    )  # fmt: skip
    return Table(_("Visitors"), heading, body, mark(search=search, by=by, at=at))


def mark(*, search: Search, by: Actor, at: datetime) -> str:
    """Return one line that says who took a file out, when, why, and under which reference."""
    return _("Taken out by {officer} on {moment} for: {purpose} (reference {reference})").format(
        officer=by.name,
        moment=words.moment(timezone.localtime(at), language=_language()),
        purpose=search.purpose,
        reference=search.uuid,
    )


def written(moment: datetime) -> str:
    """Return a moment as spreadsheets sort it, in Malaysian time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def certainty(*, observed: bool) -> str:
    """Return the word for a scanned or an estimated end."""
    return _("observed") if observed else _("estimated")


def remarks(flags: int) -> str:
    """Return the words for a visit's flags."""
    return ", ".join(str(mark.word) for mark in marks_of(flags))


def told(said: Said) -> str:
    """Return what a visitor said of a visit, as a sentence; told, not observed."""
    if said.kind == "not-me":
        return _("says: it was not me")
    came = words.moment(timezone.localtime(said.came_at), language=_language()) if said.came_at else ""
    left = words.moment(timezone.localtime(said.left_at), language=_language()) if said.left_at else ""
    if came and left:
        return _("says: I came %(came)s and left %(left)s") % {"came": came, "left": left}
    return _("says: I came %(came)s") % {"came": came} if came else _("says: I left %(left)s") % {"left": left}


def _language() -> str:
    return get_language() or "ms"
