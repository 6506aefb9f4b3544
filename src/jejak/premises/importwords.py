"""What an import says to people: why a row was not taken, and why a file was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jejak.formats.tablefiles import SHEET_ROWS, UnreadableFile
from jejak.premises.registration import FIELD
from jejak.premises.tablecolumns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence


FIELDS: Final = {
    "name": gettext_lazy("Name"),
    "branch": gettext_lazy("Branch"),
    "kind": gettext_lazy("Kind"),
    "address": gettext_lazy("Address"),
    "state": pgettext_lazy("of Malaysia", "State"),
    "district": gettext_lazy("District"),
    "opening_hours": gettext_lazy("Opening hours"),
    "capacity": gettext_lazy("Capacity"),
    FIELD: gettext_lazy("Registration number"),
    "phone": gettext_lazy("Phone number of the business"),
    "row": gettext_lazy("The row"),
}
_PROBLEMS: Final = {
    "missing": gettext_lazy("is missing."),
    "too-long": gettext_lazy("is too long; shorten it."),
    "characters": gettext_lazy("holds a character that cannot be printed; type it anew."),
    "unknown": gettext_lazy("is not known; write it as in the list on the template’s second sheet."),
    "range": gettext_lazy("must be a whole number from 1 to 1,000,000."),
    "hours": gettext_lazy("cannot be read; write them like “Isnin-Jumaat 09:00-22:00; Sabtu, Ahad tutup”."),
    "phone": gettext_lazy("is no phone number; write it like 03-5544 1234."),
    "ssm-digits": gettext_lazy("has not the 12 digits of a number of SSM; the column may need the format Text."),
    "ssm-year": gettext_lazy("does not begin with a year, as a number of SSM does."),
    "ssm-kind": gettext_lazy("has no kind from 01 to 06 after the year, as a number of SSM has."),
    "partnership-form": gettext_lazy("is not written like LLP0012345-LGN."),
    "number-form": gettext_lazy("is in no known form; write it like 202003123456, 1234567-X or SA0123456-X."),
    "too-many-cells": gettext_lazy("has more cells than the heading has columns."),
    "registered": gettext_lazy("is registered already among your premises."),
    "elsewhere": gettext_lazy(
        "is registered by another account. If it is yours, ask for a transfer; if it is another one, register it alone."
    ),
}
_FILES: Final = {
    "empty": gettext_lazy("The file is empty, or has a heading and nothing below it."),
    "format": gettext_lazy("This is neither CSV nor XLSX. Save it as one of these and send it again."),
    "damaged": gettext_lazy("The workbook is damaged or protected. Save it anew without a password and send it again."),
    "encoding": gettext_lazy("The letters of this file cannot be read. Save it as “CSV UTF-8” and send it again."),
    "too-large": gettext_lazy("The file is too large. Split it, or ask whoever runs this node to import it."),
    "too-many": gettext_lazy("The file has too many rows. Split it, or ask whoever runs this node to import it."),
    "too-wide": gettext_lazy("The sheet reaches over too many columns. Copy the table alone into a new workbook."),
}


def reason(words: Sequence[str]) -> str:
    """Return a row's reason in the reader's language."""
    field, problem, *rest = words
    if problem == "again":
        return _("The row is the same as row %(row)s of this file.") % {"row": row_name(int(rest[0]))}
    return f"{FIELDS.get(field, field)} {_PROBLEMS.get(problem, problem)}"


def row_name(number: int) -> str:
    """Return a row's number as its spreadsheet shows it; on a further sheet with the sheet's place before it."""
    sheet, row = divmod(number - 1, SHEET_ROWS)
    return f"{sheet + 1}:{row + 1}" if sheet else str(number)


def refusal(error: UnreadableFile) -> str:
    """Return why a file was not read, in the reader's language."""
    if error.problem == "columns":
        return _("These columns are missing: %(columns)s. Name them as in the template.") % {"columns": error.what}
    if error.problem == "cell":
        return _("Row %(row)s cannot be read: a quotation mark is left open, or a cell is huge.") % {"row": error.what}
    return str(_FILES.get(error.problem, error.title))


def headings() -> list[str]:
    """Return the headings of the template, which are Malay and can be read by every node."""
    return [words[0] for words in COLUMNS.values()]
