"""Agencies' people and invitations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db.models import Count, Prefetch, Q

from jejak.access.errors import InvitationOver, UnknownAgency
from jejak.access.models import HELD, Agency, Identity, Invitation, Provider, RoleGrant, User
from jejak.access.rules import AgencyKind, Scope, digest, in_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as its manager sees it: ``roles`` held now; ``by_agency`` if its provider has vouched for it."""

    number: int
    uuid: UUID
    name: str
    email: str
    agency: str
    roles: tuple[str, ...]
    joined_at: datetime
    seen_at: datetime | None
    left_at: datetime | None
    second_factor: bool
    by_agency: bool


def agency_of(*, by: User) -> Agency:
    """Return the agency that somebody belongs to.

    :raises UnknownAgency: none.
    """
    if by.agency is None:
        raise UnknownAgency
    return by.agency


def agency_by_name(*, name: str) -> Agency:
    """Return the open agency with a name, whatever its case.

    :raises UnknownAgency: there is none.
    """
    found = Agency.objects.filter(name__iexact=" ".join(name.split()), closed_at=None).first()
    if found is None:
        raise UnknownAgency(name)
    return found


def people_of(*, by: User) -> tuple[AccountRow, ...]:
    """Return the accounts of one's own agency, those who left last."""
    return _rows(User.objects.filter(agency=agency_of(by=by)))


def invitations_of(*, by: User, now: datetime) -> tuple[Invitation, ...]:
    """Return the open invitations of one's own agency, the newest first."""
    mine = Invitation.objects.filter(agency=agency_of(by=by), accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    return tuple(mine.order_by("-invited_at"))


def invitation(*, token: str, now: datetime) -> Invitation:
    """Return the open invitation that a link's token stands for.

    :raises InvitationOver: used, withdrawn, too old, or never made: the answer is the same.
    """
    rows = Invitation.objects.select_related("agency").filter(token_digest=digest(token), agency__closed_at=None)
    found = rows.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now).first()
    if found is None:
        raise InvitationOver
    return found


def _rows(found: QuerySet[User]) -> tuple[AccountRow, ...]:
    rows = (
        found.select_related("agency")
        .prefetch_related(Prefetch("role_grants", RoleGrant.objects.filter(HELD)))
        .order_by("agency__name", "name", "pk")
    )
    proved = set(Authenticator.objects.exclude(type="recovery_codes").values_list("user_id", flat=True))
    bound = set(Identity.objects.filter(ended_at=None).values_list("account_id", flat=True))
    return tuple(sorted((_row(user, proved, bound) for user in rows), key=lambda row: row.left_at is not None))


def _row(user: User, proved: set[int], bound: set[int]) -> AccountRow:
    return AccountRow(
        number=user.pk,
        uuid=user.uuid,
        name=user.name,
        email=user.email or "",
        agency=user.agency.name if user.agency else "",
        roles=tuple(sorted(grant.role for grant in user.role_grants.all())),
        joined_at=user.joined_at,
        seen_at=user.seen_at,
        left_at=user.left_at,
        second_factor=user.pk in proved,
        by_agency=user.pk in bound,
    )


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency as the operator lists it: how many work there now, and who issues its sign-in, if anybody."""

    name: str
    kind: str
    people: int
    issuer: str


def agencies() -> tuple[AgencyRow, ...]:
    """Return every open agency by name."""
    rows = Agency.objects.filter(closed_at=None).annotate(many=Count("people", filter=Q(people__left_at=None)))
    issuers = dict(Provider.objects.filter(ended_at=None).values_list("agency_id", "issuer"))
    return tuple(AgencyRow(row.name, row.kind, row.many, issuers.get(row.pk, "")) for row in rows.order_by("name"))


@dataclass(frozen=True, slots=True)
class Office:
    """An open agency as others name it, with the state and district it is for."""

    number: int
    name: str
    state: str
    district: str


def offices(*, kind: AgencyKind) -> tuple[Office, ...]:
    """Return every open agency of a kind by name."""
    rows = Agency.objects.filter(kind=kind, closed_at=None).order_by("name")
    return tuple(Office(row.pk, row.name, row.state, row.district) for row in rows)


def names_of_agencies(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of agencies by number, closed ones too."""
    return dict(Agency.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def colleagues_of(
    *, agency: int, roles: Iterable[str], scope: Scope | None = None, now: datetime
) -> tuple[tuple[int, str], ...]:
    """Return number and name of everybody who works at an agency with one of these roles that reaches ``scope``."""
    reaching = (
        grant for grant in _held_at(agency, roles, now=now) if in_scope(of=scope or Scope(), within=grant.scope)
    )
    return tuple(dict.fromkeys((grant.user_id, grant.user.name) for grant in reaching))


def reaches_at(*, agency: int, roles: Iterable[str], now: datetime) -> tuple[Scope, ...]:
    """Return how far the roles reach that people of an agency hold now, of those named; nothing if nobody has one."""
    return tuple(dict.fromkeys(grant.scope for grant in _held_at(agency, roles, now=now)))


def _held_at(agency: int, roles: Iterable[str], *, now: datetime) -> QuerySet[RoleGrant]:
    held = RoleGrant.objects.filter(ended_at=None, role__in=list(roles), user__agency=agency, user__is_active=True)
    return held.filter(Q(until=None) | Q(until__gt=now)).select_related("user").order_by("user__name", "user_id")
