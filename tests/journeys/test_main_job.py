"""The main job, walked in a browser: a premises registers, people check in, an officer finds who met."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from journeys.arrivals import staff
from journeys.walking import assert_accessible, totp_code

from jejak.kernel.places import KUALA_LUMPUR

if TYPE_CHECKING:
    from journeys.walking import Node
    from playwright.sync_api import Locator, Page

PASSWORD = "kata-laluan-panjang-77"
OFFICE = "Pejabat Kesihatan Contoh"
SHOP = "Kedai Kopi Contoh"


@pytest.fixture(scope="module")
def poster_path(node: Node, tmp_path_factory: pytest.TempPathFactory, browser: Any) -> str:
    """An owner signs up, registers a premises and downloads its poster; what a camera reads off it."""
    import zxingcpp
    from PIL import Image

    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{node.url}/accounts/signup/")
    assert_accessible(page)
    page.locator("[name=name]").fill("Puan Contoh")
    page.locator("[name=email]").fill("pemilik@contoh.example")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.goto(f"{node.url}/premises/")
    assert_accessible(page)
    page.goto(f"{node.url}/premises/new/")
    assert_accessible(page)
    page.locator("[name=name]").fill(SHOP)
    page.locator("[name=kind]").select_option("restaurant")
    page.locator("[name=address]").fill("12 Jalan Contoh, Seksyen 7")
    page.locator("[name=state]").select_option("MY-10")
    page.locator("[name=district]").fill("Petaling")
    page.locator("[name=hours][value=always]").check()
    page.locator("[name=capacity]").fill("40")
    page.get_by_role("button", name="Daftar dan buat poster").click()
    page.wait_for_url("**/registered/")
    assert_accessible(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Muat turun poster").click()
    pdf = waited.value.path()
    assert pdf.read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Format lain").click()
    assert_accessible(page)
    png = tmp_path_factory.mktemp("poster") / "poster.png"
    png.write_bytes(context.request.get(page.url.rstrip("/") + "/poster.png").body())
    context.close()
    [read] = zxingcpp.read_barcodes(Image.open(png))
    address = urlsplit(read.text)
    assert f"{address.scheme}://{address.netloc}" == node.url
    assert address.fragment, "the descriptor"
    return address.path


def check_in(page: Page, address: str, *, name: str, phone: str) -> None:
    page.goto(address)
    assert page.locator("h1").inner_text().strip() == SHOP
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=name]").fill(name)
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Daftar masuk").click()
    page.wait_for_url("**/receipt/**")


def test_a_visitor_checks_in_without_scripts(node: Node, poster_path: str, open_page: Any) -> None:
    page = open_page(phone=True, scripts=False)
    check_in(page, node.url + poster_path, name="Encik Ali Contoh", phone="011-0999 0001")
    assert SHOP in page.content()
    assert "Ali Contoh" in page.content()
    page.goto(node.url + poster_path)
    assert page.locator("[name=phone]").count() == 0, "known: one tap"
    page.get_by_role("button", name="Daftar masuk").click()
    page.wait_for_url("**/receipt/**")
    page.get_by_role("button", name="Daftar keluar").click()
    page.wait_for_url("**/receipt/**")
    assert page.get_by_role("button", name="Daftar keluar").count() == 0


def test_a_visitor_checks_in_with_scripts_and_the_phone_remembers(node: Node, poster_path: str, open_page: Any) -> None:
    page = open_page(phone=True)
    page.goto(node.url + poster_path)
    assert_accessible(page)
    check_in(page, node.url + poster_path, name="Siti Contoh", phone="011-0999 0002")
    assert_accessible(page)
    page.goto(node.url + poster_path)
    assert_accessible(page)
    assert "Siti Contoh" in page.content()
    page.get_by_role("link", name="Orang lain").click()
    assert page.locator("[name=phone]").count() == 1
    assert not page.locator("[name=remember]").is_checked(), "a shared phone keeps who it knows"
    page.goto(node.url + poster_path + "?lang=en")
    assert_accessible(page)
    page.get_by_role("button", name="Check in").click()
    page.wait_for_url("**/receipt/**")
    assert "Checked in" in page.content()
    assert_accessible(page)


def test_the_first_load_of_the_page_is_light(node: Node, poster_path: str, open_page: Any) -> None:
    page = open_page(phone=True)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(node.url + poster_path, wait_until="networkidle")
    assert len(sizes) >= 2
    assert sum(sizes) < 50_000, sizes


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    node: Node,
    poster_path: str,
    open_page: Any,
) -> None:
    page = open_page(phone=True, scripts=False)
    page.goto(node.url + poster_path)
    page.locator("[name=phone]").fill("12")
    page.locator("[name=name]").fill("Ali Contoh")
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Daftar masuk").click()
    assert page.locator("[name=name]").input_value() == "Ali Contoh"
    assert page.locator("[name=phone]").input_value() == "12"
    assert page.locator("#phone-error").inner_text().strip()


@pytest.mark.parametrize("path", ["/p/000000000000000000", "/p/x", "/tiada-di-sini"])
def test_a_wrong_address_says_what_to_do(node: Node, open_page: Any, path: str) -> None:
    page = open_page(phone=True)
    assert page.goto(node.url + path).status == 404
    assert_accessible(page)


def names_after_counts(page: Page) -> Locator:
    """Show the names of a page of contacts, which are counted until then; return the rows."""
    rows = page.locator("table.contacts tbody tr")
    assert rows.count() == 0, "counts come first; names when they are needed"
    assert "Siti Contoh" not in page.content()
    assert page.locator(".counts").get_by_text(SHOP).count() >= 1
    page.get_by_role("button", name="Tunjukkan nama di halaman ini").click()
    rows.first.wait_for()
    assert page.evaluate("document.activeElement.id") == "contacts"
    assert_accessible(page)
    page.reload()
    assert rows.locator("th").get_by_text("Siti Contoh").count() >= 1, "what was shown stays to be looked at"
    return rows


def reported(page: Page, url: str, *, name: str, phone: str) -> str:
    """Report a case as its laboratory, and return the number that it is told."""
    page.goto(f"{url}/tracing/cases/new/")
    assert_accessible(page)
    if page.locator("select[name=office]").count():
        page.locator("[name=office]").select_option(label=OFFICE)
    page.locator("[name=name]").fill(name)
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=sample]").fill(f"{datetime.now(tz=KUALA_LUMPUR):%Y-%m-%d}")
    page.locator("[name=evidence][value=laboratory]").check()
    page.locator("[name=reference]").fill("MAKMAL-1")
    page.locator("[name=classification]").select_option("confirmed")
    page.get_by_role("button", name="Laporkan").click()
    told = re.compile(r"K20\d\d-\d{6}")
    page.get_by_text(told).wait_for()
    assert_accessible(page)
    assert page.get_by_text(SHOP).count() == 0, "a laboratory learns of no stay"
    number = told.search(page.locator("main").inner_text())
    assert number
    return number.group()


def opened(page: Page, url: str, *, number: str) -> None:
    """Open the case of a number, and stay on its page."""
    page.goto(f"{url}/tracing/cases/")
    assert_accessible(page)
    page.get_by_role("link", name=number).click()
    page.wait_for_url(re.compile(r"/tracing/cases/[0-9a-f-]{36}/"))
    assert_accessible(page)
    assert page.get_by_text(SHOP).count() >= 1, "the stays of the case stand on its page"


def test_an_officer_sets_up_a_second_factor_and_finds_who_met(
    node: Node,
    poster_path: str,
    open_page: Any,
    tmp_path: Path,
) -> None:
    password = node.staff("pegawai@contoh.example", "Pegawai Contoh")
    visitors = {"Encik Ali Contoh": "011-0999 0011", "Siti Contoh": "011-0999 0012"}
    for name, phone in visitors.items():
        check_in(open_page(phone=True), node.url + poster_path, name=name, phone=phone)

    page = open_page()
    page.goto(f"{node.url}/tracing/")
    assert_accessible(page)
    page.locator("[name=login]").fill("pegawai@contoh.example")
    page.locator("[name=password]").fill(password)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/accounts/2fa/**")
    assert_accessible(page)
    page.goto(f"{node.url}/accounts/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(password)
        page.locator("main form button").first.click()
    assert_accessible(page)
    secret = re.search(r"\b[A-Z2-7]{32}\b", re.sub(r"(?<=[A-Z2-7]) (?=[A-Z2-7])", "", page.content()))
    assert secret
    page.locator("[name=code]").fill(totp_code(secret.group()))
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"/accounts/2fa/(?!totp/activate)"))
    assert_accessible(page)

    desk = open_page()
    staff(desk, node, "laboratory", "Cik Devi Contoh", "Makmal Contoh")
    opened(page, node.url, number=reported(desk, node.url, name="Encik Ali Contoh", phone="0110999 0011"))
    page.get_by_role("link", name="Cari dengan nombor lain").click()
    assert_accessible(page)
    assert page.locator("[name=case]").input_value().startswith("K20")
    page.locator("[name=phone]").fill("0110999 0011")
    later = datetime.now(tz=KUALA_LUMPUR) + timedelta(hours=2)  # they have only just come; their stays lie ahead
    page.locator("[name=end]").fill(f"{later:%Y-%m-%dT%H:%M}")
    page.locator("[name=minutes]").fill("15")
    page.locator("[name=purpose]").fill("kes ujian pelayar")
    page.get_by_role("button", name="Cari").click()
    page.wait_for_url("**/tracing/searches/**")
    assert "0999" not in page.url
    assert_accessible(page)
    rows = names_after_counts(page)
    page.goto(page.url.partition("?")[0] + "?minutes=600")
    assert rows.count() == 0
    assert_accessible(page)
    page.go_back()
    with page.expect_download() as waited:
        page.get_by_role("link", name=re.compile("CSV")).first.click() if page.get_by_role(
            "link",
            name=re.compile("CSV"),
        ).count() else page.get_by_role("button", name=re.compile("CSV")).first.click()
    exported = waited.value.path().read_text(encoding="utf-8-sig")
    with page.expect_download() as other:
        page.get_by_role("button", name=re.compile("XLSX")).click()
    assert other.value.suggested_filename.endswith(".xlsx")
    assert "Siti Contoh" in exported
    assert all("Pegawai Contoh" in row[-1] for row in list(csv.reader(io.StringIO(exported)))[1:]), "whose file it is"


def test_public_pages_are_accessible_in_both_languages_light_and_dark(node: Node, open_page: Any) -> None:
    for dark in (False, True):
        for phone in (False, True):
            page = open_page(phone=phone, dark=dark)
            for path in ("/", "/numbers", "/ledger/", "/accounts/login/", "/accounts/signup/"):
                page.goto(node.url + path)
                assert page.locator("html").get_attribute("lang") == "ms"
                assert_accessible(page)
            page.get_by_role("link", name="EN").first.click()
            assert page.locator("html").get_attribute("lang") == "en"
            for path in ("/", "/numbers", "/ledger/"):
                page.goto(node.url + path)
                assert page.locator("html").get_attribute("lang") == "en"
                assert_accessible(page)
