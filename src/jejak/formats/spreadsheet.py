"""Tables as CSV and XLSX files whose cells no spreadsheet program can run, and that read back unchanged.

Source: OWASP, CSV Injection; ECMA-376 part 1, 18.18.55 (``_xHHHH_``); Microsoft, limits of a worksheet.

A name typed at a door ends up in a health office's spreadsheet, where ``=HYPERLINK(…)`` would run. So

    =SUM(A1)    is written as    '=SUM(A1)
    'quoted'    is written as    ''quoted'
    Ali<LF>Abu  is written as    Ali␦000AAbu

and :func:`restore` takes each back to what it was. The same rule serves both kinds of file.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jejak.kernel.problems import JejakError

SHEET_ROWS = 1_048_576
COLUMN_WIDTH = 20
CELL_LENGTH = 32_767  # UTF-16 units; a longer text would be cut without a word

_GUARD = "'"
_ESCAPE = "␦"
# What starts a formula (also full-width, as Excel folds it), or hides in front of one; and the guard itself.
_RUNS = re.compile("'|[\\s\ufeff\u200b-\u200f\u2060]*[=+\\-@＝＋－＠]")
# What XML or a spreadsheet would lose or rewrite, and our escape itself.
_LOST = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2426]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("␦([0-9A-F]{4})")
_TITLE_REFUSED = re.compile(r"[\\/*?:\[\]]")


class SpreadsheetError(JejakError):
    """The table cannot be written as a spreadsheet without losing something."""

    code = "spreadsheet"
    status = 422


class CellTooLong(SpreadsheetError):
    """A cell holds more than the 32,767 characters that a spreadsheet can keep."""

    code = "spreadsheet-cell-too-long"


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and rows of text; ``mark`` says who took the table out, when and why."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]
    mark: str = ""
    mark_heading: str = ""


def neutralise(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula; :func:`restore` gives it back."""
    text = _LOST.sub(_escape, text)
    return _GUARD + text if _RUNS.match(text) else text


def restore(cell: str) -> str:
    """Return the text that :func:`neutralise` was given."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.removeprefix(_GUARD))


def csv_bytes(table: Table) -> bytes:
    """Return the table as CSV: cells quoted, the mark as last column, and Excel's byte-order mark first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    mark = [neutralise(table.mark)] if table.mark else []
    writer.writerow(_neutral(table.heading) + ([neutralise(table.mark_heading)] if mark else []))
    writer.writerows(_neutral(row) + mark for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(table: Table, *, sheet_rows: int = SHEET_ROWS) -> bytes:
    """Return the table as XLSX, every cell a string, each sheet opened by the mark and the heading.

    Rows that do not fit a sheet go on in further sheets, so that nothing is ever cut off. The file is put
    together in memory, because names must not lie on a disk unsealed.

    :raises CellTooLong: a cell does not fit.
    """
    opening = [[table.mark], table.heading] if table.mark else [table.heading]
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        for number, rows in enumerate(_portions(table.rows, size=sheet_rows - len(opening)), start=1):
            sheet = book.add_worksheet(_sheet_title(table.title, number))
            sheet.freeze_panes(len(opening), 0)
            sheet.set_column(0, len(table.heading) - 1, COLUMN_WIDTH, text)
            for line, row in enumerate(opening):
                _write_row(sheet, line, row, bold)
            for line, row in enumerate(rows, start=len(opening)):
                _write_row(sheet, line, row, text)
    return file.getvalue()


def _escape(found: re.Match[str]) -> str:
    return f"{_ESCAPE}{ord(found[0]):04X}"


def _neutral(row: Sequence[str]) -> list[str]:
    return [neutralise(text) for text in row]


def _write_row(sheet: Worksheet, line: int, row: Sequence[str], style: Format) -> None:
    for column, text in enumerate(row):
        safe = neutralise(text)
        if len(safe) > CELL_LENGTH // 2 and len(safe.encode("utf-16-le")) // 2 > CELL_LENGTH:
            raise CellTooLong
        sheet.write_string(line, column, safe, style)


def _portions(rows: Iterable[Sequence[str]], *, size: int) -> Iterator[Iterable[Sequence[str]]]:
    """Yield the rows in runs of at most ``size``, at least one run, without holding them in memory."""
    source = iter(rows)
    yield islice(source, size)
    while True:
        first = next(source, None)
        if first is None:
            return
        yield chain([first], islice(source, size - 1))


def _sheet_title(title: str, number: int) -> str:
    plain = _TITLE_REFUSED.sub(" ", title).strip(" '") or "1"
    return plain[:31] if number == 1 else f"{plain[:24]} ({number})"
