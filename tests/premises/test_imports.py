"""A file of premises is looked at, agreed to and taken in once, whatever it holds and however often it is sent."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections
from django.urls import reverse
from premises.shops import NOW, account, browser, shop, text_of, trail
from xlsxwriter import Workbook

from jejak.formats.spreadsheet import restore
from jejak.formats.tablefiles import PAGE, TERMINAL, Limits, UnreadableFile
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.premises import actions, queries, receipts
from jejak.premises.errors import UnknownImport
from jejak.premises.models import Import, ImportRow, Poster, Premises

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jejak.access.models import User
    from jejak.premises.queries import ImportOf

pytestmark = pytest.mark.django_db

HEADING = (
    "nama",
    "cawangan",
    "jenis",
    "alamat",
    "negeri",
    "daerah",
    "waktu buka",
    "kapasiti",
    "no pendaftaran",
    "telefon",
)
GOOD = (
    "Kedai Satu",
    "",
    "Kedai",
    "1, Jalan Satu",
    "Selangor",
    "petaling",
    "09:00-22:00",
    "40",
    "202003123456",
    "0123456789",
)


def row(**changed: str) -> tuple[str, ...]:
    names = ("name", "branch", "kind", "address", "state", "district", "hours", "capacity", "number", "phone")
    return tuple((dict(zip(names, GOOD, strict=True)) | changed).values())


def as_csv(
    *rows: Sequence[str], heading: Sequence[str] = HEADING, delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([heading, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(*sheets: tuple[str, Iterable[Sequence[object]]]) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "constant_memory": False}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(line, column, cell)
    return file.getvalue()


def preview(owner: User | None, data: bytes, limits: Limits = PAGE) -> ImportOf:
    return actions.preview_import(
        file=io.BytesIO(data),
        name="premis.csv",
        owner=owner.pk if owner else None,
        by_name=owner.name if owner else "jejak import premises",
        limits=limits,
        now=NOW,
    )


def take(owner: User, it: ImportOf) -> ImportOf:
    actions.confirm_import(by=owner, uuid=it.uuid, now=NOW)
    return actions.take_import(number=it.number, clock=lambda: NOW)


def counts(it: ImportOf) -> tuple[int, int, int, int, int]:
    return it.received, it.ready, it.accepted, it.duplicate, it.rejected


def reasons(it: ImportOf, outcome: str = "rejected") -> list[list[list[str]]]:
    return [each.reasons for each in queries.rows_of(source=it, outcome=outcome)]


MIXED = (
    GOOD,
    row(name="", state="Atlantis"),
    row(name="Kedai Dua", hours="bila-bila"),
    row(name="KEDAI SATU!"),
    (),
    row(name="Kedai Tiga", number="2020", phone="abc", capacity="banyak"),
    row(name="Kedai Empat", address="4, Jalan Empat"),
)


def test_a_preview_says_what_would_become_of_each_row_and_registers_nothing(owner: User) -> None:
    it = preview(owner, as_csv(*MIXED))
    assert counts(it) == (6, 2, 0, 1, 3)
    assert [each.number for each in queries.rows_of(source=it, outcome="rejected")] == [3, 4, 7]
    assert reasons(it) == [
        [["name", "missing"], ["state", "unknown"]],
        [["opening_hours", "hours"]],
        [["capacity", "range"], ["phone", "phone"]],
    ]
    assert reasons(it, "duplicate") == [[["row", "again", "2"]]]
    assert not Premises.objects.exists()


def test_what_was_agreed_to_is_registered_with_posters_and_a_receipt(owner: User) -> None:
    it = take(owner, preview(owner, as_csv(*MIXED)))
    assert counts(it) == (6, 0, 2, 1, 3)
    assert it.finished_at == NOW
    places = queries.premises_of(owner=owner)
    assert [(place.name, place.kind.code, place.district, place.phone) for place in places] == [
        ("Kedai Empat", "shop", "Petaling", "+60123456789"),
        ("Kedai Satu", "shop", "Petaling", "+60123456789"),
    ]
    assert all(len(queries.posters_of(owner=owner, uuid=place.uuid)) == 1 for place in places)
    assert trail() == ["premises.imported"]
    from jejak.kernel.settings import settings

    said = json.loads(receipts.receipt(it, settings=settings(), keyring=keyring()).to_json())
    assert said["received"] == said["accepted"] + said["duplicate"] + said["rejected"] == 6
    mac = said.pop("mac")
    secret = keyring().get("receipt", said["key"]).secret
    assert mac == receipts.code(said, secret=secret)
    assert mac != receipts.code(said | {"accepted": 3}, secret=secret)


def test_a_file_sent_twice_is_one_import_and_one_with_old_rows_finds_them(owner: User) -> None:
    data = as_csv(*MIXED)
    first = take(owner, preview(owner, data))
    assert preview(owner, data).uuid == first.uuid
    assert counts(take(owner, preview(owner, data))) == counts(first)
    mended = as_csv(*MIXED[:1], row(name="Kedai Dua", address="2"), *MIXED[6:])
    assert counts(take(owner, preview(owner, mended))) == (3, 0, 1, 2, 0)
    assert Premises.objects.count() == 3


def test_what_another_account_registered_is_not_taken(owner: User) -> None:
    shop(account("lain@contoh.example"), name="Kedai Satu", branch="", address="1 Jalan Satu")
    it = preview(owner, as_csv(GOOD))
    assert reasons(it) == [[["row", "elsewhere"]]]
    assert reasons(preview(None, as_csv(GOOD)), "duplicate") == [[["row", "registered"]]]


def test_one_s_own_closed_premises_is_not_registered_anew(owner: User) -> None:
    there = shop(owner, name="Kedai Satu", branch="", address="1, Jalan Satu")
    actions.close(by=owner, uuid=there.uuid, now=NOW)
    assert counts(preview(owner, as_csv(GOOD))) == (1, 0, 0, 1, 0)
    assert counts(preview(account("lain@contoh.example"), as_csv(GOOD))) == (1, 1, 0, 0, 0)


def test_one_registered_between_preview_and_agreement_is_no_duplicate_later(owner: User) -> None:
    it = preview(owner, as_csv(GOOD))
    shop(owner, name="Kedai Satu", branch="", address="1, Jalan Satu")
    assert counts(take(owner, it)) == (1, 0, 0, 1, 0)
    assert Premises.objects.count() == 1


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        (("name", "address", "state", "district"), ("A", "1", "MY-10", "Klang")),
        (("NAMA PREMIS", "Alamat", "Negeri ", "Daerah"), ("A", "1", "selangor", "Klang")),
        (("Premises", "ADDRESS", "State", "District"), ("A", "1", "Penang", "Timur Laut")),
        (("daerah", "negeri", "alamat", "nama", "warna"), ("Klang", "W.P. Kuala Lumpur", "1", "A", "biru")),
    ],
)
def test_columns_are_known_in_both_languages_and_any_order(
    owner: User, heading: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    it = preview(owner, as_csv(cells, heading=heading))
    assert counts(it) == (1, 1, 0, 0, 0)
    assert it.ignored == (("warna",) if "warna" in heading else ())


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "utf-8-sig"), (";", "utf-16")]
)
def test_every_usual_kind_of_csv_is_read(owner: User, delimiter: str, encoding: str) -> None:
    it = preview(owner, as_csv(row(name="Kedai Café 大华"), delimiter=delimiter, encoding=encoding))
    [found] = queries.rows_of(source=it, outcome="ready")
    assert found.cells["name"] == "Kedai Café 大华"


def test_a_workbook_s_sheets_are_read_and_those_that_are_no_table_are_named(owner: User) -> None:
    numeric = ("Kedai Nombor", "", "Kedai", 7, "Selangor", "Klang", "", 40.0, 202003123456, 123456789)
    data = as_xlsx(
        ("Premis", [HEADING, GOOD, (), numeric]), ("Nota", [("apa-apa",), ("x",)]), ("Lagi", [HEADING, row(name="B")])
    )
    it = take(owner, preview(owner, data))
    assert counts(it) == (3, 0, 3, 0, 0)
    assert it.ignored == ("Nota",)
    found = queries.premises_of(owner=owner, text="nombor")[0]
    assert (found.address, found.capacity, found.registration_number, found.phone) == (
        "7",
        40,
        "202003123456",
        "+60123456789",
    )
    assert found.opening_hours is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\n\n", "columns"),
        (as_csv(), "empty"),
        (b"%PDF-1.7 whatever", "columns"),
        (bytes(range(256)) * 10, "encoding"),
        (as_csv(row(name="Kedai Caf\xe9"), encoding="latin-1"), "encoding"),
        (as_csv(GOOD)[:-3].decode().encode("utf-16-le"), "columns"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "encoding"),
        (as_csv(GOOD, heading=("a", *HEADING[1:])), "columns"),
        (as_csv(["x"] * 10_000, heading=[f"c{i}" for i in range(10_000)]), "too-wide"),
        (as_csv((*GOOD[:1], "x" * 200_000)), "cell"),
        (as_csv(GOOD) + b'"open\n' + b"a,b\n" * 10, "cell"),
        (as_csv(GOOD) + b"\xff\xfe\xff", "encoding"),
    ],
    ids=repr,
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(owner: User, data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        preview(owner, data)
    assert caught.value.problem == problem
    assert not Import.objects.exists()


def zipped(*parts: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return file.getvalue()


def resheeted(sheet: bytes) -> bytes:
    """A real workbook with another sheet in it."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(("S", [HEADING, GOOD])))) as real,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in real.infolist():
            made.writestr(part.filename, sheet if part.filename == "xl/worksheets/sheet1.xml" else real.read(part))
    return file.getvalue()


def sheet_of(*cells: str) -> bytes:
    rows = "".join(
        f'<row r="{cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{cell}" t="str"><v>x</v></c></row>'
        for cell in cells
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f'<?xml version="1.0"?><worksheet {space}><sheetData>{rows}</sheetData></worksheet>'.encode()


def lying(data: bytes) -> bytes:
    """A workbook whose directory says that each part is small."""
    out = bytearray(data)
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = out.find(b"PK\x01\x02", at + 4)
    return bytes(out)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (zipped(("[Content_Types].xml", b""), ("xl/worksheets/sheet1.xml", b" " * 60_000_000)), "too-large"),
        (lying(resheeted(b" " * 50_000_000)), "damaged"),
        (resheeted(sheet_of("A1", "XFD1048576")), "too-wide"),
        (resheeted(sheet_of("A1", "CV1048576")), "too-wide"),
        (zipped(*((f"xl/{n}.xml", b"") for n in range(2_000))), "damaged"),
        (zipped(("word/document.xml", b"x")), "format"),
        (resheeted(b"<worksheet><sheetData><row><c r='"), "damaged"),
        (
            resheeted(
                b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
            ),
            "columns",
        ),
        (as_xlsx(("S", [HEADING, GOOD]))[:-200], "damaged"),
    ],
    ids=["bomb", "lying-bomb", "far-corner", "tall-and-wide", "many-parts", "docx", "cut-xml", "entities", "cut-zip"],
)
def test_a_hostile_workbook_is_refused_before_it_fills_the_memory(owner: User, data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        preview(owner, data, Limits(PAGE.packed, 55_000_000, PAGE.rows, PAGE.cells))
    assert caught.value.problem in {problem, "damaged"}


def test_more_rows_than_agreed_are_refused_and_never_cut_off(owner: User) -> None:
    small = Limits(PAGE.packed, PAGE.unpacked, 3, PAGE.cells)
    rows = [row(name=f"K{n}") for n in range(4)]
    assert preview(owner, as_csv(*rows[:3]), small).received == 3
    for data in (
        as_csv(*rows),
        as_xlsx(("S", [HEADING, *rows])),
        as_xlsx(("S", [HEADING, *rows[:2]]), ("T", [HEADING, *rows[2:]])),
    ):
        with pytest.raises(UnreadableFile) as caught:
            preview(owner, data, small)
        assert caught.value.problem == "too-many"


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@x",
        "\tx",
        "{{ 7*7 }}",
        "<script>alert(1)</script>",
        "'; drop table x",
        "%s",
        "\\x00",
    ],
)
def test_whatever_a_cell_holds_is_only_text(owner: User, text: str) -> None:
    mine = browser(owner)
    sent = SimpleUploadedFile(f"{text}.csv", as_csv(row(name=text), row(name=text, state="Tiada")))
    page = mine.post(reverse("premises:import-start"), {"file": sent}, follow=True)
    it = queries.imports_of(owner=owner)[0]
    assert "<script>alert" not in page.content.decode()
    take(owner, it)
    assert queries.premises_of(owner=owner)[0].name == text.strip()
    rejected = mine.get(reverse("premises:import-rejected", args=[it.uuid]))
    rows = list(csv.reader(io.StringIO(rejected.content.decode("utf-8-sig"))))
    assert not any(cell.startswith(tuple("=+-@\t\r\x00")) for cells in rows for cell in cells)
    assert restore(rows[1][0]) == text.strip()


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "a\ud800b", "x" * 3000])
def test_what_no_name_can_hold_is_rejected_with_its_row(owner: User, text: str) -> None:
    data = as_csv(GOOD, row(name="@@")).replace(b"@@", text.encode("utf-8", "surrogatepass"))
    if "\ud800" in text:
        with pytest.raises(UnreadableFile):
            preview(owner, data)
        return
    it = preview(owner, data)
    assert counts(it) == (2, 1, 0, 0, 1)
    assert reasons(it)[0][0][0] == "name"


def test_rows_with_more_cells_than_columns_are_rejected(owner: User) -> None:
    it = preview(owner, as_csv((*GOOD, "lebih"), row(name="B")[:6], (*row(name="C"), "", "")))
    assert reasons(it) == [[["row", "too-many-cells"]]]
    assert it.ready == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_65_537_rows_arrives_whole(owner: User, kind: str) -> None:
    rows = [
        row(name=f"Kedai {n}", address=f"{n}, Jalan Contoh", state="Tiada" if n % 3 else "Selangor")
        for n in range(65_537)
    ]
    it = preview(owner, as_csv(*rows) if kind == "csv" else as_xlsx(("S", [HEADING, *rows])))
    assert counts(it) == (65_537, 21_846, 0, 0, 43_691)
    assert [each.number for each in queries.rows_of(source=it, outcome="ready")][-1] == 65_537


def test_killed_half_way_and_repeated_nothing_is_doubled(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from jejak.premises.actions import imports

    monkeypatch.setattr(imports, "PORTION", 10)
    it = preview(owner, as_csv(*(row(name=f"Kedai {n}", address=str(n)) for n in range(45))))
    actions.confirm_import(by=owner, uuid=it.uuid, now=NOW)

    class Killed(Exception):
        pass

    def kill(_done: int, seen: list[int] = []) -> None:  # noqa: B006 - counts its calls
        seen.append(1)
        if len(seen) == 2:
            raise Killed

    with pytest.raises(Killed):
        actions.take_import(number=it.number, clock=lambda: NOW, progress=kill)
    half = queries.import_of(owner=owner, uuid=it.uuid)
    assert counts(half) == (45, 25, 20, 0, 0)
    assert half.finished_at is None
    assert counts(take(owner, it)) == (45, 0, 45, 0, 0)
    assert Premises.objects.count() == Poster.objects.count() == 45


@pytest.mark.django_db(transaction=True)
def test_agreed_to_and_taken_in_by_many_at_once_nothing_is_doubled(
    database: Any, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.premises.actions import imports

    monkeypatch.setattr(imports, "PORTION", 7)
    it = preview(owner, as_csv(*(row(name=f"Kedai {n}", address=str(n)) for n in range(60))))

    def attempt(_: int) -> tuple[int, ...]:
        try:
            return counts(take(owner, it))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(attempt, range(4))) == {(60, 0, 60, 0, 0)}
    assert Premises.objects.count() == Poster.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_a_file_sent_by_two_at_once_is_looked_at_once(database: Any, owner: User) -> None:
    data = as_csv(*(row(name=f"Kedai {n}", address=str(n)) for n in range(500)))

    def attempt(_: int) -> Any:
        try:
            return preview(owner, data).uuid
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(attempt, range(3)))) == 1
    assert ImportRow.objects.count() == 500


def test_nothing_is_taken_in_before_it_was_agreed_to(owner: User) -> None:
    it = preview(owner, as_csv(GOOD))
    assert actions.take_import(number=it.number, clock=lambda: NOW).finished_at is None
    assert not Premises.objects.exists()


def test_a_stranger_s_file_is_not_there(owner: User) -> None:
    it = preview(owner, as_csv(GOOD))
    other = account("lain@contoh.example")
    with pytest.raises(UnknownImport):
        actions.confirm_import(by=other, uuid=it.uuid, now=NOW)
    theirs = browser(other)
    for name in ("import", "import-confirm", "import-rejected", "import-receipt"):
        for ask in (theirs.get, theirs.post):
            real, nothing = (ask(reverse(f"premises:{name}", args=[each])).status_code for each in (it.uuid, uuid7()))
            assert real == nothing
            assert real in {404, 405}
    assert not Premises.objects.exists()


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("premises_import_once", {}),
        ("premises_import_digest_is_sha256", {"digest": "abc"}),
        ("premises_import_counts_add_up", {"digest": "b" * 64, "finished_at": NOW, "received": 2, "accepted": 1}),
    ],
)
def test_the_database_refuses_an_import_that_must_not_be(owner: User, constraint: str, changed: dict[str, Any]) -> None:
    it = {"by": owner, "digest": "a" * 64, "name": "x", "by_name": "x", "previewed_at": NOW}
    Import.objects.create(**it)
    with pytest.raises(IntegrityError, match=constraint):
        Import.objects.create(**(it | changed))


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("premises_importrow_once", {}),
        ("premises_importrow_counts_from_1", {"number": 0}),
        ("premises_importrow_outcome_known", {"number": 2, "outcome": "perhaps"}),
    ],
)
def test_the_database_refuses_a_row_that_must_not_be(owner: User, constraint: str, changed: dict[str, Any]) -> None:
    source = Import.objects.create(by=owner, digest="a" * 64, name="x", by_name="x", previewed_at=NOW)
    it = {"source": source, "number": 1, "cells": {}, "outcome": "ready"}
    ImportRow.objects.create(**it)
    with pytest.raises(IntegrityError, match=constraint):
        ImportRow.objects.create(**(it | changed))


def test_two_operators_files_with_one_content_are_one(db: None) -> None:
    it = {"by": None, "digest": "a" * 64, "name": "x", "by_name": "x", "previewed_at": NOW}
    Import.objects.create(**it)
    with pytest.raises(IntegrityError, match="premises_import_once"):
        Import.objects.create(**it)


# -- Pages ----------------------------------------------------------------------------------------------------------


def test_the_pages_lead_from_the_file_to_the_receipt(owner: User) -> None:
    mine = browser(owner)
    assert mine.post(reverse("premises:import-start")).status_code == 422
    wrong = mine.post(reverse("premises:import-start"), {"file": SimpleUploadedFile("x.csv", b"warna\nbiru\n")})
    assert wrong.status_code == 422
    assert "alamat" in text_of(wrong)
    sent = SimpleUploadedFile("premis.csv", as_csv(*MIXED))
    page = mine.post(reverse("premises:import-start"), {"file": sent}, follow=True)
    it = queries.imports_of(owner=owner)[0]
    assert "Kedai Empat" in text_of(page)
    assert mine.get(reverse("premises:import-receipt", args=[it.uuid])).status_code == 404
    done = mine.post(reverse("premises:import-confirm", args=[it.uuid]), follow=True)
    assert done.status_code == 200
    assert len(queries.premises_of(owner=owner)) == 2
    receipt = json.loads(mine.get(reverse("premises:import-receipt", args=[it.uuid])).content)
    assert (receipt["received"], receipt["accepted"], receipt["file"]) == (6, 2, "premis.csv")
    rejected = mine.get(reverse("premises:import-rejected", args=[it.uuid])).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(rejected)))) == 1 + 4


def test_a_large_file_is_the_worker_s(owner: User) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    mine = browser(owner)
    it = preview(owner, as_csv(*(row(name=f"Kedai {n}", address=str(n)) for n in range(501))))
    for _ in range(2):
        page = mine.post(reverse("premises:import-confirm", args=[it.uuid]), follow=True)
    jobs = ProcrastinateJob.objects.filter(task_name="premises.take_import")
    assert [job.args for job in jobs] == [{"number": it.number}]
    assert "hx-trigger" in page.content.decode()
    from jejak.premises.jobs import take_import

    take_import(number=it.number)
    assert len(queries.premises_of(owner=owner)) == 501


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_taken_as_it_is(owner: User, form: str) -> None:
    answer = browser(owner).get(reverse("premises:import-template", args=[form]))
    assert f"jejak-premis.{form}" in answer.headers["Content-Disposition"]
    it = preview(owner, answer.content)
    assert counts(it) == (2, 2, 0, 0, 0), reasons(it)
    assert browser(owner).get(reverse("premises:import-template", args=["exe"])).status_code == 404


def test_a_receipt_is_for_terminals_too(owner: User) -> None:
    assert TERMINAL.rows > PAGE.rows
