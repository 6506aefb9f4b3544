"""Agencies, inviting their people by name, and ending accounts when people leave."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from jejak.access.actions.accounts import add_account, close_account, give_role, named_person
from jejak.access.errors import (
    AccountUnclear,
    InvitationOver,
    NotYourself,
    RoleMissing,
    UnknownAccount,
    UnknownAgency,
)
from jejak.access.models import HELD, Agency, Invitation, User
from jejak.access.queries.providers import provider_of
from jejak.access.rules import AGENCY_MANAGER, INVITATION_LIFE, AccountKind, AgencyKind, Scope, digest, may_employ
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

PURPOSE = "accounts of staff"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made; ``token`` is what its link carries, shown once."""

    uuid: UUID
    token: str


@transaction.atomic
def add_agency(*, name: str, kind: AgencyKind, state: str = "", district: str = "", now: datetime) -> Agency:
    """Return an agency, a new one if the name is free; the operator adds it, and its first manager."""
    said = " ".join(name.split())
    if not said:
        raise AccountUnclear(name)
    found = Agency.objects.filter(name__iexact=said).first()
    return found or Agency.objects.create(name=said, kind=kind, state=state, district=district, created_at=now)


@transaction.atomic
def invite(*, by: User, email: str, name: str, role: str, now: datetime) -> Invited:
    """Return an invitation of one named person into the manager's agency; an open one to that address is replaced.

    :raises UnknownAgency: ``by`` belongs to none.
    :raises RoleMissing: people of this kind of agency cannot hold the role.
    :raises NameGeneric: the name is a function's. :raises MailboxShared: the address is one that several people read.
    :raises AccountUnclear: no name, or no e-mail address.
    """
    if by.agency is None or by.agency.closed_at is not None:
        raise UnknownAgency
    if not may_employ(agency=by.agency.kind, role=role):
        message = f"{by.agency.kind} agencies have no {role}"
        raise RoleMissing(message)
    email, name = _named(email, name)
    token = secrets.token_urlsafe(32)
    open_ones = Invitation.objects.filter(agency=by.agency, email__iexact=email, accepted_at=None, withdrawn_at=None)
    open_ones.update(withdrawn_at=now)
    made = Invitation.objects.create(
        agency=by.agency,
        email=email,
        name=name,
        role=role,
        token_digest=digest(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    detail = {"agency": by.agency.pk, "invitation": str(made.uuid), "role": role}
    trail.record(by=by, action="access.invited", purpose=PURPOSE, detail=detail, at=now)
    return Invited(made.uuid, token)


@transaction.atomic
def withdraw(*, by: User, uuid: UUID, now: datetime) -> None:
    """Withdraw an invitation of one's own agency; a used one stays used.

    :raises InvitationOver: it was accepted already. :raises UnknownAgency: it is not this agency's.
    """
    found = Invitation.objects.select_for_update().filter(agency=by.agency_id, uuid=uuid).first()
    if found is None or by.agency_id is None:
        raise UnknownAgency
    if found.accepted_at is not None:
        raise InvitationOver
    if found.withdrawn_at is None:
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        trail.record(by=by, action="access.withdrawn", purpose=PURPOSE, detail={"invitation": str(uuid)}, at=now)


@transaction.atomic
def accept(*, token: str, password: str | None, now: datetime) -> User:
    """Return the account that an invitation makes, with its role; once, by whoever holds the link.

    Without a password it signs in by its agency's provider alone, which must vouch for the invited address.

    :raises AccountUnclear: no password, and the agency has no sign-in of its own.
    :raises InvitationOver: used, withdrawn, too old, or never made: the answer is the same.
    :raises AccountExists: there is an account with this address; its manager gives it the role instead.
    """
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("agency", "invited_by")
        .filter(token_digest=digest(token))
        .first()
    )
    if found is None or found.accepted_at or found.withdrawn_at or now >= found.expires_at or found.agency.closed_at:
        raise InvitationOver
    if password is None and provider_of(agency=found.agency) is None:
        raise AccountUnclear("a password is needed")
    user = add_account(
        email=found.email, name=found.name, kind=AccountKind.STAFF, role=found.role, password=password,
        state=found.agency.state, agency=found.agency, by=found.invited_by, now=now, scope=_area(found.agency),
    )  # fmt: skip
    found.accepted_at, found.accepted_by = now, user
    found.save(update_fields=["accepted_at", "accepted_by"])
    trail.record(by=user, action="access.joined", purpose=PURPOSE, detail={"invitation": str(found.uuid)}, at=now)
    return user


@transaction.atomic
def change_roles(*, by: User, uuid: UUID, roles: frozenset[str], until: datetime | None = None, now: datetime) -> User:
    """Return a person of one's own agency holding exactly ``roles``; new ones reach the agency's area, ``until`` then.

    :raises UnknownAccount: nobody such in this agency. :raises RoleMissing: the agency's people cannot hold one.
    :raises NotYourself: a manager does not change their own roles.
    """
    user = person_of_agency(by=by, uuid=uuid)
    if user.pk == by.pk:
        raise NotYourself
    agency = user.agency
    wrong = sorted(role for role in roles if agency is None or not may_employ(agency=agency.kind, role=role))
    if wrong:
        raise RoleMissing(", ".join(wrong))
    held = {grant.role: grant for grant in user.role_grants.filter(ended_at=None) if grant.holds(now)}
    for role in held.keys() - roles:
        held[role].ended_at, held[role].ended_by = now, by
        held[role].save(update_fields=["ended_at", "ended_by"])
    for role in sorted(roles - held.keys()):
        give_role(user=user, role=role, by=by, now=now, scope=_area(agency), until=until)
    detail = {"account": str(user.uuid), "given": sorted(roles - held.keys()), "ended": sorted(held.keys() - roles)}
    trail.record(by=by, action="access.roles", purpose=PURPOSE, detail=detail, at=now)
    return user


@transaction.atomic
def leave(*, by: User, uuid: UUID, now: datetime) -> User:
    """Return the account of somebody who leaves the agency: closed, its roles ended, dead with its next request.

    :raises UnknownAccount: nobody such in this agency. :raises NotYourself: it is one's own.
    """
    user = person_of_agency(by=by, uuid=uuid)
    if user.pk == by.pk:
        raise NotYourself
    if user.left_at is None:
        close_account(user=user, now=now, by=by)
        trail.record(by=by, action="access.left", purpose=PURPOSE, detail={"account": str(user.uuid)}, at=now)
    return user


def person_of_agency(*, by: User, uuid: UUID) -> User:
    """Return an account of the agency that somebody manages, locked.

    :raises UnknownAccount: nobody such in this agency, or it is not theirs to manage.
    """
    managed = by.agency_id is not None and by.role_grants.filter(HELD, role=AGENCY_MANAGER).exists()
    user = User.objects.select_for_update().filter(agency=by.agency_id, uuid=uuid).first() if managed else None
    if user is None:
        raise UnknownAccount
    return user


def _area(agency: Agency | None) -> Scope:
    """Return how far a role of an agency's people reaches: where the agency lies, anywhere if it lies nowhere."""
    return Scope(agency.state, agency.district) if agency else Scope()


def _named(email: str, name: str) -> tuple[str, str]:
    email, name = email.strip(), " ".join(name.split())
    try:
        validate_email(email)
    except ValidationError:
        raise AccountUnclear(email) from None
    if not name:
        raise AccountUnclear(name)
    named_person(name=name, email=email)
    return email, name
