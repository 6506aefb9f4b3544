"""What the device reckons by itself, in a real browser beside the node's own code: QR codes, descriptors, receipts, the queue."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
import zxingcpp
from chromium import CHROMIUM, SWITCHES
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

from jejak import ui
from jejak.formats import descriptor, offlinereceipt, postercode
from jejak.formats.descriptor import Descriptor

STATIC = Path(ui.__file__).parent / "static" / "ui"
PARTS = ("bytes", "memory", "descriptor", "proof", "queue", "qr")
SEED = bytes(range(32))
CODE = postercode.make(number=7, key_version=1, secret=bytes(32))
PLACE = Descriptor(
    code=CODE,
    premises=UUID(int=1 << 120),
    zone=None,
    kind="shop",
    name="Kedai Siti & Anak — 旺",
    node="jejak",
    key_id=1,
)
MADE = 1_642_749_300_123

pytestmark = [pytest.mark.journey, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


STORED = {
    "premises": {"name": "Kedai", "branch": "Cawangan", "zone": None, "node": "jejak"},
    "at": "2022-01-21T07:15:00.123Z",
    "until": "2022-01-21T07:35:00.123Z",
    "visitor": "tok",
}


class Node:
    """A node that answers a batch as it is told to, and remembers what came."""

    def __init__(self) -> None:
        self.batches: list[list[dict[str, object]]] = []
        self.statuses: dict[str, int] = {}
        self.full_for = 0

    def answer(self, route: Route) -> None:
        if not route.request.url.endswith("check-ins:batch"):
            route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")
            return
        if self.full_for:
            self.full_for -= 1
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
            return
        items = route.request.post_data_json["items"]
        self.batches.append(items)
        said = [
            {"id": one["id"], "status": self.statuses.get(one["id"], 201), "receipt": "https://n.example/p/X/receipt/Y"}
            | STORED
            | ({"problem": {"code": "poster-retired"}} if self.statuses.get(one["id"]) == 410 else {})
            for one in items
        ]
        route.fulfill(json={"items": said, "server_ms": MADE})


@pytest.fixture(scope="module")
def window() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser.new_page()
        browser.close()


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
def page(window: Page, node: Node) -> Page:
    window.unroute_all()
    window.route("**/*", node.answer)
    window.goto("http://localhost/")
    for part in PARTS:
        window.add_script_tag(content=(STATIC / f"{part}.js").read_text())
    window.evaluate("jejak.memory.clear()")
    return window


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def told_node(key_id: int = 1, seed: bytes = SEED) -> dict[str, object]:
    key = {"id": key_id, "kty": "OKP", "crv": "Ed25519", "x": base64url(descriptor.public_key(seed))}
    return {"node": "jejak", "keys": [key]}


def modules(rows: list[list[int]]) -> Image.Image:
    """Draw rows as a scanner sees them, four pixels a module with their quiet zone."""
    side = len(rows)
    picture = Image.new("L", (side + 8, side + 8), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + 4, y + 4), 0)
    return picture.resize(((side + 8) * 4, (side + 8) * 4), Image.Resampling.NEAREST)


@pytest.mark.parametrize("level", ["L", "M"])
def test_every_size_of_qr_code_is_read_back(page: Page, level: str) -> None:
    seen = set()
    for length in (1, 14, 20, 32, 50, 78, 100, 130, 150, 180, 215, 230, 260, 290, 330, 360, 400, 412):
        text = "JEJAK-OFFLINE:"[:length] + "aZ9-_"[::-1] * 100
        text = text[:length]
        rows = page.evaluate("([t, l]) => jejak.qr.encode(t, l).map((row) => Array.from(row))", [text, level])
        seen.add(len(rows))
        [read] = zxingcpp.read_barcodes(modules(rows))
        assert read.text == text
        assert read.ec_level == level
    assert len(seen) > 12
    assert (max(seen) - 17) // 4 <= 15


def test_a_text_too_long_is_said_so(page: Page) -> None:
    assert page.evaluate("() => { try { jejak.qr.encode('x'.repeat(521), 'L'); } catch (e) { return e.message; } }")


def test_the_drawing_is_black_on_white_named_and_read_by_a_camera(page: Page, tmp_path: Path) -> None:
    text = "JEJAK-OFFLINE:" + "Ab3_" * 75 + "x"
    page.evaluate("(t) => document.body.replaceChildren(jejak.qr.draw(t, 'Kod QR'))", text)
    page.locator("svg[role=img][aria-label='Kod QR']").screenshot(path=tmp_path / "qr.png")
    [read] = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    assert read.text == text


def judge(page: Page, text: str, node: object) -> str:
    said = page.evaluate("([t, c, n]) => jejak.descriptor.judge(t, c, n)", [text, CODE, node])
    return str(said["state"]) + (":" + said["place"]["name"] if said["place"] else "")


def test_a_descriptor_is_genuine_only_under_the_nodes_key(page: Page) -> None:
    text = descriptor.sign(PLACE, private_key=SEED)
    assert judge(page, text, told_node()) == f"genuine:{PLACE.name}"
    assert judge(page, text, None) == f"unverified:{PLACE.name}"
    assert judge(page, text, told_node(key_id=2)) == f"unverified:{PLACE.name}"
    assert judge(page, text, told_node(seed=bytes(32))) == f"forged:{PLACE.name}"


def test_a_descriptor_that_anybody_changed_is_forged(page: Page) -> None:
    text = descriptor.sign(PLACE, private_key=SEED)
    for changed in (
        text[:-1] + ("A" if text[-1] != "A" else "Q"),
        text[:40] + ("b" if text[40] != "b" else "c") + text[41:],
        text + "A",
        text[:-4],
        "",
        "!" * 80,
        text + "=",
        "A" * 701,
    ):
        assert judge(page, changed, told_node()).startswith("forged"), changed
    other = postercode.make(number=8, key_version=1, secret=bytes(32))
    theirs = descriptor.sign(Descriptor(other, PLACE.premises, None, "shop", "X", "jejak", 1), private_key=SEED)
    assert judge(page, theirs, told_node()).startswith("forged"), "another poster's words"


def certify(page: Page) -> str:
    """Give the page a certified key, as the node would."""
    point = page.evaluate(
        """async () => {
            const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
            const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
            await jejak.memory.put("key", { secret: pair.privateKey, point: jejak.bytes.toText(raw) });
            return Array.from(raw);
        }"""
    )
    text = offlinereceipt.certify(key=bytes(point), until=date(2022, 6, 1), key_id=1, private_key=SEED)
    page.evaluate(
        "(text) => jejak.memory.put('certificate', { text, made: 0, ends: Date.parse('2022-06-01') + 86400000 })", text
    )
    return text


def test_the_node_reads_what_the_browser_signs_and_the_browser_too(page: Page) -> None:
    certify(page)
    what = {"code": CODE, "made": MADE, "sequence": 70_000, "people": 4}
    text = page.evaluate("(what) => jejak.proof.write(what)", what)
    read = offlinereceipt.read(text, public_keys={1: descriptor.public_key(SEED)})
    assert (read.code, read.sequence, read.people, read.until) == (CODE, 70_000, 4, date(2022, 6, 1))
    assert read.made == datetime.fromtimestamp(MADE / 1000, UTC)
    said = page.evaluate("([t, n]) => jejak.proof.judge(t, n)", [text, told_node()])
    assert said.items() >= {"state": "genuine", **what}.items()
    assert page.evaluate("([t, n]) => jejak.proof.judge(t, n)", [text, None])["state"] == "unverified"
    assert page.evaluate("([t, n]) => jejak.proof.judge(t, n)", [text, told_node(seed=bytes(32))])["state"] == "forged"


def test_a_receipt_changed_anywhere_is_forged_for_both(page: Page) -> None:
    certify(page)
    text = page.evaluate("(what) => jejak.proof.write(what)", {"code": CODE, "made": MADE, "sequence": 1, "people": 1})
    for at in range(len(offlinereceipt.PREFIX), len(text), 7):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(offlinereceipt.OfflineReceiptError):
            offlinereceipt.read(changed, public_keys={1: descriptor.public_key(SEED)})
        said = page.evaluate("([t, n]) => jejak.proof.judge(t, n)", [changed, told_node()])["state"]
        assert said in {"forged", "unverified"}, at  # a key number that the device does not hold is not a forgery to it
    assert page.evaluate("jejak.proof.judge('https://jejak.example/', null)")["state"] == "other"


def test_a_receipt_made_after_the_certificate_ended_is_not_written_nor_believed(page: Page) -> None:
    certify(page)
    late = int(datetime(2022, 6, 2, tzinfo=UTC).timestamp() * 1000)
    what = {"code": CODE, "made": late, "sequence": 1, "people": 1}
    assert page.evaluate("(what) => jejak.proof.write(what)", what) is None
    page.evaluate(
        "jejak.memory.get('certificate').then((held) => jejak.memory.put('certificate', { ...held, ends: 9e15 }))"
    )
    text = page.evaluate("(what) => jejak.proof.write(what)", what)
    with pytest.raises(offlinereceipt.OfflineReceiptError):
        offlinereceipt.read(text, public_keys={1: descriptor.public_key(SEED)})
    assert page.evaluate("([t, n]) => jejak.proof.judge(t, n)", [text, told_node()])["state"] == "forged"


def test_a_point_of_no_curve_is_forged(page: Page) -> None:
    key = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    body = bytes((1, 1)) + (20_000).to_bytes(2) + key[1:33] + bytes(32)
    raw = b"\x01" + body + bytes(64) + CODE.encode() + MADE.to_bytes(6) + (1).to_bytes(4) + b"\x01" + bytes(64)
    said = page.evaluate("([t, n]) => jejak.proof.judge(t, n)", [offlinereceipt.PREFIX + base64url(raw), told_node()])
    assert said["state"] == "forged"


def add(page: Page, count: int) -> list[str]:
    return list(
        page.evaluate(
            """async (count) => {
                const ids = [];
                for (let at = 0; at < count; at++) {
                    const made = Date.now() + at, id = jejak.bytes.uuid7(made);
                    await jejak.queue.add({ id, code: "X", made, who: { name: "Siti", token: "tS" }, place: null, companions: [] });
                    ids.push(id);
                }
                return ids;
            }""",
            count,
        )
    )


def state(page: Page) -> list[str]:
    return [one["state"] for one in page.evaluate("jejak.memory.items()")]


def test_a_queue_is_sent_once_in_order_in_small_batches(page: Page, node: Node) -> None:
    ids = add(page, 45)
    page.evaluate("Promise.all([jejak.queue.send(), jejak.queue.send()])")
    assert [one["id"] for batch in node.batches for one in batch] == ids
    assert max(map(len, node.batches)) <= 20
    assert set(state(page)) == {"sent"}
    page.evaluate("jejak.queue.send()")
    assert sum(map(len, node.batches)) == 45


def test_what_is_refused_stays_to_be_told_and_what_must_wait_waits(page: Page, node: Node) -> None:
    ids = add(page, 3)
    node.statuses = {ids[0]: 410, ids[1]: 503}
    assert page.evaluate("jejak.queue.send()") == 1
    assert state(page) == ["refused", "waiting", "sent"]
    assert page.evaluate("jejak.memory.items()")[0]["problem"] == "poster-retired"
    assert page.evaluate("jejak.queue.pauseLeft()") > 0


def test_a_full_node_is_left_alone_as_long_as_it_asks(page: Page, node: Node) -> None:
    add(page, 1)
    node.full_for = 1
    assert page.evaluate("jejak.queue.send()") == 1
    assert page.evaluate("jejak.queue.pauseLeft()") >= 900
    assert page.evaluate("jejak.queue.send()") == 1
    assert node.batches == [], "nothing was sent within the pause"
    page.wait_for_function("jejak.queue.pauseLeft() === 0")
    assert page.evaluate("jejak.queue.send()") == 0


def test_a_newcomers_phone_is_forgotten_as_soon_as_the_node_has_it(page: Page, node: Node) -> None:
    page.evaluate(
        """async () => {
            const made = Date.now(), who = { name: "Ali", phone: "0123456789", remember: true };
            await jejak.memory.put("self", who);
            await jejak.queue.add({ id: jejak.bytes.uuid7(made), code: "X", made, who, place: null, companions: [{ name: "Aiman" }] });
            await jejak.queue.send();
        }"""
    )
    [[item]] = node.batches
    assert item["visitor"] == {"name": "Ali", "phone": "0123456789"}
    assert item["remember"] is True
    assert item["with"] == [{"name": "Aiman"}]
    assert "0123456789" not in json.dumps(page.evaluate("jejak.memory.items()"))
    assert page.evaluate("jejak.memory.get('self')") is None
    assert page.evaluate("jejak.queue.holder()")["name"] == "Ali"


QUEUED = """async ([name, token, phone, remember]) => {
    const made = Date.now(), id = jejak.bytes.uuid7(made);
    await jejak.queue.add({ id, code: "X", made, who: { name, token, phone, remember }, place: null, companions: [] });
    return id;
}"""


def queued(page: Page, name: str, *, token: str = "", phone: str = "", remember: bool = False) -> str:
    return str(page.evaluate(QUEUED, [name, token, phone, remember]))


def resume(page: Page) -> None:
    page.wait_for_function("jejak.queue.pauseLeft() === 0")
    page.evaluate("jejak.queue.send()")


def test_an_entry_names_its_visitor_whoever_is_remembered_before_it_is_taken(page: Page, node: Node) -> None:
    page.evaluate("jejak.queue.hold({ name: 'Aminah', token: 'tA' })")
    aminahs = queued(page, "Aminah", token="tA")
    queued(page, "Bakar", phone="0123456789", remember=True)
    node.statuses = {aminahs: 503}
    page.evaluate("jejak.queue.send()")
    node.statuses = {}
    resume(page)
    assert [one["visitor"] for batch in node.batches for one in batch if one["id"] == aminahs] == ["tA", "tA"]
    assert page.evaluate("jejak.queue.holder()")["name"] == "Bakar"
    assert "tA" not in json.dumps(page.evaluate("jejak.memory.items()")), "forgotten once the node has the visit"


def test_an_entry_without_a_token_goes_by_the_cookie_only_while_nobody_else_was_remembered(
    page: Page, node: Node
) -> None:
    page.evaluate("jejak.memory.put('known', 'Aminah')")  # as an older version told it
    mine = queued(page, "Aminah")
    page.evaluate("jejak.queue.send()")
    assert node.batches == [[{"id": mine, "code": "X", "queued": True}]]
    queued(page, "Aminah")
    page.wait_for_timeout(5)
    page.evaluate("jejak.queue.hold({ name: 'Bakar', token: 'tB' })")
    page.evaluate("jejak.queue.send()")
    assert len(node.batches) == 1
    assert state(page) == ["sent", "unsure"]


def test_one_newcomer_a_request_is_remembered_the_last_who_asked(page: Page, node: Node) -> None:
    queued(page, "Ali", phone="0123456789", remember=True)
    queued(page, "Bakar", phone="0123456780", remember=True)
    page.evaluate("jejak.queue.send()")
    assert [one.get("remember") for one in node.batches[0]] == [None, True]
    assert page.evaluate("jejak.queue.holder()")["name"] == "Bakar"


def test_what_the_node_has_already_is_settled_as_stored(page: Page, node: Node) -> None:
    node.statuses = {queued(page, "Aminah", token="tA"): 409}
    assert page.evaluate("jejak.queue.send()") == 0
    assert state(page) == ["sent"]


def test_a_place_that_the_phone_did_not_know_is_told_by_the_answer(page: Page, node: Node) -> None:
    queued(page, "Aminah", token="tA")
    page.evaluate("jejak.queue.send()")
    [item] = page.evaluate("jejak.memory.items()")
    assert item["place"] == {"name": "Kedai", "branch": "Cawangan", "zone": "", "state": "remembered"}
    assert (item["made"], item["until"], item["node"]) == (MADE, MADE + 1_200_000, "jejak")


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        f"/p/{CODE}",
        f"https://elsewhere.example/p/{CODE}?lang=en#abc",
        f"http://localhost:8000/p/{CODE}/#abc",
        f" https://jejak.example/p/{CODE} ",
    ],
)
def test_a_posters_address_is_known_on_any_host(page: Page, text: str) -> None:
    assert page.evaluate("(t) => jejak.bytes.posterAddress(t)", text)["code"] == CODE


@pytest.mark.parametrize(
    "text", ["", "ABC-DEFG", f"https://x.example/{CODE}", f"x{CODE}", f"https://x.example/p/{CODE}/out", "U" * 18]
)
def test_what_is_no_posters_address_is_not_taken_for_one(page: Page, text: str) -> None:
    assert page.evaluate("(t) => jejak.bytes.posterAddress(t)", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "0123456789",
        "012-345 6789",
        "+60 12.345 6789",
        "(03) 1234-5678",
        "012\u2013345\u00a06789",
        "\u202a+60123456789\u202c",
    ],
)
def test_a_whole_phone_number_is_known_however_it_is_written(page: Page, text: str) -> None:
    assert page.evaluate("(t) => jejak.bytes.wholePhone(t)", text) is True


@pytest.mark.parametrize("text", ["", "0123456", "012-345 678x", "60+123456789", "1" * 16, "Siti"])
def test_what_is_no_whole_phone_number_is_not_taken_for_one(page: Page, text: str) -> None:
    assert page.evaluate("(t) => jejak.bytes.wholePhone(t)", text) is False
