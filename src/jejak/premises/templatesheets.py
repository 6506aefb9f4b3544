"""The table to fill in, as CSV and XLSX: headings, two examples, and on a second sheet the words that are known."""

from __future__ import annotations

import io
from typing import Final

from xlsxwriter import Workbook

from jejak.formats import spreadsheet
from jejak.kernel.places import STATES
from jejak.premises.importwords import headings
from jejak.premises.rules import KINDS

EXAMPLES: Final = (
    ("Kedai Contoh", "Seksyen 7", "Kedai", "12, Jalan Contoh 7/1, 40000 Shah Alam", "Selangor", "Petaling",
     "09:00-22:00", "40", "202003123456", "012-345 6789"),
    ("Klinik Contoh", "", "Klinik", "3, Lorong Contoh", "Perak", "Kinta",
     "Isnin-Jumaat 09:00-13:00, 14:00-18:00; Sabtu 09:00-13:00; Ahad tutup", "", "", "05-241 1234"),
)  # fmt: skip
_WIDTH: Final = 24


def csv() -> bytes:
    """Return the template as CSV."""
    return spreadsheet.csv_bytes(spreadsheet.Table("Premis", headings(), EXAMPLES))


def xlsx() -> bytes:
    """Return the template as XLSX; every column is text, so that no zero gets lost."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet("Premis")
        sheet.set_column(0, len(headings()) - 1, _WIDTH, text)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate((headings(), *EXAMPLES)):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell, text if line else bold)
        words = book.add_worksheet("Senarai")
        words.set_column(0, 2, _WIDTH * 1.5, text)
        known = (("Jenis", *(it.malay for it in KINDS.values())), ("Kind", *(it.english for it in KINDS.values())))
        for column, cells in enumerate((*known, ("Negeri", *STATES.values()))):
            for line, cell in enumerate(cells):
                words.write_string(line, column, cell, text if line else bold)
    return file.getvalue()
