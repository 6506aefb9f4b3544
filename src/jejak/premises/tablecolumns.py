"""What the columns of a file of premises mean, in Malay and English, and how a row becomes details. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel.places import STATES
from jejak.premises.errors import DetailsWrong, OpeningHoursWrong
from jejak.premises.hourswords import read_hours
from jejak.premises.rules import KINDS, Details, checked, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.premises.rules import OpeningHours

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("nama premis", "nama", "name", "premises", "name of the premises"),
    "branch": ("cawangan", "branch"),
    "kind": ("jenis", "jenis premis", "kind", "type", "kind of premises"),
    "address": ("alamat", "address"),
    "state": ("negeri", "state"),
    "district": ("daerah", "district"),
    "opening_hours": ("waktu buka", "waktu operasi", "masa operasi", "opening hours", "hours"),
    "capacity": ("kapasiti", "muatan", "capacity"),
    "registration_number": (
        "no pendaftaran", "nombor pendaftaran", "no ssm", "ssm", "registration number", "registration no",
    ),
    "phone": ("telefon", "no telefon", "nombor telefon", "phone", "phone number", "telephone"),
}  # fmt: skip
"""Each field with the headings that mean it, the first in Malay being the template's."""
NEEDED: Final = ("name", "address", "state", "district")
LONGEST_KEPT: Final = 500
"""Characters of a cell that are kept for the list of what could not be taken."""

Reason = tuple[str, str]
"""A field and what is wrong with it."""


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


_FIELDS: Final = {_plain(word): field for field, words in COLUMNS.items() for word in (field, *words)}
_STATES: Final = {
    **{_plain(name): code for code, name in STATES.items()},
    **{_plain(code): code for code in STATES},
    **{_plain(name.removeprefix("W.P. ")): code for code, name in STATES.items()},
    "wp kuala lumpur": "MY-14",
    "kl": "MY-14",
    "wilayah persekutuan kuala lumpur": "MY-14",
    "wp labuan": "MY-15",
    "wp putrajaya": "MY-16",
    "wilayah persekutuan labuan": "MY-15",
    "wilayah persekutuan putrajaya": "MY-16",
    "penang": "MY-07",
    "malacca": "MY-04",
    "johore": "MY-01",
}
_KINDS: Final = {_plain(word): kind.code for kind in KINDS.values() for word in (kind.code, kind.malay, kind.english)}
_PLACEHOLDERS: Final = {"name": "x", "address": "x", "district": "x", "state": "MY-10", "kind": "other"}
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def fields_of(heading: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Return the field of each column by its position, and the headings that mean nothing here or stand twice."""
    found: dict[int, str] = {}
    ignored = []
    for position, cell in enumerate(heading):
        field = _FIELDS.get(_plain(cell))
        if field and field not in found.values():
            found[position] = field
        elif cell.strip():
            ignored.append(kept(cell)[:80])
    return found, ignored


def missing(fields: Iterable[str]) -> list[str]:
    """Return the columns that a file must have and this one lacks, by the template's headings."""
    given = set(fields)
    return [COLUMNS[field][0] for field in NEEDED if field not in given]


def kept(text: str) -> str:
    """Return a cell as it is kept: what no text column can hold made visible, and no longer than 500 characters."""
    shown = _INVISIBLE.sub("\ufffd", text)
    return shown if len(shown) <= LONGEST_KEPT else shown[: LONGEST_KEPT - 1] + "…"


def details_of(cells: Mapping[str, str]) -> tuple[Details | None, list[Reason]]:
    """Return a row's details, or every reason why it has none, in the order of the columns."""
    reasons: list[Reason] = []
    raw = Details(
        name=cells.get("name", ""),
        branch=cells.get("branch", ""),
        kind=_known("kind", cells, _KINDS, reasons, empty="other"),
        address=cells.get("address", ""),
        state=_known("state", cells, _STATES, reasons),
        district=cells.get("district", ""),
        opening_hours=_hours(cells.get("opening_hours", ""), reasons),
        capacity=_capacity(cells.get("capacity", ""), reasons),
        registration_number=cells.get("registration_number", ""),
        phone=_with_zero(cells.get("phone", "")),
    )
    found = _checked(raw, reasons)
    order = list(COLUMNS)
    return (None if reasons else found), sorted(reasons, key=lambda reason: order.index(reason[0]))


def _checked(raw: Details, reasons: list[Reason]) -> Details | None:
    """Return the details as the rules accept them; each field that they refuse is named, then passed over."""
    for _ in COLUMNS:
        try:
            return checked(raw)
        except DetailsWrong as wrong:
            if wrong.field not in {field for field, _problem in reasons}:
                reasons.append((wrong.field, wrong.problem))
            harmless: dict[str, Any] = {"capacity": None, **_PLACEHOLDERS}
            raw = replace(raw, **{wrong.field: harmless.get(wrong.field, "")})
    return None


def _known(
    field: str, cells: Mapping[str, str], table: Mapping[str, str], reasons: list[Reason], *, empty: str = ""
) -> str:
    text = _plain(cells.get(field, ""))
    if not text and not empty:
        reasons.append((field, "missing"))
    elif text and text not in table:
        reasons.append((field, "unknown"))
    return table.get(text, empty or _PLACEHOLDERS[field])


def _hours(text: str, reasons: list[Reason]) -> OpeningHours | None:
    try:
        return read_hours(tidy(text)) if text.strip() else None
    except OpeningHoursWrong:
        reasons.append(("opening_hours", "hours"))
        return None


def _capacity(text: str, reasons: list[Reason]) -> int | None:
    plain = re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", text.strip())
    if not plain:
        return None
    if re.fullmatch(r"[0-9]{1,9}", plain):
        return int(plain)
    reasons.append(("capacity", "range"))
    return None


def _with_zero(phone: str) -> str:
    """Return a phone number with the zero that a spreadsheet took off, where that makes it Malaysian."""
    return f"0{phone}" if re.fullmatch(r"[1-9][0-9]{7,9}", phone.strip()) and not phone.startswith("60") else phone
