"""The officer's search for a person's contacts: asked, shown, narrowed, on record."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape

from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db
PERSONAL = re.compile(r"aminah|razak|tan|mei|hyperlink|jauh|\d{9,}|0123456789", re.IGNORECASE)


def named(entry: Entry) -> set[int]:
    return set(entry.subjects.values_list("person_id", flat=True))


def last(action: str) -> Entry:
    return Entry.objects.filter(action=action).order_by("-pk")[0]


def search(client: Any, asked: dict[str, Any]) -> str:
    """Ask, and return the address of the answer."""
    response = client.post(reverse("tracing:start"), asked)
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"]


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_contacts_are_ranked_by_the_time_together(officer_client: Any, asked: dict[str, Any]) -> None:
    answer = officer_client.get(search(officer_client, asked)).context["answer"]
    found = [(row.rank, row.who.name, row.contact.minutes, row.contact.observed, row.places) for row in answer.rows]
    assert found == [
        (1, "Razak bin Abu", 90, False, (("Kedai Runcit", 60), ("Pasar Malam", 30))),
        (2, '=HYPERLINK("http://jahat.example","klik")', 30, True, (("Pasar Malam", 30),)),
        (3, "Tan Mei Ling", 15, True, (("Kedai Runcit", 15),)),
    ]
    assert [(stay.place, stay.period.minutes) for stay in answer.stays] == [("Kedai Runcit", 120), ("Pasar Malam", 60)]


def test_the_search_and_its_purpose_are_on_record_before_anything_is_shown(
    officer_client: Any, officer: Any, case: Any, asked: dict[str, Any]
) -> None:
    search(officer_client, asked)
    entry = last("tracing.search")
    assert (entry.by_id, entry.by_name, entry.purpose) == (officer.pk, officer.name, asked["purpose"])
    assert named(entry) == {case.persons["Aminah binti Ali"]}
    assert "6789" not in str(entry.detail)


def test_the_trail_names_exactly_those_shown(officer_client: Any, case: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    officer_client.get(address)
    shown = {"Aminah binti Ali", "Razak bin Abu", "Tan Mei Ling", '=HYPERLINK("http://jahat.example","klik")'}
    assert named(last("tracing.shown")) == {case.persons[name] for name in shown}
    officer_client.get(address, {"minutes": "30"})
    assert named(last("tracing.shown")) == {case.persons[name] for name in shown - {"Tan Mei Ling"}}
    assert last("tracing.shown").detail["search"] in address


def test_only_the_page_shown_is_named(officer_client: Any, case: Any, asked: dict[str, Any]) -> None:
    for number in range(60):
        case.person(f"Pelawat {number}")
        case.visit(f"Pelawat {number}", "Kedai Runcit", case.at(9), 100)
    address = search(officer_client, asked)
    first = officer_client.get(address).context["answer"]
    assert (first.total, len(first.rows)) == (63, 50)
    assert len(named(last("tracing.shown"))) == 51
    second = officer_client.get(address, {"page": "2"}).context["answer"]
    assert [row.rank for row in second.rows] == list(range(51, 64))
    assert named(last("tracing.shown")) == {row.who.person for row in second.rows} | {case.persons["Aminah binti Ali"]}


def test_sliders_narrow_the_list_within_the_same_search(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    started = Entry.objects.filter(action="tracing.search").count()
    morning = officer_client.get(address, {"start": "0", "end": "12"}).context["answer"]
    assert [(row.who.name, row.contact.minutes) for row in morning.rows] == [
        ("Razak bin Abu", 60),
        ("Tan Mei Ling", 15),
    ]
    assert [stay.place for stay in morning.stays] == ["Kedai Runcit"]
    assert Entry.objects.filter(action="tracing.search").count() == started


def test_htmx_gets_the_list_alone_and_the_address_of_what_it_shows(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    state = {"minutes": "30", "start": "0", "end": "48", "sort": "-minutes", "text": ""}
    response = officer_client.post(address, state, headers={"HX-Request": "true"})
    body = response.content.decode()
    assert body.lstrip().startswith('<div id="answer"')
    assert "<html" not in body
    assert "Tan Mei Ling" not in body
    assert parse_qs(urlsplit(response["HX-Replace-Url"]).query)["minutes"] == ["30"]


def test_without_scripts_the_same_form_leads_to_that_address(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    response = officer_client.post(address, {"minutes": "30", "start": "0", "end": "48"})
    assert response.status_code == 302
    assert parse_qs(urlsplit(response["Location"]).query)["minutes"] == ["30"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("razak", {"Razak bin Abu"}),
        ("2222 3333", {"Tan Mei Ling"}),
        ("01122", {"Tan Mei Ling"}),
        ("011-2222", {"Tan Mei Ling"}),
        ("malam razak", {"Razak bin Abu"}),
    ],
)
def test_a_text_filter_names_only_those_it_leaves_and_stands_in_no_address(
    officer_client: Any, case: Any, asked: dict[str, Any], text: str, found: set[str]
) -> None:
    address = search(officer_client, asked)
    response = officer_client.post(address, {"minutes": "15", "text": text}, headers={"HX-Request": "true"})
    assert {row.who.name for row in response.context["answer"].rows} == found
    assert named(last("tracing.shown")) == {case.persons[name] for name in found | {"Aminah binti Ali"}}
    assert "text" not in response["HX-Replace-Url"]


def test_nothing_personal_stands_in_any_address(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    response = officer_client.get(address)
    addresses = re.findall(r'(?:href|action|src|hx-[a-z]+)="([^"]*)"', response.content.decode())
    assert address
    for each in [address, *addresses]:
        assert not PERSONAL.search(each.replace(address.rstrip("/").rsplit("/", 1)[1], "")), each


def test_several_names_on_one_phone_are_offered_and_none_is_assumed(
    officer_client: Any, case: Any, asked: dict[str, Any]
) -> None:
    case.person("Salmah binti Ali", "0123456789")
    case.visit("Salmah binti Ali", "Pasar Malam", case.at(14), 60)
    address = search(officer_client, asked)
    choice = officer_client.get(address)
    assert {who.name for who in choice.context["names"]} == {"Aminah binti Ali", "Salmah binti Ali"}
    assert named(last("tracing.shown")) == {case.persons["Aminah binti Ali"], case.persons["Salmah binti Ali"]}
    both = officer_client.get(address, {"who": "all"}).context["answer"]
    assert [who.name for who in both.about] == ["Aminah binti Ali", "Salmah binti Ali"]
    second = officer_client.get(address, {"who": "2"}).context["answer"]
    assert {row.who.name for row in second.rows} >= {"Aminah binti Ali", "Razak bin Abu"}


def test_a_number_that_nobody_gave_says_what_to_do_and_is_on_record(officer_client: Any, asked: dict[str, Any]) -> None:
    response = officer_client.post(reverse("tracing:start"), {**asked, "phone": "0130000000"})
    assert response.status_code == 422
    assert "phone" in response.context["form"].errors
    assert last("tracing.search").detail["persons"] == []


def test_no_overlap_is_not_called_no_contacts(officer_client: Any, asked: dict[str, Any]) -> None:
    officer_client.cookies["jejak_language"] = "en"
    address = search(officer_client, asked)
    page = text_of(officer_client.get(address, {"minutes": "600"}))
    assert "No overlapping stays of at least 10 h in this window" in page
    assert "other names" in page
    assert "No contacts" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("purpose", ""), ("purpose", "x"), ("phone", "abc"), ("phone", ""), ("minutes", "0"), ("minutes", "721"), ("start", ""), ("end", "2020-01-01T00:00"), ("start", "2020-01-01T00:00")],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_and_searches_nothing(
    officer_client: Any, asked: dict[str, Any], field: str, value: str
) -> None:
    response = officer_client.post(reverse("tracing:start"), {**asked, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not Entry.objects.exists()


@pytest.mark.parametrize("route", ["tracing:start", "tracing:premises"])
def test_who_is_no_officer_is_refused(client: Any, owner_client: Any, asked: dict[str, Any], route: str) -> None:
    assert owner_client.get(reverse(route)).status_code == 403
    assert owner_client.post(reverse(route), asked).status_code == 403
    assert not Entry.objects.exists()


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Any, asked: dict[str, Any]) -> None:
    response = client.post(reverse("tracing:start"), asked)
    assert response.status_code == 302
    assert "login" in response["Location"]
    assert not Entry.objects.exists()


def test_an_owner_gets_the_same_answer_for_a_search_and_for_none(
    officer_client: Any, owner: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    officer_client.force_login(owner)
    there, not_there = (officer_client.get(path) for path in (address, reverse("tracing:contacts", args=[uuid4()])))
    assert there.status_code == not_there.status_code == 403


def test_a_reference_that_is_no_search_is_not_found(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    officer_client.get(address)
    look = last("tracing.shown")
    for reference in (uuid4(), look.uuid):
        assert officer_client.get(reverse("tracing:contacts", args=[reference])).status_code == 404
    reference = last("tracing.search").uuid
    assert officer_client.get(reverse("tracing:visitors", args=[reference])).status_code == 404


def test_a_colleague_opens_the_address_under_their_own_name(officer_client: Any, asked: dict[str, Any]) -> None:
    from jejak.access import actions

    address = search(officer_client, asked)
    other = actions.add_account(
        email="rakan@contoh.example", name="Rakan Sekerja", kind="staff", role="health_officer", is_demo=True
    )
    officer_client.force_login(other)
    assert "Pegawai Contoh" in officer_client.get(address).content.decode()
    entry = last("tracing.shown")
    assert (entry.by_id, entry.by_name, entry.purpose) == (other.pk, "Rakan Sekerja", asked["purpose"])


def test_one_of_the_contacts_can_be_searched_on(officer_client: Any, case: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    onward = reverse("tracing:onward", args=[last("tracing.search").uuid])
    response = officer_client.post(onward, {"person": case.persons["Razak bin Abu"], "minutes": "15"})
    answer = officer_client.get(response["Location"]).context["answer"]
    assert [who.name for who in answer.about] == ["Razak bin Abu"]
    assert last("tracing.search").purpose == asked["purpose"]
    assert address != response["Location"]


@pytest.mark.parametrize("person", ["Jauh binti Lain", "Aminah binti Ali"])
def test_nobody_outside_the_list_can_be_searched_on(
    officer_client: Any, case: Any, asked: dict[str, Any], person: str
) -> None:
    search(officer_client, asked)
    onward = reverse("tracing:onward", args=[last("tracing.search").uuid])
    assert officer_client.post(onward, {"person": case.persons[person], "minutes": "15"}).status_code == 404
    assert officer_client.post(onward, {"person": "nobody"}).status_code == 404
    assert officer_client.post(onward, {"person": "9" * 5_000}).status_code == 404


@pytest.mark.parametrize(
    ("start", "end"),
    [("0001-01-01T00:00", "0001-01-02T00:00"), ("9999-12-30T00:00", "9999-12-31T23:59")],
)
def test_a_year_that_no_search_can_mean_is_refused(
    officer_client: Any, asked: dict[str, Any], start: str, end: str
) -> None:
    response = officer_client.post(reverse("tracing:start"), asked | {"start": start, "end": end})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"start", "end"}
    assert not Entry.objects.filter(action="tracing.search").exists()


def test_the_latest_searches_stand_on_the_first_page(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    recent = officer_client.get(reverse("tracing:start")).context["recent"]
    assert [(each.purpose, each.found) for each in recent] == [(asked["purpose"], None)]
    officer_client.get(address)
    assert officer_client.get(reverse("tracing:start")).context["recent"][0].found == 3


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7|add:7 }} {% now 'Y' %}", "'\"><svg onload=x>"])
def test_a_hostile_name_is_text(officer_client: Any, case: Any, asked: dict[str, Any], name: str) -> None:
    case.person(name)
    case.visit(name, "Kedai Runcit", case.at(9), 100)
    body = officer_client.get(search(officer_client, asked)).content.decode()
    assert f'<th scope="row">{escape(name)}<' in body
