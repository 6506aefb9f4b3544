"""The officer's search for everybody who was at a premises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tracing.cases import case_of
from tracing.desk import shown

from jejak.kernel import clock
from jejak.trail import queries as trail
from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(case: Any, officer: Any) -> dict[str, Any]:
    return {
        "case": case_of(officer).number,
        "text": "runcit",
        "start": f"{case.at(9):%Y-%m-%dT%H:%M}",
        "end": f"{case.at(12):%Y-%m-%dT%H:%M}",
        "purpose": "Kes 2022/104, kluster Tembok",
    }


def search(client: Any, question: dict[str, Any]) -> str:
    response = client.post(reverse("tracing:premises"), question)
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"]


def test_visitors_are_listed_earliest_first_with_how_many_in_each_hour(
    officer_client: Any, question: dict[str, Any]
) -> None:
    answer = shown(officer_client, search(officer_client, question)).context["answer"]
    assert [row.who.name for row in answer.rows] == ["Aminah binti Ali", "Razak bin Abu", "Tan Mei Ling"]
    assert (answer.people, answer.stays) == (3, 3)
    assert [hour.people for hour in answer.hours] == [2, 3, 1]


def test_opening_the_search_counts_visitors_and_names_nobody(officer_client: Any, question: dict[str, Any]) -> None:
    response = officer_client.get(search(officer_client, question))
    answer = response.context["answer"]
    assert (answer.people, answer.rows, answer.release.hidden) == (3, (), 3)
    assert [hour.people for hour in answer.hours] == [2, 3, 1]
    assert "Razak" not in response.content.decode()


def test_the_trail_names_exactly_the_visitors_shown(officer_client: Any, case: Any, question: dict[str, Any]) -> None:
    address = search(officer_client, question)
    assert not Entry.objects.get(action="tracing.search").subjects.exists()
    shown(officer_client, address)
    first, again = Entry.objects.filter(action="tracing.shown").order_by("pk")
    names = {"Aminah binti Ali", "Razak bin Abu", "Tan Mei Ling"}
    assert set(first.subjects.values_list("person_id", flat=True)) == {case.persons[name] for name in names}
    assert not again.subjects.exists()
    ask = {"text": "razak", "start": "9", "end": "12"}
    answer = officer_client.post(address, ask, headers={"HX-Request": "true"}).context["answer"]
    assert [row.who.name for row in answer.rows] == ["Razak bin Abu"]
    assert not Entry.objects.filter(action="tracing.shown").latest("pk").subjects.exists()


def test_a_premises_outside_the_grants_state_is_refused_with_what_to_do(
    officer_client: Any, officer: Any, question: dict[str, Any]
) -> None:
    address = search(officer_client, question)
    officer.role_grants.update(state="MY-01")
    for response in (officer_client.get(address), officer_client.post(reverse("tracing:premises"), question)):
        assert response.status_code == 403
        assert "negeri" in response.content.decode()
    assert [entry.refused for entry in trail.refusals(since=clock.now() - timedelta(minutes=5))] == ["scope"] * 2
    officer.role_grants.update(state="MY-10", district="Petaling")
    assert officer_client.get(address).status_code == 200


def test_a_premises_is_found_by_its_short_code(officer_client: Any, case: Any, question: dict[str, Any]) -> None:
    code = case.short_code("Pasar Malam")
    address = search(officer_client, {**question, "text": code, "end": f"{case.at(20):%Y-%m-%dT%H:%M}"})
    assert officer_client.get(address).context["answer"].place.name == "Pasar Malam"


def test_of_several_premises_the_officer_chooses(officer_client: Any, case: Any, question: dict[str, Any]) -> None:
    case.place("Kedai Runcit", branch="Seksyen 7")
    response = officer_client.post(reverse("tracing:premises"), question)
    assert response.status_code == 200
    assert not Entry.objects.exists()
    second = next(place for place in response.context["form"].places if place.branch)
    address = search(officer_client, {**question, "chosen": str(second.uuid)})
    assert officer_client.get(address).context["answer"].place.branch == "Seksyen 7"


@pytest.mark.parametrize(
    ("field", "value"), [("text", "tiada premis begini"), ("purpose", ""), ("end", "2020-01-01T00:00")]
)
def test_a_question_that_makes_no_sense_is_refused(
    officer_client: Any, question: dict[str, Any], field: str, value: str
) -> None:
    response = officer_client.post(reverse("tracing:premises"), {**question, field: value})
    assert response.status_code == 422
    assert not Entry.objects.exists()


def test_a_quiet_window_says_what_to_do(officer_client: Any, case: Any, question: dict[str, Any]) -> None:
    address = search(
        officer_client, {**question, "start": f"{case.at(0):%Y-%m-%dT%H:%M}", "end": f"{case.at(3):%Y-%m-%dT%H:%M}"}
    )
    response = officer_client.get(address)
    assert response.context["answer"].people == 0
    assert "Tiada daftar masuk di premis ini dalam tempoh ini" in response.content.decode()
    assert "Panjangkan tempoh dengan pelaras." in response.content.decode()


def test_the_window_first_offered_holds_who_came_in_just_now(officer_client: Any) -> None:
    form = officer_client.get(reverse("tracing:premises")).context["form"]
    assert form["start"].initial < clock.now() < form["end"].initial


def test_a_stay_of_seconds_is_not_called_none(officer_client: Any, case: Any, question: dict[str, Any]) -> None:
    case.person("Lalu binti Sekejap")
    case.visit("Lalu binti Sekejap", "Kedai Runcit", case.at(11, 30), 0.5)
    response = shown(officer_client, search(officer_client, question))
    lengths = {line["name"]: line["length"] for line in response.context["visitor_lines"]}
    assert lengths["Lalu binti Sekejap"] == "kurang 1 min"
