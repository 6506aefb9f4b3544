"""Codes of other check-in systems, as they hang on walls: which system made one, and which place it stands for.

``key`` is the one spelling of a code that stands for its place, whatever else the text carries; it is a code of its
system too, and reading it gives the same key. ``digest`` is the SHA-256 of the key in UTF-8: what two texts of one
place have in common. What nobody knows here is ``other``, its key the text itself (NFC, no white space
around, lines ended by LF, for a browser's forms end them by CRLF).

============== ===================================================================================== ================
system         text                                                                                  the place is
============== ===================================================================================== ================
mysejahtera    ``https://mysejahtera.malaysia.gov.my/qrscan?lId=<24 hex>&eln=<base64 name>&…``       ``lId``, lower case
nz-tracer      ``NZCOVIDTRACER:`` base64 of ``{"gln","opn","adr","ver":"c19:1","typ":"entry"}``      ``gln``
corona-warn    ``https://e.coronawarn.app?v=1#<base64url protobuf>``, vendors ``…/CWA1/<the same>``  the whole payload
============== ===================================================================================== ================

New Zealand's own app compared places by a hash of the ``gln`` alone, so name and address may be respelled here too.

Source: MySejahtera's address as seen in public code, unofficial; HISO 10067 (NZ COVID Tracer QR code specification);
corona-warn-app/cwa-documentation, "event registration", QRCodePayload.
"""

import binascii
import json
import re
import unicodedata
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, urlsplit

from jejak.kernel.letters import printable
from jejak.kernel.problems import JejakError

LARGEST_TEXT: Final = 1_000
LONGEST_NAME: Final = 120

_MYSEJAHTERA: Final = "https://mysejahtera.malaysia.gov.my/qrscan"
_NZ: Final = "NZCOVIDTRACER:"
_CORONA_WARN: Final = "https://e.coronawarn.app?v=1#"
_CWA: Final = re.compile(
    r"https://e\.coronawarn\.app/?\?v=1#([\w-]+)=*|https?://\S+/CWA1/([\w-]+)=*", re.ASCII | re.IGNORECASE
)
_LOCATION_ID: Final = re.compile(r"[0-9a-f]{24}")
_GLN: Final = re.compile(r"[0-9]{13}")


class OldCodeError(JejakError):
    """There is no code in this text, or it is longer than a code on a wall can be."""

    code = "old-code"


@dataclass(frozen=True, slots=True)
class OldCode:
    """A code of ``system``; ``name`` is what it calls its place, empty if it does not say."""

    system: str
    key: str
    name: str
    digest: bytes


def read(text: str) -> OldCode:
    """Return which system's code a text is; what none knows is of system ``other``.

    :raises OldCodeError: nothing is left of it, it has more than 1,000 characters, or some that no code has (NUL,
        halves of surrogate pairs).
    """
    if len(text) > LARGEST_TEXT:
        raise OldCodeError
    bare = unicodedata.normalize("NFC", text.strip()).replace("\r\n", "\n").replace("\r", "\n")
    if not 0 < len(bare) <= LARGEST_TEXT or "\0" in bare or re.search("[\ud800-\udfff]", bare):
        raise OldCodeError
    system, key, name = _mysejahtera(bare) or _nz_tracer(bare) or _corona_warn(bare) or ("other", bare, "")
    return OldCode(system, key, _shown(name), sha256(key.encode()).digest())


def _mysejahtera(text: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(text)
        where = (parts.hostname, parts.path.rstrip("/").lower(), parts.port, parts.username)
        asked = parse_qs(parts.query, max_num_fields=20)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or where != ("mysejahtera.malaysia.gov.my", "/qrscan", None, None):
        return None
    match asked.get("lId"):
        case [location] if _LOCATION_ID.fullmatch(location.lower()):
            name = _base64(asked.get("eln", [""])[0].replace(" ", "+"))  # a bare plus sign is read as a space
            return "mysejahtera", f"{_MYSEJAHTERA}?lId={location.lower()}", _words(name)
    return None


def _nz_tracer(text: str) -> tuple[str, str, str] | None:
    if not text.upper().startswith(_NZ):
        return None
    try:
        said = json.loads(_base64(text[len(_NZ) :]))
    except (ValueError, RecursionError):
        return None
    match said:
        case {"gln": str(gln)} if _GLN.fullmatch(gln):
            name = said.get("opn")
            key = _NZ + b64encode(json.dumps({"gln": gln}, separators=(",", ":")).encode()).decode()
            return "nz-tracer", key, name if isinstance(name, str) else ""
    return None


def _corona_warn(text: str) -> tuple[str, str, str] | None:
    match = _CWA.fullmatch(text)
    if match is None:
        return None
    try:
        payload = match[1] or match[2]
        raw = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        name = _field(_field(raw, 2), 2).decode()  # QRCodePayload.locationData, TraceLocation.description
    except (ValueError, IndexError):
        return None
    return "corona-warn", _CORONA_WARN + urlsafe_b64encode(raw).rstrip(b"=").decode(), name


def _field(message: bytes, wanted: int) -> bytes:
    """Return the first length-delimited field of a protobuf message by its number.

    :raises ValueError: the message is malformed or has no such field.
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            _value, at = _varint(message, at)
        elif kind == 2:  # noqa: PLR2004 - protobuf's wire types are 0, 1, 2 and 5
            size, at = _varint(message, at)
            if at + size > len(message):
                break
            if number == wanted:
                return message[at : at + size]
            at += size
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            break
    raise ValueError("There is no such field.")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte, at = message[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128 or shift > 63:  # noqa: PLR2004 - seven bits a byte, at most 64 of them
            return value, at
        shift += 7


def _base64(text: str) -> bytes:
    """Return what a text of base64, either alphabet, padded or not, stands for; empty if it is none."""
    plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _words(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


def _shown(name: str) -> str:
    """Return a name fit to be shown: one line, nothing invisible or turning; else empty."""
    tidied = " ".join(unicodedata.normalize("NFC", name).split())
    if re.search("[\ud800-\udfff]", tidied) or not printable(tidied):
        return ""
    return tidied if len(tidied) <= LONGEST_NAME else tidied[: LONGEST_NAME - 1].rstrip() + "…"
