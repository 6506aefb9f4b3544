"""Looking at whom a notice would go to before it does: over which way, in which language, and who is left out and why.

The same contacts are read again when they are sent, and a digest of both readings is compared: what was looked at is
what goes out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jejak.access import actions as access
from jejak.messaging.actions import Mailbox
from jejak.messaging.errors import RecipientInvalid
from jejak.people import queries as people
from jejak.tracing import noticerules
from jejak.tracing.actions.naming import named
from jejak.tracing.models import Contact
from jejak.tracing.noticepurposes import CHOSEN, purpose_here
from jejak.tracing.noticerules import NOTHING, SOURCE, TOLD, WAITING
from jejak.tracing.queries import notices, sources, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.tracing.answers import Named
    from jejak.tracing.queries.work import Filter

SHOWN_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which contacts: some by uuid, or all that a work list shows under a filter."""

    uuids: tuple[UUID, ...] = ()
    asked: Filter | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One contact chosen: ``way`` and ``language`` of the notice, or ``left_out`` with why there is none."""

    contact: Contact
    way: str
    language: str
    left_out: str
    named: Sequence[Mapping[str, Any]]
    day: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A contact on the page with the name."""

    planned: Planned
    who: Named


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending would do; ``lines`` are the first of them, ``by_hand`` and ``left_out`` the first of those."""

    total: int
    ways: Mapping[str, int]
    languages: Mapping[str, int]
    reasons: Mapping[str, int]
    lines: tuple[Line, ...]
    by_hand: tuple[Line, ...]
    left_out: tuple[Line, ...]
    digest: str
    last_hour: int
    needs_second: bool
    cut: bool  # more were chosen than go out at once


def preview_notices(*, chosen: Chosen, by: User, at: datetime) -> Preview:
    """Return what sending a notice to some contacts would do, on record for those whose names are shown.

    :raises AccessError: this account may not look.
    """
    with access.look(by=by, action=CHOSEN, purpose=purpose_here(by.pk), at=at) as look:
        found = plan(chosen, look=look)
        going = [one for one in found if not one.left_out]
        by_hand = [one for one in going if one.way == noticerules.PAGE][:SHOWN_AT_ONCE]
        out = [one for one in found if one.left_out][:SHOWN_AT_ONCE]
        first = going[:SHOWN_AT_ONCE]
        shown = {one.contact.pk: one.contact for one in (*first, *by_hand, *out)}
        look.shows(_persons(shown.values()), detail={"contacts": len(found), "left_out": len(found) - len(going)})
        who = named(shown.values(), look=look)
        hour = notices.told_lately(agency=by.agency_id or 0, at=at)

        def lines(some: Iterable[Planned]) -> tuple[Line, ...]:
            return tuple(Line(one, who[one.contact.pk]) for one in some)

        return Preview(
            total=len(going),
            ways=Counter(one.way for one in going),
            languages=Counter(one.language for one in going),
            reasons=Counter(one.left_out for one in found if one.left_out),
            lines=lines(first),
            by_hand=lines(by_hand),
            left_out=lines(out),
            digest=digest(going).hex(),
            last_hour=hour,
            needs_second=noticerules.needs_second(contacts=len(going), last_hour=hour),
            cut=len(found) == noticerules.MOST_AT_ONCE,
        )


def plan(chosen: Chosen, *, look: Look) -> list[Planned]:
    """Return what would become of each contact chosen, in the order of the work list; the look goes on."""
    contacts = _contacts(chosen, by=look.by)
    phoned = _phoned(contacts)
    mails = _mails([one for one in contacts if one.pk not in phoned], look=look)
    names = notices.named_of(one.pk for one in contacts)
    waiting = notices.waiting_among(one.pk for one in contacts)  # first: what leaves meanwhile is told, seen next
    before = notices.told_before(one.pk for one in contacts)
    alone = sources.among(one.pk for one in contacts if one.pk not in names)
    found = []
    for one in contacts:
        own = names.get(one.pk)
        nothing = SOURCE if one.pk in alone else NOTHING
        why = WAITING if one.pk in waiting else nothing if own is None else ""
        if own is not None and not why and noticerules.places(own.named) <= before.get(one.pk, frozenset()):
            why = TOLD if one.pk in before else ""
        way = noticerules.way(phone=one.pk in phoned, mail=one.pk in mails)
        language = one.language or noticerules.MALAY
        found.append(Planned(one, way, language, why, own.named if own else (), own.day if own else None))
    return found


def digest(going: Iterable[Planned]) -> bytes:
    """Return the digest of those who would be told."""
    return noticerules.digest((one.contact.pk, one.way, one.language) for one in going)


def mail_of(text: str) -> str:
    """Return a way of reaching somebody if it is a mail address and nothing else; empty otherwise."""
    try:
        return Mailbox(text.strip()).text
    except RecipientInvalid:
        return ""


def _contacts(chosen: Chosen, *, by: User) -> list[Contact]:
    rows = work.released(by).select_related("said").order_by("tier", "-last", "pk")
    if chosen.asked is not None:
        rows = work.ordered(asked=chosen.asked, by=by).select_related("said")
    else:
        rows = rows.filter(uuid__in=list(chosen.uuids))
    return list(rows[: noticerules.MOST_AT_ONCE])


def _phoned(contacts: Sequence[Contact]) -> set[int]:
    """Return which contacts have a number, as the log or an interview knows; none is opened."""
    having = people.with_phone({one.person_id for one in contacts if one.person_id is not None})
    said = {one.pk for one in contacts if one.said is not None and one.said.phone_sealed is not None}
    return said | {one.pk for one in contacts if one.person_id in having}


def _mails(contacts: Sequence[Contact], *, look: Look) -> set[int]:
    """Return which contacts without a phone are reached at a mail address; opened are only those without one."""
    if not contacts:
        return set()
    look.shows(_persons(contacts))
    return {number for number, who in named(contacts, look=look).items() if mail_of(who.reach)}


def _persons(contacts: Iterable[Contact]) -> set[int]:
    return set(people.together({one.person_id for one in contacts if one.person_id is not None}))
