"""Answers as tables for a spreadsheet, with a mark that says who took them out, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.formats.spreadsheet import Table
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jejak.tracing.answers import ContactRow, VisitorRow
    from jejak.tracing.records import Search
    from jejak.trail.rules import Actor


def contacts_table(*, rows: Iterable[ContactRow], search: Search, by: Actor, at: datetime) -> Table:
    """Return contacts as a table; times are written ``2022-01-21 15:15``, places stand in one cell."""
    heading = [
        _("rank"), _("name"), _("phone"), _("minutes together"), _("shared premises"),
        _("where and how many minutes"), _("first time"), _("last time"), _("times are"),
    ]  # fmt: skip
    body = (
        [
            str(row.rank), row.who.name, row.who.reached, str(row.contact.minutes),
            str(len(row.places)), "; ".join(f"{place} ({minutes})" for place, minutes in row.places),
            written(row.contact.first), written(row.contact.last), certainty(observed=row.contact.observed),
        ]
        for row in rows
    )  # fmt: skip
    return Table(_("Contacts"), heading, body, mark(search=search, by=by, at=at), _("taken out"))


def visitors_table(*, rows: Iterable[VisitorRow], place: str, search: Search, by: Actor, at: datetime) -> Table:
    """Return visitors as a table, a row for each stay."""
    heading = [_("premises"), _("name"), _("phone"), _("from"), _("until"), _("the end is")]
    body = (
        [
            place, row.who.name, row.who.reached, written(row.stay.period.start),
            written(row.stay.period.end), certainty(observed=row.stay.observed),
        ]
        for row in rows
    )  # fmt: skip
    return Table(_("Visitors"), heading, body, mark(search=search, by=by, at=at), _("taken out"))


def mark(*, search: Search, by: Actor, at: datetime) -> str:
    """Return one line that says who took a file out, when, why, and under which reference."""
    return _("Taken out by {officer} on {moment} for: {purpose} (reference {reference})").format(
        officer=by.name,
        moment=words.moment(timezone.localtime(at), language=get_language() or "ms"),
        purpose=search.purpose,
        reference=search.uuid,
    )


def written(moment: datetime) -> str:
    """Return a moment as spreadsheets sort it, in Malaysian time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def certainty(*, observed: bool) -> str:
    """Return the word for a scanned or an estimated end."""
    return _("observed") if observed else _("estimated")
