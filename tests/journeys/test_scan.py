"""Scanning in a browser: with the camera where there is a detector, else by photo or short code, with and without scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from journeys.posters import Hung, hang
from journeys.waiting import until
from journeys.walking import assert_accessible
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page

DETECTOR = """
Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 10, 10);
    window.stream = canvas.captureStream(5);
    return window.stream;
} });
window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return window.inView ? [{ rawValue: window.inView }] : []; }
};
"""


@pytest.fixture(scope="module")
def wall(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Hung:
    return hang(node, tmp_path_factory.mktemp("scan"), "Gerai Imbas")[0]


def arrived(page: Page, wall: Hung) -> bool:
    page.wait_for_url(f"**/p/{wall.code}*")
    page.get_by_role("heading", name=wall.name).wait_for()
    return True


@pytest.mark.parametrize("scripts", [True, False])
def test_a_photo_of_the_printed_poster_leads_to_its_page(node: Node, wall: Hung, open_page: Any, scripts: bool) -> None:
    page = open_page(phone=True, scripts=scripts)
    page.goto(f"{node.url}/scan")
    page.set_input_files("#picture", wall.picture)
    if not scripts:
        page.get_by_role("button", name="Baca foto").click()
    assert arrived(page, wall)


def test_a_large_photo_is_made_smaller_on_the_phone(node: Node, wall: Hung, open_page: Any, tmp_path: Path) -> None:
    photo = tmp_path / "IMG_0001.png"
    Image.open(wall.picture).convert("RGB").resize((3000, 4243)).save(photo, compress_level=0)
    assert photo.stat().st_size > 12_000_000, "the node would refuse it"
    page = open_page(phone=True)
    page.goto(f"{node.url}/scan")
    page.set_input_files("#picture", photo)
    assert arrived(page, wall)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_short_code_leads_to_its_page(node: Node, wall: Hung, open_page: Any, scripts: bool) -> None:
    page = open_page(phone=True, scripts=scripts)
    page.goto(f"{node.url}/scan")
    page.get_by_label("Atau taip kod pendek poster").fill("ABC-DEFG")
    page.get_by_role("button", name="Buka halaman daftar masuk").click()
    page.get_by_text("Kami tidak mengenali kod ini").wait_for()
    assert page.get_by_label("Atau taip kod pendek poster").input_value() == "ABC-DEFG"
    if scripts:
        assert_accessible(page)
    page.get_by_label("Atau taip kod pendek poster").fill(wall.short_code.lower())
    page.get_by_role("button", name="Buka halaman daftar masuk").click()
    assert arrived(page, wall)


def test_the_camera_opens_what_the_detector_sees(node: Node, wall: Hung, open_page: Any) -> None:
    page = open_page(phone=True)
    page.add_init_script(DETECTOR)
    page.goto(f"{node.url}/scan")
    page.get_by_role("button", name="Imbas dengan kamera").click()
    page.get_by_text("Halakan kamera pada kod.").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Hentikan kamera").click()
    page.get_by_role("button", name="Imbas dengan kamera").wait_for()
    assert page.evaluate("window.stream.getTracks().every((track) => track.readyState === 'ended')")
    page.get_by_role("button", name="Imbas dengan kamera").click()
    page.evaluate(f"window.inView = {json.dumps(wall.address)}")
    assert arrived(page, wall)
    assert page.url.endswith("#" + wall.descriptor)


def test_without_a_network_the_camera_still_opens_our_posters(node: Node, wall: Hung, open_page: Any) -> None:
    page = open_page(phone=True)
    page.add_init_script(DETECTOR)
    page.goto(f"{node.url}/scan")
    until(page, "navigator.serviceWorker.controller && jejak.memory.get('node').then(Boolean)")
    page.context.set_offline(True)
    page.goto(f"{node.url}/scan")
    page.get_by_label("Atau taip kod pendek poster").fill(wall.short_code)
    page.get_by_role("button", name="Buka halaman daftar masuk").click()
    page.locator("#trouble").get_by_text("kod pendek tidak dapat dicari").wait_for()
    page.get_by_role("button", name="Imbas dengan kamera").click()
    page.evaluate(f"window.inView = {json.dumps(wall.address)}")
    assert arrived(page, wall)
    assert "Tiada rangkaian" in page.inner_text("main")


def test_the_guards_camera_reads_the_poster_once_and_then_receipts(node: Node, wall: Hung, open_page: Any) -> None:
    page = open_page(phone=True)
    page.add_init_script(DETECTOR)
    page.goto(f"{node.url}/guard")
    page.evaluate(f"window.inView = {json.dumps(wall.address)}")
    page.get_by_role("button", name="Imbas poster pintu ini").click()
    page.get_by_text("Gerai Imbas").first.wait_for()
    page.evaluate("window.inView = 'JEJAK-OFFLINE:AAAA'")
    page.get_by_role("button", name="Imbas resit").click()
    page.locator("#verdict[data-verdict=forged]").wait_for()
    assert_accessible(page)


def test_a_camera_that_is_not_allowed_is_said_and_leaves_the_other_ways(node: Node, open_page: Any) -> None:
    page = open_page(phone=True)
    page.add_init_script(
        DETECTOR.replace(
            'const canvas = document.createElement("canvas");', 'throw new DOMException("", "NotAllowedError");'
        )
    )
    page.goto(f"{node.url}/scan")
    page.get_by_role("button", name="Imbas dengan kamera").click()
    page.locator("#trouble").get_by_text("Kamera tidak dibenarkan").wait_for()
    assert page.get_by_role("button", name="Baca foto").is_visible()
