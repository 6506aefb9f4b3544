"""Somebody without a phone is shown with the way in which they said they can be reached."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tracing.cases import case_of
from tracing.desk import shown

from jejak.people import actions as people
from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db
HOME = "12, Jalan Mawar, Kajang"


@pytest.fixture
def written_in(case: Any) -> None:
    """Wan Minah has no phone and was at the shop with Aminah."""
    case.persons["Wan Minah"] = people.write_in(name="Wan Minah", reach=HOME, at=case.midnight)
    case.visit("Wan Minah", "Kedai Runcit", case.at(9), 100)


def test_the_contacts_page_and_its_files_say_how_to_reach_them(
    officer_client: Any, asked: dict[str, Any], written_in: None
) -> None:
    address = officer_client.post(reverse("tracing:start"), asked)["Location"]
    page = shown(officer_client, address)
    first = page.context["answer"].rows[0]
    assert (first.who.name, first.who.phone, first.who.reached) == ("Wan Minah", "", HOME)
    assert HOME in page.content.decode()
    assert first.who.reached in shown(officer_client, address, {"search": "mawar"}).content.decode()


def test_the_contacts_of_somebody_without_a_phone_are_found_by_their_card(
    officer_client: Any, officer: Any, asked: dict[str, Any], case: Any
) -> None:
    card = people.issue_card(name="Wan Minah", reach=HOME, at=case.midnight)
    asked["case"] = case_of(officer, person=card.person).number
    case.persons["Wan Minah"] = card.person
    case.visit("Wan Minah", "Kedai Runcit", case.at(9), 100)
    for typed in (card.code, f"https://node.example/c/{card.code}"):
        answer = officer_client.post(reverse("tracing:start"), asked | {"phone": typed})
        assert answer.status_code == 302
        assert card.code not in answer["Location"]
        page = shown(officer_client, answer["Location"])
        assert [who.name for who in page.context["answer"].about] == ["Wan Minah"]
        assert "Aminah binti Ali" in page.content.decode()
    entry = Entry.objects.filter(action="tracing.search").order_by("-pk")[0]
    assert list(entry.subjects.values_list("person_id", flat=True)) == [card.person]
    assert card.code not in str(entry.detail)


def test_a_card_that_this_node_never_made_finds_nobody(officer_client: Any, asked: dict[str, Any]) -> None:
    answer = officer_client.post(reverse("tracing:start"), asked | {"phone": "0" * 18})
    assert answer.status_code == 422
    assert answer.context["form"].errors["phone"]


def test_who_has_a_phone_is_shown_with_it(officer_client: Any, asked: dict[str, Any]) -> None:
    address = officer_client.post(reverse("tracing:start"), asked)["Location"]
    assert next(row.who.reached for row in shown(officer_client, address).context["answer"].rows) == "019-888 7777"
