"""Tables out of files that anybody may send: CSV and XLSX as rows of text, looked through before they are opened.

Nothing is cut off silently: a file that is larger than agreed is refused as a whole, and says so.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, BinaryIO, Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from jejak.kernel.problems import JejakError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEGABYTE: Final = 1024 * 1024
MOST_COLUMNS: Final = 200
SHEET_ROWS: Final = 1_048_576
_MOST_PARTS: Final = 1_000
_CELL: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_OVERLAP: Final = 64
_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_NO_DAY: Final = date(1904, 1, 1)
"""Spreadsheets count days from 1900, or 1904 on: a time of day alone is one of their first."""
_ZIP: Final = b"PK\x03\x04"


class UnreadableFile(JejakError):
    """The file cannot be read as the table that was asked for.

    ``problem`` is one of empty, format, encoding, columns, too-wide, too-large, too-many, cell or damaged; ``what``
    names what is missing or how much is too much.
    """

    code = "file-unreadable"
    status = 422

    def __init__(self, problem: str, what: str = "") -> None:
        """Say what is wrong, and with what."""
        super().__init__(f"{problem}: {what}" if what else problem, problem=problem)
        self.problem = problem
        self.what = what


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: its bytes, its bytes unpacked, its rows, its cells."""

    packed: int
    unpacked: int
    rows: int
    cells: int


PAGE: Final = Limits(20 * MEGABYTE, 400 * MEGABYTE, 100_000, 5_000_000)
TERMINAL: Final = Limits(1024 * MEGABYTE, 8 * 1024 * MEGABYTE, 5_000_000, 60_000_000)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty; ``number`` is what a spreadsheet calls it, further sheets go on after the last."""

    sheet: str
    number: int
    cells: Sequence[str]


def lines(file: BinaryIO, *, limits: Limits) -> Iterator[Line]:
    """Give the rows of a CSV or XLSX file that are not empty, sheet after sheet, its hidden sheets left out.

    :raises UnreadableFile: it is neither, damaged, or larger than agreed.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise UnreadableFile("empty")
    if size > limits.packed:
        raise UnreadableFile("too-large", f"{limits.packed // MEGABYTE} MB")
    start = file.read(4)
    file.seek(0)
    found = _workbook(file, limits) if start == _ZIP else _csv(file, start)
    count = 0
    for line in found:
        if not any(cell.strip() for cell in line.cells):
            continue
        count += 1
        if count > limits.rows + 1:  # and the heading
            raise UnreadableFile("too-many", f"{limits.rows:,}")
        if len(line.cells) > MOST_COLUMNS and any(cell.strip() for cell in line.cells[MOST_COLUMNS:]):
            raise UnreadableFile("too-wide", f"{MOST_COLUMNS}")
        yield line


def _csv(file: BinaryIO, start: bytes) -> Iterator[Line]:
    encoding = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "utf-8")
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    number = 0
    try:
        delimiter = _delimiter(text.readline(4 * MEGABYTE))
        text.seek(0)
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            yield Line("", number, cells)
    except UnicodeError as error:
        raise UnreadableFile("encoding") from error
    except csv.Error as error:
        raise UnreadableFile("cell", str(number + 1)) from error
    finally:
        if not file.closed:  # whoever read no further may have closed it
            text.detach()


def _delimiter(heading: str) -> str:
    return max(",;\t", key=heading.count)


def _workbook(file: BinaryIO, limits: Limits) -> Iterator[Line]:
    _look_through(file, limits)
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        shown = [it for it in book.sheets_metadata if it.visible == SheetVisibleEnum.Visible]
        for order, sheet in enumerate(it for it in shown if it.typ == SheetTypeEnum.WorkSheet):
            rows = book.get_sheet_by_name(sheet.name).iter_rows()
            for number, row in enumerate(rows, start=1 + order * SHEET_ROWS):
                yield Line(sheet.name, number, [_text(cell) for cell in row])
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile("damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader gave up on what no writer makes
            raise
        raise UnreadableFile("damaged") from error


def _look_through(file: BinaryIO, limits: Limits) -> None:
    """Unpack every part once, piece by piece, and refuse what would fill the memory of whoever opens it."""
    unpacked = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for part in _parts(archive):
                unpacked += _unpacked(archive, part, limits.unpacked - unpacked, limits.cells)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableFile("damaged") from error
    except Exception as error:
        if type(error).__module__ != "zlib":
            raise
        raise UnreadableFile("damaged") from error


def _parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > _MOST_PARTS:
        raise UnreadableFile("damaged")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile("format")
    return parts


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int, cells: int) -> int:
    done, rest, row, column = 0, b"", 1, 1
    with archive.open(part) as opened:
        while piece := opened.read(MEGABYTE):
            done += len(piece)
            if done > room:
                raise UnreadableFile("too-large")
            for letters, digits in _CELL.findall(rest + piece):
                row, column = max(row, int(digits)), max(column, _column(letters))
            if column > MOST_COLUMNS or row * column > cells:
                # The reader lays out everything between the first cell and the last.
                raise UnreadableFile("too-wide", f"{MOST_COLUMNS}")
            rest = piece[-_OVERLAP:]
    return done


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(cell: object) -> str:
    """Return a cell as a person would type it: whole numbers without a point, times as 09:00."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        if cell.date() <= _NO_DAY:
            return f"{cell:%H:%M}"
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)
