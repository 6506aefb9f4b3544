"""What a poster shows is what its code, its descriptor and its owner's words say."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pypdf
import pytest
import zxingcpp
from PIL import Image

from jejak.formats import descriptor, postercode
from jejak.kernel.keys import Keyring
from jejak.kernel.settings import Settings
from jejak.premises import posters, printing
from jejak.premises.queries import Place, PosterOf, address_of
from jejak.premises.rules import ALWAYS_OPEN, KINDS, LONGEST_NAME

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2022, 1, 20, 17, 30, tzinfo=UTC)  # half past one at night of the 21st on the wall
RING = Keyring([]).completed(now=NOW)
NODE = Settings(public_url="https://selangkah.example", node_id="selangkah", node_name="SELangkah", visit_days=60)
PAYLOADS = ["#import", "{{ 7*7 }}", "${jndi:ldap://x}", "$(id)", "`id`", "[#eval", "#panic(1)", "%s %(x)s", "<b>&amp;", "\\u{41}", "= Tajuk", "*_@x_*", "//", "/*", "'\";--"]  # fmt: skip

PLACE = Place(
    id=7,
    uuid=UUID("017e7a31-5cf0-7cc3-98c4-dc0c0c07398f"),
    name="Pusat Beli-belah Teratai",
    branch="Damansara",
    kind=KINDS["mall"],
    address="1, Jalan Teratai",
    state="MY-10",
    district="Petaling",
    opening_hours=ALWAYS_OPEN,
    capacity=None,
    stay_minutes=120,
    longest_minutes=480,
    owner_id=1,
    created_at=NOW,
    closed_at=None,
)
POSTER = PosterOf(
    number=123_456,
    short_code="7K3M9QX",
    place=PLACE,
    zone_id=3,
    zone_uuid=UUID("017e7a31-5cf0-7cc3-98c4-dc0c0c073990"),
    zone_name="Pintu masuk utama",
    issued_at=NOW,
    retired_at=None,
)


def sheet_of(**changed: Any) -> posters.Sheet:
    return replace(posters.sheet(POSTER, settings=NODE, keyring=RING), **changed)


SHEET = sheet_of()


def read_back(picture: bytes | Path) -> str:
    image = Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture)
    found = zxingcpp.read_barcodes(image.convert("L"))
    assert len(found) == 1, f"{len(found)} codes found"
    return found[0].text


def words_of(pdf: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def drawn(pdf: bytes, folder: Path, *, dpi: int) -> Path:
    (folder / "poster.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "poster.pdf", "poster"], cwd=folder, check=True)
    return folder / "poster.png"


# The address ---------------------------------------------------------------------------------------------------------


def test_the_address_carries_a_code_of_this_node_and_a_signed_descriptor() -> None:
    base, text = SHEET.address.split("#")
    head, code = base.rsplit("/", 1)
    assert head == "https://selangkah.example/p"
    parsed = postercode.parse(code)
    key = RING.get("poster", parsed.key_version)
    assert (parsed.number, postercode.verify(parsed, secret=key.secret)) == (123_456, True)
    place = descriptor.read(text, public_key=descriptor.public_key(RING.active("descriptor").secret))
    assert place == descriptor.Descriptor(
        code=code,
        premises=PLACE.uuid,
        zone=POSTER.zone_uuid,
        kind="mall",
        name=PLACE.name,
        node="selangkah",
        key_id=RING.active("descriptor").id,
    )


def test_after_a_key_is_rotated_new_sheets_use_it_and_old_ones_still_verify() -> None:
    rotated = RING.rotated(purpose="poster", now=NOW)
    new = address_of(poster=POSTER, settings=NODE, keyring=rotated)
    for address, version in ((SHEET.address, 1), (new, 2)):
        parsed = postercode.parse(address.split("#")[0].rsplit("/", 1)[1])
        assert parsed.key_version == version
        assert postercode.verify(parsed, secret=rotated.get("poster", version).secret)


def test_the_day_of_issue_is_the_day_on_the_wall() -> None:
    assert SHEET.issued == date(2022, 1, 21)


# The page ------------------------------------------------------------------------------------------------------------


def test_the_pdf_is_one_tagged_a4_page_with_its_fonts_in_it() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf(SHEET)))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (210, 297)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ms-MY"
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in inner or "/FontFile2" in inner


def test_the_pdf_says_in_malay_above_english_what_to_do_where_and_by_whom() -> None:
    said = words_of(printing.pdf(SHEET))
    order = [
        "SELangkah", "Daftar masuk di sini", "Check in here", "Pusat Beli-belah Teratai", "Damansara", "Zon · Zone",
        "Pintu masuk utama", "Buka kamera telefon", "Open your phone’s camera", "Halakan pada kod ini",
        "Point it at this code", "Isi nama, tunjuk resit", "Give your name, show the receipt",
        "7K3-M9QX", "dipadam selepas 60 hari", "is deleted after 60 days", "Dikeluarkan pada 21 Januari 2022", "Issued 21 January 2022",
    ]  # fmt: skip
    places = [said.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert printing.pdf(SHEET) == printing.pdf(SHEET)


@pytest.mark.parametrize("dpi", [60, 100, 300])
def test_the_code_on_the_page_is_read_back(dpi: int, tmp_path: Path) -> None:
    assert read_back(drawn(printing.pdf(SHEET), tmp_path, dpi=dpi)) == SHEET.address


def test_the_code_in_the_page_s_picture_is_read_back() -> None:
    assert read_back(printing.picture(SHEET)) == SHEET.address


def test_the_png_is_read_back_and_prints_at_ten_centimetres_and_600_dpi() -> None:
    png = printing.qr_png(SHEET)
    image = Image.open(io.BytesIO(png))
    assert min(image.size) >= 100 / 25.4 * 600
    assert round(image.info["dpi"][0]) == 600
    assert read_back(png) == SHEET.address


def test_the_svg_is_read_back_and_ten_centimetres_wide() -> None:
    import typst

    svg = printing.qr_svg(SHEET).decode()
    assert 'width="100.0mm"' in svg
    page = typst.compile(
        b'#set page(width: 100mm, height: 100mm, margin: 0mm)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)',
        format="png",
        ppi=150,
        sys_inputs={"svg": svg},
    )
    assert isinstance(page, bytes)
    assert read_back(page) == SHEET.address


def test_a_code_with_the_longest_name_is_still_coarse_enough_to_scan() -> None:
    place = replace(PLACE, name="新山茶室" * 30)
    address = address_of(poster=replace(POSTER, place=place), settings=NODE, keyring=RING)
    modules = printing._qr(address).symbol_size(border=0)[0]
    assert modules <= 81  # on 108 mm of paper more than 1.2 mm each
    assert read_back(printing.picture(sheet_of(address=address))) == address


# Stickers, and all posters at once -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", printing.STICKERS)
def test_every_sticker_on_the_page_is_read_back(size: str, tmp_path: Path) -> None:
    page = printing.stickers(SHEET, size=size)
    reader = pypdf.PdfReader(io.BytesIO(page))
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    width, height, across, down = printing.STICKERS[size]
    assert (across * width <= 200, down * height <= 287) == (True, True), "a printer leaves 5 mm of an A4 page white"
    found = zxingcpp.read_barcodes(Image.open(drawn(page, tmp_path, dpi=200)).convert("L"))
    assert [code.text for code in found] == [SHEET.address] * (across * down)


@pytest.mark.parametrize("size", printing.STICKERS)
@pytest.mark.parametrize(
    "text", ["W" * LONGEST_NAME, "新山茶室" * 30, ("مسجد النور " * 12)[:LONGEST_NAME], *PAYLOADS[:6]]
)
def test_the_longest_names_fit_on_a_sticker(size: str, text: str, tmp_path: Path) -> None:
    sheet = sheet_of(name=text, branch=text, zone=text)
    page = printing.stickers(sheet, size=size)
    assert len(pypdf.PdfReader(io.BytesIO(page)).pages) == 1
    assert "7K3-M9QX" in words_of(page)
    found = zxingcpp.read_barcodes(Image.open(drawn(page, tmp_path, dpi=200)).convert("L"))
    assert {code.text for code in found} == {sheet.address}


def test_all_posters_are_one_tagged_pdf_with_a_page_each_in_order(tmp_path: Path) -> None:
    zones = ["Aras 1", "Aras 2", "{{ 7*7 }}", "#panic(1)"]
    sheets = [
        posters.sheet(replace(POSTER, number=number, zone_name=zone), settings=NODE, keyring=RING)
        for number, zone in enumerate(zones, 1)
    ]
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf_of_all(sheets)))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Pusat Beli-belah Teratai · SELangkah"
    assert [zone in " ".join(page.extract_text().split()) for zone, page in zip(zones, reader.pages, strict=True)] == [
        True
    ] * 4
    (tmp_path / "all.pdf").write_bytes(printing.pdf_of_all(sheets))
    subprocess.run(["pdftoppm", "-r", "100", "-png", "all.pdf", "page"], cwd=tmp_path, check=True)
    assert [read_back(page) for page in sorted(tmp_path.glob("page*.png"))] == [sheet.address for sheet in sheets]


# What people type ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_name_that_looks_like_a_template_is_printed_as_it_is(payload: str) -> None:
    said = words_of(printing.pdf(sheet_of(name=f"Kedai {payload}", branch=payload, zone=payload, node=payload)))
    spaceless = said.replace(" ", "").replace("\u200b", "")
    assert spaceless.count(payload.replace(" ", "")) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "W" * LONGEST_NAME,
        ("Kompleks Perniagaan " * 8)[:LONGEST_NAME],
        "i" * LONGEST_NAME,
        ("a " * LONGEST_NAME)[: LONGEST_NAME - 1],
        "新山茶室" * 30,
        "ஶ்ரீ முருகன் கடை " * 7,
        ("مسجد النور " * 12)[:LONGEST_NAME],
        "กขค" * 40,
        "😀" * 60,
        "e\u0301" * 60,
    ],
)
def test_the_longest_names_in_any_script_fit_on_the_one_page(text: str, tmp_path: Path) -> None:
    sheet = sheet_of(name=text, branch=text, zone=text)
    page = printing.pdf(sheet)
    assert len(pypdf.PdfReader(io.BytesIO(page)).pages) == 1
    assert "7K3-M9QX" in words_of(page)
    image = Image.open(drawn(page, tmp_path, dpi=50)).convert("L")
    margin = round(9 / 25.4 * 50)
    edges = [
        image.crop((0, 0, margin, image.height)),
        image.crop((image.width - margin, 0, image.width, image.height)),
        image.crop((0, image.height - margin, image.width, image.height)),
    ]
    assert all(edge.getextrema() == (255, 255) for edge in edges), "something runs off the page"
    assert read_back(drawn(page, tmp_path, dpi=100)) == sheet.address


def test_letters_without_a_font_are_left_out_and_named() -> None:
    sheet = sheet_of(name="Kedai Kopi \U00012000 Ah Seng \U00012000", branch="", zone="")
    assert printing.drawable(sheet.name) == "Kedai Kopi Ah Seng"
    assert printing.left_out(sheet) == "\U00012000"
    assert "Kedai Kopi Ah Seng" in words_of(printing.pdf(sheet))


def test_a_name_of_which_no_letter_can_be_printed_gives_way_to_the_kind() -> None:
    sheet = sheet_of(name="\U00012000" * 3, branch="\U00012000", zone="")
    assert "Pusat beli-belah" in words_of(printing.pdf(sheet))
