"""Tablets at a door, worked in a browser: kiosk with a hand scanner, counter with two colleagues, display without network."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zxingcpp
from journeys.walking import assert_accessible
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journeys.walking import Node
    from playwright.sync_api import BrowserContext, Page

PASSWORD = "kata-laluan-panjang-77"
SHOP = "Kopitiam Pintu"
SITI, KUMAR = ("Siti Aminah", "482913"), ("Kumar", "739154")
LANDSCAPE, PORTRAIT = {"width": 1024, "height": 768}, {"width": 768, "height": 1024}


@dataclass
class Shop:
    """An owner's browser, and where the pages of the premises begin."""

    browser: Any
    node: Node
    owner: Page
    base: str

    def paired(self, mode: str) -> Page:
        """Return a tablet's page, paired by the address that the owner's QR holds."""
        self.owner.goto(f"{self.base}door/tablets/new/")
        assert_accessible(self.owner)
        self.owner.locator("[name=name]").fill(f"Tablet {mode}")
        self.owner.locator(f"[name=mode][value={mode}]").check()
        self.owner.get_by_role("button", name="Tambah dan tunjukkan kodnya").click()
        code = self.owner.locator(".pairing-code").inner_text()
        assert_accessible(self.owner)
        page = self.browser.new_context(viewport=LANDSCAPE).new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        page.goto(f"{self.node.url}/door/pair#{code.replace('-', '')}")
        assert page.locator("#code").input_value() == code
        assert "#" not in page.url, "the code does not stay in the address"
        assert_accessible(page)
        page.get_by_role("button", name="Pasangkan tablet ini").click()
        page.wait_for_url(re.compile(rf"/door/({mode}|staff)$"))
        self.owner.get_by_text("Dipasangkan sejak").wait_for()  # the owner's page says so by itself
        return page

    def today(self) -> int:
        """Return the check-ins that the owner's page counts today."""
        self.owner.goto(f"{self.base}today")
        return int(self.owner.locator(".stat .value").first.inner_text())


@pytest.fixture(scope="module")
def shop(node: Node, browser: Any) -> Iterator[Shop]:
    """A premises with two members of staff, its owner signed in."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{node.url}/accounts/signup/")
    for name, text in (("name", "Puan Pintu"), ("email", "pintu@contoh.example"), ("password1", PASSWORD)):
        page.locator(f"input[name={name}]").fill(text)
    page.locator("main form button").first.click()
    page.goto(f"{node.url}/premises/new/")
    for name, text in (("name", SHOP), ("address", "9 Jalan Pintu"), ("district", "Petaling"), ("capacity", "5")):
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=kind]").select_option("restaurant")
    page.locator("[name=state]").select_option("MY-10")
    page.locator("[name=hours][value=always]").check()
    page.get_by_role("button", name="Daftar dan buat poster").click()
    page.wait_for_url("**/registered/")
    made = Shop(browser, node, page, page.url.replace("registered/", ""))
    for name, pin in (SITI, KUMAR):
        page.goto(f"{made.base}door/staff/new/")
        assert_accessible(page)
        page.locator("[name=name]").fill(name)
        page.locator("[name=pin]").fill(pin)
        page.get_by_role("button", name="Tambah", exact=True).click()
        page.wait_for_url("**/door/")
    yield made
    context.close()


def card(shop: Shop) -> str:
    """Order a card and return what its QR holds."""
    page = shop.browser.new_context().new_page()
    page.goto(f"{shop.node.url}/card/")
    page.locator("[name=name]").fill("Nenek Contoh")
    page.locator("[name=reach]").fill("12, Jalan Mawar, Kajang")
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Buat kad").click()
    page.wait_for_url("**/card/*/")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Muat turun helaian").click()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["pdftoppm", "-r", "200", "-png", "-singlefile", waited.value.path(), f"{folder}/sheet"], check=True
        )
        read = zxingcpp.read_barcodes(Image.open(Path(folder) / "sheet.png").convert("L"))
    page.context.close()
    return next(found.text for found in read if "/c/" in found.text)


def fits(page: Page) -> None:
    """Nothing scrolls on a tablet, lying or standing."""
    for size in (LANDSCAPE, PORTRAIT):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        over = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert over <= 0, f"{page.url} scrolls by {over} pixels at {size}"
    page.set_viewport_size(LANDSCAPE)  # type: ignore[arg-type]


def scan(page: Page, text: str) -> None:
    """Type as a hand scanner does: fast, wherever the cursor is, with Enter at the end."""
    page.keyboard.type(text, delay=1)
    page.keyboard.press("Enter")


def test_a_kiosk_takes_a_card_and_a_name_and_waits_for_the_network(shop: Shop) -> None:
    before, held = shop.today(), card(shop)
    page = shop.paired("kiosk")
    assert_accessible(page)
    fits(page)
    done = page.locator("[data-stage=done] .finished")

    scan(page, held)
    done.wait_for()
    assert page.get_by_role("heading", name="Sudah daftar masuk").is_visible()
    assert "Nenek" not in page.content()
    assert_accessible(page)
    fits(page)
    page.locator("[data-stage=start]").wait_for(timeout=9_000)  # six seconds
    assert shop.today() == before + 1

    page.get_by_role("link", name="Taip nama saya").click()
    assert_accessible(page)
    fits(page)
    page.get_by_role("button", name="Daftar masuk").click()
    assert page.get_by_role("textbox", name="Nama anda").get_attribute("aria-invalid") == "true"
    fits(page)
    page.get_by_role("textbox", name="Nama anda").fill("Ali Kiosk")
    page.get_by_role("textbox", name="Nombor telefon anda").fill("011-0999 0101")
    page.get_by_role("textbox", name=re.compile("Siapa bersama anda")).fill("Adik Kiosk, Kakak Kiosk")
    page.get_by_role("checkbox", name="Saya bersetuju").check()
    page.get_by_role("button", name="Daftar masuk").click()
    done.wait_for()
    assert shop.today() == before + 4

    page.context.set_offline(True)
    page.reload()  # the worker gives the page
    scan(page, held)
    done.wait_for()
    assert page.get_by_role("heading", name="Disimpan, belum dihantar").is_visible()
    assert_accessible(page)
    assert page.locator("[data-waiting]").inner_text().strip().endswith("1")
    assert shop.today() == before + 4
    page.context.set_offline(False)
    page.locator("[data-waiting]").wait_for(state="hidden", timeout=20_000)
    assert shop.today() == before + 5
    assert "Nenek" not in page.evaluate("JSON.stringify(localStorage)")
    assert held not in page.evaluate("JSON.stringify(localStorage)"), "nothing stays once it is sent"
    page.reload()
    assert shop.today() == before + 5, "sent once"

    page.locator("[data-stage=start]").wait_for(timeout=9_000)
    page.get_by_role("link", name="Taip nama saya").click()
    page.get_by_role("textbox", name="Nama anda").fill("Orang Lupa")
    page.get_by_role("link", name="Kembali").click()
    page.get_by_role("link", name="Taip nama saya").click()
    assert page.get_by_role("textbox", name="Nama anda").input_value() == "", "nobody's typing stays"
    page.context.close()


def test_the_next_visitor_need_not_wait_and_a_lost_answer_is_one_check_in(shop: Shop) -> None:
    before, held, other = shop.today(), card(shop), card(shop)
    page = shop.paired("kiosk")
    done = page.locator("[data-stage=done] .finished")
    scan(page, held)
    done.wait_for()
    scan(page, other)  # while the tick of the first still fills the screen
    page.wait_for_function("document.querySelector('#card').value === ''")
    done.wait_for()
    assert shop.today() == before + 2

    def answer_lost(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/door/check-ins", answer_lost, times=1)
    page.locator("[data-stage=start]").wait_for(timeout=9_000)
    scan(page, held)
    page.get_by_role("heading", name="Disimpan, belum dihantar").wait_for()
    assert shop.today() == before + 3, "it was stored, only the answer was lost"
    page.locator("[data-waiting]").wait_for(state="hidden", timeout=20_000)
    assert shop.today() == before + 3
    assert page.locator("[data-lost]").is_hidden()
    page.context.close()


def waits_for_the_network(shop: Shop) -> Page:
    """Return a kiosk that keeps one check-in, with a network again over which none can be sent."""
    page = shop.paired("kiosk")
    page.evaluate("navigator.serviceWorker.ready")
    page.route("**/door/check-ins", lambda route: route.abort())
    scan(page, card(shop))
    page.get_by_role("heading", name="Disimpan, belum dihantar").wait_for()
    return page


def new_code(shop: Shop) -> str:
    """Return the code of another tablet."""
    shop.owner.goto(f"{shop.base}door/tablets/new/")
    shop.owner.locator("[name=name]").fill("Tablet lain")
    shop.owner.locator("[name=mode][value=kiosk]").check()
    shop.owner.get_by_role("button", name="Tambah dan tunjukkan kodnya").click()
    return shop.owner.locator(".pairing-code").inner_text()


def test_what_waits_is_sent_before_the_tablet_becomes_another(shop: Shop) -> None:
    before = shop.today()
    page = waits_for_the_network(shop)
    page.unroute("**/door/check-ins")
    page.goto(f"{shop.node.url}/door/pair")
    page.locator("[data-sent]").wait_for()
    assert shop.today() == before + 1
    page.context.close()


def test_what_cannot_be_sent_is_asked_about_and_stays_on_the_tablet(shop: Shop) -> None:
    before = shop.today()
    page = waits_for_the_network(shop)
    code = new_code(shop)
    page.goto(f"{shop.node.url}/door/pair")
    page.locator("[data-kept]").wait_for()
    assert_accessible(page)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Pasangkan tablet ini").click()
    page.locator("[data-sure]:focus").wait_for()
    page.locator("[data-sure]").check()
    page.get_by_role("button", name="Pasangkan tablet ini").click()
    page.locator("[data-other]").wait_for()
    page.unroute("**/door/check-ins")
    assert page.locator("[data-other] b").inner_text() == "1"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('jejak-door-queue-')).length") >= 1
    assert shop.today() == before
    page.context.close()


def test_a_tablet_taken_off_still_hands_in_what_it_kept(shop: Shop) -> None:
    before = shop.today()
    page = waits_for_the_network(shop)
    shop.owner.goto(f"{shop.base}door/")
    shop.owner.locator("a[href$='/off/']").last.click()
    shop.owner.locator("main form button").click()
    page.unroute("**/door/check-ins")
    page.goto(f"{shop.node.url}/door/kiosk")
    page.locator("[data-sent]").wait_for()
    assert shop.today() == before + 1
    page.context.close()


def test_a_poster_held_up_at_a_kiosk_gives_the_next_visit_its_part(shop: Shop) -> None:
    before = shop.today()
    page = shop.paired("kiosk")
    short = page.locator(".way-phone .code").inner_text()
    scan(page, short)
    page.locator("[data-poster]").get_by_text("Poster ini: seluruh premis").wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    scan(page, "https://lain.example/p/000000000000000000")
    page.locator("[data-poster]").get_by_text("Poster disimpan").wait_for()
    fits(page)
    scan(page, card(shop))
    page.get_by_role("heading", name="Disimpan, belum dihantar").wait_for()
    assert page.locator("[data-poster]").is_hidden()
    page.context.set_offline(False)
    page.locator("[data-waiting]").wait_for(state="hidden", timeout=20_000)
    assert shop.today() == before + 1
    page.context.close()


def test_the_guards_page_fills_a_tablet_and_hides_a_mark_that_is_over(shop: Shop) -> None:
    page = shop.paired("counter")
    page.goto(f"{shop.node.url}/door/guard")
    assert_accessible(page)
    fits(page)
    words = page.locator(".hour .word").all_inner_texts()
    assert len(words) == 2
    shop.owner.goto(f"{shop.base}today")
    assert [word.upper() for word in words] == [
        word.upper() for word in shop.owner.locator(".mark-word").all_inner_texts()
    ]
    assert_accessible(shop.owner)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('[data-guard]').dataset.until = '1'")
    page.locator("[data-stale]").wait_for()
    assert page.locator("[data-guard]").is_hidden()
    page.context.set_offline(False)
    page.locator("[data-guard]").wait_for(timeout=25_000)
    page.context.close()


def test_a_kiosk_left_in_english_greets_the_next_visitor_in_malay(shop: Shop) -> None:
    page = shop.paired("kiosk")
    page.get_by_role("link", name="EN").click()
    page.get_by_role("heading", name="Scan your card").wait_for()
    assert_accessible(page)
    fits(page)
    scan(page, "XXXX")
    page.get_by_role("heading", name="Not checked in").wait_for()
    assert "We do not know this card" in page.locator("[data-say]").inner_text()
    assert_accessible(page)
    page.locator("[data-stage=refused]").click()
    page.get_by_role("heading", name="Imbas kad anda").wait_for()
    page.context.close()


def test_what_is_left_typed_at_a_kiosk_goes_after_a_minute(shop: Shop) -> None:
    page = shop.paired("kiosk")
    page.clock.install()
    page.reload()
    page.get_by_role("link", name="Taip nama saya").click()
    page.get_by_role("textbox", name="Nama anda").fill("Orang Lupa")
    page.clock.run_for(59_000)
    assert page.get_by_role("textbox", name="Nama anda").input_value() == "Orang Lupa"
    page.clock.run_for(2_000)
    assert page.locator("[data-stage=start]").is_visible()
    assert page.locator("#name").input_value() == ""
    page.context.close()


def unlock(page: Page, who: tuple[str, str]) -> None:
    page.get_by_role("link", name=who[0]).click()
    assert_accessible(page)
    for digit in who[1]:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Mula kerja").click()
    page.wait_for_url("**/door/counter")


def test_staff_write_a_visitor_in_and_switch_users(shop: Shop) -> None:
    before = shop.today()
    page = shop.paired("counter")
    assert page.get_by_role("heading", name="Siapa bekerja di sini sekarang?").is_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Kumar").click()
    page.locator("#pin").fill("000000")
    page.get_by_role("button", name="Mula kerja").click()
    assert page.get_by_role("alert").inner_text().strip() == "Ini bukan PIN Kumar. Cuba lagi."
    page.get_by_role("link", name="Orang lain").click()
    unlock(page, SITI)
    assert_accessible(page)
    fits(page)
    page.get_by_role("textbox", name="Nama pelawat").fill("Mak Cik Rokiah")
    page.get_by_role("textbox", name=re.compile("Tiada telefon")).fill("12, Kampung Baru")
    page.get_by_role("textbox", name=re.compile("Bersama")).fill("Adik, Abang")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Daftarkan masuk").click()
    assert page.get_by_role("heading", name="Sudah didaftarkan masuk").is_visible()
    assert "Mak Cik Rokiah dan 2 orang bersama" in page.locator(".who").inner_text()
    word = page.locator(".word").inner_text()
    assert_accessible(page)
    fits(page)
    page.get_by_role("link", name="Pelawat seterusnya").click()

    page.get_by_role("button", name="Tukar pengguna").click()
    page.wait_for_url("**/door/staff")
    unlock(page, KUMAR)
    scan(page, "0" * 18)
    assert "tidak mengenali kad" in page.get_by_role("alert").inner_text()
    page.locator("#card").fill(card(shop))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sudah didaftarkan masuk").wait_for()
    assert page.locator(".word").inner_text() == word, "the same hour, the same word"
    assert "Didaftarkan oleh Kumar" in page.content()
    page.get_by_role("button", name="Ini tersilap").click()
    assert page.get_by_role("heading", name="Dicatat sebagai kesilapan").is_visible()
    assert_accessible(page)
    assert shop.today() == before + 4
    page.context.close()


def test_a_display_outlives_the_network_and_recovers(shop: Shop) -> None:
    came = shop.today()
    page = shop.paired("display")
    page.get_by_text("orang di dalam sekarang").wait_for()
    assert_accessible(page)
    fits(page)
    inside = page.locator("[data-inside]").inner_text()
    signs = page.get_by_role("status").first
    assert signs.inner_text().strip() in {"Sila masuk", "Hampir penuh", "Penuh: sila tunggu"}
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("caches.match('/door/display').then(Boolean)")

    page.context.set_offline(True)
    stale = page.locator("[data-stale]")
    stale.wait_for()
    assert re.search(r"Tiada rangkaian\. Angka sejak \d+\.\d\d", stale.inner_text())
    page.reload()  # a restart without a network
    stale.wait_for()
    assert page.locator("[data-inside]").inner_text() == inside
    assert_accessible(page)
    fits(page)
    page.context.set_offline(False)
    stale.wait_for(state="hidden")
    assert int(page.locator("[data-today]").inner_text()) == came
    page.context.close()


def test_a_tablet_that_is_taken_off_says_so(shop: Shop) -> None:
    page = shop.paired("display")
    page.wait_for_function("caches.match('/door/display').then(Boolean)")
    shop.owner.goto(f"{shop.base}door/")
    assert_accessible(shop.owner)
    shop.owner.get_by_role("link", name=re.compile("Tanggalkan")).last.click()
    assert_accessible(shop.owner)
    shop.owner.get_by_role("button", name="Ya, tanggalkan").click()
    page.get_by_role("heading", name="Tablet ini belum dipasangkan").wait_for(timeout=20_000)  # by itself
    assert_accessible(page)
    page.context.close()


@pytest.mark.parametrize("dark", [False, True])
def test_the_owners_pages_are_accessible_on_phone_and_desktop(shop: Shop, dark: bool) -> None:
    shop.owner.emulate_media(color_scheme="dark" if dark else "light")
    for size in ({"width": 360, "height": 740}, {"width": 1280, "height": 800}):
        shop.owner.set_viewport_size(size)  # type: ignore[arg-type]
        for page in ("today", "door/", "", "../"):
            shop.owner.goto(shop.base + page)
            assert_accessible(shop.owner)
    shop.owner.get_by_role("link", name=re.compile("^Hari ini")).first.click()
    assert shop.owner.get_by_role("heading", name="Di dalam sekarang").is_visible()
