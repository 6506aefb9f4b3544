"""A notice, walked by whom it is for: advice by the link, places after a code, a stay disputed, decided, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from journeys import arrivals, notices, posters
from journeys.test_me import check_in
from journeys.walking import assert_accessible

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page

WORDS = {
    "ms": {
        "ask": "Hantar kod kepada saya", "show": "Tunjukkan bila dan di mana", "wrong": "Ini tidak betul",
        "tell": "Beritahu pejabat kesihatan", "waits": "belum menyemaknya", "correct": "Betulkan untuk kontak ini",
        "withdrawn": "Notis ini telah ditarik balik", "close": "Tutup tempat dan masa",
    },
    "en": {
        "ask": "Send me a code", "show": "Show when and where", "wrong": "This is not right",
        "tell": "Tell the health office", "waits": "has not looked at it yet", "correct": "Correct it for this contact",
        "withdrawn": "This notice was withdrawn", "close": "Close places and times",
    },
}  # fmt: skip


def speak(page: Page, node: Node, language: str) -> None:
    page.context.add_cookies([{"name": "jejak_language", "value": language, "url": node.url}])


@pytest.mark.parametrize(
    ("language", "scripts", "phone"),
    [("ms", False, "012-888 0001"), ("en", True, "012-888 0002"), ("en", False, "012-888 0003")],
)
def test_a_contact_reads_opens_and_disputes_and_an_officer_corrects(
    node: Node, open_page: Any, tmp_path: Path, language: str, scripts: bool, phone: str
) -> None:
    said, last = WORDS[language], phone[-1]
    shop, office = f"Kedai Notis {last}", f"PKD Notis {last}"
    [poster] = posters.hang(node, tmp_path, shop)
    ill, met = open_page(phone=True), open_page(phone=True, scripts=scripts)
    check_in(ill, poster.address, name=f"Kes Notis {last}", phone=f"012-999 000{last}")
    speak(met, node, language)
    check_in(met, poster.address, name=f"Kontak Notis {last}", phone=phone)
    uuid = notices.tell(node, case=f"Kes Notis {last}", phone=phone, office=office)

    reader = open_page(phone=True, scripts=scripts)
    speak(reader, node, language)
    reader.goto(f"{node.url}/notices/{uuid}")
    assert not reader.get_by_text(shop).count()
    if scripts:
        assert_accessible(reader)
    before = arrivals.code_at(node)
    reader.get_by_role("button", name=said["ask"]).click()
    reader.locator("[name=code]").fill("0000000")
    reader.get_by_role("button", name=said["show"]).click()
    assert not reader.get_by_text(shop).count()
    reader.locator("[name=code]").fill(arrivals.code(node, after=before))
    reader.get_by_role("button", name=said["show"]).click()
    assert reader.get_by_text(shop).count()
    assert not reader.get_by_text(f"Kes Notis {last}").count()
    if scripts:
        assert_accessible(reader)
    reader.get_by_role("link", name=said["wrong"]).click()
    if scripts:
        assert_accessible(reader)
    reader.locator("[name=says][value=not-there]").check()
    reader.locator("[name=note]").fill("Saya hantar anak ke sekolah pada waktu itu.")
    reader.get_by_role("button", name=said["tell"]).click()
    assert reader.get_by_text(said["waits"]).count()

    desk = open_page()
    speak(desk, node, language)
    arrivals.staff(desk, node, "health_officer", f"Pegawai {office}", office)
    desk.goto(f"{node.url}/tracing/work/disputes/")
    assert_accessible(desk)
    desk.get_by_role("link", name=f"Kontak Notis {last}").click()
    assert desk.get_by_text("Saya hantar anak ke sekolah").count()
    assert_accessible(desk)
    desk.get_by_role("button", name=said["correct"]).click()
    desk.wait_for_url("**/tracing/work/**")

    reader.reload()
    assert reader.locator("h1").inner_text() == said["withdrawn"]
    assert not reader.get_by_text(shop).count()
    if scripts:
        assert_accessible(reader)
