"""The list that a run found: counted under every position of the sliders, named page by page, each name on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.people import queries as people
from jejak.premises import queries as premises
from jejak.tracing import queries
from jejak.tracing import sliders as sieve
from jejak.tracing.actions.naming import named
from jejak.tracing.caserules import NONE, OWN
from jejak.tracing.errors import ReleaseTooLarge
from jejak.tracing.models import Contact, ContactEvent
from jejak.tracing.paging import page_there
from jejak.tracing.queries import runs
from jejak.tracing.queries.rankings import ranking_of
from jejak.tracing.runpurposes import RUN_RELEASE, RUN_SHOWN, run_purpose
from jejak.trail import actions as trail
from jejak.trail import queries as looked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.access.queries import RequestView
    from jejak.premises.queries import Place
    from jejak.tracing.answers import Named
    from jejak.tracing.models import Run
    from jejak.tracing.queries.runs import RunRow
    from jejak.tracing.ranking import Ranked
    from jejak.tracing.sliders import Listed, Sliders, Sums

PAGE_LENGTH: Final = 50
MOST_PLACES: Final = 20
"""Premises whose counts a page shows."""
LARGE_RELEASE: Final = 300
"""People of whom one officer sees the names in one run; more needs a second officer."""


@dataclass(frozen=True, slots=True)
class Let:
    """How far the names of a run are shown to an officer.

    ``hidden`` contacts of the page are not yet; ``weak`` says that some of these rest on bare cases alone.
    """

    hidden: int
    shown: int
    most: int
    wanted: int
    weak: bool
    fits: bool
    asked: RequestView | None = None
    waits: bool = False

    @property
    def left(self) -> int:
        """How many more may be shown before a second officer is asked."""
        return max(0, self.most - self.shown)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A contact on a page whose name was shown; ``cases`` are the numbers of those that share it."""

    rank: int
    uuid: UUID
    who: Named
    found: Listed
    cases: tuple[str, ...]
    work: str


@dataclass(frozen=True, slots=True)
class RunList:
    """What stands of what a run found, as the sliders narrow it."""

    run: RunRow
    sliders: Sliders
    total: int
    matching: int
    sums: Sums
    places: Mapping[int, Place]
    rows: tuple[ListRow, ...]
    number: int
    let: Let
    bare: tuple[str, ...]  # the numbers of cases without evidence
    typed: tuple[str, ...]  # and of those whose evidence this account typed itself


@dataclass(frozen=True, slots=True)
class _Page:
    """A cut of the list with who of it was shown before, who is now, and who is not yet: by the contacts' numbers."""

    number: int
    rows: Sequence[Ranked]
    contacts: Mapping[int, Contact]
    seen: frozenset[int]
    new: frozenset[int]
    hidden: frozenset[int]


def show_run(
    *, uuid: UUID, sliders: Sliders | None, page: int = 1, release: bool = False, by: User, at: datetime
) -> RunList:
    """Return how many contacts the sliders leave, and of a page those whose names were shown; all with ``release``.

    :raises RunUnknown: it is no run of this account's office. :raises AccessError: this account may not look.
    :raises ReleaseTooLarge: a second officer must approve.
    """
    run = runs.kept(uuid=uuid, by=by)
    with access.look(by=by, action=RUN_SHOWN, purpose=run_purpose(run), at=at) as look:
        set_to = sliders or runs.sliders_of(run)
        found = ranking_of(run, sliders=set_to)
        listed = found.listed
        numbers = runs.case_numbers(found.of)
        bare = queries.bare_among(ids=found.of, by=by)
        cut = _paged(listed, number=page, release=release, run=run, look=look)
        let = _let(cut, listed, bare=bare, run=run, look=look)
        if cut.new:
            _released([cut.contacts[number] for number in cut.new], run=run, by=by, at=at)
        new = {cut.contacts[number].person_id or 0 for number in cut.new} - {0}
        detail = {"found": len(listed), "page": cut.number, **set_to.query()}
        look.shows(people.together(new) if new else (), detail=detail)
        open_to = [one.contact for one in cut.rows if one.contact in cut.seen | cut.new]
        shown = sieve.sifted(runs.found_in(run, contacts=open_to), sliders=set_to, rules=runs.rules_of(run))
        there = (each.premises for one in shown for exposed in one.exposed for each in exposed.stretches)
        return RunList(
            run=runs.run_of(uuid=uuid, by=by),
            sliders=set_to,
            total=found.total,
            matching=len(listed),
            sums=found.sums,
            places=premises.places({number for number, _ in found.sums.places[:MOST_PLACES]} | {*there}),
            rows=_rows(shown, cut, numbers=numbers, look=look),
            number=cut.number,
            let=let,
            bare=tuple(sorted(numbers[case] for case, why in bare.items() if why == NONE)),
            typed=tuple(sorted(numbers[case] for case, why in bare.items() if why == OWN)),
        )


def ask_run_release(*, uuid: UUID, people: int, by: User, reason: str, at: datetime) -> None:
    """Ask a second officer whether the names of up to so many contacts of a run may be shown.

    :raises RunUnknown: it is no run of this account's office. :raises ReasonMissing: too few words.
    """
    run = runs.kept(uuid=uuid, by=by)
    access.ask(by=by, kind=RUN_RELEASE, what={"run": str(run.uuid), "people": people}, reason=reason, now=at)


def _paged(listed: Sequence[Ranked], *, number: int, release: bool, run: Run, look: Look) -> _Page:
    number = page_there(number, total=len(listed), length=PAGE_LENGTH)
    rows = listed[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    wanted = [one.contact for one in rows]
    contacts = {one.pk: one for one in Contact.objects.filter(pk__in=wanted).select_related("said")}
    before = _seen_persons(run, by=look.by)
    # Whom an interview alone knows has no number that a look could name: an office sees them once it released them.
    seen = frozenset(
        pk for pk, one in contacts.items() if (one.person_id in before if one.person_id else one.released_at)
    )
    rest = frozenset(contacts) - seen
    return _Page(number, rows, contacts, seen, rest if release else frozenset(), frozenset() if release else rest)


def _seen_persons(run: Run, *, by: User) -> frozenset[int]:
    return looked.shown_for(by_id=by.pk, reference=str(run.uuid), actions=(RUN_SHOWN,), since=run.asked_at)


def _let(cut: _Page, listed: Sequence[Ranked], *, bare: Collection[int], run: Run, look: Look) -> Let:
    """Return how far names are shown once the page's new ones are; an approval that they need is used.

    :raises ReleaseTooLarge: they need one, and nobody approved; it is on record.
    """
    weak = {one.contact for one in listed if all(case in bare for case in one.cases)} if bare else set()
    before = len(_seen_persons(run, by=look.by))
    shown, wanted = before + len(cut.new), max(before, len(listed))
    asked = accounts.asked_for(by=look.by, kind=RUN_RELEASE, about={"run": str(run.uuid)})
    used = max((_people(one) for one in asked if one.used_at), default=0)
    ready = max((one for one in asked if _ready(one, at=look.at)), key=_people, default=None)
    beyond = bool(cut.new & weak) or shown > LARGE_RELEASE
    if cut.new and beyond and shown > used:
        if ready is None or _people(ready) < shown:
            trail.refuse(by=look.by, action=RUN_SHOWN, purpose=run_purpose(run), why="large-release", at=look.at)
            raise ReleaseTooLarge(people=shown)
        access.use(by=look.by, uuid=ready.uuid, kind=RUN_RELEASE, what=ready.what, now=look.at)
        used = _people(ready)
    most = max(used, _people(ready) if ready else 0)
    hidden_weak = bool(cut.hidden & weak)
    latest = asked[0] if asked and asked[0].used_at is None else None
    return Let(
        hidden=len(cut.hidden),
        shown=shown,
        most=most if hidden_weak else max(most, LARGE_RELEASE),
        wanted=wanted,
        weak=hidden_weak,
        fits=shown + len(cut.hidden) <= (most if hidden_weak else max(most, LARGE_RELEASE)),
        asked=latest,
        waits=latest is not None and not latest.decision and look.at < latest.expires_at,
    )


def _people(one: RequestView) -> int:
    return int(str(one.what.get("people", 0)))


def _ready(one: RequestView, *, at: datetime) -> bool:
    return one.decision == "approved" and one.used_at is None and at < one.expires_at


def _released(contacts: Sequence[Contact], *, run: Run, by: User, at: datetime) -> None:
    """Put contacts on the office's work list, those who are not there yet."""
    first = [one for one in contacts if one.released_at is None]
    Contact.objects.filter(pk__in=[one.pk for one in first]).update(released_at=at, version=F("version") + 1)
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=one, at=at, by=by, kind="released", facts={"run": str(run.uuid)}) for one in first
    )


def _rows(shown: Sequence[Listed], cut: _Page, *, numbers: Mapping[int, str], look: Look) -> tuple[ListRow, ...]:
    if not shown:
        return ()
    who = named([cut.contacts[one.contact] for one in shown], look=look)
    ranks = {one.contact: rank for rank, one in enumerate(cut.rows, start=1 + (cut.number - 1) * PAGE_LENGTH)}
    return tuple(
        ListRow(
            rank=ranks[one.contact],
            uuid=cut.contacts[one.contact].uuid,
            who=who[one.contact],
            found=one,
            cases=tuple(numbers[case] for case in one.cases),
            work=cut.contacts[one.contact].work,
        )
        for one in shown
    )
