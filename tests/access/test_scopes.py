"""How far a role reaches and until when: checked where something is read, at the moment it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from jejak.access import actions, purposes, queries
from jejak.access.actions import alerts
from jejak.access.errors import PurposeRefused, UnknownAccount
from jejak.access.models import RoleGrant, User
from jejak.access.purposes import PurposeKind
from jejak.access.rules import AgencyKind, AlertKind, Scope, in_scope
from jejak.kernel import clock
from jejak.people import actions as people
from jejak.trail import actions as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from django.test import Client

JOHOR, KEDAH, MUAR = "MY-01", "MY-02", "Muar"
states, districts = st.sampled_from(["", JOHOR, KEDAH, "MY-10"]), st.sampled_from(["", MUAR, "Kulim", "Klang"])
scopes = st.builds(Scope, states, districts)


@given(scopes, scopes)
def test_a_grant_reaches_what_agrees_with_it_wherever_both_say_something(of: Scope, within: Scope) -> None:
    said = [(of.state, within.state), (of.district, within.district)]
    assert in_scope(of=of, within=within) is all(mine == theirs for mine, theirs in said if mine and theirs)


@given(scopes)
def test_a_grant_for_anywhere_reaches_all_and_each_reaches_its_own(scope: Scope) -> None:
    assert in_scope(of=scope, within=Scope())
    assert in_scope(of=scope, within=scope)
    assert in_scope(of=Scope(), within=scope)


@given(scopes, scopes, scopes)
def test_a_narrower_grant_reaches_nothing_that_a_wider_one_does_not(of: Scope, within: Scope, more: Scope) -> None:
    narrower = Scope(within.state or more.state, within.district or more.district)
    if in_scope(of=of, within=narrower):
        assert in_scope(of=of, within=within)


def agency(name: str, *, state: str = "", kind: AgencyKind = AgencyKind.HEALTH) -> Any:
    return actions.add_agency(name=name, kind=kind, state=state, now=clock.now())


def staff(role: str, of: Any, name: str = "") -> User:
    return actions.add_account(
        email=f"{(name or role).replace(' ', '.')}@contoh.example", name=name or f"Orang {role}", kind="staff", role=role,
        agency=of, is_demo=True, password="panjang-1-2-3",
    )  # fmt: skip


@pytest.mark.django_db
def test_whoever_is_invited_reaches_the_agencys_area_and_nothing_beyond() -> None:
    manager = staff("agency_manager", agency("Pejabat Johor", state=JOHOR))
    made = actions.invite(
        by=manager, email="siti@contoh.example", name="Siti Contoh", role="health_officer", now=clock.now()
    )
    officer = actions.accept(token=made.token, password="tiga perkataan panjang", now=clock.now())
    assert officer.role_grants.get().scope == Scope(JOHOR)
    purposes.register(PurposeKind("contoh", "x", {"contoh.find": frozenset({"health_officer"})}, frozenset()))
    said = Purpose("contoh", "An exercise")
    with actions.look(by=officer, action="contoh.find", purpose=said, scope=Scope(JOHOR, MUAR)) as look:
        look.shows([])
    with (
        pytest.raises(PurposeRefused, match="scope"),
        actions.look(by=officer, action="contoh.find", purpose=said, scope=Scope(KEDAH)),
    ):
        pytest.fail("it was opened")
    purposes._kinds.pop("contoh")


@pytest.mark.django_db
def test_a_role_that_runs_out_is_over_at_that_moment_everywhere(client: Client, demo_node: None) -> None:
    office = agency("Pejabat Johor", state=JOHOR)
    manager, officer = staff("agency_manager", office), staff("data_steward", office)
    client.force_login(officer)
    assert client.get("/people/twice/").status_code == 200
    officer.role_grants.update(until=clock.now())
    assert queries.roles_of(officer) == frozenset()
    assert client.get("/people/twice/").status_code == 403
    assert [row.roles for row in queries.people_of(by=manager) if row.number == officer.pk] == [()]
    manager.role_grants.update(until=clock.now())
    with pytest.raises(UnknownAccount):
        actions.leave(by=manager, uuid=officer.uuid, now=clock.now())


@pytest.mark.django_db
def test_a_role_that_ran_out_is_given_anew_and_the_old_one_ended_when_it_did() -> None:
    office, now = agency("Pejabat Johor", state=JOHOR), clock.now()
    manager, officer = staff("agency_manager", office), staff("health_officer", office)
    RoleGrant.objects.filter(user=officer).update(granted_at=now - timedelta(3), until=now - timedelta(1))
    given_now = frozenset({"health_officer"})
    actions.change_roles(by=manager, uuid=officer.uuid, roles=given_now, until=now + timedelta(7), now=now)
    assert RoleGrant.objects.filter(user=officer, ended_at=F("until")).count() == 1
    new = RoleGrant.objects.get(user=officer, ended_at=None)
    assert (new.until, new.scope) == (now + timedelta(7), Scope(JOHOR))
    assert queries.roles_of(officer) == given_now


@pytest.mark.django_db
def test_a_manager_gives_a_role_for_a_while_on_the_page(client: Client, demo_node: None) -> None:
    office = agency("Pejabat Johor", state=JOHOR)
    officer = staff("health_officer", office)
    client.force_login(staff("agency_manager", office))
    asked = {"roles": ["health_officer", "data_steward"], "until": "2099-12-31"}
    assert client.post(f"/staff/people/{officer.uuid}/roles/", asked).status_code == 302
    until = RoleGrant.objects.get(user=officer, role="data_steward").until
    assert until is not None
    assert until.isoformat() == "2099-12-31T16:00:00+00:00"
    assert RoleGrant.objects.get(user=officer, role="health_officer").until is None


@pytest.mark.django_db
def test_an_auditor_of_one_state_sees_its_agencies_alone(client: Client, demo_node: None) -> None:
    johor, kedah = agency("Pejabat Johor", state=JOHOR), agency("Pejabat Kedah", state=KEDAH)
    mine, theirs = staff("health_officer", johor), staff("health_officer", kedah, "Orang Kedah")
    auditor = staff("auditor", agency("Audit Johor", kind=AgencyKind.AUDIT, state=JOHOR))
    auditor.role_grants.update(state=JOHOR)
    person, asked = people.upsert_claimed(phone="012-345 6789", name="Ali", at=clock.now()), {}
    for by in (mine, theirs):
        entry = trail.record(by=by, action="visits.stays", purpose="kes campak", persons=[person])
        asked[by.pk] = trail.question(entry=entry.uuid, person=person, words=f"soalan {by.pk}?", at=clock.now())
        alerts.stopped(by=by, kind=AlertKind.LOOKS, at=clock.now())
    client.force_login(auditor)
    listed = client.get("/staff/questions/").content.decode()
    assert f"soalan {mine.pk}?" in listed
    assert f"soalan {theirs.pk}?" not in listed
    assert client.get(f"/staff/questions/{asked[mine.pk]}/").status_code == 200
    assert client.get(f"/staff/questions/{asked[theirs.pk]}/").status_code == 404
    assert client.post(f"/staff/questions/{asked[theirs.pk]}/", {"words": "tiada"}).status_code == 404
    assert [row.account for row in queries.alerts(by=auditor)] == [mine.name]
    counted = client.get("/staff/trail/").content.decode()
    assert "Pejabat Johor" in counted
    assert "Pejabat Kedah" not in counted
    assert client.get("/staff/trail/?agency=Pejabat+Kedah").status_code == 422


@pytest.mark.django_db
def test_an_auditor_of_one_state_reads_manifests_and_accounts_of_its_agencies_alone(
    client: Client, demo_node: None
) -> None:
    purposes.register(PurposeKind("contoh", "x", {"contoh.taken": frozenset({"health_officer"})}, frozenset()))
    files = {}
    for name, state in (("Johor", JOHOR), ("Kedah", KEDAH)):
        by, now = staff("health_officer", agency(f"Pejabat {name}", state=state), f"Orang {name}"), clock.now()
        draft = actions.Draft("contoh", "contoh.taken", "contoh", "x", ["name"], [["a"]], frozenset(range(60)))
        with actions.look(by=by, action="contoh.taken", purpose=Purpose("contoh", f"kluster {name}"), at=now) as look:
            files[name] = actions.make_export(look=look, draft=draft, form="csv", at=now).uuid
    auditor = staff("auditor", agency("Audit Johor", kind=AgencyKind.AUDIT, state=JOHOR))
    client.force_login(auditor)
    for everywhere in (False, True):
        auditor.role_grants.update(state="" if everywhere else JOHOR)
        read = [client.get("/staff/exports/all/"), client.get("/staff/accounts/")]
        read.append(client.post("/staff/accounts/file/", {"form": "csv"}))
        for answer in read:
            assert "Orang Johor" in answer.content.decode()
            assert ("Orang Kedah" in answer.content.decode()) is everywhere
        assert client.get(f"/staff/exports/{files['Johor']}/").status_code == 200
        assert client.get(f"/staff/exports/{files['Kedah']}/").status_code == (200 if everywhere else 404)
    purposes._kinds.pop("contoh")
