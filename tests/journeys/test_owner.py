"""An owner's work, walked in a browser: a duplicate pointed out, a tenant invited, a file imported."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from journeys.walking import assert_accessible

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page

PASSWORD = "kata-laluan-panjang-77"
MALL = "Pusat Beli-belah Contoh"


def sign_up(page: Page, *, name: str, email: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def fill_details(page: Page, *, name: str, address: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=kind]").select_option("mall")
    page.locator("[name=address]").fill(address)
    page.locator("[name=state]").select_option("MY-10")
    page.locator("[name=district]").fill("Petaling")
    page.locator("[name=hours][value=always]").check()


@pytest.fixture(scope="module")
def owner_page(node: Node, browser: Any) -> Any:
    """An owner signed up, on a desktop."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{node.url}/accounts/signup/")
    sign_up(page, name="Puan Pemilik", email="pemilik.pusat@contoh.example")
    yield page
    context.close()


@pytest.fixture(scope="module")
def mall(node: Node, owner_page: Page) -> str:
    """The address of the mall's page."""
    owner_page.goto(f"{node.url}/premises/new/")
    fill_details(owner_page, name=MALL, address="1, Persiaran Contoh")
    owner_page.locator("[name=registration_number]").fill("2019 0100 0005")
    owner_page.get_by_role("button", name="Daftar dan buat poster").click()
    owner_page.wait_for_url("**/registered/")
    return owner_page.url.removesuffix("registered/")


def test_a_premises_that_seems_to_be_there_is_pointed_out_before_it_is_saved(
    node: Node, mall: str, open_page: Any
) -> None:
    page = open_page(phone=True)
    page.goto(f"{node.url}/accounts/signup/")
    sign_up(page, name="Encik Kedua", email="kedua@contoh.example")
    page.goto(f"{node.url}/premises/new/")
    fill_details(page, name="PUSAT BELI BELAH CONTOH", address="No. 1, Persiaran Contoh")
    page.get_by_role("button", name="Daftar dan buat poster").click()
    page.get_by_role("heading", name="Adakah yang ini?").wait_for()
    assert_accessible(page)
    shown = page.content()
    assert "1, Persiaran Contoh" in shown
    assert "Puan Pemilik" not in shown
    assert page.locator("[name=address]").input_value() == "No. 1, Persiaran Contoh", "nothing typed is lost"
    page.get_by_role("button", name="Ini premis lain: daftarkan").click()
    page.wait_for_url("**/registered/")


def test_an_invited_tenant_signs_up_accepts_and_sees_only_its_part(mall: str, owner_page: Page, open_page: Any) -> None:
    owner_page.goto(mall + "zones/")
    assert_accessible(owner_page)
    owner_page.locator("[name=name]").fill("Kedai Buku")
    owner_page.get_by_role("button", name="Tambah").click()
    owner_page.wait_for_url(re.compile(r"/zones/[0-9a-f-]{36}/$"))
    zone = owner_page.url
    owner_page.get_by_role("button", name="Buat poster untuk bahagian ini").click()
    owner_page.wait_for_url("**/posters/**")
    owner_page.goto(zone)
    owner_page.locator("[name=email]").fill("penyewa@contoh.example")
    owner_page.get_by_role("button", name="Jemput").click()
    link = owner_page.locator("figure a").get_attribute("href")
    assert_accessible(owner_page)

    page = open_page(phone=True, scripts=False)
    page.goto(link)
    page.locator("a[href*='signup']").last.click()
    sign_up(page, name="Penyewa Contoh", email="penyewa@contoh.example")
    page.goto(link)
    assert MALL in page.content()
    page.get_by_role("button", name="Terima").click()
    page.wait_for_url("**/premises/zones/**")
    assert page.locator("h1").inner_text().startswith("Kedai Buku")
    assert page.get_by_role("link", name="Muat turun poster").count() == 1
    assert page.request.get(mall).status == 404
    assert page.request.get(mall + "zones/").status == 404
    assert page.goto(link).status == 404, "once"
    owner_page.goto(zone)
    assert "Penyewa Contoh" in owner_page.content()


def test_a_file_with_three_bad_rows_is_looked_through_and_taken_in(
    node: Node, owner_page: Page, tmp_path: Path
) -> None:
    rows = [["nama", "alamat", "negeri", "daerah", "waktu buka", "telefon"]]
    rows += [
        [f"Kedai {n}", f"{n}, Jalan Fail", "Selangor", "Klang", "09:00-22:00", "03-3371 1234"] for n in range(1, 8)
    ]
    rows[2][2] = "Atlantis"
    rows[3][4] = "bila-bila masa"
    rows[4][0] = ""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    file = tmp_path / "cawangan.csv"
    file.write_text(text.getvalue(), encoding="utf-8-sig")
    owner_page.goto(f"{node.url}/premises/import/")
    assert_accessible(owner_page)
    owner_page.locator("[name=file]").set_input_files(file)
    owner_page.get_by_role("button", name="Periksa fail").click()
    owner_page.get_by_role("button", name="Daftarkan 4 premis").wait_for()
    assert_accessible(owner_page)
    assert "Negeri tidak dikenali" in owner_page.content()
    owner_page.get_by_role("button", name="Daftarkan 4 premis").click()
    owner_page.get_by_role("heading", name="4 premis didaftarkan").wait_for()
    assert_accessible(owner_page)
    with owner_page.expect_download() as waited:
        owner_page.get_by_role("link", name="Semua baris yang tidak diterima").click()
    kept = list(csv.reader(io.StringIO(waited.value.path().read_text("utf-8-sig"))))
    assert [row[-2] for row in kept[1:]] == ["3", "4", "5"]
    owner_page.goto(f"{node.url}/premises/?q=kedai")
    assert owner_page.locator("tbody th a").count() >= 4
