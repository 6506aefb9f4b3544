"""A lost second factor: the manager asks, somebody else agrees, it comes off, and the person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from jejak.access import actions, queries
from jejak.access.errors import NotYourself, ReasonMissing, RequestRefused, RoleMissing, UnknownAccount, UnknownRequest
from jejak.access.models import Agency, Identity, Request, RoleGrant, User
from jejak.access.rules import REQUEST_LIFE, AgencyKind
from jejak.kernel import clock
from jejak.messaging.models import Message
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
PASSWORD = "tiga perkataan panjang"
NEEDED = frozenset({"agency_manager", "auditor"})


def agency(name: str = "Pejabat Kesihatan Contoh", kind: AgencyKind = AgencyKind.HEALTH) -> Agency:
    return actions.add_agency(name=name, kind=kind, now=clock.now())


def staff(name: str, role: str, of: Agency | None = None, **more: Any) -> User:
    email = f"{name.lower()}@contoh.example"
    return actions.add_account(
        email=email, name=name, kind="staff", role=role, agency=of or agency(), password=PASSWORD, **more
    )


@pytest.fixture
def siti() -> User:
    made = staff("Siti", "health_officer")
    TOTP.activate(made, generate_totp_secret())
    Identity.objects.create(account=made, issuer="https://id.example", subject="1", bound_at=clock.now())
    return made


@pytest.fixture
def chief() -> User:
    return staff("Ketua", "agency_manager")


@pytest.fixture
def auditor() -> User:
    return staff("Aminah", "auditor", agency("Audit Contoh", AgencyKind.AUDIT))


def asked(chief: User, of: User) -> Request:
    return actions.ask_reset(by=chief, uuid=of.uuid, reason="Came to my desk with the staff card", now=clock.now())


def test_it_comes_off_once_somebody_else_agreed(siti: User, chief: User, auditor: User) -> None:
    request = asked(chief, siti)
    with pytest.raises(RequestRefused):
        actions.reset(by=chief, uuid=siti.uuid, now=clock.now())
    actions.approve(by=auditor, uuid=request.uuid, needed=NEEDED, now=clock.now())
    assert Authenticator.objects.filter(user=siti).exists()
    actions.reset(by=chief, uuid=siti.uuid, now=clock.now())
    assert not Authenticator.objects.filter(user=siti).exists()
    assert not Identity.objects.filter(account=siti, ended_at=None).exists()
    assert Entry.objects.filter(action="access.second-reset", by_id=chief.pk).count() == 1
    assert Message.objects.filter(template="notice.second-factor-reset").count() == 1
    with pytest.raises(RequestRefused):
        actions.reset(by=chief, uuid=siti.uuid, now=clock.now())


def test_nobody_agrees_to_their_own_wish_and_no_other_role_agrees(siti: User, chief: User) -> None:
    request = asked(chief, siti)
    for by in (chief, siti, staff("Omar", "senior_health_officer")):
        with pytest.raises(RequestRefused):
            actions.approve(by=by, uuid=request.uuid, needed=NEEDED, now=clock.now())


def test_an_approval_is_for_this_account_and_this_day(siti: User, chief: User, auditor: User) -> None:
    other = staff("Budi", "health_officer")
    request = asked(chief, siti)
    actions.approve(by=auditor, uuid=request.uuid, needed=NEEDED, now=clock.now())
    with pytest.raises(RequestRefused):
        actions.reset(by=chief, uuid=other.uuid, now=clock.now())
    second = staff("Ketuadua", "agency_manager")
    with pytest.raises(RequestRefused):
        actions.reset(by=second, uuid=siti.uuid, now=clock.now())
    with pytest.raises(RequestRefused):
        actions.reset(by=chief, uuid=siti.uuid, now=clock.now() + REQUEST_LIFE)


def test_only_the_agencys_manager_asks_with_a_reason_and_not_for_themselves(
    siti: User, chief: User, auditor: User
) -> None:
    stranger = staff("Jauh", "agency_manager", agency("Makmal Lain", AgencyKind.LABORATORY))
    for by in (stranger, auditor, siti):
        with pytest.raises(UnknownAccount):
            asked(by, siti)
    with pytest.raises(NotYourself):
        asked(chief, chief)
    with pytest.raises(ReasonMissing):
        actions.ask_reset(by=chief, uuid=siti.uuid, reason="x", now=clock.now())


def test_the_manager_walks_it_on_the_pages_and_all_sessions_end(siti: User, chief: User, demo_node: None) -> None:
    from django.test import Client

    User.objects.update(is_demo=True)
    theirs, managers, auditors = Client(), Client(), Client()
    theirs.force_login(siti)
    managers.force_login(chief)
    auditors.force_login(staff("Aminah", "auditor", agency("Audit Contoh", AgencyKind.AUDIT), is_demo=True))
    path = f"/staff/people/{siti.uuid}/second-step/"
    assert theirs.get("/tracing/").status_code == 200
    assert managers.post(path, {"reason": ""}).status_code == 422
    managers.post(path, {"reason": "Came to my desk with the staff card"})
    managers.post(path, {"reason": "Came to my desk with the staff card"})  # waiting: nothing more happens
    request = Request.objects.get()
    page = auditors.get(f"/staff/requests/{request.uuid}/").content.decode()
    assert "Siti (Pejabat Kesihatan Contoh)" in page
    auditors.post(f"/staff/requests/{request.uuid}/", {"decision": "approved"})
    assert "Aminah" in managers.get(path).content.decode()
    assert managers.post(path).headers["Location"] == "/staff/people/"
    assert theirs.get("/tracing/").status_code == 302
    assert not Authenticator.objects.filter(user=siti).exists()


def test_it_is_not_there_for_anybody_else(client: Client, siti: User, chief: User, demo_node: None) -> None:
    User.objects.update(is_demo=True)
    client.force_login(staff("Jauh", "agency_manager", agency("Makmal Lain", AgencyKind.LABORATORY), is_demo=True))
    assert client.get(f"/staff/people/{siti.uuid}/second-step/").status_code == 404
    client.force_login(chief)
    assert client.get(f"/staff/people/{chief.uuid}/second-step/").status_code == 404
    client.force_login(siti)
    assert client.get(f"/staff/people/{siti.uuid}/second-step/").status_code == 403


def test_those_whose_role_reaches_the_agency_decide_and_for_others_it_is_not_there(
    client: Client, demo_node: None
) -> None:
    offices = {
        name: actions.add_agency(name=f"Pejabat {name}", kind=AgencyKind.HEALTH, state=state, now=clock.now())
        for name, state in (("Muar", "MY-01"), ("Kluang", "MY-01"), ("Kulim", "MY-02"))
    }
    siti, sole = staff("Siti", "health_officer", offices["Muar"]), staff("Ketua", "agency_manager", offices["Muar"])
    far, farther = (
        staff("Jauh", "agency_manager", offices["Kulim"], is_demo=True),
        staff("Aminah", "auditor", is_demo=True),
    )
    sole.role_grants.update(state="MY-01")
    RoleGrant.objects.filter(user__in=[far, farther]).update(state="MY-02")
    request = asked(sole, siti)
    path = f"/staff/requests/{request.uuid}/"
    client.force_login(far)
    assert client.get(path).status_code == 200  # nobody is nearer than the only manager who asks
    near = staff("Dekat", "agency_manager", offices["Kluang"], is_demo=True)
    near.role_grants.update(state="MY-01")
    for by in (far, farther):
        client.force_login(by)
        assert "Siti" not in client.get("/staff/requests/").content.decode()
        assert client.get(path).status_code == client.post(path, {"decision": "approved"}).status_code == 404
        with pytest.raises(UnknownRequest):
            actions.approve(by=by, uuid=request.uuid, needed=NEEDED, now=clock.now())
    client.force_login(near)
    assert "Siti" in client.get("/staff/requests/").content.decode()
    assert "Jauh" not in client.get(path).content.decode()
    client.post(path, {"decision": "approved"})
    assert actions.reset(by=sole, uuid=siti.uuid, now=clock.now()) == siti


def test_only_those_near_are_told_of_it(siti: User, chief: User) -> None:
    near, far = staff("Dekat", "auditor"), staff("Jauh", "auditor")
    Agency.objects.update(state="MY-01")
    RoleGrant.objects.filter(user=far).update(state="MY-02")
    request = asked(User.objects.get(pk=chief.pk), siti)
    told = queries.request(uuid=request.uuid, by=chief).near
    assert told == frozenset({near.pk})
    assert Message.objects.filter(template="notice.request-waiting").count() == 1


def test_whoever_runs_the_machine_does_it_for_managers_alone(siti: User, chief: User) -> None:
    TOTP.activate(chief, generate_totp_secret())
    with pytest.raises(RoleMissing):
        actions.reset_of_manager(user=siti, now=clock.now())
    actions.reset_of_manager(user=chief, now=clock.now())
    assert not Authenticator.objects.filter(user=chief).exists()
    assert Authenticator.objects.filter(user=siti).exists()
    assert Entry.objects.filter(action="access.second-reset", by_id=0).count() == 1


def test_what_a_second_person_reads_names_nobody_who_is_not_there() -> None:
    assert queries.whose({"account": "01890a5d-ac96-774b-bcce-b302099a8057"}) == ("", "")
