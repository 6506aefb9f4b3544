"""What is reported again with the same number and says otherwise is dropped nowhere: both are shown and kept."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.cases import Office, office

from jejak.formats.tablefiles import PAGE
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions, queries
from jejak.tracing.models import Case, CaseEvent

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(demo_node: None) -> Office:
    return office()


def sent(desk: Office, *rows: str) -> UUID:
    table = "\n".join(["Nama;Tarikh sampel;No makmal;Klasifikasi", *rows])
    return actions.preview_report(
        file=io.BytesIO(table.encode()), name="kes.csv", way="file", disease="covid-19", office=desk.agency.pk,
        limits=PAGE, by=desk.laboratory, now=desk.now,
    )  # fmt: skip


def taken(desk: Office, uuid: UUID) -> queries.ReportOf:
    number = actions.confirm_report(uuid=uuid, by=desk.laboratory, now=desk.now)
    assert actions.take_report(number=number, clock=clock.now)
    return queries.report_of(uuid=uuid, by=desk.laboratory)


def reasons(desk: Office, uuid: UUID) -> list[list[list[str]]]:
    it = queries.report_of(uuid=uuid, by=desk.laboratory)
    return [row.reasons for row in queries.report_rows(report=it, outcome="quarantined")]


def test_a_correction_of_a_laboratory_is_quarantined_with_both_and_stands_in_the_history_of_the_case(
    desk: Office, client: Any
) -> None:
    day = local_day(desk.now)
    before = day - timedelta(days=3)
    taken(desk, sent(desk, f"Aminah binti Ali;{day};M-1;disyaki"))
    case = Case.objects.get()
    uuid = sent(desk, f"Aminah binti Ali;{before};M-1;digugurkan")
    assert reasons(desk, uuid) == [
        [["classification", "differs", "suspected", "discarded"], ["sample", "differs", str(day), str(before)]]
    ], "told before anything is agreed to"

    client.force_login(desk.laboratory)
    page = client.get("/language/en", {"next": reverse("tracing:report", args=[uuid])}, follow=True).content.decode()
    assert "Classification: Discarded here, Suspected in the case that was reported" in page
    assert str(day) not in page, "days are written in words"
    assert "1 row says otherwise what was reported before" in page
    assert taken(desk, uuid).quarantined == 1
    assert CaseEvent.objects.filter(case=case, kind="reported-again").count() == 1


def test_what_comes_while_the_table_waits_is_told_in_the_history_too(desk: Office, client: Any) -> None:
    day = local_day(desk.now)
    uuid = sent(desk, f"Aminah binti Ali;{day - timedelta(days=3)};M-1;disahkan")
    taken(desk, sent(desk, f"Aminah binti Ali;{day};M-1;disahkan"))
    assert (taken(desk, uuid).quarantined, Case.objects.count()) == (1, 1)
    assert CaseEvent.objects.filter(kind="reported-again").count() == 1
    case = Case.objects.get()
    assert case.sample == day, "whoever handles the case decides"
    client.force_login(desk.officer)
    address = reverse("tracing:case", args=[case.uuid])
    page = client.get("/language/en", {"next": address}, follow=True).content.decode()
    assert "Reported again, otherwise" in page
    assert "Day of the sample:" in page


def test_the_same_report_again_is_known_whatever_officers_changed_since(desk: Office) -> None:
    day = local_day(desk.now)
    row = f"Aminah binti Ali;{day};M-1;disyaki"
    taken(desk, sent(desk, row))
    case = Case.objects.get()
    actions.classify(
        uuid=case.uuid, classification="confirmed", evidence="laboratory", reference="M-1", by=desk.officer, at=desk.now
    )
    it = taken(desk, sent(desk, row, f"Tan Mei Ling;{day};M-2;disyaki"))
    assert (it.accepted, it.known, it.quarantined) == (1, 1, 0), "its reporter learns nothing of that"
    assert not CaseEvent.objects.filter(kind="reported-again").exists()


def test_one_number_twice_in_a_table_that_says_two_things_loses_neither(desk: Office) -> None:
    day = local_day(desk.now)
    uuid = sent(desk, f"Aminah binti Ali;{day};M-1;disyaki", f"Aminah binti Ali;{day};M-1;disahkan")
    assert reasons(desk, uuid) == [[["classification", "differs", "suspected", "confirmed"]]]
    it = taken(desk, uuid)
    assert (it.accepted, it.known, it.quarantined) == (1, 0, 1)


def test_a_form_that_says_otherwise_is_told_at_its_field(desk: Office, client: Any) -> None:
    desk.report(reference="M-1")
    client.force_login(desk.laboratory)
    answer = client.post(
        reverse("tracing:case-new"),
        {"disease": "covid-19", "office": desk.agency.pk, "name": "Aminah binti Ali", "sample": local_day(desk.now),
         "evidence": "laboratory", "reference": "M-1", "classification": "suspected"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "classification" in answer.context["form"].errors
    assert CaseEvent.objects.filter(kind="reported-again").count() == 1
