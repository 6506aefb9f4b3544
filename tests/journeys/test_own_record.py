"""A citizen's own record, walked on phones: two guardians share a child, and two records of one person are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from journeys import arrivals, posters
from journeys.test_me import check_in
from journeys.walking import assert_accessible

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page


@pytest.fixture
def desk(node: Node, open_page: Any) -> Page:
    """A counter's browser."""
    page: Page = open_page()
    arrivals.staff(page, node, "clinic_staff", "Puan Aida", "Klinik Contoh")
    return page


def record(desk: Page, *, number: str, birth: str, phone: str = "") -> None:
    """Write down the document of whoever's record is open."""
    desk.locator("form.panel [name=number]").fill(number)
    desk.locator("[name=birth]").fill(birth)
    desk.locator("[name=phone]").fill(phone)
    desk.locator("[name=compared]").check()
    desk.get_by_role("button", name="Rekodkan", exact=True).click()
    desk.locator(".alert-good").wait_for()


def write_in(desk: Page, node: Node, name: str) -> str:
    """Write somebody in at the counter; return the address of the record."""
    desk.goto(f"{node.url}/counter/")
    form = desk.locator("form[action$='/write-in/']")
    if not form.is_visible():
        desk.locator("summary").first.click()
    form.locator("[name=name]").fill(name)
    form.locator("button").click()
    desk.wait_for_url("**/counter/*-*/")
    return desk.url


@pytest.mark.parametrize(("scripts", "digits"), [(True, "11"), (False, "12")])
def test_two_guardians_share_a_child(node: Node, open_page: Any, desk: Page, scripts: bool, digits: str) -> None:
    mother, father = (open_page(phone=True, scripts=scripts) for _ in range(2))
    child = write_in(desk, node, f"Aiman {digits} bin Ali")
    record(desk, number=f"150302-14-56{digits}", birth="2015-03-02")
    for page, name, number, birth, phone in (
        (mother, "Siti Ibu", f"800201-14-56{digits}", "1980-02-01", f"013-200 00{digits}"),
        (father, "Ali Bapa", f"790301-14-57{digits}", "1979-03-01", f"013-300 00{digits}"),
    ):
        write_in(desk, node, f"{name} {digits}")
        record(desk, number=number, birth=birth, phone=phone)
        arrivals.sign_in(page, node, phone)
    desk.goto(child + "guardian/")
    desk.locator("[name=number]").fill(f"800201-14-56{digits}")
    desk.locator("[name=agreed]").check()
    desk.locator("form.panel button").click()
    desk.wait_for_url(child)

    mother.goto(f"{node.url}/me/family/")
    if scripts:
        assert_accessible(mother)
    mother.get_by_role("button", name="Namakan penjaga bersama").click()
    code = mother.locator("#code").inner_text()
    father.goto(f"{node.url}/me/family/")
    father.locator("[name=code]").fill(code)
    father.locator("form[action$='/family/code/'] button").click()
    father.get_by_text(f"Siti Ibu {digits} mahu anda turut bertindak bagi Aiman {digits} bin Ali.").wait_for()
    if scripts:
        assert_accessible(father)
    father.get_by_role("button", name="Terima").click()
    father.locator("article h3").wait_for()
    assert father.locator("article").get_by_text(f"Penjaga: Siti Ibu {digits}.").count()
    mother.goto(f"{node.url}/me/family/")
    assert mother.locator("article").get_by_text(f"Penjaga bersama: Ali Bapa {digits}.").count()
    for page in (mother, father):
        page.goto(f"{node.url}/me/")
        assert page.get_by_text(f"Aiman {digits} bin Ali").count()

    mother.goto(f"{node.url}/me/family/")
    mother.get_by_role("link", name="Tarik diri").click()
    if scripts:
        assert_accessible(mother)
    mother.get_by_role("button", name="Tarik diri").click()
    mother.wait_for_url("**/me/family/")
    assert mother.locator("article").count() == 0
    father.reload()
    father.goto(f"{node.url}/me/family/")
    father.get_by_role("link", name="Tarik diri").click()
    assert father.get_by_role("button", name="Tarik diri").count() == 0, "the last one cannot"


@pytest.mark.parametrize(("scripts", "digits"), [(True, "21"), (False, "22")])
def test_two_records_of_one_person_are_joined_and_parted(
    node: Node, open_page: Any, desk: Page, tmp_path: Path, scripts: bool, digits: str
) -> None:
    [shop] = posters.hang(node, tmp_path, f"Kedai Satu {digits}")
    phone, page = f"014-400 00{digits}", open_page(phone=True, scripts=scripts)
    write_in(desk, node, "Nurul Huda binti Ismail")
    record(desk, number=f"850607-14-52{digits}", birth="1985-06-07", phone=phone)
    check_in(page, shop.address, name="Nurul Hudda binti Ismail", phone=phone)
    arrivals.match(node)
    arrivals.sign_in(page, node, phone)
    page.get_by_text("Telefon ini mendaftar masuk sebagai Nurul Hudda binti Ismail.").wait_for()
    page.get_by_role("link", name="Jawab").click()
    if scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Ya, kedua-duanya saya").click()
    page.wait_for_url("**/me/")
    assert page.get_by_text(f"Kedai Satu {digits}").count()
    assert page.get_by_text("Nurul Hudda").count() == 0, "shown as one"
    page.goto(f"{node.url}/me/data/")
    if scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Batalkan").click()
    page.goto(f"{node.url}/me/")
    assert page.get_by_text("Nurul Hudda").count()
    assert page.get_by_role("link", name="Jawab").count() == 0, "not asked again"
