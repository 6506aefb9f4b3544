"""Starting a search, which is on record and shows nobody; finding again one that an account may go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.errors import PurposeRefused
from jejak.access.rules import Scope
from jejak.people import queries as people
from jejak.people.rules import card_code
from jejak.tracing import queries, records, rules
from jejak.tracing.actions.belonging import strange
from jejak.tracing.actions.releasing import seen_in
from jejak.tracing.errors import CaseUnknown, NumberCrowded, SearchUnknown
from jejak.tracing.records import CASE, SEARCH, SEARCHED, SHOWN, Search
from jejak.trail import actions as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.kernel.periods import Period
    from jejak.premises.queries import Place
    from jejak.tracing.queries import CaseRef
    from jejak.tracing.state import View

ANYWHERE = Scope()


def case_for(*, text: str, by: User, purpose: str, at: datetime) -> CaseRef:
    """Return the open case that an account means by its number, to search from; what is refused is on record.

    :raises PurposeRefused: this account may not search. :raises CaseUnknown: there is no such open case of theirs.
    """
    try:
        return queries.case_ref(text=text, by=by, now=at)
    except CaseUnknown:
        may = bool(accounts.reaches(by=by, roles=queries.ROLES, now=at))
        why = "reference" if may else "role"
        trail.refuse(by=by, action=SEARCHED, purpose=Purpose(CASE, purpose), why=why, at=at)
        if not may:
            raise PurposeRefused(why) from None
        raise


def open_contacts_search(
    *, case: CaseRef, phone: str, window: Period, minutes: int, by: User, purpose: str, at: datetime
) -> Search:
    """Return the search just recorded for everybody who gave ``phone``; without ``persons`` if nobody did.

    Without a number it is the case itself. For who has no phone it may be the code of a printed card. Neither is kept
    anywhere; looking for one that nobody gave is on record too. Several records of one person are one.

    :raises PhoneInvalid: it is no phone number.
    :raises MinutesOutOfRange: they are no least time together.
    :raises NumberCrowded: more people wrote it than a page shows. :raises AccessError: this account may not search.
    """
    if not phone:
        return open_case_search(case=case, window=window, minutes=minutes, by=by, purpose=purpose, at=at)
    code, said = card_code(text=phone), _for(case.uuid, purpose)
    with access.look(by=by, action=SEARCHED, purpose=said, at=at) as look:
        named = (
            people.find_by_card(code=code, by=by, purpose=said, look=look)
            if code
            else people.find_by_phone(phone=phone, by=by, purpose=said, look=look)
        )
        same = people.same_as(person.id for person in named)
        wrote = tuple(dict.fromkeys(same[person.id] for person in named))
        found = wrote if len(wrote) <= rules.PAGE_LENGTH else ()
        odd = strange(case=case, window=window, persons=found, phone=phone, at=at)
        detail = records.contacts_detail(
            persons=found, window=window, minutes=rules.minutes(minutes), case=str(case.uuid), strange=odd
        )
        look.shows(people.together(found), detail=detail)
    if len(wrote) > len(found):
        raise NumberCrowded
    return _made(look)


def open_case_search(*, case: CaseRef, window: Period, minutes: int, by: User, purpose: str, at: datetime) -> Search:
    """Return the search just recorded for the contacts of a case itself; without ``persons`` if it is not matched.

    :raises MinutesOutOfRange: they are no least time together. :raises AccessError: this account may not search.
    """
    persons = (case.person,) if case.person else ()
    odd = strange(case=case, window=window, at=at)
    detail = records.contacts_detail(
        persons=persons, window=window, minutes=rules.minutes(minutes), case=str(case.uuid), strange=odd
    )
    return _open(people.together(persons), detail=detail, by=by, said=_for(case.uuid, purpose), scope=ANYWHERE, at=at)


def open_visitors_search(
    *, case: CaseRef, place: Place, window: Period, by: User, purpose: str, at: datetime
) -> Search:
    """Return the search just recorded for everybody who was at ``place``.

    :raises AccessError: this account may not search, or not there.
    """
    odd = strange(case=case, window=window, at=at)
    detail = records.visitors_detail(premises=place.id, window=window, case=str(case.uuid), strange=odd)
    return _open(
        (),
        detail=detail,
        by=by,
        said=_for(case.uuid, purpose),
        scope=Scope(state=place.state, district=place.district),
        at=at,
    )


def open_onward_search(*, search: Search, view: View, person: int, by: User, at: datetime) -> Search:
    """Return the search just recorded for somebody whose name this search showed, with its window and purpose.

    :raises SearchUnknown: nobody of this number was shown. :raises AccessError: this account may not search.
    """
    if person in search.persons or person not in seen_in(search, by=by) or not search.case:
        raise SearchUnknown
    detail = records.contacts_detail(
        persons=(person,), window=search.window, minutes=view.minutes, case=search.case, strange=search.strange
    )
    detail["from"] = str(search.uuid)
    said = _for(search.case, search.purpose)
    return _open(people.together([person]), detail=detail, by=by, said=said, scope=ANYWHERE, at=at)


def opened(*, uuid: UUID, kind: str, by: User, at: datetime) -> Search:
    """Return a search that this account may go on with: its own, or one of its agency's. What is refused is on record.

    :raises SearchUnknown: there is none of this kind; of somebody else the answer is the same.
    """
    try:
        return queries.search(uuid=uuid, kind=kind, by=by)
    except SearchUnknown:
        trail.refuse(by=by, action=SHOWN, purpose=Purpose(SEARCH, "", str(uuid)), why="reference", at=at)
        raise


def _for(case: UUID | str, purpose: str) -> Purpose:
    """Return what a search is started for: a case, in the officer's words."""
    return Purpose(CASE, purpose, str(case))


def _open(
    persons: Iterable[int], *, detail: Mapping[str, object], by: User, said: Purpose, scope: Scope, at: datetime
) -> Search:
    with access.look(by=by, action=SEARCHED, purpose=said, scope=scope, at=at) as look:
        look.shows(persons, detail=detail)
    return _made(look)


def _made(look: access.Look) -> Search:
    search = records.read(look.entry)
    if search is None:  # pragma: no cover - the entry was made a line above
        raise AssertionError
    return search
