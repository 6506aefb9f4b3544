"""A photo gives the codes in it, or a plain refusal; no picture costs more than its bounds."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from contextlib import suppress
from typing import Any

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from jejak.formats import qrpicture
from jejak.formats.qrpicture import NoCodeInPicture, PictureError, PictureTooLarge, PictureUnreadable

TEXT = "https://mysejahtera.malaysia.gov.my/qrscan?lId=5f1e8c0b9d3a4e2f7a6b5c4d&eln=S2VkYWkgUnVuY2l0"


def code(text: str = TEXT, *, scale: int = 8, **drawn: Any) -> Image.Image:
    out = io.BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=scale, border=4, **drawn)
    return Image.open(out)


def saved(picture: Image.Image, form: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def photo(*texts: str, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Codes askew on a grey wall, a little blurred."""
    wall = Image.new("RGB", size, (150, 140, 130))
    for place, text in enumerate(texts):
        askew = code(text, scale=6).convert("RGBA").rotate(7, expand=True)
        wall.paste(askew, (60 + place * 700, 300), askew)
    return wall.filter(ImageFilter.GaussianBlur(1.2))


def blank() -> Image.Image:
    return Image.new("RGB", code().size, "white")


PICTURES = {
    "grey png": lambda: saved(code().convert("L")),
    "one bit png": lambda: saved(code().convert("1")),
    "palette png": lambda: saved(code().convert("P")),
    "rgb jpeg": lambda: saved(code().convert("RGB"), "JPEG", quality=40),
    "cmyk jpeg": lambda: saved(code().convert("CMYK"), "JPEG"),
    "progressive jpeg": lambda: saved(photo(TEXT), "JPEG", progressive=True),
    "webp": lambda: saved(photo(TEXT), "WEBP"),
    "sixteen bits": lambda: saved(Image.frombytes("I;16", (code().width,) * 2, deep(code().convert("L")))),
    "transparent": lambda: saved(code(light=None).convert("RGBA")),
    "transparent palette": lambda: saved_raw(light=None),
    "inverted": lambda: saved(code(dark="white", light="black").convert("L")),
    "askew": lambda: saved(photo(TEXT), "JPEG", quality=60),
    "animated webp": lambda: saved(code().convert("RGB"), "WEBP", save_all=True, append_images=[blank()]),
    "animated png": lambda: saved(code().convert("RGB"), save_all=True, append_images=[blank()]),
    "to the edge": lambda: saved(code().convert("L").crop((32, 32, code().width - 32, code().width - 32))),
    "large": lambda: saved(photo(TEXT).resize((6400, 4800)), "JPEG"),
}


def deep(grey: Image.Image) -> bytes:
    """The same picture with 16 bits a pixel, and none of them brighter than a third."""
    return b"".join(struct.pack("<H", value * 85) for value in grey.tobytes())


def saved_raw(**drawn: Any) -> bytes:
    out = io.BytesIO()
    segno.make_qr(TEXT).save(out, kind="png", scale=8, border=4, **drawn)
    return out.getvalue()


@pytest.mark.parametrize("kind", PICTURES)
def test_the_code_is_read_out_of(kind: str) -> None:
    assert qrpicture.read(PICTURES[kind]()) == (TEXT,)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_code_is_read_however_the_phone_was_held(orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    assert qrpicture.read(saved(photo(TEXT), "JPEG", exif=exif)) == (TEXT,)


def test_all_codes_are_read_each_once() -> None:
    assert sorted(qrpicture.read(saved(photo("satu", "dua"), "JPEG"))) == ["dua", "satu"]
    assert qrpicture.read(saved(photo("satu", "satu"), "JPEG")) == ("satu",)


def test_a_picture_without_a_code_says_so() -> None:
    with pytest.raises(NoCodeInPicture) as refused:
        qrpicture.read(saved(photo(), "JPEG"))
    assert (refused.value.code, refused.value.status) == ("no-code", 422)


def png(width: int, height: int, body: bytes = b"", kind: bytes = b"IDAT") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(kind, body) + chunk(b"IEND", b"")


HOSTILE = {
    "nothing": b"",
    "text": b"<svg onload=alert(1)>" * 50,
    "a header alone": b"\x89PNG\r\n\x1a\n",
    "half a jpeg": saved(photo(TEXT), "JPEG")[:20_000],
    "half a png": saved(photo(TEXT))[:-40_000],
    "half a webp": saved(photo(TEXT), "WEBP")[:5_000],
    "no pixels": png(0, 0),
    "pixels that are missing": png(3_000, 3_000, zlib.compress(b"\0" * 100)),
    "words that unpack to 100 MB": png(100, 100, b"k\0\0" + zlib.compress(b"x" * 100_000_000), b"zTXt"),
    "a profile that unpacks to 100 MB": png(100, 100, b"k\0\0" + zlib.compress(b"x" * 100_000_000), b"iCCP"),
    "a gif": saved(code().convert("P"), "GIF"),
    "a tiff": saved(code().convert("L"), "TIFF"),
    "a bmp": saved(code().convert("L"), "BMP"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(%pipe%id) (w) file\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_whole_picture_is_refused(kind: str) -> None:
    with pytest.raises(PictureUnreadable):
        qrpicture.read(HOSTILE[kind])


@pytest.mark.parametrize("size", [(6_400, 6_400), (100_000, 100_000), (2_000_000_000, 1), (1, 40_000_001)])
def test_a_picture_of_too_many_pixels_is_refused_before_one_is_decoded(size: tuple[int, int]) -> None:
    bomb = png(*size, zlib.compress(b"\0" * 1_000_000))
    tracemalloc.start()
    with pytest.raises(PictureTooLarge) as refused:
        qrpicture.read(bomb)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert refused.value.status == 413


def test_a_webp_of_more_than_16_megapixels_is_refused_for_what_its_decoder_takes() -> None:
    with pytest.raises(PictureTooLarge):
        qrpicture.read(saved(Image.new("L", (4_001, 4_001), 255).convert("RGB"), "WEBP", method=0, quality=1))


def test_a_file_of_more_than_12_mb_is_refused() -> None:
    with pytest.raises(PictureTooLarge):
        qrpicture.read(saved(code()) + b"\0" * qrpicture.LARGEST_FILE)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=20))
def test_a_damaged_picture_is_read_or_refused_and_never_breaks(place: int, noise: bytes) -> None:
    whole = bytearray(saved(code(scale=4).convert("RGB"), "JPEG"))
    whole[place : place + len(noise)] = noise
    with suppress(PictureError):
        assert qrpicture.read(bytes(whole))


def test_lines_and_dots_are_no_codes() -> None:
    canvas = Image.new("L", (800, 800), 255)
    draw = ImageDraw.Draw(canvas)
    for at in range(0, 800, 7):
        draw.line((at, 0, 800 - at, 800), fill=0)
    with pytest.raises(NoCodeInPicture):
        qrpicture.read(saved(canvas))
