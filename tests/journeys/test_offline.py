"""Checking in with the network cut: the first visit online, the second without, the receipt before a guard, one visit each."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from journeys.posters import Hung, hang, visits
from journeys.proxy import Proxy
from journeys.waiting import until
from journeys.walking import assert_accessible

from jejak.formats import offlinereceipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journeys.walking import Node
    from playwright.sync_api import Page

SETTLED = "navigator.serviceWorker.controller && jejak.memory && jejak.memory.get('node').then(Boolean)"


@pytest.fixture(scope="module")
def walls(node: Node, tmp_path_factory: pytest.TempPathFactory) -> list[Hung]:
    return hang(node, tmp_path_factory.mktemp("walls"), "Kedai Satu", "Kedai Dua", "Kedai Tiga")


def fill(page: Page, *, name: str, phone: str) -> None:
    page.locator("[name=phone]:visible").fill(phone)
    page.locator("[name=name]:visible").fill(name)
    page.locator("[name=agree]:visible").check()


def check_in_online(page: Page, wall: Hung, *, name: str, phone: str) -> None:
    page.goto(wall.address)
    fill(page, name=name, phone=phone)
    page.get_by_role("button", name="Daftar masuk").click()
    page.wait_for_url("**/receipt/**")


def ready(node: Node | Proxy, page: Page, *, certified: bool = True) -> None:
    """Wait until the device holds what it needs without a network."""
    page.goto(f"{node.url}/my")
    until(page, f"{SETTLED}")
    if certified:
        until(page, "jejak.memory.get('certificate').then(Boolean)")


def cut(page: Page, *, off: bool = True) -> None:
    page.context.set_offline(off)


def receipt_text(page: Page) -> str:
    page.locator("#receipt:visible").wait_for()
    until(page, "document.getElementById('receipt').dataset.text !== undefined")
    return page.get_attribute("#receipt", "data-text") or ""


def number_of(page: Page) -> str:
    return page.url.rsplit("receipt=", 1)[1]


def keys_of(node: Node) -> dict[int, bytes]:
    with urlopen(f"{node.url}/.well-known/jejak-node") as answer:  # noqa: S310 - our own node
        told = json.load(answer)
    return {key["id"]: urlsafe_b64decode(key["x"] + "=") for key in told["keys"]}


def sent(page: Page) -> None:
    until(page, "jejak.queue.waiting().then((all) => all.length === 0)")


def test_a_visit_without_a_network_is_shown_verified_sent_later_and_once(
    node: Node, walls: list[Hung], open_page: Any
) -> None:
    phone = open_page(phone=True)
    check_in_online(phone, walls[0], name="Siti Contoh", phone="011-0999 0101")
    ready(node, phone)
    cut(phone)

    phone.goto(walls[1].address)
    phone.get_by_role("heading", name="Kedai Dua").wait_for()
    assert "Poster ini tulen" in phone.inner_text("main")
    assert "Siti Contoh" in phone.inner_text("main")
    assert_accessible(phone)
    phone.get_by_role("button", name="Daftar masuk").click()
    text, number = receipt_text(phone), number_of(phone)
    assert "BELUM DIHANTAR" in phone.inner_text("#receipt").upper()
    assert_accessible(phone)

    read = offlinereceipt.read(text, public_keys=keys_of(node))
    assert (read.code, read.sequence, read.people) == (walls[1].code, 1, 1)

    guard = open_page(phone=True)
    guard.goto(f"{node.url}/guard")
    until(guard, f"{SETTLED}")
    until(guard, "caches.match('/offline/ms/guard').then(Boolean)")
    cut(guard)
    guard.reload()
    guard.get_by_label("Alamat atau kod poster pintu ini").fill(walls[1].address)
    guard.keyboard.press("Enter")
    assert_verdict(guard, text, "good")
    assert_accessible(guard)
    assert_verdict(guard, text, "again")
    guard.reload()
    assert_verdict(guard, text, "again")
    kept = guard.evaluate("jejak.memory.get('shown').then(JSON.stringify)")
    assert text.removeprefix(offlinereceipt.PREFIX)[8:30] not in kept, "a hash is kept, no device's key"
    assert_verdict(guard, changed(text), "forged")
    for minutes, verdict in ((31, "old"), (-10, "ahead")):
        guard.evaluate(f"jejak.memory.put('offset', {minutes} * 60000)")
        assert_verdict(guard, text, verdict)
    guard.evaluate(
        "jejak.memory.put('offset', 0).then(() => jejak.memory.get('node')).then((node) => "
        "jejak.memory.put('node', { ...node, keys: [{ ...node.keys[0], id: 77 }] }))"
    )
    assert_verdict(guard, text, "unverified")
    assert_place_of_two_posters(guard, text, walls)

    assert number not in visits(node)
    cut(phone, off=False)
    phone.locator("#sent:visible").wait_for()
    assert_accessible(phone)
    phone.get_by_role("link", name="Tunjukkan resit").click()
    phone.wait_for_url("**/receipt/**")
    assert "Kedai Dua" in phone.content()
    assert visits(node)[number]["rows"] == 1


def assert_place_of_two_posters(guard: Page, text: str, walls: list[Hung]) -> None:
    """Check a receipt of the second poster at the third, then with the second known as this place's too."""
    guard.get_by_role("button", name="Pintu lain").click()
    guard.get_by_label("Alamat atau kod poster pintu ini").fill(walls[2].code)
    guard.keyboard.press("Enter")
    assert_verdict(guard, text, "elsewhere")
    guard.get_by_role("button", name="Tambah poster kami yang lain").click()
    guard.get_by_label("Alamat atau kod poster pintu ini").fill(walls[1].address)
    guard.get_by_role("button", name="Ini juga poster kami").click()
    assert_verdict(guard, text, "unverified")  # of this place now, like the first one's
    guard.reload()
    guard.locator("#here li").nth(1).wait_for()
    assert guard.locator("#here li").count() == 2
    assert_accessible(guard)


def changed(text: str) -> str:
    """Return a receipt whose number of people somebody raised."""
    raw = bytearray(urlsafe_b64decode(text.removeprefix(offlinereceipt.PREFIX) + "=="))
    raw[161] = 9
    return offlinereceipt.PREFIX + offlinereceipt._write(bytes(raw))


def assert_verdict(guard: Page, text: str, verdict: str) -> None:
    guard.evaluate("document.getElementById('verdict').dataset.verdict = ''")
    guard.get_by_label("Resit, daripada pengimbas tangan atau ditampal").fill(text)
    guard.keyboard.press("Enter")
    guard.locator(f"#verdict[data-verdict={verdict}]").wait_for()


def test_a_newcomer_without_a_network_is_asked_and_remembered(node: Node, walls: list[Hung], open_page: Any) -> None:
    phone = open_page(phone=True)
    ready(node, phone, certified=False)
    cut(phone)
    phone.goto(walls[0].address)
    phone.get_by_role("button", name="Daftar masuk").click()
    assert phone.inner_text("#phone-error").strip()
    assert phone.inner_text("#agree-error").strip()
    assert_accessible(phone)
    fill(phone, name="Encik Ali Contoh", phone="011-0999 0102")
    phone.get_by_role("button", name="Daftar masuk").click()
    assert receipt_text(phone) == ""
    assert "Tanpa bukti" in phone.inner_text("#receipt")
    first = number_of(phone)
    phone.goto(walls[2].address)
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.locator("#receipt:visible").wait_for()
    assert "Encik Ali Contoh" in phone.inner_text("#receipt")
    second = number_of(phone)
    assert first != second

    cut(phone, off=False)
    phone.goto(f"{node.url}/my")
    sent(phone)
    stored = visits(node)
    assert [stored[first]["rows"], stored[second]["rows"]] == [1, 1]
    phone.goto(walls[1].address)
    phone.get_by_role("button", name="Daftar masuk").wait_for()
    assert phone.locator("[name=phone]").count() == 0, "the answer to the queue told the device its token"
    assert (
        phone.evaluate(
            "new Promise((done) => { const r = indexedDB.open('jejak'); r.onsuccess = () => "
            "r.result.transaction('about').objectStore('about').get('self').onsuccess = (e) => done(e.target.result) })"
        )
        is None
    )


def told(phone: Page) -> None:
    """Wait until the worker keeps this page's place, the last of what a page tells it beside all else."""
    until(
        phone,
        "new Promise((done) => { const r = indexedDB.open('jejak'); r.onsuccess = () => "
        "r.result.transaction('about').objectStore('about').get('places').onsuccess = (e) => "
        "{ r.result.close(); done(location.pathname.split('/')[2] in (e.target.result || {})) } })",
    )


def test_a_form_sent_into_a_dead_network_is_kept_under_its_own_id(
    node: Node, walls: list[Hung], open_page: Any
) -> None:
    phone = open_page(phone=True)
    check_in_online(phone, walls[0], name="Puan Mei Contoh", phone="011-0999 0103")
    ready(node, phone)
    phone.goto(walls[2].address)
    until(phone, "navigator.serviceWorker.controller !== null")
    told(phone)
    cut(phone)
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.locator("#receipt:visible").wait_for()
    assert "Kedai Tiga" in phone.inner_text("#receipt")
    number = number_of(phone)
    cut(phone, off=False)
    phone.locator("#sent:visible").wait_for()
    assert visits(node)[number]["rows"] == 1


def test_a_queue_sent_three_times_and_shuffled_is_one_visit_each(node: Node, walls: list[Hung], open_page: Any) -> None:
    phone = open_page(phone=True)
    bodies: list[dict[str, Any]] = []
    phone.context.on("request", lambda asked: bodies.append(asked.post_data_json) if "batch" in asked.url else None)
    check_in_online(phone, walls[0], name="Cik Devi Contoh", phone="011-0999 0104")
    ready(node, phone)
    cut(phone)
    numbers = []
    for wall in (walls[0], walls[1], walls[2], walls[0]):
        phone.goto(wall.address)
        phone.get_by_role("button", name="Daftar masuk").click()
        phone.locator("#receipt:visible").wait_for()
        numbers.append(number_of(phone))
    phone.goto(f"{node.url}/my")
    phone.get_by_text("Menunggu untuk dihantar: 4").wait_for()
    assert_accessible(phone)
    cut(phone, off=False)
    sent(phone)
    [token] = [cookie["value"] for cookie in phone.context.cookies() if cookie["name"] == "jejak_visitor"]
    codes = [wall.code for wall in (walls[0], walls[1], walls[2], walls[0])]
    items = [
        {"id": number, "code": code, "queued": True, "visitor": token}
        for number, code in zip(numbers, codes, strict=True)
    ]
    for _ in range(3):
        random.shuffle(items)
        again = Request(  # noqa: S310 - our own node
            f"{node.url}/v1/check-ins:batch",
            data=json.dumps({"items": items}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(again) as answer:  # noqa: S310
            assert [one["status"] for one in json.load(answer)["items"]] == [200] * 4
    stored = visits(node)
    assert [stored[number]["rows"] for number in numbers] == [1] * 4


def test_a_forged_poster_is_refused_without_a_network_too(node: Node, walls: list[Hung], open_page: Any) -> None:
    phone = open_page(phone=True)
    ready(node, phone, certified=False)
    cut(phone)
    phone.goto(f"{node.url}/p/{walls[0].code}#{walls[1].descriptor}")
    phone.get_by_role("heading", name="Poster ini tidak tulen").wait_for()
    assert_accessible(phone)
    phone.goto(f"{node.url}/p/{walls[0].code}")
    phone.get_by_role("heading", name="Tempat tidak diketahui").wait_for()
    assert "Belum disahkan" in phone.inner_text("main")


def test_what_the_node_refuses_is_told_and_not_dropped(node: Node, walls: list[Hung], open_page: Any) -> None:
    phone = open_page(phone=True)
    check_in_online(phone, walls[0], name="Encik Raj Contoh", phone="011-0999 0105")
    ready(node, phone)
    long_ago = "Date.now() - 73 * 3600000"
    phone.evaluate(
        f"""async () => jejak.queue.add({{ id: jejak.bytes.uuid7({long_ago}), made: {long_ago}, code: "{walls[1].code}",
            who: await jejak.queue.holder(), place: {{ name: "Kedai Dua" }}, companions: [] }})"""
    )
    phone.reload()
    phone.locator("#list").get_by_text("Ia menunggu lebih daripada 72 jam").wait_for()
    assert_accessible(phone)


def test_my_visits_are_kept_by_the_device_and_deleted_by_it(node: Node, walls: list[Hung], open_page: Any) -> None:
    phone = open_page(phone=True)
    phone.goto(f"{node.url}/my")
    phone.get_by_role("heading", name="Belum ada lawatan").wait_for()
    assert_accessible(phone)
    check_in_online(phone, walls[0], name="Cik Lim Contoh", phone="011-0999 0106")
    ready(node, phone)
    phone.get_by_role("heading", name="Kedai Satu").wait_for()
    link = phone.get_by_role("link", name="Betulkan: Kedai Satu").get_attribute("href")
    assert link is not None
    assert link.endswith("/correct")
    assert_accessible(phone)
    phone.get_by_role("button", name="Padam dari telefon ini: Kedai Satu").click()
    phone.get_by_role("button", name="Padam? Ketik sekali lagi").click()
    phone.get_by_role("heading", name="Belum ada lawatan").wait_for()
    assert phone.evaluate("localStorage.getItem('jejak.stays')") == "[]"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("small", [False, True])
def test_each_page_opens_without_a_network_and_is_accessible(
    node: Node, open_page: Any, dark: bool, small: bool
) -> None:
    page = open_page(phone=small, dark=dark)
    ready(node, page, certified=False)
    page.goto(f"{node.url}/guard")
    until(page, "caches.match('/offline/ms/guard').then(Boolean)")
    for off in (False, True):
        cut(page, off=off)
        for path in ("/scan", "/my", "/guard", "/offline/ms"):
            page.goto(node.url + path)
            assert page.locator("h1:visible").count() == 1
            assert_accessible(page)


def test_companions_named_without_a_network_each_have_a_visit_and_are_ticks_next_time(
    node: Node, walls: list[Hung], open_page: Any
) -> None:
    phone = open_page(phone=True)
    check_in_online(phone, walls[0], name="Puan Nor Contoh", phone="011-0999 0107")
    ready(node, phone)
    cut(phone)
    before = len(visits(node))
    phone.goto(walls[1].address)
    phone.locator("#known summary").click()
    phone.locator("#known textarea").fill("Aiman Contoh\nAina Contoh")
    assert_accessible(phone)
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.locator("#receipt:visible").wait_for()
    assert phone.inner_text("#receipt-people") == "3"
    cut(phone, off=False)
    phone.locator("#sent:visible").wait_for()
    assert len(visits(node)) == before + 3
    phone.goto(f"{node.url}/my")
    phone.get_by_role("button", name="Keluarkan: Aiman Contoh").click()
    phone.goto(walls[2].address)
    assert phone.get_by_label("Aina Contoh", exact=True).is_checked()
    assert phone.get_by_label("Aiman Contoh", exact=True).count() == 0
    told(phone)
    cut(phone)
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.locator("#receipt:visible").wait_for()
    assert "Aina Contoh" in phone.inner_text("#receipt-who")
    cut(phone, off=False)
    phone.locator("#sent:visible").wait_for()
    assert len(visits(node)) == before + 5


def test_the_language_is_switched_without_a_network_and_the_poster_stays(
    node: Node, walls: list[Hung], open_page: Any
) -> None:
    phone = open_page(phone=True)
    ready(node, phone, certified=False)
    cut(phone)
    phone.goto(walls[0].address)
    phone.get_by_role("link", name="English").click()
    phone.get_by_text("The poster is genuine").first.wait_for()
    assert phone.url.endswith("#" + walls[0].descriptor)
    assert phone.get_attribute("html", "lang") == "en"
    assert_accessible(phone)
    cut(phone, off=False)
    phone.get_by_text("Kedai Satu").first.wait_for()
    phone.locator("form[data-code]").wait_for()


@pytest.fixture
def proxy(node: Node) -> Iterator[Proxy]:
    made = Proxy(node)
    yield made
    made.stop()


@pytest.mark.parametrize(("forms", "arrived"), [("lost", True), ("gone", False)])
def test_a_check_in_whose_answer_is_lost_is_kept_and_still_one_visit(
    node: Node, walls: list[Hung], open_page: Any, proxy: Proxy, forms: str, arrived: bool
) -> None:
    phone = open_page(phone=True)
    address = f"{proxy.url}/p/{walls[0].code}"
    phone.goto(address)
    until(phone, "navigator.serviceWorker.controller !== null")
    fill(phone, name="Encik Kang Contoh", phone="011-0999 0108")
    proxy.forms = forms
    before = len(visits(node))
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.wait_for_url("**/offline/**")
    number = number_of(phone)
    phone.locator("#sent:visible").wait_for()  # the queue's address is not a form's: it comes through
    assert (proxy.arrived > 0) is arrived
    assert visits(node)[number]["rows"] == 1
    assert len(visits(node)) == before + 1


def elsewhere(proxy: Proxy, wall: Hung) -> Hung:
    """Return the same poster as one whose address leads to the proxy."""
    return replace(wall, address=f"{proxy.url}/p/{wall.code}#{wall.descriptor}")


def test_a_visit_that_waits_stays_its_visitors_whoever_is_remembered_before_it_is_sent(
    node: Node, walls: list[Hung], open_page: Any, proxy: Proxy
) -> None:
    phone = open_page(phone=True)
    one, two, three = (elsewhere(proxy, wall) for wall in walls)
    check_in_online(phone, one, name="Aminah Contoh", phone="011-0999 0110")
    aminahs = phone.get_attribute("[data-visit]", "data-visit")
    ready(proxy, phone)
    cut(phone)
    phone.goto(two.address)
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.locator("#receipt:visible").wait_for()
    assert "Aminah Contoh" in phone.inner_text("#receipt-who")
    waits = [number_of(phone)]

    proxy.queues, proxy.forms = "full", "gone"
    cut(phone, off=False)
    phone.goto(three.address)
    phone.get_by_role("button", name="Daftar masuk").click()  # the open form is kept by the worker
    phone.locator("#receipt:visible").wait_for()
    waits.append(number_of(phone))
    assert proxy.turned_away, "the node was asked, and was full"

    proxy.forms = "served"
    phone.goto(three.address)
    phone.get_by_role("link", name="Orang lain").click()
    fill(phone, name="Bakar Contoh", phone="011-0999 0111")
    phone.get_by_label("Ingat nama saya").check()
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.wait_for_url("**/receipt/**")
    bakars = phone.get_attribute("[data-visit]", "data-visit")
    assert not set(waits) & set(visits(node))

    proxy.queues = "served"
    phone.goto(f"{proxy.url}/my")
    sent(phone)
    stored = visits(node)
    assert [stored[number]["person"] for number in waits] == [stored[aminahs]["person"]] * 2
    assert stored[bakars]["person"] != stored[aminahs]["person"]
    phone.goto(one.address)
    assert "Bakar Contoh" in phone.inner_text("main"), "the phone is his from then on"


def test_an_open_page_says_anew_whom_it_checks_in_when_another_was_remembered(
    node: Node, walls: list[Hung], open_page: Any
) -> None:
    phone = open_page(phone=True)
    check_in_online(phone, walls[0], name="Cik Wan Contoh", phone="011-0999 0112")
    phone.goto(walls[1].address)
    phone.locator("[name=visitor]").wait_for(state="attached")
    other = phone.context.new_page()
    other.goto(f"{node.url}/p/{walls[2].code}?other=1")
    fill(other, name="Encik Zul Contoh", phone="011-0999 0113")
    other.get_by_label("Ingat nama saya").check()
    other.get_by_role("button", name="Daftar masuk").click()
    other.wait_for_url("**/receipt/**")
    before = len(visits(node))
    phone.get_by_role("button", name="Daftar masuk").click()
    phone.get_by_text("Encik Zul Contoh").first.wait_for()
    assert len(visits(node)) == before


def test_an_entry_of_an_older_version_is_asked_about_when_another_was_remembered(
    node: Node, walls: list[Hung], open_page: Any
) -> None:
    phone = open_page(phone=True)
    check_in_online(phone, walls[0], name="Puan Ros Contoh", phone="011-0999 0114")
    ready(node, phone)
    number = phone.evaluate(
        """async (code) => {
            const made = Date.now() - 60000, id = jejak.bytes.uuid7(made);
            await jejak.queue.add({ id, code, made, who: { name: "Mak Cik Ti" }, place: null, companions: [] });
            return id;
        }""",
        walls[1].code,
    )
    phone.reload()
    phone.locator("#list").get_by_text("Lawatan siapa ini?").wait_for()
    assert_accessible(phone)
    assert number not in visits(node)
    phone.get_by_role("button", name="Hantar").click()
    assert phone.locator(".whose .error:visible").first.inner_text()
    phone.locator(".whose [type=tel]").fill("011-0999 0115")
    phone.get_by_role("button", name="Hantar").click()
    phone.get_by_role("heading", name="Kedai Dua").wait_for()
    assert "anggaran" in phone.locator("li.visit", has_text="Kedai Dua").inner_text(), "with its end, as others"
    stored = visits(node)
    ros = phone.evaluate("JSON.parse(localStorage.getItem('jejak.stays'))[0].visit")
    assert stored[number]["person"] != stored[ros]["person"]


def test_only_its_own_older_files_are_thrown_away(node: Node, open_page: Any) -> None:
    page = open_page(phone=True)
    page.goto(f"{node.url}/robots.txt")
    page.evaluate(
        """async () => {
            for (const name of ["jejak-door-1", "jejak-pocket-old"]) await caches.open(name);
            await (await caches.open("jejak-pocket-old")).put("/offline/ms/guard", new Response("old"));
        }"""
    )
    ready(node, page, certified=False)
    until(page, "caches.keys().then((names) => !names.includes('jejak-pocket-old'))")
    names = page.evaluate("caches.keys()")
    assert "jejak-door-1" in names
    kept = page.evaluate("caches.match('/offline/ms/guard').then((found) => found && found.text())")
    assert "Pengawal" in kept, "a guard's device keeps the guard's page through a new version"
