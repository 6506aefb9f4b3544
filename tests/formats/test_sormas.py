"""A contact line list for SORMAS: its columns, days and codes, and every cell reads back as it was."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import sormas
from jejak.formats.sormas import COLUMNS, Row
from jejak.formats.spreadsheet import restore

AMINAH = Row(
    case="K2026-000041", disease=sormas.Disease.COVID, reported=date(2022, 3, 16), region="Selangor",
    district="Petaling", first=date(2022, 3, 11), last=date(2022, 3, 14), proximity=sormas.Proximity.SAME_ROOM,
    category=sormas.Category.HIGH, classification=sormas.Classification.CONFIRMED, status=sormas.Status.ACTIVE,
    follow_up=sormas.FollowUp.GOING, follow_up_until=date(2022, 3, 28), relation=sormas.Relation.HOUSEHOLD,
    quarantine=sormas.Quarantine.HOME, quarantine_from=date(2022, 3, 14), quarantine_to=date(2022, 3, 21),
    first_name="Aminah", last_name="binti Ali", sex="UNKNOWN", birth_day="", birth_month="", birth_year="",
    national_id="", phone="+60123456789", email="", vaccination=sormas.Vaccination.VACCINATED,
)  # fmt: skip
HOSTILE = [
    '=HYPERLINK("http://jahat.example","klik")', "+60123456789", "-2+3", "@SUM(1)", "\t=1", "a;b", 'a"b', "a\\", '\\"',
    "a\\;b", "baris\nbaru", "## bukan ulasan", "'dipetik'", " =1", "＝1", "␦000A", "\u200b=1",
]  # fmt: skip


def read(data: bytes) -> list[list[str]]:
    """Read as SORMAS does: comments left out, semicolons, quotes doubled or escaped, a backslash as the escape."""
    lines = data.decode("utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("##")]
    return list(csv.reader(io.StringIO("".join(kept), newline=""), delimiter=";", escapechar="\\"))


def test_the_columns_are_those_that_health_offices_use() -> None:
    assert ";".join(COLUMNS) == (
        "caseIdExternalSystem;disease;reportDateTime;region;district;firstContactDate;lastContactDate;"
        "contactProximity;contactCategory;contactClassification;contactStatus;followUpStatus;followUpUntil;"
        "relationToCase;quarantine;quarantineFrom;quarantineTo;person.firstName;person.lastName;person.sex;"
        "person.birthdateDD;person.birthdateMM;person.birthdateYYYY;person.nationalHealthId;person.phone;"
        "person.emailAddress;vaccinationStatus"
    )


def test_two_heading_lines_name_the_entity_and_the_property() -> None:
    entities, properties, *rows = read(sormas.csv_bytes([AMINAH], mark="tera air"))
    assert entities == ["Contact"] * len(COLUMNS)
    assert properties == list(COLUMNS)
    assert [len(row) for row in rows] == [len(COLUMNS)]


def test_a_row_says_days_day_first_and_the_codes_of_sormas() -> None:
    found = dict(zip(COLUMNS, read(sormas.csv_bytes([AMINAH], mark="x"))[2], strict=True))
    assert {name: value for name, value in found.items() if value} == {
        "caseIdExternalSystem": "K2026-000041",
        "disease": "CORONAVIRUS",
        "reportDateTime": "16/03/2022",
        "region": "Selangor",
        "district": "Petaling",
        "firstContactDate": "11/03/2022",
        "lastContactDate": "14/03/2022",
        "contactProximity": "SAME_ROOM",
        "contactCategory": "HIGH_RISK",
        "contactClassification": "CONFIRMED",
        "contactStatus": "ACTIVE",
        "followUpStatus": "FOLLOW_UP",
        "followUpUntil": "28/03/2022",
        "relationToCase": "SAME_HOUSEHOLD",
        "quarantine": "HOME",
        "quarantineFrom": "14/03/2022",
        "quarantineTo": "21/03/2022",
        "person.firstName": "Aminah",
        "person.lastName": "binti Ali",
        "person.sex": "UNKNOWN",
        "person.phone": "0060123456789",
        "vaccinationStatus": "VACCINATED",
    }


def test_the_bytes_of_a_file_without_rows() -> None:
    heading = ";".join('"Contact"' for _ in COLUMNS) + "\r\n" + ";".join(f'"{name}"' for name in COLUMNS) + "\r\n"
    assert sormas.csv_bytes([], mark="a · b") == f"\ufeff{heading}## a · b\r\n".encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_cannot_run_and_reads_back_as_it_was(text: str) -> None:
    rows = read(sormas.csv_bytes([replace(AMINAH, first_name=text, district=text, case=text)], mark="x"))
    found = dict(zip(COLUMNS, rows[2], strict=True))
    for name in ("person.firstName", "district", "caseIdExternalSystem"):
        assert restore(found[name]) == text
        assert not found[name].startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_names_read_back_as_they_were(names: list[tuple[str, str]]) -> None:
    wanted = [replace(AMINAH, first_name=first, last_name=last) for first, last in names]
    rows = read(sormas.csv_bytes(wanted, mark="x"))[2:]
    at = COLUMNS.index("person.firstName")
    assert [(restore(row[at]), restore(row[at + 1])) for row in rows] == names


@given(st.text())
def test_the_mark_is_one_comment_line_whatever_it_says(mark: str) -> None:
    data = sormas.csv_bytes([AMINAH], mark=mark).decode("utf-8-sig")
    assert data.count("\r\n") == 4
    assert data.split("\r\n")[3].startswith("## ")
    assert len(read(data.encode("utf-8-sig"))) == 3


@pytest.mark.parametrize(
    ("given", "dialled"),
    [("+60123456789", "0060123456789"), ("+6596543210", "006596543210"), ("+60 12", "+60 12"), ("", ""), ("tiada", "tiada")],
)  # fmt: skip
def test_a_number_is_written_so_that_it_needs_no_guard(given: str, dialled: str) -> None:
    assert sormas.dialled(given) == dialled
