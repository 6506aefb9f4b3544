"""An owner lets an old code on the wall go on working, and visitors check in with what was made there."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
import segno
from journeys.walking import assert_accessible
from PIL import Image, ImageFilter

from jejak.formats import qrpicture
from jejak.kernel.ids import uuid7

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page

SHOP = "Pasar Raya Melati"
OLD = "https://mysejahtera.malaysia.gov.my/qrscan?lId=60b1d2c3e4f5a6b7c8d9e0f1&eln=UGFzYXIgUmF5YSBNZWxhdGk=&formType=REGULAR"


@pytest.fixture(scope="module")
def owner_page(node: Node, browser: Any) -> Any:
    """An owner who has just registered a premises, at its page."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{node.url}/accounts/signup/")
    page.locator("[name=name]").fill("Encik Melati")
    page.locator("[name=email]").fill("melati@contoh.example")
    page.locator("input[name=password1]").fill("kata-laluan-panjang-78")
    page.locator("main form button").first.click()
    page.goto(f"{node.url}/premises/new/")
    page.locator("[name=name]").fill(SHOP)
    page.locator("[name=kind]").select_option("supermarket")
    page.locator("[name=address]").fill("3 Jalan Melati")
    page.locator("[name=state]").select_option("MY-10")
    page.locator("[name=district]").fill("Petaling")
    page.locator("[name=hours][value=always]").check()
    page.get_by_role("button", name="Daftar dan buat poster").click()
    page.wait_for_url("**/registered/")
    page.goto(page.url.replace("registered/", ""))
    yield page
    context.close()


def photo_of(text: str, folder: Path) -> Path:
    """A phone's photo of a code on a wall: askew, a little blurred, with its wall around it."""
    out = io.BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=7, border=4)
    askew = Image.open(out).convert("RGBA").rotate(6, expand=True)
    wall = Image.new("RGB", (1200, 1600), (190, 184, 170))
    wall.paste(askew, (300, 400), askew)
    path = folder / "poster-lama.jpg"
    wall.filter(ImageFilter.GaussianBlur(1.3)).save(path, quality=70)
    return path


def check_in(node: Node, code: str) -> tuple[int, dict[str, Any]]:
    """Check in by the interface for programs, retried until the lane has heard of the code."""
    body = {"id": str(uuid7()), "code": code, "visitor": {"name": "Aminah", "phone": "012-345 6780"}}
    for _ in range(50):
        request = urllib.request.Request(  # noqa: S310 - our own node
            f"{node.url}/v1/check-ins", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            if refused.code != 404:
                return refused.code, json.load(refused)
            time.sleep(0.1)
    return 404, {}


def test_an_old_code_is_photographed_taken_over_and_checks_visitors_in(
    node: Node, owner_page: Page, tmp_path: Path
) -> None:
    page = owner_page
    page.get_by_role("link", name="kod sistem lain").click()
    assert_accessible(page)
    page.set_input_files("[name=picture]", photo_of(OLD, tmp_path))
    page.get_by_role("button", name="Baca kod").click()
    page.wait_for_selector("text=Inikah kod lama itu?")
    assert_accessible(page)
    assert page.get_by_text(SHOP, exact=True).first.is_visible()
    page.locator("[name=zone]").fill("Pintu belakang")
    page.get_by_role("button", name="Ya, biarkan").click()
    page.wait_for_url("**/posters/*/")
    assert_accessible(page)
    assert page.get_by_text(OLD).is_visible()
    status, said = check_in(node, OLD.replace("60b1", "60B1"))
    assert (status, said["premises"]["name"], said["premises"]["zone"]) == (201, SHOP, "Pintu belakang")
    page.get_by_role("link", name="Tarik balik tanpa").click()
    page.get_by_role("button", name="Ya, tarik balik").click()
    page.wait_for_url("**/premises/*/")
    for _ in range(50):
        status, said = check_in(node, OLD)
        if status == 410:
            break
        time.sleep(0.1)
    assert (status, said["code"]) == (410, "poster-retired")


def test_the_poster_page_offers_stickers_and_a_tag_and_copies_its_address(node: Node, owner_page: Page) -> None:
    page = owner_page
    page.goto(f"{node.url}/premises/")
    page.get_by_role("link", name=SHOP, exact=True).click()
    page.locator(".walls a").first.click()
    for summary in ("Pelekat", "Tag NFC untuk disentuh dengan telefon", "Kod QR sahaja"):
        page.locator("summary", has_text=summary).click()
    assert_accessible(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=node.url)
    page.locator("[data-copy=tag-2]").click()
    page.wait_for_selector("text=Disalin")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.locator("#tag-2").input_value()
    with page.expect_download() as waited:
        page.get_by_role("link", name="60 × 60 mm").click()
    assert waited.value.path().read_bytes().startswith(b"%PDF")
    png = page.context.request.get(page.url + "poster.png").body()
    [read] = qrpicture.read(png)
    assert read.startswith(address + "#")
    page.goto(address)
    assert page.locator("h1").inner_text().strip() == SHOP


def test_a_poster_gets_a_last_day_and_loses_it_again(node: Node, owner_page: Page) -> None:
    page = owner_page
    page.goto(f"{node.url}/premises/")
    page.get_by_role("link", name=SHOP, exact=True).click()
    page.locator(".walls a").first.click()
    page.locator("dl.facts").get_by_role("link", name="Ubah").click()
    assert_accessible(page)
    page.locator("[name=last_day]").fill("2030-12-31")
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_selector("text=31 Disember 2030")
    page.locator("dl.facts").get_by_role("link", name="Ubah").click()
    page.locator("[name=last_day]").fill("")
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_selector("text=tiada, poster berfungsi")


def test_a_file_of_old_codes_is_taken_over_at_the_terminal(node: Node, owner_page: Page, tmp_path: Path) -> None:
    owner_page.goto(f"{node.url}/premises/")
    owner_page.get_by_role("link", name=SHOP, exact=True).click()
    owner_page.wait_for_url("**/premises/*/")
    uuid = owner_page.url.rstrip("/").rsplit("/", 1)[1]
    file = tmp_path / "codes.csv"
    file.write_text(f"premises;zone;code\n{uuid};Kaunter;KOD-LAMA-1\n{uuid};;KOD-LAMA-1\n", encoding="utf-8")
    said = json.loads(node.command("import", "codes", str(file), "--as", "melati@contoh.example", "--json"))
    assert (said["received"], said["accepted"], said["duplicate"], said["rejected"]) == (2, 1, 1, 0)
    status, answer = check_in(node, " KOD-LAMA-1")
    assert (status, answer["premises"]["zone"]) == (201, "Kaunter")
