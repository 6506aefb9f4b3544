"""Which agencies lie in the area of somebody's role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.access import second
from jejak.access.models import HELD, Agency, Request, RoleGrant
from jejak.access.rules import AUDITOR, Scope, in_scope

if TYPE_CHECKING:
    from jejak.access.models import User


def audited_by(*, user: User) -> tuple[bool, tuple[Agency, ...]]:
    """Return whether an auditor audits everything, and the agencies that lie in their area; nobody else audits any."""
    scopes = {grant.scope for grant in RoleGrant.objects.filter(HELD, user=user, role=AUDITOR)}
    found = tuple(
        one
        for one in Agency.objects.order_by("name")
        if any(in_scope(of=Scope(one.state, one.district), within=scope) for scope in scopes)
    )
    return Scope() in scopes, found


def in_area(*, user: User) -> Q:
    """Return the condition that a row's ``agency`` lies in an auditor's area; of none it lies in the widest alone."""
    everywhere, found = audited_by(user=user)
    return Q() if everywhere else Q(agency__in=[one.pk for one in found])


def near(request: Request) -> frozenset[int] | None:
    """Return the accounts whose role reaches the agency that asked, for a kind only they decide; nothing for others.

    Where nobody but the asker is so near (an agency's only manager, no auditor), whoever holds the role decides.
    """
    kind = second.kinds().get(request.kind)
    if kind is None or not kind.near:
        return None
    place = Scope(request.agency.state, request.agency.district) if request.agency else Scope()
    held = RoleGrant.objects.filter(HELD, role__in=kind.deciders, user__is_active=True).exclude(
        user=request.asked_by_id
    )
    return frozenset(grant.user_id for grant in held if in_scope(of=place, within=grant.scope)) or None


def is_near(request: Request, *, user: User) -> bool:
    """Return whether a request is one that this account asked for, or that its roles reach."""
    reaching = near(request)
    return reaching is None or user.pk == request.asked_by_id or user.pk in reaching


def may_audit(*, user: User, agency: str) -> bool:
    """Return whether an auditor may see what this agency did; ``agency`` is its name on the trail, empty for none."""
    everywhere, found = audited_by(user=user)
    return everywhere or agency in {one.name for one in found}
