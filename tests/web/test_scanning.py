"""Scanning by photo and by short code: where it leads, what is refused, and that nothing is kept."""

from __future__ import annotations

import io
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from premises.shops import NOW, SHOP

from jejak.formats import qrpicture
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, posters, printing, queries
from jejak.web.views import scanning

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(owner: User) -> actions.Registered:
    return actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)


def photo(text: str, *, name: str = "poster.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=6, border=4)
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def page_of(shop: actions.Registered) -> str:
    return f"/p/{queries.scan_code(number=shop.poster.number)}"


def test_a_photo_of_a_poster_leads_to_its_page(client: Client, shop: actions.Registered) -> None:
    sheet = posters.sheet(shop.poster, settings=settings(), keyring=keyring())
    picture = SimpleUploadedFile("IMG_0001.png", printing.picture(sheet), "image/png")
    answer = client.post("/scan", {"picture": picture})
    assert (answer.status_code, answer["Location"]) == (303, page_of(shop))


def test_a_short_code_leads_there_however_it_is_typed(client: Client, shop: actions.Registered) -> None:
    code = shop.poster.short_code
    for typed in (code, f"{code[:3]}-{code[3:]}", code.lower(), f"  {code} ", page_of(shop).removeprefix("/p/")):
        answer = client.post("/scan", {"text": typed})
        assert (answer.status_code, answer["Location"]) == (303, page_of(shop)), typed


def test_a_guard_names_the_door_by_its_short_code(client: Client, shop: actions.Registered) -> None:
    answer = client.get("/guard/poster", {"text": f"{shop.poster.short_code[:3]}-{shop.poster.short_code[3:]}".lower()})
    assert answer.json() == {"code": page_of(shop).removeprefix("/p/"), "name": SHOP.name}
    assert answer["Cache-Control"] == "no-store"
    for unknown in ("", "ABC-DEFG", "x" * 2_000):
        assert client.get("/guard/poster", {"text": unknown}).status_code == 404


def test_of_several_codes_in_a_photo_the_posters_counts(client: Client, shop: actions.Registered) -> None:
    from PIL import Image

    both = Image.new("L", (900, 450), 255)
    for at, text in enumerate(("https://menu.example/", f"{settings().base_url}{page_of(shop)}")):
        both.paste(Image.open(photo(text)).convert("L").resize((400, 400)), (25 + at * 440, 25))
    out = io.BytesIO()
    both.save(out, "JPEG", quality=90)
    answer = client.post("/scan", {"picture": SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")})
    assert answer["Location"] == page_of(shop)


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"text": "ABC-DEFG"}, 404, "Kami tidak mengenali kod ini"),
        ({"text": "<script>alert(1)</script>"}, 404, "Kami tidak mengenali kod ini"),
        ({"text": "x" * 5_000}, 404, "Kami tidak mengenali kod ini"),
        ({"text": "  "}, 422, "Ambil foto poster, atau taip kod pendeknya"),
        ({}, 422, "Ambil foto poster, atau taip kod pendeknya"),
        ({"picture": b"GIF89a, or so it says"}, 422, "Foto ini tidak dapat kami baca"),
        ({"picture": b""}, 422, ""),
    ],
)
def test_what_leads_nowhere_is_said_in_plain_words(
    client: Client, sent: dict[str, Any], status: int, said: str
) -> None:
    if isinstance(sent.get("picture"), bytes):
        sent = {"picture": SimpleUploadedFile("a.png", sent["picture"], "image/png")}
    answer = client.post("/scan", sent)
    assert answer.status_code == status
    assert said in answer.text
    assert "<script>alert" not in answer.text


def test_a_photo_without_a_code_says_how_to_take_it(client: Client) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#888").save(out, "JPEG")
    answer = client.post("/scan", {"picture": SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")})
    assert answer.status_code == 422
    assert "Tiada kod kelihatan" in answer.text


def test_a_photo_too_large_is_dropped_as_it_arrives(client: Client) -> None:
    large = SimpleUploadedFile("a.jpg", b"\xff\xd8" + bytes(qrpicture.LARGEST_FILE + 100_000), "image/jpeg")
    answer = client.post("/scan", {"picture": large})
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


def test_a_third_photo_at_once_is_asked_to_come_again(
    client: Client, shop: actions.Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two decoders are held up by pictures that arrive slowly; what they read is not faked."""
    began, go_on = [Event(), Event()], Event()

    class Slow(io.BytesIO):
        def __init__(self, at: int) -> None:
            super().__init__(photo("x").read())
            self.at = at

        def read(self, *size: int | None) -> bytes:
            began[self.at].set()
            go_on.wait(20)
            return super().read(*size)

    request = type("Request", (), {"META": {}})()
    held = [
        Thread(target=scanning._texts_in, args=(Slow(at),), kwargs={"request": request}, daemon=True) for at in (0, 1)
    ]
    for thread in held:
        thread.start()
    assert all(event.wait(20) for event in began)
    try:
        answer = client.post("/scan", {"picture": photo(f"{settings().base_url}{page_of(shop)}")})
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) >= 1
        assert "Banyak foto sedang dilihat" in answer.text
        assert client.post("/scan", {"text": shop.poster.short_code}).status_code == 303, "codes need no decoder"
    finally:
        go_on.set()
        for thread in held:
            thread.join(20)
    assert client.post("/scan", {"picture": photo(f"{settings().base_url}{page_of(shop)}")}).status_code == 303


@pytest.mark.parametrize("field", ["text", "picture"])
def test_a_form_of_another_site_is_refused(shop: actions.Registered, field: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    sent = {"text": shop.poster.short_code} if field == "text" else {"picture": photo("x")}
    assert strict.post("/scan", sent).status_code == 403
    strict.get("/scan")
    own = strict.get("/scan").text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = (
        {"text": shop.poster.short_code} if field == "text" else {"picture": photo(f"https://x.example{page_of(shop)}")}
    )
    assert strict.post("/scan", sent | {"csrfmiddlewaretoken": own}).status_code == 303
