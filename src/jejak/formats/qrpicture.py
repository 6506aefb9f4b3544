"""Reads the QR codes in a picture that a phone took; nothing of the picture is kept.

JPEG, PNG and WebP. The size is judged from the header before a pixel is decoded, a JPEG is decoded no larger than
needed, and one picture is decoded at a time, so that a hostile one costs at most about 260 MB for a second.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from threading import Lock
from typing import Final

import zxingcpp
from PIL import Image, ImageOps

from jejak.kernel.problems import JejakError

LARGEST_FILE: Final = 12_000_000
"""Bytes."""
LARGEST_PICTURE: Final = 40_000_000
"""Pixels."""
LARGEST_WEBP: Final = 16_000_000
"""Pixels; its decoder takes 16 bytes for each, 630 MB for 40 million, where others take 6."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_LONGEST_SIDES: Final = (3_000, 1_000)  # fine enough for a small code across a room; coarse, to see past blur and moiré
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

_one_at_a_time = Lock()


class PictureError(JejakError):
    """The picture could not be used."""

    code = "picture-refused"


class PictureTooLarge(PictureError):
    """The picture is larger than 12 MB or 40 megapixels (WebP: 16); take it again at a smaller size."""

    code = "picture-too-large"
    status = 413


class PictureUnreadable(PictureError):
    """This is not a whole JPEG, PNG or WebP picture; take it again."""

    code = "picture-unreadable"


class NoCodeInPicture(PictureError):
    """There is no QR code to be seen in the picture; go closer, hold still, keep light off it."""

    code = "no-code"


def read(data: bytes) -> tuple[str, ...]:
    """Return the texts of the QR codes in a picture, each once, at least one.

    Of an animation the first picture counts. How the phone was held does not matter: a code is read any way round.

    :raises PictureTooLarge: more than 12 MB or 40 megapixels, or 16 as WebP.
    :raises PictureUnreadable: not a whole JPEG, PNG or WebP.
    :raises NoCodeInPicture: nothing to be read in it.
    """
    if len(data) > LARGEST_FILE:
        raise PictureTooLarge
    with _one_at_a_time:
        grey = _grey(data)
        for side in _LONGEST_SIDES:
            if side != _LONGEST_SIDES[0] and max(grey.size) <= side:
                break
            found = _texts(grey, side)
            if found:
                return found
    raise NoCodeInPicture


def _texts(grey: Image.Image, side: int) -> tuple[str, ...]:
    smaller = grey.copy()
    smaller.thumbnail((side, side))
    framed = ImageOps.expand(smaller, border=16, fill=255)  # a code cut out to its edge has no quiet zone
    codes = zxingcpp.read_barcodes(framed, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return tuple(dict.fromkeys(code.text for code in codes if code.valid and code.text))


def _grey(data: bytes) -> Image.Image:
    """Return the picture in grey on white, no larger than is looked at."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; what matters is judged here
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                return _loaded(picture)
    except Image.DecompressionBombError:
        raise PictureTooLarge from None
    except PictureError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever they stumble over, down to SyntaxError and KeyError
        raise PictureUnreadable from error


def _loaded(picture: Image.Image) -> Image.Image:
    if picture.width * picture.height > (LARGEST_WEBP if picture.format == "WEBP" else LARGEST_PICTURE):
        raise PictureTooLarge
    picture.draft("L", (_LONGEST_SIDES[0], _LONGEST_SIDES[0]))
    picture.load()
    return _flat(picture)


def _flat(picture: Image.Image) -> Image.Image:
    """Return it in grey, 16 bits scaled to 8; what is transparent becomes white, as on a page."""
    if picture.mode.startswith("I"):
        return _small(picture.point(lambda value: value * (1 / 256)).convert("L"))
    shown = picture.convert("RGBA") if "transparency" in picture.info else picture
    grey = _small(shown.convert("L"))
    if "A" not in shown.getbands():
        return grey
    return Image.composite(grey, Image.new("L", grey.size, 255), _small(shown.getchannel("A")))


def _small(grey: Image.Image) -> Image.Image:
    grey.thumbnail((_LONGEST_SIDES[0], _LONGEST_SIDES[0]))
    return grey
