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
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from jejak.kernel.problems import JejakError

SHEET_ROWS = 1_048_576
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
    together in memory: openpyxl keeps its rows in temporary files, and names must not lie on a disk unsealed.

    :raises CellTooLong: a cell does not fit.
    """
    opening = [[table.mark], table.heading] if table.mark else [table.heading]
    titles = []
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3) as parts:
        for number, rows in enumerate(_portions(table.rows, size=sheet_rows - len(opening)), start=1):
            titles.append(_sheet_title(table.title, number))
            with parts.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                _write_sheet(part, opening=opening, rows=rows)
        for name, text in _fixed_parts(titles).items():
            parts.writestr(name, _XML + text)
    return file.getvalue()


def _escape(found: re.Match[str]) -> str:
    return f"{_ESCAPE}{ord(found[0]):04X}"


def _neutral(row: Sequence[str]) -> list[str]:
    return [neutralise(text) for text in row]


def _cells(row: Sequence[str], *, style: str = "") -> str:
    return f"<row>{''.join(_cell(text, style) for text in row)}</row>"


def _cell(text: str, style: str) -> str:
    safe = neutralise(text)
    if len(safe) > CELL_LENGTH // 2 and len(safe.encode("utf-16-le")) // 2 > CELL_LENGTH:
        raise CellTooLong
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(safe)}</t></is></c>'


def _write_sheet(part: IO[bytes], *, opening: Sequence[Sequence[str]], rows: Iterable[Sequence[str]]) -> None:
    part.write(f"{_XML}{_SHEET_START.format(rows=len(opening), first=len(opening) + 1)}".encode())
    part.write("".join(_cells(row, style=_BOLD) for row in opening).encode())
    source = iter(rows)
    while lines := [_cells(row) for row in islice(source, 1_000)]:
        part.write("".join(lines).encode())
    part.write(_SHEET_END.encode())


def _fixed_parts(titles: Sequence[str]) -> dict[str, str]:
    pages = [f"worksheets/sheet{number}" for number in range(1, len(titles) + 1)]
    types = "".join(_TYPE.format(part=page, kind="worksheet") for page in pages)
    links = "".join(_LINK.format(id=f"s{number}", kind="worksheet", part=page) for number, page in enumerate(pages, 1))
    links += _LINK.format(id="y", kind="styles", part="styles")
    book = _LINK.format(id="b", kind="officeDocument", part="xl/workbook")
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="s{number}"/>'
        for number, title in enumerate(titles, start=1)
    )
    return {
        "[Content_Types].xml": _TYPES.format(types=types),
        "_rels/.rels": _LINKS.format(links=book),
        "xl/_rels/workbook.xml.rels": _LINKS.format(links=links),
        "xl/workbook.xml": _BOOK.format(sheets=sheets),
        "xl/styles.xml": _STYLES,
    }


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


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_BOLD = ' s="1"'
_SHEET_START = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="{rows}" topLeftCell="A{first}" activePane="bottomLeft" state="frozen"/>'
    '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" baseColWidth="20"/><sheetData>'
)
_SHEET_END = "</sheetData></worksheet>"
_BOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{{sheets}}</sheets></workbook>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    "</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_TYPE = f'<Override PartName="/xl/{{part}}.xml" ContentType="{_MIME}.{{kind}}+xml"/>'
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f"{_TYPE.format(part='workbook', kind='sheet.main')}"
    f"{_TYPE.format(part='styles', kind='styles')}{{types}}</Types>"
)
_LINK = f'<Relationship Id="{{id}}" Type="{_DOCUMENT}/{{kind}}" Target="{{part}}.xml"/>'
_LINKS = f'<Relationships xmlns="{_PACKAGE}/relationships">{{links}}</Relationships>'
