"""The pages about staff: people of an agency, invitations, requests, the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from jejak.access import actions, queries, second
from jejak.access.models import Agency, Request
from jejak.access.rules import AgencyKind
from jejak.access.second import RequestKind
from jejak.kernel import clock
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from django.test import Client

    from jejak.access.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_node")]


def agency(name: str = "Pejabat Kesihatan Contoh", kind: AgencyKind = AgencyKind.HEALTH) -> Agency:
    return actions.add_agency(name=name, kind=kind, now=clock.now())


def staff(role: str, email: str = "", of: Agency | None = None) -> User:
    address = email or f"{role}@contoh.example"
    name = f"Orang {role.title()}"
    return actions.add_account(
        email=address, name=name, kind="staff", role=role, agency=of or agency(), is_demo=True, password="panjang-1-2-3"
    )


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_a_manager_invites_and_the_invited_person_opens_the_account(client: Client) -> None:
    signed_in(client, staff("agency_manager"))
    said = {"name": "Siti Contoh", "email": "siti@contoh.example", "role": "health_officer"}
    page = client.post("/staff/people/invite/", said).content.decode()
    link = page.split('id="link">')[1].split("<")[0]
    path = "/staff/" + link.split("/staff/")[1]
    assert "Siti Contoh" in client.get("/staff/people/").content.decode()
    client.logout()
    assert "Siti Contoh" in client.get(path).content.decode()
    assert client.post(path, {"password": "pendek"}).status_code == 422
    assert client.post(path, {"password": "tiga perkataan panjang"}).url == "/accounts/login/"
    assert client.get(path).status_code == 410
    assert queries.roles_of(queries.account("siti@contoh.example")) == {"health_officer"}


def test_a_functions_name_is_refused_on_the_page(client: Client) -> None:
    signed_in(client, staff("agency_manager"))
    answer = client.post(
        "/staff/people/invite/", {"name": "Kaunter 1", "email": "k@contoh.example", "role": "health_officer"}
    )
    assert answer.status_code == 422


def test_a_role_of_another_kind_of_agency_is_no_choice(client: Client) -> None:
    signed_in(client, staff("agency_manager"))
    answer = client.post("/staff/people/invite/", {"name": "Siti", "email": "s@contoh.example", "role": "auditor"})
    assert answer.status_code == 422


def test_people_of_another_agency_are_not_there(client: Client) -> None:
    other = staff("auditor", of=agency("Audit Contoh", AgencyKind.AUDIT))
    signed_in(client, staff("agency_manager"))
    missing = client.get(f"/staff/people/{uuid4()}/leave/")
    theirs = client.get(f"/staff/people/{other.uuid}/leave/")
    assert (missing.status_code, theirs.status_code) == (404, 404)
    assert client.post(f"/staff/people/{other.uuid}/leave/").status_code == 404
    assert client.post(f"/staff/people/{other.uuid}/roles/", {"roles": []}).status_code == 404
    assert queries.roles_of(other) == {"auditor"}


def test_a_manager_changes_roles_and_ends_accounts(client: Client) -> None:
    officer = staff("health_officer")
    signed_in(client, staff("agency_manager"))
    client.post(f"/staff/people/{officer.uuid}/roles/", {"roles": ["data_steward"]})
    assert queries.roles_of(officer) == {"data_steward"}
    assert client.get(f"/staff/people/{officer.uuid}/leave/").status_code == 200
    client.post(f"/staff/people/{officer.uuid}/leave/")
    officer.refresh_from_db()
    assert not officer.is_active
    assert client.get(f"/staff/people/{officer.uuid}/leave/").status_code == 404


def test_a_manager_stays(client: Client) -> None:
    chief = staff("agency_manager")
    signed_in(client, chief)
    client.post(f"/staff/people/{chief.uuid}/leave/")
    chief.refresh_from_db()
    assert chief.is_active


def test_an_auditor_reads_the_register_and_nobody_else(client: Client) -> None:
    staff("health_officer")
    signed_in(client, staff("auditor", of=agency("Audit Contoh", AgencyKind.AUDIT)))
    page = client.get("/staff/accounts/?q=health").content.decode()
    assert "Orang Health_Officer" in page
    assert "auditor@contoh.example" not in page
    signed_in(client, staff("agency_manager"))
    assert client.get("/staff/accounts/").status_code == 403


@pytest.fixture
def export() -> Iterator[None]:
    second.register(
        RequestKind(
            code="contoh-export",
            label="Export",
            deciders=frozenset({"senior_health_officer"}),
            said=lambda what: f"{what['rows']} rows",
        )
    )
    yield
    second._kinds.pop("contoh-export")


def asked(by: User, **more: Any) -> Request:
    said = {"kind": "contoh-export", "what": {"rows": 4000}, "reason": "Outbreak at a market", "now": clock.now()}
    return actions.ask(by=by, **{**said, **more})


@pytest.mark.usefixtures("export")
class TestRequests:
    """The second person's pages."""

    def test_a_senior_officer_reads_what_will_happen_and_approves(self, client: Client) -> None:
        request = asked(staff("health_officer"))
        signed_in(client, staff("senior_health_officer"))
        assert "4000 rows" in client.get("/staff/requests/").content.decode()
        page = client.get(f"/staff/requests/{request.uuid}/").content.decode()
        assert "Outbreak at a market" in page
        client.post(f"/staff/requests/{request.uuid}/", {"decision": "approved"})
        request.refresh_from_db()
        assert request.decision == "approved"

    def test_refusing_needs_a_sentence(self, client: Client) -> None:
        request = asked(staff("health_officer"))
        signed_in(client, staff("senior_health_officer"))
        path = f"/staff/requests/{request.uuid}/"
        assert client.post(path, {"decision": "refused", "note": " "}).status_code == 422
        assert client.post(path, {"decision": "refused", "note": "One district is enough"}).status_code == 302
        request.refresh_from_db()
        assert (request.decision, request.note) == ("refused", "One district is enough")

    def test_whoever_asked_sees_it_and_cannot_decide_it(self, client: Client) -> None:
        senior = staff("senior_health_officer")
        request = asked(senior)
        signed_in(client, senior)
        page = client.post(f"/staff/requests/{request.uuid}/", {"decision": "approved"}).content.decode()
        assert 'value="approved"' not in page
        request.refresh_from_db()
        assert request.decision == ""

    def test_to_everybody_else_it_is_not_there(self, client: Client) -> None:
        request = asked(staff("health_officer"))
        signed_in(client, staff("auditor", of=agency("Audit Contoh", AgencyKind.AUDIT)))
        theirs, missing = client.get(f"/staff/requests/{request.uuid}/"), client.get(f"/staff/requests/{uuid4()}/")
        assert (theirs.status_code, missing.status_code) == (404, 404)

    def test_an_old_one_can_no_longer_be_decided(self, client: Client) -> None:
        request = asked(staff("health_officer"), life=timedelta(microseconds=1))
        signed_in(client, staff("senior_health_officer"))
        client.post(f"/staff/requests/{request.uuid}/", {"decision": "approved"})
        request.refresh_from_db()
        assert request.decision == ""


def test_a_manager_reads_the_refusals_of_their_own_agency_however_many_others_had(client: Client) -> None:
    signed_in(client, staff("agency_manager"))
    mine, others = {"agency": agency().name, "by_name": "Siti Contoh"}, {"agency": "Agensi Lain", "by_name": "Lain"}
    for one in (mine, *[others] * 200):
        Entry.objects.create(**one, by_id=1, action="visits.contacts", purpose="kes contoh", refused="role")
    page = client.get("/staff/people/").content.decode()
    assert "Siti Contoh" in page
    assert "Lain" not in page


def test_a_role_until_the_end_of_all_days_is_asked_again(client: Client) -> None:
    signed_in(client, staff("agency_manager"))
    path = f"/staff/people/{staff('health_officer').uuid}/roles/"
    assert client.post(path, {"roles": ["data_steward"], "until": "9999-12-31"}).status_code == 422
    assert client.post(path, {"roles": ["data_steward"], "until": "2999-12-31"}).status_code == 302
