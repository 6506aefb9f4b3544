"""After a backup was restored: every account is confirmed again, and what was good for a short time ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from jejak.access import actions
from jejak.access.errors import NotYourself, UnknownAccount
from jejak.access.models import Agency, BindCode, Invitation, Recheck, Request
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.store import reopening
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from django.test import Client

    from jejak.access.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_node")]


def agency(name: str = "Pejabat Kesihatan Contoh") -> Agency:
    return actions.add_agency(name=name, kind=AgencyKind.HEALTH, now=clock.now())


def staff(role: str, *, of: Agency, email: str = "") -> User:
    return actions.add_account(
        email=email or f"{role}@contoh.example", name=f"Orang {role.title()}", kind="staff", role=role, agency=of,
        is_demo=True, now=clock.now(),
    )  # fmt: skip


def test_a_manager_sees_whom_to_confirm_and_confirms_them(client: Client) -> None:
    here = agency()
    manager, officer = staff("agency_manager", of=here), staff("health_officer", of=here)
    client.force_login(manager)
    page = client.get("/staff/people/").content.decode()
    assert f"/staff/people/{officer.uuid}/confirm/" not in page
    assert actions.recheck_staff(now=clock.now()) == ["agency_manager@contoh.example", "health_officer@contoh.example"]
    actions.recheck_staff(now=clock.now())
    assert Recheck.objects.count() == 2
    page = client.get("/staff/people/").content.decode()
    assert f"/staff/people/{officer.uuid}/confirm/" in page
    assert f"/staff/people/{manager.uuid}/confirm/" not in page
    assert client.get(f"/staff/people/{officer.uuid}/confirm/").status_code == 405
    assert client.post(f"/staff/people/{officer.uuid}/confirm/").url == "/staff/people/"
    assert f"/staff/people/{officer.uuid}/confirm/" not in client.get("/staff/people/").content.decode()
    client.post(f"/staff/people/{officer.uuid}/confirm/")
    assert Entry.objects.filter(action="access.confirmed", by_id=manager.pk).count() == 1


def test_nobody_confirms_themselves_or_people_of_others(client: Client) -> None:
    manager, other = staff("agency_manager", of=agency()), staff("health_officer", of=agency("Pejabat Lain"))
    actions.recheck_staff(now=clock.now())
    with pytest.raises(NotYourself):
        actions.confirm_account(by=manager, uuid=manager.uuid, now=clock.now())
    with pytest.raises(UnknownAccount):
        actions.confirm_account(by=manager, uuid=other.uuid, now=clock.now())
    with pytest.raises(UnknownAccount):
        actions.confirm_account(by=other, uuid=other.uuid, now=clock.now())
    client.force_login(manager)
    assert client.post(f"/staff/people/{other.uuid}/confirm/").status_code == 404
    assert client.post(f"/staff/people/{manager.uuid}/confirm/").status_code == 302
    assert Recheck.objects.filter(confirmed_at=None).count() == 2


def test_the_constraints_of_a_recheck_hold() -> None:
    user, now = staff("health_officer", of=agency()), clock.now()
    Recheck.objects.create(account=user, asked_at=now)
    wrong = [
        ("access_recheck_open_once", {"asked_at": now}),
        ("access_recheck_confirmed_after", {"asked_at": now, "confirmed_at": now - timedelta(days=1)}),
        ("access_recheck_by_another", {"asked_at": now, "confirmed_at": now, "confirmed_by": user}),
    ]
    for name, fields in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Recheck.objects.create(account=user, **fields)


def test_what_was_good_for_a_short_time_ends_with_a_restore() -> None:
    here, now = agency(), clock.now()
    manager = staff("agency_manager", of=here)
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=now + timedelta(days=1))
    BindCode.objects.create(account=manager, person_id=1, digest=bytes(32), shown_at=now)
    invited = actions.invite(by=manager, email="siti@contoh.example", name="Siti", role="health_officer", now=now)
    Request.objects.create(
        kind="x", what={}, digest=bytes(32), reason="a good reason", asked_by=manager, asked_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    later = now + timedelta(seconds=1)
    ended = reopening.end_all(now=later)
    for what in ("sessions", "codes that bind a browser", "invitations of staff", "open or unused requests"):
        assert ended[what] == 1, what
    assert not Session.objects.exists()
    assert Invitation.objects.get(uuid=invited.uuid).withdrawn_at == later
    assert Request.objects.get().expires_at == later
    assert set(reopening.end_all(now=later + timedelta(seconds=1)).values()) == {0}
