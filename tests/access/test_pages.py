"""A page that no role of somebody's opens: refused, on the trail with its route and method, reported when it is often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jejak.access import actions
from jejak.access.models import Alert, User
from jejak.access.rules import BURST, MOST_REFUSALS
from jejak.kernel import clock
from jejak.trail import queries as looked
from jejak.trail.queries import Entry

pytestmark = pytest.mark.django_db
PEOPLE, ONE = "/staff/people/", "/staff/people/01890a5d-ac96-774b-bcce-b302099a8057/leave/"
MINUTE = timedelta(minutes=1)


def kept() -> list[tuple[str, str, dict[str, Any]]]:
    entries = looked.refusals(since=clock.now() - timedelta(hours=1))
    assert {(entry.action, entry.refused) for entry in entries} <= {("access.page", "role")}
    return [(entry.by_name, entry.purpose, entry.detail) for entry in reversed(entries)]


def test_a_page_of_another_role_is_refused_and_kept_with_its_route(officer_client: Client, officer: User) -> None:
    assert officer_client.get(PEOPLE).status_code == 403
    assert officer_client.post(ONE).status_code == 403
    assert kept() == [
        (officer.name, PEOPLE, {"method": "GET"}),
        (officer.name, "/staff/people/<uuid:uuid>/leave/", {"method": "POST"}),
    ]
    assert not Entry.objects.filter(refused="").exists()


def test_a_page_that_reloads_itself_is_kept_once_a_minute_and_a_form_each_time(
    officer_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    for seconds in (0, 1, 59, 60, 61, 121):
        monkeypatch.setattr("jejak.access.middleware.now", lambda at=start + timedelta(seconds=seconds): at)
        assert officer_client.get(PEOPLE).status_code == 403
    assert len(kept()) == 3  # at 0, 60 and 121 seconds
    for _ in range(3):
        officer_client.post(PEOPLE)
    assert len(kept()) == 6


def test_the_same_page_by_another_or_another_page_by_the_same_is_kept_as_well(officer: User) -> None:
    other = actions.add_account(
        email="lain@contoh.example", name="Pegawai Lain", kind="staff", role="health_officer", is_demo=True
    )
    now = clock.now()
    for by, route in ((officer, "/a/"), (other, "/a/"), (officer, "/b/"), (officer, "/a/")):
        actions.refuse_page(by=by, route=route, method="GET", now=now)
    assert [(name, route) for name, route, _ in kept()] == [
        (officer.name, "/a/"),
        (other.name, "/a/"),
        (officer.name, "/b/"),
    ]


def test_owners_and_strangers_are_refused_and_not_kept(owner_client: Client, client: Client) -> None:
    assert owner_client.get(PEOPLE).status_code == 403
    assert Client().get(PEOPLE).status_code == 302
    assert kept() == []


def test_whose_role_opens_it_leaves_no_refusal(officer_client: Client) -> None:
    assert officer_client.get("/tracing/").status_code == 200
    assert kept() == []


@pytest.mark.parametrize(("times", "alerts"), [(MOST_REFUSALS - 1, 0), (MOST_REFUSALS, 1)])
def test_so_many_refused_pages_within_ten_minutes_are_reported(officer: User, times: int, alerts: int) -> None:
    now = clock.now()
    for number in range(times):
        actions.refuse_page(by=officer, route=f"/{number}/", method="GET", now=now - BURST / 2)
    assert Alert.objects.filter(account_id=officer.pk, kind="refusals").count() == alerts


def test_the_refusal_stays_whatever_becomes_of_the_request(officer_client: Client) -> None:
    from django.db import transaction

    with transaction.atomic():
        officer_client.get(PEOPLE)
        transaction.set_rollback(True)
    assert len(kept()) == 1
