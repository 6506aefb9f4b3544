"""A family at a door: named once, one tap the next time, corrected afterwards; with scripts and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from journeys.posters import Hung, hang, visits
from journeys.walking import assert_accessible

if TYPE_CHECKING:
    from journeys.walking import Node

DISPUTED, OBSERVED = 2048, 1


@pytest.fixture(scope="module")
def wall(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Hung:
    return hang(node, tmp_path_factory.mktemp("family"), "Kedai Keluarga")[0]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_family_comes_in_with_one_tap_and_leaves_together(
    node: Node, wall: Hung, open_page: Any, scripts: bool
) -> None:
    before = visits(node)
    page = open_page(phone=True, scripts=scripts)
    page.goto(wall.address.partition("#")[0])
    page.get_by_label("Nombor telefon anda").fill("012-345 6789")
    page.get_by_label("Nama anda").fill("Ali bin Abu")
    page.get_by_text("Bawa orang lain bersama").click()
    page.get_by_label("Nama mereka").fill("Siti binti Ali\nAiman\nNur")
    page.get_by_label("Saya bersetuju").check()
    if scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Daftar masuk").click()
    page.wait_for_url("**/receipt/**")
    assert page.get_by_text("Ali bin Abu dan 3 lagi").is_visible()
    assert page.get_by_role("status").first.inner_text().endswith("4 orang")
    if scripts:
        assert_accessible(page)

    page.goto(wall.address.partition("#")[0])
    assert page.get_by_role("checkbox").count() == 3
    page.get_by_role("button", name="Buang Aiman daripada telefon ini").click()
    page.get_by_role("checkbox", name="Siti binti Ali").wait_for()
    assert page.get_by_role("checkbox", name="Aiman").count() == 0
    page.get_by_role("checkbox", name="Nur").uncheck()
    if scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Daftar masuk").click()
    page.wait_for_url("**/receipt/**")
    assert page.get_by_text("Ali bin Abu dan 1 lagi").is_visible()
    page.get_by_role("button", name="Daftar keluar").click()
    page.get_by_role("heading", name="Sudah daftar keluar").wait_for()
    made = {number: row for number, row in visits(node).items() if number not in before}
    assert len(made) == 4 + 2
    assert sorted(row["flags"] & OBSERVED for row in made.values()) == [0] * 4 + [1] * 2
    assert {row["rows"] for row in made.values()} == {1}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_says_that_it_was_somebody_else(node: Node, wall: Hung, open_page: Any, scripts: bool) -> None:
    page = open_page(phone=True, scripts=scripts)
    page.goto(wall.address.partition("#")[0])
    page.get_by_label("Nombor telefon anda").fill("013-345 6789")
    page.get_by_label("Nama anda").fill("Devi a/p Raju")
    page.get_by_label("Saya bersetuju").check()
    page.get_by_role("button", name="Daftar masuk").click()
    page.wait_for_url("**/receipt/**")
    before = visits(node)
    page.get_by_role("link", name="Betulkan lawatan ini").click()
    page.get_by_role("heading", name="Betulkan lawatan", exact=True).wait_for()
    if scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Catat waktu ini").click()
    page.get_by_text("Tulis bila anda datang atau bila anda pergi.").wait_for()
    page.get_by_role("button", name="Itu bukan saya").click()
    page.get_by_text(re.compile("Telah dicatat bahawa ini bukan anda")).wait_for()
    if scripts:
        assert_accessible(page)
    after = visits(node)
    changed = [number for number in after if after[number]["flags"] != before[number]["flags"]]
    assert len(changed) == 1
    assert after[changed[0]]["flags"] & DISPUTED
    if scripts:
        page.goto(f"{node.url}/my")
        page.locator("#list").get_by_text("Anda menyatakan bahawa itu orang lain.").wait_for()
