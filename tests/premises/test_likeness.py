"""A premises that seems to be registered already is pointed out before it is saved, and its owner never."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import reverse
from premises.shops import NOW, SHOP, account, browser, shop, text_of
from premises.test_views import FORM

from jejak.kernel.ids import uuid7
from jejak.premises import actions, likeness, queries

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"name": "KEDAI RUNCIT  SERI"}, True),
        ({"name": "Seri Kedai Runcit"}, True),
        ({"name": "Kedai Runcit Sri"}, True),
        ({"name": "Kedai Runcit Seri Sdn. Bhd."}, True),
        ({"address": "No. 12 Jln Mawar 3, 40000"}, True),
        ({"branch": ""}, True),
        ({"branch": "Section 7"}, True),
        ({"branch": "Seksyen 13"}, False),
        ({"address": "14, Jalan Mawar 3"}, False),
        ({"address": "12, Jalan Mawar 4"}, False),
        ({"name": "Klinik Seri"}, False),
        ({"state": "MY-14"}, False),
        ({"district": "Klang"}, True),
    ],
)
def test_when_two_premises_seem_to_be_one(changed: dict[str, str], same: bool) -> None:
    assert likeness.alike(SHOP, replace(SHOP, **changed)) is same
    assert likeness.alike(replace(SHOP, **changed), SHOP) is same


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"name": "KEDAI RUNCIT, SERI"},
        {"name": "Kedai Runcat Seri"},
        {"address": "No.12 Jln. Mawar 3"},
        {"address": "12 Jalan Mawr 3"},
    ],
)
def test_one_that_is_there_is_found(owner: User, changed: dict[str, str]) -> None:
    there = shop(owner)
    shop(owner, name="Klinik Lain", address="99, Jalan Lain")
    assert [found.id for found in queries.alike_to(details=replace(SHOP, **changed), but=uuid7())] == [there.id]
    assert queries.alike_to(details=SHOP, but=there.uuid) == ()


def test_a_closed_one_is_not_pointed_out_and_at_most_five_are(owner: User) -> None:
    first = shop(owner)
    actions.close(by=owner, uuid=first.uuid, now=NOW)
    assert queries.alike_to(details=SHOP, but=uuid7()) == ()
    for _ in range(7):
        shop(owner)
    assert len(queries.alike_to(details=SHOP, but=uuid7())) == 5


@pytest.mark.parametrize("text", ["%_\\", "'; drop table x; --", "\u0b95\u0b9f\u0bc8", "{{ 7*7 }}", "%s %(x)s"])
def test_whatever_a_name_holds_only_searches(owner: User, text: str) -> None:
    there = shop(owner, name=text)
    assert [found.id for found in queries.alike_to(details=replace(SHOP, name=text), but=uuid7())] == [there.id]


def test_names_in_another_script_are_not_all_the_same(owner: User) -> None:
    shop(owner, name="\u5927\u534e\u8d85\u5e02", branch="", address="1")
    other = replace(SHOP, name="\u65b0\u660e\u836f\u623f", branch="", address="1")
    assert queries.alike_to(details=other, but=uuid7()) == ()
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct same_key) from premises_premises")
        assert cursor.fetchone()[0] == 1


def test_the_page_asks_before_it_saves_and_tells_nothing_of_the_owner(owner: User) -> None:
    shop(account("rahsia@contoh.example", "Nama Rahsia"), registration_number="198002000012")
    mine, sent = browser(owner), FORM | {"uuid": str(uuid7()), "name": "Kedai Runcit SERI"}
    asked = mine.post(reverse("premises:new"), sent)
    assert asked.status_code == 409
    assert "12, Jalan Mawar 3, Petaling" in text_of(asked)
    for secret in ("Nama Rahsia", "rahsia@contoh.example", "198002000012", "+60123456789"):
        assert secret not in asked.content.decode()
    assert queries.premises_of(owner=owner) == ()
    assert mine.post(reverse("premises:new"), sent | {"anyway": "yes"}).status_code == 302
    assert len(queries.premises_of(owner=owner)) == 1
    assert mine.post(reverse("premises:new"), sent | {"anyway": "yes"}).status_code == 302
    assert len(queries.premises_of(owner=owner)) == 1


def test_the_page_leads_to_one_s_own(owner: User) -> None:
    there = shop(owner)
    asked = browser(owner).post(reverse("premises:new"), FORM | {"uuid": str(uuid7())})
    assert reverse("premises:detail", args=[there.uuid]) in asked.content.decode()


def test_a_branch_begins_with_what_is_the_same_everywhere(owner: User) -> None:
    there = shop(owner)
    mine = browser(owner)
    page = mine.get(reverse("premises:new") + f"?of={there.uuid}").content.decode()
    assert 'value="Kedai Runcit Seri"' in page
    assert 'value="202003123456"' in page
    assert "Jalan Mawar" not in page.split("<form", 2)[-1]
    assert str(there.uuid) not in page.split('name="uuid"')[1][:120]
    stranger = browser(account("lain@contoh.example"))
    assert "Kedai Runcit Seri" not in stranger.get(reverse("premises:new") + f"?of={there.uuid}").content.decode()
    assert mine.get(reverse("premises:new") + "?of=%00").status_code == 200


def test_the_list_puts_branches_of_one_name_together(owner: User) -> None:
    shop(owner)
    shop(owner, branch="Klang", address="1, Jalan Klang")
    shop(owner, name="Klinik Contoh", branch="")
    mine: Any = browser(owner)
    assert "of-one-name" in mine.get(reverse("premises:list")).content.decode()
    assert "of-one-name" not in mine.get(reverse("premises:list") + "?sort=new").content.decode()
