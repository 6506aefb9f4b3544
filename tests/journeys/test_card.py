"""A card, walked in a browser: ordered without scripts, printed, read off the paper, scanned at a counter, ended."""

from __future__ import annotations

import io
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
import zxingcpp
from journeys import posters
from journeys.walking import assert_accessible
from PIL import Image

from jejak.visits.rules import CARD, WRITTEN_IN

if TYPE_CHECKING:
    from pathlib import Path

    from journeys.walking import Node
    from playwright.sync_api import Page

PASSWORD = "kata-laluan-panjang-77"
SHOP = "Kedai Runcit Kad"
MOTHER, CHILD = "Wan Minah binti Daud", "Aisyah binti Osman"


def order(page: Page, node: Node) -> bytes:
    """Order two cards and return the sheet."""
    page.goto(f"{node.url}/card/")
    page.locator("[name=name]").fill(MOTHER)
    page.get_by_role("button", name="Buat kad").click()
    assert page.locator(".field-wrong").count() == 2, "how to be reached, and consent"
    page.locator("summary").click()
    page.locator("[name=name2]").fill(CHILD)
    page.locator("[name=reach]").fill("12, Jalan Mawar, Kajang")
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Buat kad").click()
    page.wait_for_url("**/card/*/")
    assert page.locator(".card-picture").count() == 2
    with page.expect_download() as waited:
        page.get_by_role("link", name="Muat turun helaian").click()
    return waited.value.path().read_bytes()


def read_back(pdf: bytes, folder: Path) -> list[str]:
    """Return what a scanner reads off the printed sheet."""
    (folder / "sheet.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", "sheet.pdf", "sheet"], cwd=folder, check=True)
    return sorted(found.text for found in zxingcpp.read_barcodes(Image.open(folder / "sheet.png").convert("L")))


@pytest.fixture(scope="module")
def counter(node: Node, browser: Any) -> Any:
    """A counter's tablet, paired, with Puan Kaunter at work."""
    owner = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    owner.set_default_timeout(15_000)
    owner.goto(f"{node.url}/accounts/signup/")
    owner.locator("[name=name]").fill("Encik Pemilik")
    owner.locator("[name=email]").fill("kad@contoh.example")
    owner.locator("input[name=password1]").fill(PASSWORD)
    owner.locator("main form button").first.click()
    owner.goto(f"{node.url}/premises/new/")
    for name, text in (("name", SHOP), ("address", "12 Jalan Contoh"), ("district", "Petaling")):
        owner.locator(f"[name={name}]").fill(text)
    owner.locator("[name=kind]").select_option("shop")
    owner.locator("[name=state]").select_option("MY-10")
    owner.locator("[name=hours][value=always]").check()
    owner.get_by_role("button", name="Daftar dan buat poster").click()
    owner.wait_for_url("**/registered/")
    door = owner.url.replace("registered/", "door/")
    owner.goto(f"{door}staff/new/")
    owner.locator("[name=name]").fill("Puan Rohani")
    owner.locator("[name=pin]").fill("280491")
    owner.locator("main form button").first.click()
    owner.goto(f"{door}tablets/new/")
    owner.locator("[name=name]").fill("Kaunter 1")
    owner.locator("[name=mode][value=counter]").check()
    owner.locator("main form button").first.click()
    code = owner.locator(".pairing-code").inner_text()
    owner.context.close()

    tablet = browser.new_context(viewport={"width": 1024, "height": 768}).new_page()
    tablet.set_default_timeout(15_000)
    tablet.goto(f"{node.url}/door/pair")
    tablet.locator("#code").fill(code)
    tablet.locator("form button").first.click()
    tablet.get_by_role("link", name="Puan Rohani").click()
    tablet.locator("#pin").fill("280491")
    tablet.locator("form button.big").click()
    tablet.wait_for_url("**/door/counter")
    yield tablet
    tablet.context.close()


def test_a_card_is_ordered_printed_scanned_and_ended(node: Node, open_page: Any, counter: Any, tmp_path: Path) -> None:
    visitor = open_page(phone=True, scripts=False)
    pdf = order(visitor, node)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    read = read_back(pdf, tmp_path)
    cards = [text for text in read if text.startswith(f"{node.url}/c/")]
    slips = [text for text in read if text.startswith(f"{node.url}/card/end/")]
    assert (len(cards), len(slips), len(read)) == (2, 2, 4)

    # Any camera that opens a card's address sees what it is, and nothing of its holder.
    visitor.goto(cards[0])
    assert not any(name in visitor.content() for name in (MOTHER, CHILD, "Mawar"))

    # A scanner types what it reads.
    before = posters.visits(node)
    counter.locator("#card").fill(cards[0])
    counter.get_by_role("button", name=re.compile("kad", re.IGNORECASE)).first.click()
    counter.locator("section.hour").wait_for()
    assert not any(name in counter.content() for name in (MOTHER, CHILD, "Mawar"))
    new = [found for visit, found in posters.visits(node).items() if visit not in before]
    assert [(one["rows"], one["flags"]) for one in new] == [(1, WRITTEN_IN | CARD)]

    # Ended by its slip, it is taken no more; the other card still is.
    for slip in slips:
        visitor.goto(slip)
        if number_of(visitor) == number_on(cards[0]):
            visitor.get_by_role("button", name="Tamatkan kad ini").click()
            visitor.get_by_role("link", name="Buat kad baharu").wait_for()
    for card, taken in ((cards[0], False), (cards[1], True)):
        counter.goto(f"{node.url}/door/counter")
        counter.locator("#card").fill(card)
        counter.get_by_role("button", name=re.compile("kad", re.IGNORECASE)).first.click()
        counter.locator("section.hour" if taken else "#card-error").wait_for()


def number_of(page: Page) -> int:
    return int("".join(re.findall(r"\d", page.locator("h1").inner_text())))


def number_on(address: str) -> int:
    from jejak.formats import cardcode

    return cardcode.parse(address.rsplit("/", 1)[1]).number


def test_the_card_pages_are_accessible_in_both_languages(node: Node, open_page: Any) -> None:
    for phone, dark in ((True, False), (False, True)):
        page = open_page(phone=phone, dark=dark)
        for language in ("ms", "en"):
            page.goto(f"{node.url}/language/{language}?next=/card/")
            for path in ("/card/", "/card/lost", f"/c/{'0' * 18}", "/card/past/"):
                page.goto(node.url + path)
                assert page.locator("html").get_attribute("lang") == language
                assert_accessible(page)
