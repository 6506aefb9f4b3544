"""Somebody without a phone is shown with the way in which they said they can be reached."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from jejak.people import actions as people

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
    page = officer_client.get(address)
    first = page.context["answer"].rows[0]
    assert (first.who.name, first.who.phone, first.who.reached) == ("Wan Minah", "", HOME)
    assert HOME in page.content.decode()
    assert first.who.reached in officer_client.get(address, {"search": "mawar"}).content.decode()


def test_who_has_a_phone_is_shown_with_it(officer_client: Any, asked: dict[str, Any]) -> None:
    address = officer_client.post(reverse("tracing:start"), asked)["Location"]
    assert next(row.who.reached for row in officer_client.get(address).context["answer"].rows) == "019-888 7777"
