"""Tables of cases: looked at, agreed to, taken in once, each row accounted for."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from tracing.cases import Office, office

from jejak.formats import importreceipt, spreadsheet
from jejak.formats.tablefiles import PAGE, UnreadableFile
from jejak.kernel import clock
from jejak.kernel.keys import keyring
from jejak.kernel.places import local_day
from jejak.tracing import actions, queries
from jejak.tracing.errors import ReportUnknown
from jejak.tracing.models import Case, Report, ReportRow
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db
HEADING = "Nama;Telefon;Tarikh sampel;No makmal;Daerah;Warna"


@pytest.fixture
def desk(demo_node: None) -> Office:
    return office()


def table(desk: Office, many: int, *more: str) -> bytes:
    day = local_day(desk.now).strftime("%d/%m/%Y")
    rows = [f"Orang {one};012{one:07d};{day};M-{one};Petaling;biru" for one in range(many)]
    return "\n".join([HEADING, *rows, *more]).encode()


def sent(desk: Office, data: bytes, **more: Any) -> UUID:
    return actions.preview_report(
        file=io.BytesIO(data), name="kes.csv", way="file", disease="covid-19", office=desk.agency.pk, limits=PAGE,
        by=more.get("by", desk.laboratory), now=desk.now,
    )  # fmt: skip


def agreed(desk: Office, uuid: UUID) -> queries.ReportOf:
    number = actions.confirm_report(uuid=uuid, by=desk.laboratory, now=desk.now)
    assert actions.take_report(number=number, clock=clock.now)
    return queries.report_of(uuid=uuid, by=desk.laboratory)


def test_a_table_is_looked_at_before_any_case_is_made(desk: Office) -> None:
    it = queries.report_of(uuid=sent(desk, table(desk, 3, "Orang 9;12;;M-9;;")), by=desk.laboratory)
    assert (it.received, it.ready, it.quarantined, it.ignored) == (4, 3, 1, ("Warna",))
    assert not Case.objects.exists()
    (row,) = queries.report_rows(report=it, outcome="quarantined")
    assert row.cells["name"] == "Orang 9"
    assert ["phone", "invalid"] in row.reasons
    assert b"Orang" not in bytes(ReportRow.objects.earliest("number").cells_sealed or b"")


def test_what_is_known_already_is_counted_apart_before_anything_is_made(desk: Office, client: Any) -> None:
    agreed(desk, sent(desk, table(desk, 3)))
    made = Case.objects.count()
    day = local_day(desk.now)
    more = (f"Orang 4;0120000004;{day};M-4;;", f"Orang 4;0120000004;{day};M-4;;", f"Orang 8;0120000008;{day};M-2;;")
    uuid = sent(desk, table(desk, 5, *more))
    it = queries.report_of(uuid=uuid, by=desk.laboratory)
    assert (it.received, it.fresh, it.foreseen, it.quarantined) == (8, 2, 5, 1)
    (row,) = queries.report_rows(report=it, outcome="quarantined")
    assert (row.cells["name"], row.reasons) == ("Orang 8", [["reference", "taken"]])
    client.force_login(desk.laboratory)
    address = reverse("tracing:report", args=[uuid])
    page = client.get("/language/en", {"next": address}, follow=True).content.decode()
    assert "Report 2 cases" in page
    assert str(day) not in page, "days are written in words"
    done = agreed(desk, uuid)
    assert (done.accepted, done.known, done.quarantined) == (2, 5, 1)
    assert Case.objects.count() == made + 2


def test_a_laboratory_learns_nothing_of_what_others_reported_by_looking(desk: Office) -> None:
    day = local_day(desk.now)
    desk.report("Orang 1", by=desk.officer, phone="+60120000001", sample=day, reference="", evidence="none",
                classification="suspected")  # fmt: skip
    data = f"Nama;Telefon;Tarikh sampel\nOrang 1;0120000001;{day}".encode()
    assert queries.report_of(uuid=sent(desk, data), by=desk.laboratory).foreseen == 0
    assert queries.report_of(uuid=sent(desk, data, by=desk.officer), by=desk.officer).foreseen == 1


def test_a_table_of_which_all_is_known_says_so_and_still_gives_a_receipt(desk: Office, client: Any) -> None:
    agreed(desk, sent(desk, table(desk, 2)))
    uuid = sent(desk, table(desk, 2) + b"\n")
    client.force_login(desk.laboratory)
    page = client.get(reverse("tracing:report", args=[uuid])).content.decode()
    assert "Ambil masuk jadual ini" in page
    assert agreed(desk, uuid).known == 2


def test_every_row_is_accounted_for_and_the_receipt_says_so(desk: Office) -> None:
    it = agreed(desk, sent(desk, table(desk, 5, "Orang 1;0120000001;01/01/2022;M-1;;", "Orang 9;12;;M-9;;")))
    day = local_day(desk.now)
    assert it.finished_at is not None
    assert it.received == it.accepted + it.known + it.quarantined == 7
    assert it.accepted == Case.objects.count()
    from jejak.kernel.settings import settings

    receipt = queries.receipt_of(it, settings=settings(), keyring=keyring())
    plain = {name: value for name, value in json.loads(receipt.to_json()).items() if name != "mac"}
    plain["ignored"] = tuple(plain["ignored"])
    assert importreceipt.code(plain, what="cases", secret=keyring().active("receipt").secret) == receipt.mac
    assert {case.sample for case in Case.objects.all()} == {day}


def test_the_same_table_again_is_the_same_report_and_the_same_rows_no_second_cases(desk: Office) -> None:
    uuid = sent(desk, table(desk, 4))
    agreed(desk, uuid)
    assert sent(desk, table(desk, 4)) == uuid
    later = agreed(desk, sent(desk, table(desk, 6)))
    assert (later.accepted, later.known) == (2, 4)
    assert Case.objects.count() == 6


def test_a_table_cut_off_goes_on_where_it_stood(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from jejak.tracing.actions import reports

    monkeypatch.setattr(reports, "PORTION", 2)
    number = actions.confirm_report(uuid=sent(desk, table(desk, 5)), by=desk.laboratory, now=desk.now)
    assert reports._portion(number, now=desk.now) == 2
    assert actions.unfinished_reports() == [number]
    assert actions.take_report(number=number, clock=clock.now)
    assert Case.objects.count() == 5
    assert actions.unfinished_reports() == []
    assert Entry.objects.filter(action="tracing.case-reported").count() == 3


def test_nothing_is_taken_in_before_its_sender_agreed(desk: Office) -> None:
    uuid = sent(desk, table(desk, 2))
    assert not actions.take_report(number=Report.objects.get(uuid=uuid).pk, clock=clock.now)
    assert not Case.objects.exists()


def test_a_table_of_another_agency_is_not_there(desk: Office) -> None:
    uuid, other = sent(desk, table(desk, 1)), office("PKD Klang")
    with pytest.raises(ReportUnknown):
        queries.report_of(uuid=uuid, by=other.laboratory)
    with pytest.raises(ReportUnknown):
        actions.confirm_report(uuid=uuid, by=other.laboratory, now=desk.now)


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "empty"), (b"Warna;Bau\nbiru;busuk", "columns"), (HEADING.encode(), "empty"), (b"Nama\xff;x", "encoding")],
)
def test_what_is_no_table_of_cases_is_refused_as_a_whole(desk: Office, data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        sent(desk, data)
    assert caught.value.problem == problem
    assert not Report.objects.exists()


def test_a_workbook_is_read_with_its_dates(desk: Office) -> None:
    day = local_day(desk.now).isoformat()
    rows = [["Aminah binti Ali", "60123456789", day]]
    data = spreadsheet.xlsx_bytes(spreadsheet.Table("Kes", ["Name", "Phone", "Onset"], rows))
    assert agreed(desk, sent(desk, data)).accepted == 1
    assert Case.objects.get().onset == local_day(desk.now)


def test_the_pages_lead_from_a_pasted_table_to_a_receipt(client: Any, desk: Office) -> None:
    client.force_login(desk.laboratory)
    given = {"disease": "covid-19", "office": desk.agency.pk}
    assert client.post(reverse("tracing:reports"), given).status_code == 422
    pasted = table(desk, 2, "Tiada;1;;;;").decode().replace(";", "\t")
    response = client.post(reverse("tracing:reports"), {**given, "pasted": pasted})
    assert response.status_code == 302, response.context["form"].errors
    address = response["Location"]
    assert "Orang 0" in client.get(address).content.decode()
    assert client.get(f"{address}receipt.json").status_code == 404
    assert client.post(f"{address}confirm/")["Location"] == address
    assert client.get(f"{address}receipt.json").json()["accepted"] == 2
    assert "Tiada" in client.get(f"{address}quarantined.csv").content.decode()
    assert "Nama" in client.get(reverse("tracing:reports-template")).content.decode()
    file = SimpleUploadedFile("kes.csv", table(desk, 3))
    assert client.post(reverse("tracing:reports"), {**given, "file": file}).status_code == 302


def test_more_rows_than_a_page_waits_for_are_the_workers(
    client: Any, desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.tracing import jobs
    from jejak.tracing.views import reports

    monkeypatch.setattr(reports, "AT_ONCE", 1)
    client.force_login(desk.laboratory)
    uuid = sent(desk, table(desk, 3))
    for _ in range(2):
        assert client.post(reverse("tracing:report-confirm", args=[uuid])).status_code == 302
    assert not Case.objects.exists()
    jobs.take_report(number=Report.objects.get().pk)
    assert Case.objects.count() == 3


def test_the_database_holds_the_counts_together(desk: Office) -> None:
    it = agreed(desk, sent(desk, table(desk, 2)))
    with pytest.raises(IntegrityError, match="report_adds_up"), transaction.atomic():
        Report.objects.update(accepted=1)
    with pytest.raises(IntegrityError, match="report_row_outcome"), transaction.atomic():
        ReportRow.objects.update(outcome="quarantined")
    with pytest.raises(IntegrityError, match="report_way_known"), transaction.atomic():
        Report.objects.update(way="fax")
    row = Report.objects.get(uuid=it.uuid)
    row.pk, row.uuid = None, Case.objects.earliest("pk").uuid
    with pytest.raises(IntegrityError, match="report_file_once"), transaction.atomic():
        row.save(force_insert=True)
    again = ReportRow.objects.earliest("pk")
    again.pk, again.uuid = None, row.uuid
    with pytest.raises(IntegrityError, match="report_row_once"), transaction.atomic():
        again.save(force_insert=True)


def test_the_cells_of_a_table_go_after_their_time_and_the_counts_stay(desk: Office) -> None:
    from datetime import timedelta

    from jejak.tracing import forgetting

    it, today = agreed(desk, sent(desk, table(desk, 2))), local_day(desk.now)
    options: dict[str, Any] = {"days": forgetting.DAYS, "force": False}
    assert forgetting.past_cells(on=today, dry_run=False, **options)[0].rows == 0
    later = today + timedelta(days=forgetting.DAYS + 1)
    assert forgetting.past_cells(on=later, dry_run=True, **options)[0].rows == 2
    assert forgetting.past_cells(on=later, dry_run=False, **options)[0].rows == 2
    assert forgetting.past_cells(on=later, dry_run=False, **options)[0].rows == 0
    assert queries.report_of(uuid=it.uuid, by=desk.laboratory).accepted == 2
    Report.objects.filter(uuid=it.uuid).update(finished_at=None)
    ReportRow.objects.filter(report__uuid=it.uuid).update(cells_sealed=b"cells")
    assert forgetting.past_cells(on=later, dry_run=False, **options)[0].rows == 2, "agreed to, and never finished"
    assert not any(row.cells for row in queries.report_rows(report=it, outcome="accepted"))
