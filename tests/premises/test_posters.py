"""The owner's pages about posters and old codes: what they give, refuse and say; and nobody else's."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
import segno
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from premises.test_actions import SHOP

from jejak.formats import ndef, qrpicture
from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.premises import actions, printing, queries
from jejak.premises.models import Alias, Poster
from jejak.premises.queries import address_of

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

OLD = "https://mysejahtera.malaysia.gov.my/qrscan?lId=5f1e8c0b9d3a4e2f7a6b5c4d&eln=S2VkYWkgUnVuY2l0IFNlcmk="


@pytest.fixture
def shop(owner: User) -> actions.Registered:
    return actions.register(by=owner, uuid=uuid7(), details=SHOP, now=clock.now())


@pytest.fixture
def stranger_client(db: None) -> Any:
    from jejak.access import actions as access

    browser = Client()
    browser.force_login(
        access.add_account(email="lain@contoh.example", name="Orang Lain", kind="owner", role="premises_owner")
    )
    return browser


def at(name: str, shop: actions.Registered, *more: str) -> str:
    return reverse(f"premises:{name}", args=[shop.place.uuid, *more])


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def photo(text: str = OLD) -> SimpleUploadedFile:
    out = io.BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=6)
    return SimpleUploadedFile("poster.png", out.getvalue(), content_type="image/png")


def address(it: queries.PosterOf) -> str:
    return address_of(poster=it, settings=settings(), keyring=keyring())


# Old codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{"picture": True}, {"text": f" {OLD} "}])
def test_an_old_code_is_shown_before_anything_changes_then_works(
    given: dict[str, Any], owner_client: Any, owner: User, shop: actions.Registered
) -> None:
    sent = {"picture": photo()} if "picture" in given else given
    shown = owner_client.post(at("codes", shop), sent)
    assert shown.status_code == 200
    assert "MySejahtera" in text_of(shown)
    assert "Kedai Runcit Seri" in text_of(shown)
    assert not Alias.objects.exists()
    held = re.search(r'name="text" value="([^"]+)"', shown.content.decode())
    assert held is not None
    answer = owner_client.post(
        at("codes", shop), {"adopt": "1", "text": held[1].replace("&amp;", "&"), "zone": "Pintu 2"}, follow=True
    )
    found = queries.poster_for(text=OLD)
    assert (found.place.uuid, found.zone_name, found.old_system) == (shop.place.uuid, "Pintu 2", "mysejahtera")
    said = text_of(answer)
    assert OLD.replace("&", "&amp;") in said
    assert f"{settings().base_url}/p/{queries.scan_code(number=found.number)}" in said
    assert "kod lama MySejahtera" in text_of(owner_client.get(at("detail", shop)))


def test_several_codes_in_a_photo_are_a_choice(owner_client: Any, shop: actions.Registered) -> None:
    canvas = Image.new("L", (1100, 500), 255)
    for place, text in enumerate((OLD, "SAFEENTRY-1")):
        canvas.paste(Image.open(photo(text)), (30 + 550 * place, 50))
    out = io.BytesIO()
    canvas.save(out, "PNG")
    shown = owner_client.post(at("codes", shop), {"picture": SimpleUploadedFile("p.png", out.getvalue())})
    assert shown.content.decode().count('type="radio"') == 2
    assert "2 kod dibaca" in text_of(shown)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Pilih foto poster lama"),
        ({"text": "  "}, "Pilih foto poster lama"),
        ({"text": "x" * 1_001}, "tidak mungkin kod poster"),
        ({"picture": b"GIF89a"}, "bukan gambar yang lengkap"),
        ({"picture": b"\x89PNG\r\n\x1a\n" + b"\0" * qrpicture.LARGEST_FILE}, "lebih besar daripada 12 MB"),
        ({"adopt": "1", "text": ""}, ""),
        ({"adopt": "1", "text": "x" * 1_001}, ""),
        ({"adopt": "1", "text": OLD, "zone": "x" * 121}, ""),
        ({"adopt": "1", "text": OLD, "zone": "a\u202eb"}, "jangan tampal"),
    ],
)
def test_what_is_no_old_code_is_refused_with_what_to_do(
    sent: dict[str, Any], said: str, owner_client: Any, shop: actions.Registered
) -> None:
    if "picture" in sent:
        sent = {"picture": SimpleUploadedFile("poster.png", sent["picture"])}
    answer = owner_client.post(at("codes", shop), sent)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Alias.objects.exists()


def test_a_code_taken_by_another_is_refused_in_words_that_say_nothing_of_whose(
    owner: User, owner_client: Any, stranger_client: Any, shop: actions.Registered
) -> None:
    from jejak.access.models import User as Account

    actions.adopt_code(by=owner, uuid=shop.place.uuid, text=OLD, zone="Bilik Rahsia", now=clock.now())
    stranger = Account.objects.get(email="lain@contoh.example")
    theirs = actions.register(by=stranger, uuid=uuid7(), details=SHOP, now=clock.now())
    answer = stranger_client.post(at("codes", theirs), {"adopt": "1", "text": OLD})
    assert answer.status_code == 422
    said = answer.content.decode()
    for secret in ("Bilik Rahsia", owner.name, str(shop.place.uuid), shop.poster.short_code):
        assert secret not in said
    assert "sudah mewakili poster lain" in said


def test_a_code_with_another_name_is_refused_in_plain_words(owner: User, owner_client: Any) -> None:
    place = actions.register(by=owner, uuid=uuid7(), details=replace(SHOP, name="Kedai Penyamar"), now=clock.now())
    answer = owner_client.post(at("codes", place), {"adopt": "1", "text": OLD})
    assert answer.status_code == 422
    assert "Nama dalam kod ini bukan nama premis anda" in text_of(answer)
    assert reverse("premises:proof", args=[place.place.uuid]) in answer.content.decode()


def test_an_officer_releases_a_wrongly_claimed_code_and_its_owner_reads_why(
    owner: User, officer: User, shop: actions.Registered, demo_node: None
) -> None:
    done = actions.adopt_code(by=owner, uuid=shop.place.uuid, text=OLD, now=clock.now())
    page, theirs, own = reverse("premises:claimed-code"), Client(), Client()
    theirs.force_login(officer)
    own.force_login(owner)
    assert own.get(page).status_code in {302, 403}
    assert page in theirs.get(reverse("premises:waiting")).content.decode()
    assert theirs.get(page).status_code == 200
    assert theirs.post(page, {"text": "ENTAH"}).status_code == 422
    assert "Kedai Runcit Seri" in text_of(theirs.post(page, {"text": OLD}))
    sent = {"text": OLD, "poster": done.poster.short_code, "release": "1"}
    assert theirs.post(page, sent).status_code == 422
    assert theirs.post(page, sent | {"reason": "Milik <b>kedai lain</b>"}).status_code == 302
    for address in (at("detail", shop), at("poster", shop, done.poster.short_code)):
        said = own.get(address).content.decode()
        assert "Milik &lt;b&gt;kedai lain&lt;/b&gt;" in said
        assert "Pegawai kesihatan melepaskan kod lama" in said
    assert "sudah dilepaskan" in text_of(theirs.post(page, {"text": OLD}))
    assert theirs.post(page, sent | {"reason": "Lagi"}).status_code == 422


@pytest.mark.parametrize("payload", ["{{ 7*7 }}", "{% load %}", "<script>alert(1)</script>", '" onload="x', "${7*7}"])
def test_a_payload_in_code_or_zone_is_shown_as_text(payload: str, owner_client: Any, shop: actions.Registered) -> None:
    shown = owner_client.post(at("codes", shop), {"text": payload})
    assert shown.status_code == 200
    assert payload in text_of(shown).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    page = owner_client.post(at("codes", shop), {"adopt": "1", "text": payload, "zone": payload}, follow=True)
    for answer in (shown, page, owner_client.get(at("detail", shop))):
        assert "<script>alert" not in answer.content.decode()
        assert '" onload="x' not in answer.content.decode()


# Last day ------------------------------------------------------------------------------------------------------------


def test_a_poster_s_last_day_is_given_moved_and_taken_away(
    owner: User, owner_client: Any, shop: actions.Registered
) -> None:
    today = local_day(clock.now())
    made = owner_client.post(at("issue", shop), {"zone": "Gerai", "last_day": str(today + timedelta(days=9))})
    code = made["Location"].rstrip("/").rsplit("/", 1)[1]
    assert queries.by_short_code(code).expires_at is not None
    page = owner_client.get(at("expire", shop, code))
    assert f'value="{today + timedelta(days=9)}"' in page.content.decode()
    assert owner_client.post(at("expire", shop, code), {"last_day": str(today)}).status_code == 302
    for wrong in (str(today - timedelta(days=1)), "2999-01-01", "esok"):
        assert owner_client.post(at("expire", shop, code), {"last_day": wrong}).status_code == 422
    assert owner_client.post(at("expire", shop, code), {"last_day": ""}).status_code == 302
    assert queries.by_short_code(code).expires_at is None


def test_an_expired_poster_says_so_and_counts_as_none(owner: User, owner_client: Any, shop: actions.Registered) -> None:
    Poster.objects.update(issued_at=clock.now() - timedelta(days=9), expires_at=clock.now() - timedelta(seconds=1))
    detail, page = owner_client.get(at("detail", shop)), owner_client.get(at("poster", shop, shop.poster.short_code))
    assert "Tamat tempoh" in text_of(detail)
    assert "Tiada poster" in text_of(detail)
    assert "Hari terakhirnya ialah" in text_of(page)
    assert owner_client.get(at("all", shop)).status_code == 404


# Withdrawn -----------------------------------------------------------------------------------------------------------


def test_a_withdrawn_poster_s_page_leads_to_the_one_in_its_place(
    owner: User, owner_client: Any, shop: actions.Registered
) -> None:
    old = shop.poster.short_code
    new = actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=old, now=clock.now())
    page = owner_client.get(at("poster", shop, old)).content.decode()
    assert at("poster", shop, new.short_code) in page
    actions.retire_poster(by=owner, uuid=shop.place.uuid, short_code=new.short_code, now=clock.now())
    page = owner_client.get(at("poster", shop, old)).content.decode()
    assert at("issue", shop) in page


# What is printed or written ------------------------------------------------------------------------------------------


def test_the_tag_s_file_is_the_address_on_the_page(owner_client: Any, shop: actions.Registered) -> None:
    whole = address(shop.poster)
    page = owner_client.get(at("poster", shop, shop.poster.short_code)).content.decode()
    for form, text in (("tag.ndef", whole), ("tag-short.ndef", whole.partition("#")[0])):
        assert f">{text}</textarea>" in page
        answer = owner_client.get(at("file", shop, shop.poster.short_code, form))
        assert answer.content == ndef.uri(text)
        assert answer["Content-Disposition"].startswith("attachment;")
    assert "NTAG213" in page


@pytest.mark.parametrize("size", printing.STICKERS)
def test_stickers_carry_the_poster_s_own_code(size: str, owner_client: Any, shop: actions.Registered) -> None:
    answer = owner_client.get(at("file", shop, shop.poster.short_code, f"stickers-{size}.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_all_posters_come_as_one_pdf_zone_by_zone_without_those_that_do_not_work(
    owner: User, owner_client: Any, shop: actions.Registered
) -> None:
    uuid, now = shop.place.uuid, clock.now()
    for zone in ("Lot 10", "Lot 9", "Aras 2"):
        actions.issue_poster(by=owner, uuid=uuid, zone=zone, now=now)
    gone = actions.issue_poster(by=owner, uuid=uuid, zone="Lot 11", now=now)
    actions.retire_poster(by=owner, uuid=uuid, short_code=gone.short_code, now=now)
    over = actions.issue_poster(by=owner, uuid=uuid, zone="Lot 12", now=now)
    Poster.objects.filter(pk=over.number).update(issued_at=now - timedelta(9), expires_at=now - timedelta(1))
    answer = owner_client.get(at("all", shop))
    walls = queries.walls_of(owner=owner, uuid=uuid, now=clock.now())
    assert [poster.zone_name for poster in walls] == ["", "Aras 2", "Lot 9", "Lot 10"]
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert [poster.short_code[3:] in page for poster, page in zip(walls, pages, strict=True)] == [True] * 4
    assert "Semua 4 poster sebagai satu PDF" in text_of(owner_client.get(at("detail", shop)))
    for part in ("0", "2", "x", "-1", "9" * 30):
        assert owner_client.get(at("all", shop), {"part": part}).status_code == 404


def test_more_than_a_file_holds_comes_in_parts(
    owner: User, owner_client: Any, shop: actions.Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.premises.templatetags import premises as tags

    monkeypatch.setattr(printing, "POSTERS_A_FILE", 2)
    monkeypatch.setattr(tags, "POSTERS_A_FILE", 2)
    for zone in ("Aras 1", "Aras 2"):
        actions.issue_poster(by=owner, uuid=shop.place.uuid, zone=zone, now=clock.now())
    counted = [
        len(pypdf.PdfReader(io.BytesIO(owner_client.get(at("all", shop), {"part": part}).content)).pages)
        for part in ("1", "2")
    ]
    assert counted == [2, 1]
    assert "Poster 3 hingga 3" in text_of(owner_client.get(at("detail", shop)))


# Photographed and forged posters -------------------------------------------------------------------------------------


def test_a_photo_of_a_poster_reads_as_its_address_and_needs_no_import(
    owner_client: Any, shop: actions.Registered
) -> None:
    png = owner_client.get(at("file", shop, shop.poster.short_code, "poster.png")).content
    assert qrpicture.read(png) == (address(shop.poster),)
    shown = owner_client.post(at("codes", shop), {"adopt": "1", "text": address(shop.poster)})
    assert shown.status_code == 422
    assert "memang poster Jejak" in text_of(shown)


def test_the_pages_of_another_s_posters_are_not_there(
    stranger_client: Any, owner_client: Any, shop: actions.Registered
) -> None:
    code = shop.poster.short_code
    addresses = [at("codes", shop), at("all", shop), at("poster", shop, code), at("expire", shop, code)]
    addresses += [at("file", shop, code, form) for form in ("stickers-60x60.pdf", "stickers-90x50.pdf", "tag.ndef")]
    for address in addresses:
        assert owner_client.get(address).status_code == 200
        assert stranger_client.get(address).status_code == 404
    for address in (at("codes", shop), at("expire", shop, code)):
        assert stranger_client.post(address, {"adopt": "1", "text": OLD}).status_code == 404
    assert not Alias.objects.exists()


def test_a_code_on_the_page_is_read_back_by_a_camera(owner_client: Any, shop: actions.Registered) -> None:
    png = owner_client.get(at("file", shop, shop.poster.short_code, "qr.png")).content
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    assert queries.poster_for(text=found.text).number == shop.poster.number
