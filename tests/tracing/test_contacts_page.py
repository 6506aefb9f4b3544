"""The officer's search for a person's contacts: asked, shown, narrowed, on record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape
from tracing.cases import case_of
from tracing.desk import shown

from jejak.kernel import clock
from jejak.trail import queries as trail
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
    answer = shown(officer_client, search(officer_client, asked)).context["answer"]
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


def test_nobody_is_named_before_their_names_are_asked_for(
    officer_client: Any, case: Any, asked: dict[str, Any]
) -> None:
    response = officer_client.get(search(officer_client, asked))
    answer, page = response.context["answer"], response.content.decode()
    assert (answer.total, answer.rows, answer.release.hidden) == (3, (), 3)
    assert answer.tally.places == (("Kedai Runcit", 2), ("Pasar Malam", 2))
    assert answer.tally.lengths == ((15, 60, 2), (60, 120, 1), (120, 240, 0), (240, None, 0))
    for name in ("Razak", "Tan Mei", "jahat", "887777"):
        assert name not in page
    assert named(last("tracing.shown")) == set()


def test_sliders_change_the_counts_and_name_nobody(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    answer = officer_client.get(address, {"minutes": "30", "end": "12"}).context["answer"]
    assert (answer.total, answer.tally.places, answer.rows) == (1, (("Kedai Runcit", 1),), ())
    assert named(last("tracing.shown")) == set()


def test_the_trail_names_exactly_those_shown_once_a_search_and_account(
    officer_client: Any, case: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    page = shown(officer_client, address, {"minutes": "30"})
    both = {case.persons["Razak bin Abu"], case.persons['=HYPERLINK("http://jahat.example","klik")']}
    assert {row.who.person for row in page.context["answer"].rows} == both
    first, again = Entry.objects.filter(action="tracing.shown").order_by("pk")
    assert (named(first), named(again)) == (both, set())
    assert again.detail["search"] in address
    shown(officer_client, address, {"minutes": "15"})
    new, _again = Entry.objects.filter(action="tracing.shown").order_by("pk")[2:]
    assert named(new) == {case.persons["Tan Mei Ling"]}
    assert {(entry.kind, entry.reference) for entry in (first, new)} == {("search", first.detail["search"])}


def test_only_the_page_shown_is_named(officer_client: Any, case: Any, asked: dict[str, Any]) -> None:
    for number in range(60):
        case.person(f"Pelawat {number}")
        case.visit(f"Pelawat {number}", "Kedai Runcit", case.at(9), 100)
    address = search(officer_client, asked)
    first = shown(officer_client, address).context["answer"]
    assert (first.total, len(first.rows), first.release.shown) == (63, 50, 50)
    response = officer_client.get(address, {"page": "2"})
    second = response.context["answer"]
    assert (second.rows, second.release.hidden) == ((), 13)
    assert '<input type="hidden" name="page" value="2">' in response.content.decode(), "its button shows this page"
    second = shown(officer_client, address, {"page": "2"}).context["answer"]
    assert [row.rank for row in second.rows] == list(range(51, 64))
    entry = Entry.objects.filter(action="tracing.shown").order_by("-pk")[1]
    assert named(entry) == {row.who.person for row in second.rows}


def test_a_page_shows_who_was_shown_before_and_counts_the_others(
    officer_client: Any, case: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    shown(officer_client, address, {"minutes": "30"})
    answer = officer_client.get(address, {"minutes": "15"}).context["answer"]
    assert [row.rank for row in answer.rows] == [1, 2]
    assert (answer.matching, answer.release.hidden) == (3, 1)


def test_sliders_narrow_the_list_within_the_same_search(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    started = Entry.objects.filter(action="tracing.search").count()
    morning = shown(officer_client, address, {"start": "0", "end": "12"}).context["answer"]
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
def test_a_text_is_looked_for_among_the_names_shown_and_stands_in_no_address(
    officer_client: Any, case: Any, asked: dict[str, Any], text: str, found: set[str]
) -> None:
    address = search(officer_client, asked)
    ask = {"minutes": "15", "text": text}
    response = officer_client.post(address, ask, headers={"HX-Request": "true"})
    answer = response.context["answer"]
    assert (answer.rows, answer.fitting) == ((), 0), "nobody can learn by a name whether it is on the list"
    shown(officer_client, address, {"minutes": "15"})
    response = officer_client.post(address, ask, headers={"HX-Request": "true"})
    answer = response.context["answer"]
    assert {row.who.name for row in answer.rows} == found
    assert answer.fitting == len(found)
    assert named(last("tracing.shown")) == set()
    assert "text" not in response["HX-Replace-Url"]


def test_a_text_tells_the_same_of_a_name_on_the_list_and_of_one_that_is_not(
    officer_client: Any, case: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    pages = []
    for text in ("razak", "tiada"):
        ask = {"minutes": "15", "text": text}
        body = officer_client.post(address, ask, headers={"HX-Request": "true"}).content.decode()
        pages.append(re.sub(r'name="(csrfmiddlewaretoken|text)" value="[^"]*"', "", body))
    assert pages[0] == pages[1]


def test_nothing_personal_stands_in_any_address(officer_client: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    response = shown(officer_client, address)
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
    assert named(last("tracing.search")) == {case.persons["Aminah binti Ali"], case.persons["Salmah binti Ali"]}
    assert named(last("tracing.shown")) == set()
    both = officer_client.get(address, {"who": "all"}).context["answer"]
    assert [who.name for who in both.about] == ["Aminah binti Ali", "Salmah binti Ali"]
    second = shown(officer_client, address, {"who": "2"}).context["answer"]
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


def test_a_case_that_nobody_is_known_to_be_needs_a_number(
    officer_client: Any, officer: Any, asked: dict[str, Any]
) -> None:
    unmatched = {"case": case_of(officer).number, "phone": ""}
    assert officer_client.post(reverse("tracing:start"), asked | unmatched).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [("purpose", ""), ("purpose", "x"), ("phone", "abc"), ("minutes", "0"), ("minutes", "721"), ("start", ""), ("end", "2020-01-01T00:00"), ("start", "2020-01-01T00:00")],
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


@pytest.fixture
def colleague(officer: Any) -> Any:
    """A colleague of the officer's own agency."""
    from jejak.access import actions

    agency = actions.add_agency(name="Pejabat Contoh", kind="health", now=clock.now())
    other = actions.add_account(
        email="rakan@contoh.example", name="Rakan Sekerja", kind="staff", role="senior_health_officer", is_demo=True
    )
    for user in (officer, other):
        user.agency = agency
        user.save()
    return other


def test_a_colleague_opens_the_address_under_their_own_name(
    officer_client: Any, case: Any, colleague: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    shown(officer_client, address)
    officer_client.force_login(colleague)
    response = officer_client.get(address)
    assert "Pegawai Contoh" in response.content.decode()
    assert response.context["answer"].rows == (), "what a colleague was shown is not shown to another"
    entry = last("tracing.shown")
    assert (entry.by_id, entry.by_name, entry.purpose) == (colleague.pk, "Rakan Sekerja", asked["purpose"])
    assert named(entry) == {case.persons["Aminah binti Ali"]}, "to whom else than its starter it names the case too"


def test_another_agencys_search_is_not_there_and_the_look_stays_on_record(
    officer_client: Any, colleague: Any, asked: dict[str, Any]
) -> None:
    address = search(officer_client, asked)
    colleague.agency = None
    colleague.save()
    officer_client.force_login(colleague)
    random = reverse("tracing:contacts", args=[uuid4()])
    theirs, nowhere = officer_client.get(address), officer_client.get(random)
    assert theirs.status_code == nowhere.status_code == 404
    own, other = (path.split("/")[3].encode() for path in (address, random))
    assert theirs.content.replace(own, b"") == nowhere.content.replace(other, b"")
    assert [entry.refused for entry in trail.refusals(since=clock.now() - timedelta(minutes=5))] == [
        "reference",
        "reference",
    ]


def test_one_of_the_contacts_can_be_searched_on(officer_client: Any, case: Any, asked: dict[str, Any]) -> None:
    address = search(officer_client, asked)
    onward = reverse("tracing:onward", args=[last("tracing.search").uuid])
    razak = {"person": case.persons["Razak bin Abu"], "minutes": "15"}
    assert officer_client.post(onward, razak).status_code == 404, "nobody is searched on whose name was not shown"
    shown(officer_client, address)
    response = officer_client.post(onward, razak)
    answer = officer_client.get(response["Location"]).context["answer"]
    assert [who.name for who in answer.about] == ["Razak bin Abu"]
    assert last("tracing.search").purpose == asked["purpose"]
    assert address != response["Location"]


@pytest.mark.parametrize("person", ["Jauh binti Lain", "Aminah binti Ali"])
def test_nobody_outside_the_list_can_be_searched_on(
    officer_client: Any, case: Any, asked: dict[str, Any], person: str
) -> None:
    shown(officer_client, search(officer_client, asked))
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
    body = shown(officer_client, search(officer_client, asked)).content.decode()
    assert f'<th scope="row">{escape(name)}<' in body
