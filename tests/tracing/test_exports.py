"""Files of a search: small ones of people shown before at once, all others after a second person; on record."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tracing.cases import case_of

from jejak.access import actions as access
from jejak.access.errors import PurposeRefused
from jejak.access.models import Export, Request
from jejak.formats.spreadsheet import restore
from jejak.kernel import clock
from jejak.kernel.periods import Period
from jejak.premises import queries as premises
from jejak.tracing import actions, exports, rules
from jejak.tracing.state import View
from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://jahat.example","klik")'


@pytest.fixture
def search(officer_client: Any, asked: dict[str, Any]) -> Any:
    """A search of which nobody was shown yet."""
    officer_client.cookies["jejak_language"] = "en"
    officer_client.post(reverse("tracing:start"), asked)
    return Entry.objects.get(action="tracing.search").uuid


@pytest.fixture
def reference(officer_client: Any, search: Any) -> Any:
    """A search of which everybody was shown to the officer."""
    officer_client.post(reverse("tracing:contacts-names", args=[search]))
    return search


def take(client: Any, reference: Any, form: str, **state: str) -> Any:
    return client.post(reverse("tracing:contacts-file", args=[reference]), {"form": form, **state})


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_people_whom_no_page_has_shown_wait_for_a_second_person(officer_client: Any, officer: Any, search: Any) -> None:
    response = take(officer_client, search, "csv")
    export = Export.objects.get()
    assert response["Location"] == reverse("access:export", args=[export.uuid])
    assert (export.people, export.asked_by) == (3, officer)
    assert not Entry.objects.get(action="tracing.exported").subjects.exists()
    page = officer_client.get(response["Location"]).content.decode()
    assert "waits for a second person" in page
    assert "Razak" not in page


def test_after_the_approval_the_asker_takes_it_and_everybody_in_it_is_named(
    officer_client: Any, case: Any, search: Any
) -> None:
    take(officer_client, search, "csv")
    senior = access.add_account(
        email="kanan@contoh.example", name="Kanan Contoh", kind="staff", role="senior_health_officer"
    )
    needed = frozenset({"senior_health_officer"})
    access.approve(by=senior, uuid=Request.objects.get().uuid, needed=needed, now=clock.now())
    answer = officer_client.post(reverse("access:export-file", args=[Export.objects.get().uuid]))
    assert len(read_csv(answer.content)) == 4
    entry = Entry.objects.filter(action="tracing.exported").latest("pk")
    assert set(entry.subjects.values_list("person_id", flat=True)) == {
        case.persons[name] for name in ("Aminah binti Ali", "Razak bin Abu", "Tan Mei Ling", HOSTILE)
    }


def test_the_same_file_asked_for_twice_is_one(officer_client: Any, search: Any) -> None:
    take(officer_client, search, "csv")
    take(officer_client, search, "csv")
    assert Export.objects.count() == Request.objects.count() == 1


def test_a_text_finds_nobody_whom_no_page_has_shown(officer_client: Any, search: Any) -> None:
    assert len(read_csv(take(officer_client, search, "csv", text="mei ling").content)) == 1


def test_a_csv_holds_all_contacts_and_a_watermark_in_each_row(officer_client: Any, reference: Any) -> None:
    heading, *rows = read_csv(take(officer_client, reference, "csv").content)
    assert heading[:4] == ["rank", "name", "phone", "minutes together"]
    assert [[restore(cell) for cell in row[:6]] for row in rows] == [
        ["1", "Razak bin Abu", "019-888 7777", "90", "2", "Kedai Runcit (60); Pasar Malam (30)"],
        ["2", HOSTILE, "017-111 2222", "30", "1", "Pasar Malam (30)"],
        ["3", "Tan Mei Ling", "011-2222 3333", "15", "1", "Kedai Runcit (15)"],
    ]
    export = str(Export.objects.get().uuid)
    assert all("Pegawai Contoh" in row[-1] and export in row[-1] for row in rows)


def test_no_cell_of_a_file_can_run(officer_client: Any, reference: Any) -> None:
    written = [cell for row in read_csv(take(officer_client, reference, "csv").content) for cell in row]
    book = load_workbook(io.BytesIO(take(officer_client, reference, "xlsx").content))
    written += [cell.value for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert f"'{HOSTILE}" in written
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) for cell in written)


def test_an_xlsx_opens_with_who_took_it_out(officer_client: Any, reference: Any) -> None:
    response = take(officer_client, reference, "xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert "Pegawai Contoh" in str(sheet["A1"].value)
    assert sheet["B2"].value == "name"
    assert sheet.max_row == 5
    assert response["Content-Disposition"].endswith('.xlsx"')


def test_a_file_is_on_record_with_its_rows_checksum_and_everybody_in_it(
    officer_client: Any, officer: Any, case: Any, reference: Any, asked: dict[str, Any]
) -> None:
    content = take(officer_client, reference, "csv", minutes="30").content
    entry = Entry.objects.get(action="tracing.exported")
    assert (entry.by_id, entry.purpose) == (officer.pk, asked["purpose"])
    assert entry.detail["rows"] == len(read_csv(content)) - 1 == 2
    assert entry.detail["sha256"] == sha256(content).hexdigest()
    assert set(entry.subjects.values_list("person_id", flat=True)) == {
        case.persons[name] for name in ("Aminah binti Ali", "Razak bin Abu", HOSTILE)
    }


def test_a_file_holds_and_names_only_those_whom_the_filter_leaves(
    officer_client: Any, case: Any, reference: Any
) -> None:
    _heading, *rows = read_csv(take(officer_client, reference, "csv", text="mei ling").content)
    assert [row[:2] for row in rows] == [["3", "Tan Mei Ling"]]
    named = Entry.objects.get(action="tracing.exported").subjects.values_list("person_id", flat=True)
    assert set(named) == {case.persons["Aminah binti Ali"], case.persons["Tan Mei Ling"]}


def test_too_many_people_for_one_file_are_refused(
    officer_client: Any, reference: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LARGEST_FILE", 2)
    response = take(officer_client, reference, "csv")
    assert response.status_code == 302
    assert not Entry.objects.filter(action="tracing.exported").exists()
    assert "at most 5,000 rows" in officer_client.get(response["Location"]).content.decode()


def test_visitors_are_taken_out_with_a_row_for_each_stay(officer_client: Any, officer: Any, case: Any) -> None:
    officer_client.cookies["jejak_language"] = "en"
    case.visit("Razak bin Abu", "Kedai Runcit", case.at(20), 30)
    question = {
        "case": case_of(officer).number, "text": "runcit", "purpose": "Kes 2022/104, kluster Tembok",
        "start": f"{case.at(0):%Y-%m-%dT%H:%M}", "end": f"{case.at(24):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    officer_client.post(reverse("tracing:premises"), question)
    reference = Entry.objects.get(action="tracing.search").uuid
    officer_client.post(reverse("tracing:visitors-names", args=[reference]))
    response = officer_client.post(reverse("tracing:visitors-file", args=[reference]), {"form": "csv"})
    _heading, *rows = read_csv(response.content)
    assert [row[1] for row in rows] == [
        "Aminah binti Ali",
        "Razak bin Abu",
        "Tan Mei Ling",
        "Jauh binti Lain",
        "Razak bin Abu",
    ]
    assert rows[0][3].endswith("09:00")
    assert Entry.objects.get(action="tracing.exported").detail["rows"] == 5


@pytest.mark.parametrize("form", ["", "exe", "../csv"])
def test_another_kind_of_file_is_not_found(officer_client: Any, reference: Any, form: str) -> None:
    assert take(officer_client, reference, form).status_code == 404


def test_a_file_is_never_made_by_following_a_link(officer_client: Any, reference: Any) -> None:
    assert officer_client.get(reverse("tracing:contacts-file", args=[reference])).status_code == 405
    assert not Entry.objects.filter(action="tracing.exported").exists()


def test_a_file_of_a_premises_is_not_taken_once_the_role_reaches_it_no_more(case: Any, officer: Any) -> None:
    now, senior = (
        clock.now(),
        access.add_account(
            email="kanan@contoh.example", name="Kanan Contoh", kind="staff", role="senior_health_officer"
        ),
    )
    place = premises.place(next(iter(case.places.values())))
    window = Period(case.midnight, case.midnight + timedelta(days=1))
    search = actions.open_visitors_search(
        case=case_of(officer), place=place, window=window, by=officer, purpose="Kes 2022/104, kluster", at=now
    )
    view = View.read({}, window=search.window, minutes=search.minutes)
    made = exports.visitors_file(search=search, view=view, form="csv", by=officer, at=now)
    access.approve(by=senior, uuid=made.request, needed=frozenset({"senior_health_officer"}), now=now)
    officer.role_grants.update(state="MY-01")
    with pytest.raises(PurposeRefused, match="scope"):
        access.take_export(by=officer, uuid=made.uuid, at=now)
    officer.role_grants.update(state=place.state)
    assert access.take_export(by=officer, uuid=made.uuid, at=now).rows
