"""Whether somebody may look at others' data for a purpose: role, kind, reference, scope, budget; refusals are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NoReturn

from django.db import connection

from jejak.access import purposes
from jejak.access.actions import alerts
from jejak.access.errors import BudgetSpent, PurposeRefused
from jejak.access.models import RoleGrant, User
from jejak.access.rules import AlertKind, Scope, in_scope
from jejak.trail import actions as trail
from jejak.trail import queries as looked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jejak.access.purposes import PurposeKind
    from jejak.trail.rules import Purpose

ANYWHERE: Final = Scope()
WINDOW: Final = timedelta(minutes=10)
MOST_LOOKS: Final = 200
DAY: Final = timedelta(days=1)
MOST_PEOPLE: Final = 10_000
"""Looks at a person within ten minutes, and people shown within a day, by one account; more is blocked and reported."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That a look may be: for which kind of purpose, and how many people it may still show today."""

    kind: PurposeKind
    people_left: int


def permit(
    *, by: User, action: str, purpose: Purpose, scope: Scope = ANYWHERE, persons: Iterable[int] = (), now: datetime
) -> PurposeKind:
    """Return the purpose's kind, which says what may be seen, once everything allows the look.

    Call it before reading, in the transaction that reads; ``persons`` are those the look is about where that is known.

    :raises PurposeRefused: the role, the kind, the reference or the scope does not allow it.
    :raises BudgetSpent: too many looks in ten minutes, or too many people in a day.
    """
    return may(by=by, action=action, purpose=purpose, scope=scope, persons=persons, now=now).kind


def may(
    *, by: User, action: str, purpose: Purpose, scope: Scope = ANYWHERE, persons: Iterable[int] = (), now: datetime
) -> Permit:
    """Return what `permit` returns, with what is left of the day's people.

    :raises PurposeRefused: as `permit`. :raises BudgetSpent: as `permit`.
    """
    why = _objection(by=by, action=action, purpose=purpose, scope=scope, now=now)
    if why:
        trail.refuse(by=by, action=action, purpose=purpose, why=why, persons=persons, at=now)
        alerts.refused(by=by, at=now)
        raise PurposeRefused(why)
    left = _within_budget(by=by, action=action, purpose=purpose, persons=persons, now=now)
    return Permit(purposes.kinds()[purpose.kind], left)


def too_many(*, by: User, action: str, purpose: Purpose, persons: Iterable[int], now: datetime) -> NoReturn:
    """Keep that a look would have shown more people than its account has left of the day, and end it.

    :raises BudgetSpent: always.
    """
    _spent("people", by=by, action=action, purpose=purpose, persons=persons, now=now)


def _objection(*, by: User, action: str, purpose: Purpose, scope: Scope, now: datetime) -> str:
    """Return why not, as a stable word; empty if nothing stands against it."""
    kind = purposes.kinds().get(purpose.kind)
    if kind is None:
        return "kind-unknown"
    needed = kind.allows.get(action, frozenset())
    grants = [grant for grant in RoleGrant.objects.filter(user=by, ended_at=None, role__in=needed) if grant.holds(now)]
    if not grants:
        return "role"
    if kind.refers is not None and not kind.refers(purpose.reference, by.pk):
        return "reference"
    return "" if any(in_scope(of=scope, within=grant.scope) for grant in grants) else "scope"


def _within_budget(*, by: User, action: str, purpose: Purpose, persons: Iterable[int], now: datetime) -> int:
    """Return how many people are left of the day."""
    with connection.cursor() as cursor:  # looks of one account wait for each other, or two at once pass the last one
        cursor.execute("select pg_advisory_xact_lock(hashtext('jejak budget'), %s::integer)", [by.pk % 2**31])
    spent = looked.spent(by_id=by.pk, looks_since=now - WINDOW, people_since=now - DAY)
    why = "looks" if spent.looks >= MOST_LOOKS else "people" if spent.people >= MOST_PEOPLE else ""
    if why:
        _spent(why, by=by, action=action, purpose=purpose, persons=persons, now=now)
    return MOST_PEOPLE - spent.people


def _spent(why: str, *, by: User, action: str, purpose: Purpose, persons: Iterable[int], now: datetime) -> NoReturn:
    trail.refuse(by=by, action=action, purpose=purpose, why=f"budget-{why}", persons=persons, at=now)
    alerts.stopped(by=by, kind=AlertKind(f"budget-{why}"), at=now)
    if why == "looks":
        raise BudgetSpent(why, until=looked.looks_again_at(by_id=by.pk, most=MOST_LOOKS, within=WINDOW))
    raise BudgetSpent(why, until=looked.people_again_at(by_id=by.pk, most=MOST_PEOPLE, within=DAY))
