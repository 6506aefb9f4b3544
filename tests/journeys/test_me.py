"""A citizen's own page, walked: checked in, signed in by a code, who looked and why, questioned, answered; the counter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from journeys import arrivals, posters
from journeys.walking import assert_accessible

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page

SHOP = "Kedai Runcit Jejak"
PURPOSE = "Kes 17: siapa di kedai pada pagi Jumaat"
WORDS = {
    "ms": {
        "looked": "Siapa melihat data saya", "deed": "Menyemak di mana anda berada dan bila.", "ask": "Persoalkan ini",
        "proof": "Bukti baris ini ada mulai esok.", "send": "Hantar soalan saya", "answer": "Hantar jawapan", "agency": "Pejabat Kesihatan Daerah Petaling",
    },
    "en": {
        "looked": "Who looked at my data", "deed": "Looked up where you were and when.", "ask": "Question this",
        "proof": "A proof of this line is there from tomorrow.", "send": "Send my question", "answer": "Send the answer", "agency": "Pejabat Kesihatan Daerah Petaling",
    },
}  # fmt: skip


def check_in(page: Page, address: str, *, name: str, phone: str) -> None:
    page.goto(address)
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=name]").fill(name)
    page.locator("[name=agree]").check()
    page.locator("form button").first.click()
    page.wait_for_url("**/receipt/**")


@pytest.mark.parametrize(
    ("language", "scripts", "phone"),
    [
        ("ms", True, "012-345 6781"), ("en", False, "012-345 6782"),
        ("ms", False, "012-345 6787"), ("en", True, "012-345 6788"),
    ],
)  # fmt: skip
def test_a_citizen_reads_who_looked_questions_it_and_is_answered(
    node: Node, open_page: Any, tmp_path: Path, language: str, scripts: bool, phone: str
) -> None:
    said = WORDS[language]
    purpose = f"{PURPOSE} ({phone[-4:]})"
    [shop] = posters.hang(node, tmp_path, f"{SHOP} {language}")
    page = open_page(phone=True, scripts=scripts)
    page.context.add_cookies([{"name": "jejak_language", "value": language, "url": node.url}])
    check_in(page, shop.address, name=f"Ali {language} bin Abu", phone=phone)
    arrivals.sign_in(page, node, phone)
    assert page.get_by_text(f"{SHOP} {language}", exact=False).count()
    arrivals.look(node, purpose)
    page.locator(".tabs a").nth(1).click()
    assert page.locator("h1").inner_text() == said["looked"]
    look = page.locator(".look").filter(has_text=purpose)
    for text in (said["deed"], said["agency"], said["proof"]):
        assert look.get_by_text(text).count(), text
    assert page.get_by_text("Pegawai Contoh").count() == 0
    look.get_by_role("link", name=said["ask"]).click()
    page.locator("[name=words]").fill("Saya tidak ke kedai itu pada hari Jumaat.")
    page.get_by_role("button", name=said["send"]).click()
    page.wait_for_url("**/me/looked/")

    desk = open_page()
    desk.context.add_cookies([{"name": "jejak_language", "value": language, "url": node.url}])
    arrivals.staff(desk, node, "auditor", "Encik Juruaudit", "Audit Contoh")
    desk.goto(f"{node.url}/staff/questions/")
    desk.locator("tbody tr a").first.click()
    assert desk.get_by_text("Pegawai Contoh").count()
    desk.locator("[name=words]").fill("Kedai itu dilawati seorang pesakit; senarai dibuat untuk semua pelawat.")
    desk.get_by_role("button", name=said["answer"]).click()
    desk.wait_for_url("**/staff/questions/")

    page.reload()
    assert page.get_by_text("Kedai itu dilawati seorang pesakit").count()


def test_a_citizen_takes_a_file_and_erases_name_and_number(node: Node, open_page: Any, tmp_path: Path) -> None:
    [shop] = posters.hang(node, tmp_path, "Kedai Fail")
    page = open_page(phone=True)
    check_in(page, shop.address, name="Siti Fail", phone="012-345 6783")
    arrivals.sign_in(page, node, "012-345 6783")
    page.locator(".visit a").first.click()
    page.locator("[name=left]").fill("23:59")
    page.locator("button[value=times]").click()
    page.wait_for_url("**/me/")
    page.locator(".tabs a").nth(3).click()
    with page.expect_download() as waited:
        page.get_by_role("link", name="JSON").click()
    rows = {part["key"]: part["rows"] for part in json.loads(waited.value.path().read_text())["parts"]}
    assert [len(rows[key]) for key in ("persons", "visits", "disputes")] == [1, 1, 1]
    page.locator("a.button-stop").click()
    page.locator("[name=sure]").check()
    page.locator("main form button").click()
    page.wait_for_url(f"{node.url}/")
    arrivals.sign_in(page, node, "012-345 6783")
    assert page.get_by_text("Kedai Fail").count() == 0
    assert page.locator(".visit").count() == 0


def test_the_counter_records_a_document_and_a_browser_is_bound(node: Node, open_page: Any, tmp_path: Path) -> None:
    [shop] = posters.hang(node, tmp_path, "Kedai Kaunter")
    old, new, desk = open_page(phone=True), open_page(phone=True), open_page()
    check_in(old, shop.address, name="Wan Kaunter", phone="012-345 6784")
    arrivals.staff(desk, node, "clinic_staff", "Puan Aida", "Klinik Contoh")
    desk.goto(f"{node.url}/counter/")
    desk.locator("[name=phone]").fill("012-345 6784")
    desk.locator("main form button").first.click()
    assert desk.get_by_text("Wan Kaunter").count() == 0
    desk.locator("tbody tr a").first.click()
    assert desk.locator("h1").inner_text() == "Wan Kaunter"
    desk.locator("[name=number]").fill("900101-14-5678")
    desk.locator("[name=birth]").fill("1990-01-01")
    desk.locator("[name=phone]").fill("012-345 6784")
    desk.locator("[name=compared]").check()
    desk.get_by_role("button", name="Rekodkan", exact=True).click()
    assert desk.locator(".alert-good").count() == 1
    arrivals.sign_in(new, node, "012-345 6784")  # a phone that never checked in
    assert new.get_by_text("Kedai Kaunter").count()


def test_the_citizens_pages_are_accessible(node: Node, open_page: Any, tmp_path: Path) -> None:
    [shop] = posters.hang(node, tmp_path, "Kedai Akses")
    for phone in (True, False):
        page, desk = open_page(phone=phone), open_page(phone=phone)
        page.goto(f"{node.url}/me/sign-in/")
        assert_accessible(page)
        if phone:
            check_in(page, shop.address, name="Ana Akses", phone="012-345 6785")
        arrivals.sign_in(page, node, f"012-345 678{5 if phone else 6}")
        arrivals.look(node, "Semakan tahunan")
        for path in ("/me/", "/me/looked/", "/me/family/", "/me/data/", "/me/browsers/bind/"):
            page.goto(node.url + path)
            assert_accessible(page)
        if phone:
            for link in (".visit a", ".look .button", "a.button-stop"):
                page.goto(node.url + {".visit a": "/me/", ".look .button": "/me/looked/"}.get(link, "/me/data/"))
                page.locator(link).first.click()
                assert_accessible(page)
        arrivals.staff(desk, node, "clinic_staff", "Puan Aida", "Klinik Contoh")
        desk.goto(f"{node.url}/counter/")
        assert_accessible(desk)
        desk.locator("[name=phone]").fill("012-345 6785")
        desk.locator("main form button").first.click()
        assert_accessible(desk)
        desk.locator("tbody tr a").first.click()
        assert_accessible(desk)
        desk.get_by_role("link", name="Penjaga").click()
        assert_accessible(desk)
        arrivals.staff(desk, node, "auditor", "Encik Juruaudit", "Audit Contoh")
        desk.goto(f"{node.url}/staff/questions/")
        assert_accessible(desk)
