"""Reading a case out of words, typed in a form or standing in a table: what it says, or what is wrong with it; pure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from jejak.kernel.places import STATES
from jejak.people import rules as names
from jejak.people.errors import DocumentInvalid, NameMissing, NameTooLong, PersonRefused
from jejak.tracing import caserules
from jejak.tracing.caserules import Given
from jejak.tracing.errors import CaseInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Document = tuple[str, str, str]
    ReadDocument = Callable[[str, str, str], Document]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("nama", "name", "nama penuh", "full name", "patient name", "nama pesakit"),
    "phone": ("telefon", "no telefon", "nombor telefon", "phone", "phone number", "mobile", "hp"),
    "document": ("no pengenalan", "nombor pengenalan", "mykad", "ic", "no ic", "nric", "document", "id number",
                 "passport"),
    "document_kind": ("jenis pengenalan", "jenis dokumen", "document kind", "id type"),
    "country": ("negara", "country", "nationality"),
    "onset": ("tarikh gejala", "gejala", "onset", "onset date", "date of onset"),
    "sample": ("tarikh sampel", "sampel", "sample", "sample date", "date of sample"),
    "evidence": ("bukti", "evidence"),
    "reference": ("no makmal", "no rujukan", "rujukan", "reference", "lab number", "sample id"),
    "classification": ("klasifikasi", "pengelasan", "classification", "case definition"),
    "state": ("negeri", "state", "region"),
    "district": ("daerah", "district"),
    "note": ("catatan", "nota", "note", "remarks"),
}  # fmt: skip
"""What a column may be called; the first word is the template's."""

_EVIDENCE: Final = {
    "makmal": "laboratory", "laboratory": "laboratory", "lab": "laboratory", "pcr": "laboratory", "rtk": "laboratory",
    "rt-pcr": "laboratory", "rtk-ag": "laboratory", "klinikal": "clinical", "clinical": "clinical",
    "doktor": "clinical", "tiada": "none", "none": "none", "": "",
}  # fmt: skip
_CLASSES: Final = {
    "disyaki": "suspected", "suspected": "suspected", "disahkan": "confirmed", "confirmed": "confirmed",
    "positif": "confirmed", "positive": "confirmed", "digugurkan": "discarded", "discarded": "discarded", "": "",
}  # fmt: skip
_KINDS: Final = {
    "mykad": "mykad", "kad pengenalan": "mykad", "ic": "mykad", "mypr": "mypr", "pasport": "passport",
    "passport": "passport", "tentera": "army", "army": "army", "polis": "police", "police": "police",
    "lain": "other", "other": "other",
}  # fmt: skip
_STATES: Final = {
    **{code.casefold(): code for code in STATES},
    **{name.casefold().replace(".", ""): code for code, name in STATES.items()},
    "kuala lumpur": "MY-14", "kl": "MY-14", "labuan": "MY-15", "putrajaya": "MY-16", "penang": "MY-07",
    "malacca": "MY-04", "wp kuala lumpur": "MY-14", "wilayah persekutuan kuala lumpur": "MY-14",
}  # fmt: skip
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TIME: Final = r"(?:[T ]\d{1,2}:\d{2}.{0,20})?"  # a sample's hour, which no window counts
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME)
_LOCAL: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})" + _TIME)
_MYKAD_DIGITS: Final = 12
_SHORTENED: Final = re.compile(r"[0-9]{9,11}")
"""A MyKad of somebody born after 1999, of which a spreadsheet took the noughts off."""
LONGEST_CELL: Final = 500

Reasons = list[list[str]]


def read(
    cells: Mapping[str, str], *, today: date, document: ReadDocument, state: str = ""
) -> tuple[Given | None, Reasons]:
    """Return the case that some words say, or why they say none, as pairs of field and problem.

    ``document`` reads an identity document; ``state`` stands where the words name none.
    """
    reasons: Reasons = []

    def part(made: Callable[[], object]) -> object:
        try:
            return made()
        except CaseInvalid as wrong:
            reasons.append([wrong.field, wrong.problem])
        return None

    said = {field: " ".join(cells.get(field, "").split()) for field in COLUMNS}
    spoilt = [[field, "too-long"] for field, text in said.items() if len(text) > LONGEST_CELL]
    spoilt += [[field, "invalid"] for field, text in said.items() if _CONTROL.search(text)]  # a database keeps no NUL
    if spoilt:
        return None, spoilt
    evidence = part(lambda: _word(said, "evidence", _EVIDENCE))
    if evidence == "":
        evidence = caserules.LABORATORY if said["reference"] else caserules.NONE
    classification = part(lambda: _word(said, "classification", _CLASSES))
    values = {
        "name": part(lambda: _name(said["name"])),
        "phone": part(lambda: _phone(said["phone"])),
        "document": part(lambda: _document(said, document)),
        "onset": part(lambda: _day(said, "onset")),
        "sample": part(lambda: _day(said, "sample")),
        "state": part(lambda: _word(said, "state", _STATES) if said["state"] else state),
    }
    if reasons:
        return None, reasons
    given = Given(
        **values,  # type: ignore[arg-type]
        evidence=str(evidence),
        reference=said["reference"],
        classification=str(classification) or caserules.usual_classification(str(evidence)),
        district=said["district"],
        note=said["note"],
    )
    part(lambda: caserules.checked(given, today=today))
    return (None, reasons) if reasons else (given, [])


def fields_of(heading: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Return which field stands in which column, and the columns that are none."""
    called = {word: field for field, words in COLUMNS.items() for word in words}
    found: dict[int, str] = {}
    strange = []
    for place, title in enumerate(heading):
        plain = " ".join(re.sub(r"[\W_]+", " ", title.casefold()).split())
        field = called.get(plain) or (plain if plain in COLUMNS else "") or called.get(plain.replace(" ", "_"), "")
        if field and field not in found.values():
            found[place] = field
        elif title.strip():
            strange.append(title.strip()[:80])
    return found, strange


def missing(fields: Sequence[str]) -> list[str]:
    """Return what a table needs and lacks: a name, and a day to count from."""
    lacking = [] if "name" in fields else [COLUMNS["name"][0]]
    return lacking + ([] if {"onset", "sample"} & set(fields) else [COLUMNS["onset"][0]])


def day_written(text: str) -> date | None:
    """Return the day that a cell writes, as `read` reads it; none if it is no day."""
    try:
        return _day({"day": text}, "day")
    except CaseInvalid:
        return None


def _name(text: str) -> str:
    try:
        return names.tidy_name(name=text)
    except NameMissing:
        raise CaseInvalid("name", "missing") from None
    except NameTooLong:
        raise CaseInvalid("name", "too-long") from None
    except PersonRefused:
        raise CaseInvalid("name", "invalid") from None


def _phone(text: str) -> str:
    if not text:
        return ""
    try:
        # A spreadsheet takes the zero off a number that it keeps as a number.
        return names.e164(phone=f"0{text}" if re.fullmatch(r"1\d{8,9}", text) else text)
    except PersonRefused:
        raise CaseInvalid("phone", "invalid") from None


def _document(said: Mapping[str, str], document: ReadDocument) -> Document | None:
    number = said["document"]
    if not number:
        return None
    digits = re.sub(r"\D", "", number)
    if _SHORTENED.fullmatch(number) and not said["country"]:
        number = digits = number.zfill(_MYKAD_DIGITS)  # a passport would need its country
    usual = "mykad" if len(digits) == _MYKAD_DIGITS else "passport"
    kind = _KINDS.get(said["document_kind"].casefold(), "") if said["document_kind"] else usual
    try:
        return document(kind, number, said["country"] if kind == "passport" else "MYS")
    except DocumentInvalid:
        raise CaseInvalid("document", "invalid") from None


def _word(said: Mapping[str, str], field: str, known: Mapping[str, str]) -> str:
    word = said[field].casefold().replace(".", "")
    if word not in known:
        raise CaseInvalid(field, "unknown")
    return known[word]


def _day(said: Mapping[str, str], field: str) -> date | None:
    text = said[field]
    if not text:
        return None
    iso, local = _ISO.fullmatch(text), _LOCAL.fullmatch(text)
    parts = iso.groups() if iso else tuple(reversed(local.groups())) if local else ()
    try:
        return date(*map(int, parts))
    except (ValueError, TypeError):
        raise CaseInvalid(field, "invalid") from None
