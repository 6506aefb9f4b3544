"""Agencies invite named people, and end their accounts when they leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from jejak.access import actions, queries
from jejak.access.errors import (
    AccountExists,
    InvitationOver,
    NameGeneric,
    NotYourself,
    RoleMissing,
    UnknownAccount,
    UnknownAgency,
)
from jejak.access.models import Agency, Invitation, RoleGrant
from jejak.access.rules import AgencyKind, generic
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "panjang-sekali-1"


def agency(name: str = "Pejabat Kesihatan Contoh", kind: AgencyKind = AgencyKind.HEALTH) -> Agency:
    return actions.add_agency(name=name, kind=kind, state="MY-10", now=NOW)


def manager(of: Agency | None = None, email: str = "ketua@contoh.example") -> User:
    return actions.add_account(
        email=email, name="Ketua Contoh", kind="staff", role="agency_manager", agency=of or agency()
    )


def test_an_invited_person_joins_the_agency_with_the_role() -> None:
    invited = actions.invite(by=manager(), email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    user = actions.accept(token=invited.token, password=PASSWORD, now=NOW)
    assert (user.agency, user.state, queries.roles_of(user)) == (agency(), "MY-10", {"health_officer"})
    assert user.check_password(PASSWORD)
    assert set(Entry.objects.values_list("action", flat=True)) == {"access.invited", "access.joined"}


def test_an_invitation_works_once() -> None:
    invited = actions.invite(by=manager(), email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    actions.accept(token=invited.token, password=PASSWORD, now=NOW)
    with pytest.raises(InvitationOver):
        actions.accept(token=invited.token, password=PASSWORD, now=NOW)


@pytest.mark.parametrize("later", [timedelta(days=7), timedelta(days=400)])
def test_an_old_invitation_is_over(later: timedelta) -> None:
    invited = actions.invite(by=manager(), email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    with pytest.raises(InvitationOver):
        actions.accept(token=invited.token, password=PASSWORD, now=NOW + later)


def test_a_made_up_token_opens_nothing() -> None:
    with pytest.raises(InvitationOver):
        actions.accept(token="x" * 43, password=PASSWORD, now=NOW)


def test_a_second_invitation_replaces_the_first() -> None:
    chief = manager()
    first = actions.invite(by=chief, email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    second = actions.invite(by=chief, email="SITI@contoh.example", name="Siti", role="data_steward", now=NOW)
    with pytest.raises(InvitationOver):
        actions.accept(token=first.token, password=PASSWORD, now=NOW)
    assert [one.uuid for one in queries.invitations_of(by=chief, now=NOW)] == [second.uuid]


def test_a_withdrawn_invitation_is_over_and_a_used_one_cannot_be_withdrawn() -> None:
    chief = manager()
    invited = actions.invite(by=chief, email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    actions.withdraw(by=chief, uuid=invited.uuid, now=NOW)
    with pytest.raises(InvitationOver):
        actions.accept(token=invited.token, password=PASSWORD, now=NOW)
    again = actions.invite(by=chief, email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    actions.accept(token=again.token, password=PASSWORD, now=NOW)
    with pytest.raises(InvitationOver):
        actions.withdraw(by=chief, uuid=again.uuid, now=NOW)


def test_an_agency_gives_only_roles_of_its_kind() -> None:
    chief = manager(agency("Makmal Contoh", AgencyKind.LABORATORY))
    with pytest.raises(RoleMissing):
        actions.invite(by=chief, email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)


@pytest.mark.parametrize("name", ["Admin", "Kaunter 2", "Super User", "Staf Klinik", "Helpdesk", "123"])
def test_generic_names_are_refused(name: str) -> None:
    assert generic(name=name)
    with pytest.raises(NameGeneric):
        actions.invite(by=manager(), email="siti@contoh.example", name=name, role="health_officer", now=NOW)


@pytest.mark.parametrize("name", ["Siti binti Ali", "Dr. Aminah", "Muhammad Userin", "A/P Testy Kumar"])
def test_a_persons_name_is_not_generic(name: str) -> None:
    assert not generic(name=name)


def test_an_address_that_has_an_account_is_not_made_twice() -> None:
    chief = manager()
    invited = actions.invite(by=chief, email="ketua@contoh.example", name="Siti", role="health_officer", now=NOW)
    with pytest.raises(AccountExists):
        actions.accept(token=invited.token, password=PASSWORD, now=NOW)
    assert Invitation.objects.get().accepted_at is None


def test_whoever_leaves_has_no_role_and_cannot_sign_in() -> None:
    chief = manager()
    invited = actions.invite(by=chief, email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    siti = actions.accept(token=invited.token, password=PASSWORD, now=NOW)
    gone = actions.leave(by=chief, uuid=siti.uuid, now=NOW)
    assert (gone.is_active, gone.left_at, queries.roles_of(gone)) == (False, NOW, frozenset())
    assert RoleGrant.objects.get(user=gone).ended_by == chief
    assert [(row.name, row.left_at) for row in queries.people_of(by=chief)] == [("Ketua Contoh", None), ("Siti", NOW)]


def test_nobody_of_another_agency_is_there() -> None:
    chief, other = manager(), manager(agency("Klinik Contoh", AgencyKind.CLINIC), email="lain@contoh.example")
    with pytest.raises(UnknownAccount):
        actions.leave(by=other, uuid=chief.uuid, now=NOW)
    invited = actions.invite(by=chief, email="siti@contoh.example", name="Siti", role="health_officer", now=NOW)
    with pytest.raises(UnknownAgency):
        actions.withdraw(by=other, uuid=invited.uuid, now=NOW)


def test_a_manager_neither_leaves_nor_changes_alone() -> None:
    chief = manager()
    with pytest.raises(NotYourself):
        actions.leave(by=chief, uuid=chief.uuid, now=NOW)
    with pytest.raises(NotYourself):
        actions.change_roles(by=chief, uuid=chief.uuid, roles=frozenset(), now=NOW)


def test_an_officer_who_is_no_manager_manages_nobody() -> None:
    chief = manager()
    officer = actions.add_account(
        email="o@contoh.example", name="Officer", kind="staff", role="health_officer", agency=agency()
    )
    with pytest.raises(UnknownAccount):
        actions.leave(by=officer, uuid=chief.uuid, now=NOW)


def test_roles_are_changed_to_exactly_those_said() -> None:
    chief = manager()
    officer = actions.add_account(
        email="o@contoh.example", name="Officer", kind="staff", role="health_officer", agency=agency()
    )
    wanted = frozenset({"senior_health_officer", "data_steward"})
    actions.change_roles(by=chief, uuid=officer.uuid, roles=wanted, now=NOW + timedelta(days=400))
    assert queries.roles_of(officer) == wanted
    with pytest.raises(RoleMissing):
        actions.change_roles(by=chief, uuid=officer.uuid, roles=frozenset({"auditor"}), now=NOW)
    assert queries.roles_of(officer) == wanted


def test_the_register_names_employer_roles_and_last_use() -> None:
    manager()
    row = queries.register(now=NOW, text="ketua pejabat")[0]
    assert (row.name, row.agency, row.roles) == ("Ketua Contoh", "Pejabat Kesihatan Contoh", ("agency_manager",))
    assert (row.seen_at, row.left_at, row.factors) == (None, None, ())
    assert queries.register(now=NOW, text="tiada") == ()
