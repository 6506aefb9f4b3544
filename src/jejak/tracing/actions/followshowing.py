"""Showing who is followed up: the list with names page by page, and one contact's follow-up; each on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.tracing import sealed
from jejak.tracing.actions.hearing import TABLE
from jejak.tracing.actions.naming import meant_by_phone, named, seen_today
from jejak.tracing.models import Assessment, FollowUp
from jejak.tracing.queries import followagain, following, tables, work
from jejak.tracing.runpurposes import FOLLOW_SHOWN, WORKLIST, office_name
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from jejak.access.actions import User
    from jejak.tracing.models import Contact
    from jejak.tracing.queries.following import Asked
    from jejak.tracing.queries.tables import TableView


MOST_HEARD: Final = 60


@dataclass(frozen=True, slots=True)
class FollowLine:
    """Somebody on the list; ``holder`` works on them now, if somebody else does."""

    row: FollowUp
    name: str
    officer: str
    holder: str


@dataclass(frozen=True, slots=True)
class FollowList:
    """A page of the list with names, and how many stand on each."""

    lines: tuple[FollowLine, ...]
    total: int
    number: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """How somebody was on one day; ``by`` is the officer who heard it, empty if they said so themselves."""

    day: date
    at: datetime
    by: str
    well: bool
    symptoms: tuple[str, ...]
    test: str
    note: str


@dataclass(frozen=True, slots=True)
class Followed:
    """How a contact is followed up; ``newer`` is a table that would be in force now, if theirs is another.

    ``again`` says that it ended, and may begin anew.
    """

    row: FollowUp
    table: TableView | None
    newer: TableView | None
    heard: tuple[Heard, ...]
    again: bool


def show_follow_ups(*, asked: Asked, by: User, at: datetime) -> FollowList:
    """Return a page of the office's follow-ups with names, on record; a number that is searched for is on it as well.

    :raises AccessError: this account may not look.
    """
    purpose = Purpose(WORKLIST, _("The list of contacts to follow up"), office_name(by.pk))
    with access.look(by=by, action=FOLLOW_SHOWN, purpose=purpose, at=at) as look:
        persons = meant_by_phone(asked.text, purpose=purpose, look=look)
        page = following.page(asked=asked, persons=persons, by=by, today=local_day(at))
        contacts = [row.contact for row in page.rows]
        shown = people.together({one.person_id for one in contacts if one.person_id})
        look.shows(
            set(shown) - seen_today(action=FOLLOW_SHOWN, by=by, at=at),
            detail={"list": asked.tab, "contacts": len(contacts)},
        )
        who = named(contacts, look=look)
        lines = tuple(_line(row, name=who[row.contact_id].name, by=by, at=at) for row in page.rows)
        return FollowList(lines, page.total, page.number, page.counts)


def followed(contact: Contact) -> Followed | None:
    """Return how a contact is followed up, with what they said; whoever asks is within a look at them."""
    row = FollowUp.objects.select_related("ended_by").filter(contact=contact.pk).first()
    if row is None:
        return None
    row.contact = contact
    read = tables.read([contact.disease])
    newer = FollowUp.objects.filter(following.older(read), pk=row.pk).exists()
    said = row.assessments.select_related("by").order_by("-at", "-pk")[:MOST_HEARD]
    return Followed(
        row=row,
        table=read.by_number(row.table_id) if row.table_id else None,
        newer=read.in_force_for(contact) if newer else None,
        heard=tuple(map(_heard, said)),
        again=bool(followagain.beginning_anew([row])),
    )


def heard_before(contact: Contact, *, until: datetime) -> tuple[Heard, ...]:
    """Return how a contact said they were before a moment, the latest first; whoever asks is within a look at them."""
    said = Assessment.objects.filter(follow_up__contact=contact.pk, at__lt=until).select_related("by")
    return tuple(map(_heard, said.order_by("-at", "-pk")[:MOST_HEARD]))


def _heard(one: Assessment) -> Heard:
    return Heard(
        day=one.day,
        at=one.at,
        by=one.by.name if one.by else "",
        well=one.well,
        symptoms=tuple(one.symptoms),
        test=one.test,
        note=sealed.opened(one.note_sealed, table=TABLE, column="note", row=one.uuid),
    )


def _line(row: FollowUp, *, name: str, by: User, at: datetime) -> FollowLine:
    contact = row.contact
    officer = contact.officer.name if contact.officer else ""
    return FollowLine(row, name, officer, work.holder(contact, by=by, at=at))
