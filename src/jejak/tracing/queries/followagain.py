"""Whose follow-up ended and may begin anew: exposed since, known to have been so only since, or no case after all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from jejak.tracing.caserules import DISCARDED
from jejak.tracing.followrules import BECAME_CASE, DIED, FOLLOW_UP_ENDED, OVER
from jejak.tracing.models import Case, ContactEvent, Exposure

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from jejak.tracing.models import FollowUp

CASE: Final = "case"
"""The fact of an event by which a follow-up ended as a case: its number."""


def beginning_anew(rows: Collection[FollowUp]) -> frozenset[int]:
    """Return the contacts among the follow-ups that ended who may be followed anew.

    An exposure counts by when it was found: whoever was released before anybody knew of it was never followed for it.
    """
    over = [one for one in rows if one.ended_at is not None]
    became = became_by([one.contact_id for one in over if one.state == BECAME_CASE])
    met: defaultdict[int, list[Exposure]] = defaultdict(list)
    for each in Exposure.objects.filter(contact__in=[one.contact_id for one in over]):
        met[each.contact_id].append(each)
    return frozenset(one.contact_id for one in over if _anew(one, met=met[one.contact_id], became=became))


def _anew(row: FollowUp, *, met: Sequence[Exposure], became: Mapping[int, Case]) -> bool:
    case = became.get(row.contact_id)
    if case is not None and case.classification == DISCARDED:
        return True
    if case is not None and case.closed_at is None:
        return False
    return _exposed_since(row, met)


def _exposed_since(row: FollowUp, met: Sequence[Exposure]) -> bool:
    ended = row.ended_at
    if ended is None or row.contact.last > ended:
        return ended is not None
    known = [one for one in met if one.made_at <= ended and (one.ended_at is None or one.ended_at > ended)]
    fresh = [one for one in met if one.ended_at is None and one.made_at > ended and not _same(one, known)]
    if row.ended_why == OVER:  # the days of what was known covered whatever came before it
        fresh = [one for one in fresh if all(one.last > other.last for other in known)]
    return bool(fresh) and row.ended_why != DIED


def _same(one: Exposure, known: Sequence[Exposure]) -> bool:
    """Return whether an exposure tells anew what was known of its case, and nothing later."""
    return any(other.case_id == one.case_id and one.last <= other.last for other in known)


def became_by(contacts: Collection[int]) -> Mapping[int, Case]:
    """Return the case because of which the follow-up of each contact ended last, as far as it is still there."""
    events = ContactEvent.objects.filter(contact__in=contacts, kind=FOLLOW_UP_ENDED, facts__has_key=CASE)
    numbers = {one.contact_id: one.facts[CASE] for one in events.order_by("pk")}
    found = Case.objects.in_bulk(numbers.values())
    return {contact: found[number] for contact, number in numbers.items() if number in found}
