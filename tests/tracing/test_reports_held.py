"""A table of cases that cannot be taken in is held with its reason, until its sender or a colleague lets it go on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tracing.cases import Office, office

from jejak.access import actions as access
from jejak.access.models import RoleGrant
from jejak.access.rules import AccountKind
from jejak.formats.tablefiles import PAGE
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.sealing import SealBroken
from jejak.tracing import actions, jobs, queries
from jejak.tracing.errors import ReportUnknown
from jejak.tracing.models import Case, Report, ReportRow

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(demo_node: None) -> Office:
    return office()


def confirmed(desk: Office, *, many: int = 3) -> tuple[int, UUID]:
    """Return a table that the laboratory agreed to, by number and reference."""
    day = local_day(desk.now).isoformat()
    table = "\n".join(["Nama;Tarikh sampel;No makmal", *(f"Orang {one};{day};M-{one}" for one in range(many))])
    uuid = actions.preview_report(
        file=io.BytesIO(table.encode()), name="kes.csv", way="file", disease="covid-19", office=desk.agency.pk,
        limits=PAGE, by=desk.laboratory, now=desk.now,
    )  # fmt: skip
    return actions.confirm_report(uuid=uuid, by=desk.laboratory, now=desk.now), uuid


def colleague(desk: Office) -> User:
    """Return somebody else who reports for the same laboratory."""
    found = access.add_account(
        email="farah@makmal.example", name="Farah binti Omar", kind=AccountKind.STAFF, role="laboratory"
    )
    found.agency, found.is_demo = desk.laboratory.agency, True
    found.save()
    return found


def test_a_sender_who_may_report_no_more_holds_the_table_until_a_colleague_lets_it_go_on(
    client: Any, desk: Office
) -> None:
    number, uuid = confirmed(desk)
    RoleGrant.objects.filter(user=desk.laboratory).update(ended_at=clock.now())
    jobs.take_report(number=number)
    assert not Case.objects.exists()
    assert (Report.objects.get().held_why, actions.unfinished_reports()) == ("purpose-refused", [])

    farah = colleague(desk)
    client.force_login(farah)
    address = reverse("tracing:report", args=[uuid])
    page = client.get("/language/en", {"next": address}, follow=True).content.decode()
    assert "Whoever sent it may report no more." in page
    assert "You may close this page" not in page
    assert 'http-equiv="refresh"' not in page
    assert client.post(f"{address}confirm/")["Location"] == address
    it = queries.report_of(uuid=uuid, by=farah)
    assert (it.accepted, it.held_why, it.by_name) == (3, "", farah.name)
    assert set(Case.objects.values_list("reported_by", "reporter")) == {(farah.pk, farah.agency_id)}


def test_a_sender_who_works_elsewhere_now_does_not_report_as_their_new_agency(desk: Office) -> None:
    number, uuid = confirmed(desk)
    desk.laboratory.agency = desk.agency
    desk.laboratory.save()
    assert not actions.take_report(number=number, clock=clock.now)
    assert (Report.objects.get().held_why, Case.objects.exists()) == ("purpose-refused", False)
    with pytest.raises(ReportUnknown):
        actions.confirm_report(uuid=uuid, by=desk.laboratory, now=desk.now)


def test_a_row_that_breaks_holds_the_table_and_its_sender_may_try_again(client: Any, desk: Office) -> None:
    number, uuid = confirmed(desk)
    row = ReportRow.objects.latest("number")
    ReportRow.objects.filter(pk=row.pk).update(cells_sealed=b"not sealed by anybody")
    with pytest.raises(SealBroken):
        jobs.take_report(number=number)
    assert (Report.objects.get().held_why, Case.objects.exists()) == ("broken", False)
    jobs.take_reports(timestamp=0)
    assert actions.unfinished_reports() == [], "it is not tried in silence again and again"
    assert not actions.take_report(number=number, clock=clock.now), "a job left in the queue does not go past it"

    ReportRow.objects.filter(pk=row.pk).update(cells_sealed=row.cells_sealed)
    client.force_login(desk.laboratory)
    assert client.post(reverse("tracing:report-confirm", args=[uuid])).status_code == 302
    assert queries.report_of(uuid=uuid, by=desk.laboratory).accepted == 3


def test_only_an_unfinished_table_that_was_agreed_to_is_held(desk: Office) -> None:
    number, _uuid = confirmed(desk)
    assert actions.take_report(number=number, clock=clock.now)
    actions.hold_report(number=number, why="broken")
    assert Report.objects.get().held_why == "", "what is done is done"
    with pytest.raises(IntegrityError, match="report_held_unfinished"), transaction.atomic():
        Report.objects.update(held_why="broken")
