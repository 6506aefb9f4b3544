"""Accounts that were stopped: reported whatever is rolled back, told once an hour, looked into by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from racing import at_once, kinds

from jejak.access import actions, purposes, queries
from jejak.access.actions import alerts
from jejak.access.errors import AlertOver, BudgetSpent, PurposeRefused, ReasonMissing
from jejak.access.models import Alert, User
from jejak.access.purposes import PurposeKind
from jejak.access.rules import AgencyKind, AlertKind
from jejak.kernel import clock
from jejak.messaging.models import Message
from jejak.trail import actions as trail
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from django.test import Client

NOW = datetime(2100, 3, 2, 9, tzinfo=UTC)
LOOK = "contoh.find"
PURPOSE = Purpose("contoh", "An exercise with invented people")


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    purposes.register(PurposeKind("contoh", "Example", {LOOK: frozenset({"health_officer"})}, frozenset()))
    yield
    purposes._kinds.pop("contoh")


def staff(role: str = "health_officer", *, agency: str = "Pejabat Contoh", email: str = "") -> User:
    kind = AgencyKind.AUDIT if role == "auditor" else AgencyKind.HEALTH
    of = actions.add_agency(name=agency, kind=kind, now=NOW)
    return actions.add_account(
        email=email or f"{role}@contoh.example", name=f"Orang {role}", kind="staff", role=role, agency=of, is_demo=True
    )


def look(by: User, *, at: datetime = NOW) -> None:
    with actions.look(by=by, action=LOOK, purpose=PURPOSE, at=at) as going:
        going.shows([7])


def spend(by: User, *, looks: int = 200, at: datetime = NOW) -> None:
    for _ in range(looks):
        trail.record(by=by, action=LOOK, purpose=PURPOSE, persons=[7], at=at)


@pytest.mark.django_db
def test_the_201st_look_is_blocked_and_reported_once_however_often_it_is_tried() -> None:
    by, manager, auditor = staff(), staff("agency_manager"), staff("auditor", agency="Audit Contoh")
    spend(by)
    for second in (1, 2, 3):
        with pytest.raises(BudgetSpent, match="looks") as caught:
            look(by, at=NOW + timedelta(seconds=second))
        assert caught.value.until == NOW + timedelta(minutes=10)
    alert = Alert.objects.get()
    assert (alert.account_id, alert.kind, alert.times) == (by.pk, "budget-looks", 3)
    assert Entry.objects.filter(refused="").count() == 200
    assert actions.tell(now=NOW + timedelta(minutes=1)) == 1
    assert actions.tell(now=NOW + timedelta(minutes=2)) == 0
    assert sorted(Message.objects.values_list("template", flat=True)) == ["notice.account-stopped"] * 2
    assert {row.account for row in queries.alerts(by=manager)} == {"Orang health_officer"}
    assert len(queries.alerts(by=auditor)) == 1


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_the_alert() -> None:
    by = staff()
    spend(by)
    with pytest.raises(BudgetSpent), transaction.atomic():
        look(by, at=NOW)
    assert Alert.objects.filter(account_id=by.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_looks_at_once_pass_no_more_than_the_budget() -> None:
    by, at = staff(), clock.now()
    spend(by, looks=195, at=at)

    outcomes = at_once(*[lambda: look(User.objects.get(pk=by.pk), at=at)] * 10)
    assert kinds(outcomes) == ["BudgetSpent"] * 5 + ["NoneType"] * 5
    assert Entry.objects.filter(refused="").count() == 200
    assert Alert.objects.get().times == 5


@pytest.mark.django_db
def test_people_shown_are_counted_for_a_day_and_the_end_is_named() -> None:
    by = staff()
    trail.record(by=by, action=LOOK, purpose=PURPOSE, persons=range(10_000), at=NOW)
    with pytest.raises(BudgetSpent, match="people") as caught:
        look(by, at=NOW + timedelta(hours=3))
    assert caught.value.until == NOW + timedelta(days=1)
    assert Alert.objects.get().kind == "budget-people"


@pytest.mark.django_db
def test_twenty_refusals_within_ten_minutes_are_reported_and_nineteen_are_not() -> None:
    by = staff("data_steward")
    for second in range(19):
        with pytest.raises(PurposeRefused):
            look(by, at=NOW + timedelta(seconds=second))
    assert not Alert.objects.exists()
    with pytest.raises(PurposeRefused):
        look(by, at=NOW + timedelta(minutes=11))
    assert not Alert.objects.exists()
    for second in range(19):
        with pytest.raises(PurposeRefused):
            look(by, at=NOW + timedelta(minutes=11, seconds=second))
    assert Alert.objects.get().kind == "refusals"


@pytest.mark.django_db
def test_an_account_is_told_of_again_after_an_hour_if_it_went_on() -> None:
    by = staff()
    staff("agency_manager")
    alerts.stopped(by=by, kind=AlertKind.LOOKS, at=NOW)
    assert actions.tell(now=NOW) == 1
    alerts.stopped(by=by, kind=AlertKind.PEOPLE, at=NOW + timedelta(minutes=5))
    assert actions.tell(now=NOW + timedelta(minutes=59)) == 0
    assert actions.tell(now=NOW + timedelta(minutes=60)) == 1
    assert Message.objects.count() == 2
    assert actions.tell(now=NOW + timedelta(hours=3)) == 0


@pytest.mark.django_db
def test_managers_of_another_agency_see_and_hear_nothing() -> None:
    by = staff()
    other = staff("agency_manager", agency="Pejabat Lain")
    alerts.stopped(by=by, kind=AlertKind.LOOKS, at=NOW)
    assert queries.alerts(by=other) == ()
    assert actions.tell(now=NOW) == 1
    assert not Message.objects.exists()
    with pytest.raises(AlertOver):
        actions.look_into(by=other, uuid=Alert.objects.get().uuid, note="nothing in particular", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_whoever_looked_into_it_is_named_with_what_they_found_and_nobody_closes_their_own() -> None:
    manager = staff("agency_manager")
    alerts.stopped(by=manager, kind=AlertKind.REFUSALS, at=NOW)
    uuid = Alert.objects.get().uuid
    with pytest.raises(AlertOver):
        actions.look_into(by=manager, uuid=uuid, note="it was only me", now=NOW)
    auditor = staff("auditor", agency="Audit Contoh")
    with pytest.raises(ReasonMissing):
        actions.look_into(by=auditor, uuid=uuid, note="ok", now=NOW)
    actions.look_into(by=auditor, uuid=uuid, note="a wrong role; mended today", now=NOW)
    found = queries.alert(uuid=uuid, by=auditor)
    assert (found.looked_name, found.looked_at, found.note) == ("Orang auditor", NOW, "a wrong role; mended today")
    assert Entry.objects.get(action="alert.looked-into").detail["alert"] == str(uuid)
    alerts.stopped(by=manager, kind=AlertKind.REFUSALS, at=NOW + timedelta(hours=1))
    assert Alert.objects.filter(looked_at=None).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "lain"}, "access_alert_kind_known"),
        ({"last_at": NOW - timedelta(1)}, "access_alert_lasts"),
        ({"looked_at": NOW}, "access_alert_looked_whole"),
    ],
)
def test_the_database_refuses_half_an_alert(values: dict[str, Any], constraint: str) -> None:
    whole = {"account_id": 1, "kind": "refusals", "first_at": NOW, "last_at": NOW}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Alert.objects.create(**(whole | values))


@pytest.mark.django_db
def test_one_alert_is_open_for_an_account_and_kind() -> None:
    Alert.objects.create(account_id=1, kind="refusals", first_at=NOW, last_at=NOW)
    with pytest.raises(IntegrityError, match="access_alert_open_once"), transaction.atomic():
        Alert.objects.create(account_id=1, kind="refusals", first_at=NOW, last_at=NOW)


@pytest.mark.django_db
def test_the_pages_show_close_and_keep(client: Client, demo_node: None) -> None:
    by, manager = staff(), staff("agency_manager")
    client.force_login(manager)
    assert client.get("/staff/alerts/").status_code == 200
    alerts.stopped(by=by, kind=AlertKind.LOOKS, at=clock.now())
    uuid = Alert.objects.get().uuid
    assert "Orang health_officer" in client.get("/staff/alerts/?state=open").content.decode()
    assert client.get(f"/staff/alerts/{uuid}/").status_code == 200
    assert client.post(f"/staff/alerts/{uuid}/", {"note": "x"}).status_code == 422
    assert client.post(f"/staff/alerts/{uuid}/", {"note": "dia menyemak kluster besar"}).url == "/staff/alerts/"
    assert "dia menyemak kluster besar" in client.get(f"/staff/alerts/{uuid}/").content.decode()
    client.force_login(staff("agency_manager", agency="Pejabat Lain", email="lain@contoh.example"))
    assert client.get(f"/staff/alerts/{uuid}/").status_code == 404
