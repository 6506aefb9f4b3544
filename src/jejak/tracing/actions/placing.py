"""Where a case may lie so that its officers see it: a district that there is, which somebody of the office reaches."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jejak.access import queries as accounts
from jejak.access.rules import AgencyKind, Scope, in_scope
from jejak.premises.rules import is_district
from jejak.tracing import caserules
from jejak.tracing.errors import CaseInvalid
from jejak.tracing.queries.cases import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def placing(*, office: int, at: datetime) -> Callable[[Scope], str]:
    """Return what says why a case of an office should not lie somewhere, see `caserules.misplaced`.

    An office's own district is known however it is written.
    """
    reached = accounts.reaches_at(agency=office, roles=ROLES, now=at)
    there = [each for each in accounts.offices(kind=AgencyKind.HEALTH) if each.number == office and each.district]
    own = [Scope(each.state, each.district) for each in there]

    @cache
    def problem(of: Scope) -> str:
        known = is_district(state=of.state, district=of.district) or any(in_scope(of=of, within=each) for each in own)
        return caserules.misplaced(of=of, reached=reached, known=known)

    return problem


def check_place(*, office: int, of: Scope, at: datetime) -> None:
    """Return if somebody of an office would see a case that lies there.

    :raises CaseInvalid: there is no such district, or nobody of the office reaches it.
    """
    if wrong := placing(office=office, at=at)(of):
        raise CaseInvalid(field_of(of), wrong)


def field_of(of: Scope) -> str:
    """Return the field in which a place is wrong."""
    return "district" if of.district else "state"
