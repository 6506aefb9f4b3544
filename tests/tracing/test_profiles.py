"""Profiles of diseases: every version stays, a senior officer makes the next, and old cases are read as then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tracing.cases import Office, office

from jejak.tracing import queries
from jejak.tracing.models import Case, Profile
from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(demo_node: None) -> Office:
    return office()


def given(**more: Any) -> dict[str, Any]:
    return {
        "seen": 1, "name": "COVID-19", "before": 3, "after": 10, "symptom_free": 3, "sample_before": 2,
        "sample_after": 10, "backward": 6, "minutes": 15, "follow": 14, "tiers": json.dumps([{"tier": 1, "minutes": 30}]),
        "source": "KKM, pekeliling 4/2022", **more,
    }  # fmt: skip


def test_a_node_begins_with_covid_19() -> None:
    found = queries.profile(disease="covid-19")
    assert (found.version, found.days.before, found.days.after, found.minutes) == (1, 2, 10, 15)
    assert found.tiers


def test_a_senior_officers_version_holds_for_later_cases_alone(client: Any, desk: Office) -> None:
    client.force_login(desk.senior)
    desk.report()
    address = reverse("tracing:profile-new", args=["covid-19"])
    assert client.get(address).status_code == 200
    assert client.post(address, given())["Location"] == reverse("tracing:profile", args=["covid-19"])
    desk.report("Tan Mei Ling", phone="+60112222333")
    assert [row.profile.version for row in Case.objects.order_by("pk")] == [1, 2]
    assert Entry.objects.get(action="profile.changed").purpose == "KKM, pekeliling 4/2022"
    assert "pekeliling" in client.get(reverse("tracing:profile", args=["covid-19"])).content.decode()
    assert client.post(address, given()).status_code == 422, "version 1 is not the newest any more"


@pytest.mark.parametrize(
    "wrong",
    [
        {"before": 31},
        {"minutes": 0},
        {"follow": 29},
        {"follow": 0},
        {"source": ""},
        {"tiers": "[{]"},
        {"tiers": '[{"tier": 9}]'},
        {"tiers": "7"},
    ],
)
def test_what_no_profile_can_say_is_refused(client: Any, desk: Office, wrong: dict[str, Any]) -> None:
    client.force_login(desk.senior)
    assert client.post(reverse("tracing:profile-new", args=["covid-19"]), given(**wrong)).status_code == 422
    assert Profile.objects.count() == 1


def test_another_disease_begins_with_its_code(client: Any, desk: Office) -> None:
    client.force_login(desk.senior)
    response = client.get(reverse("tracing:profiles"), {"new": "Measles"})
    assert response["Location"] == reverse("tracing:profile-new", args=["measles"])
    assert client.get(response["Location"]).status_code == 200
    assert client.post(response["Location"], given(seen=0, name="Measles")).status_code == 302
    assert [each.name for each in queries.profiles()] == ["COVID-19", "Measles"]
    assert client.get(reverse("tracing:profiles"), {"new": "!"}).status_code == 200
    assert client.get(reverse("tracing:profile", args=["tiada"])).status_code == 404


def test_an_officer_reads_profiles_and_makes_none(client: Any, desk: Office) -> None:
    client.force_login(desk.officer)
    assert client.get(reverse("tracing:profiles")).status_code == 200
    assert client.post(reverse("tracing:profile-new", args=["covid-19"]), given()).status_code == 403


@pytest.mark.parametrize(
    ("name", "values"),
    [("profile_days_in_range", {"before": 31}), ("profile_minutes_in_range", {"minutes": 0}),
     ("profile_version_counts", {"version": 0})],
)  # fmt: skip
def test_the_database_refuses_a_profile_out_of_range(name: str, values: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Profile.objects.update(**values)


def test_a_version_stands_once() -> None:
    row = Profile.objects.get()
    row.pk, row.uuid = None, "01890a5d-ac96-774b-bcce-b302099a8057"
    with pytest.raises(IntegrityError, match="profile_version_once"), transaction.atomic():
        row.save(force_insert=True)
