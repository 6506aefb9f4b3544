"""Cases as laboratories really send them: one number for all, shared names, wrong offices, hours, control characters."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.cases import Office, office

from jejak.access.rules import Scope
from jejak.formats.tablefiles import PAGE, UnreadableFile
from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.premises.rules import is_district
from jejak.tracing import actions, caserules, queries, sealed
from jejak.tracing.errors import CaseInvalid
from jejak.tracing.models import Case, Profile, ReportRow
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
HEADING = "Nama;Telefon;Tarikh sampel;No makmal;Daerah"


@pytest.fixture
def desk(demo_node: None) -> Office:
    return office()


def sent(
    desk: Office, *rows: str, heading: str = HEADING, disease: str = "covid-19", to: int = 0, by: User | None = None
) -> UUID:
    return actions.preview_report(
        file=io.BytesIO("\n".join([heading, *rows]).encode()), name="kes.csv", way="file", disease=disease,
        office=to or desk.agency.pk, limits=PAGE, by=by or desk.laboratory, now=desk.now,
    )  # fmt: skip


def taken(desk: Office, uuid: UUID, *, by: User | None = None) -> tuple[int, int, int]:
    who = by or desk.laboratory
    number = actions.confirm_report(uuid=uuid, by=who, now=desk.now)
    assert actions.take_report(number=number, clock=clock.now)
    it = queries.report_of(uuid=uuid, by=who)
    return it.accepted, it.known, it.quarantined


def test_a_column_full_of_one_number_loses_nobody_in_silence(desk: Office) -> None:
    day = local_day(desk.now)
    uuid = sent(desk, *(f"Orang {one};012{one:07d};{day};RTK;Petaling" for one in range(5)))
    assert taken(desk, uuid) == (1, 0, 4)
    it = queries.report_of(uuid=uuid, by=desk.laboratory)
    assert {tuple(row.reasons[0]) for row in queries.report_rows(report=it, outcome="quarantined")} == {
        ("reference", "taken")
    }
    (entry,) = Entry.objects.filter(action="tracing.case-reported")
    assert entry.detail["cases"] == 1


def test_another_person_under_a_number_that_stands_already_is_told_at_its_field(client: Any, desk: Office) -> None:
    desk.report(reference="M-1")
    client.force_login(desk.laboratory)
    answer = client.post(
        reverse("tracing:case-new"),
        {"disease": "covid-19", "office": desk.agency.pk, "name": "Tan Mei Ling", "sample": local_day(desk.now),
         "evidence": "laboratory", "reference": "M-1", "classification": "confirmed"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "reference" in answer.context["form"].errors
    assert Case.objects.count() == 1


def test_a_name_spelled_otherwise_under_the_same_document_is_the_same_case(desk: Office) -> None:
    paper = ("mykad", "900101105566", "MYS")
    first = desk.report("Aminah binti Ali", reference="M-1", document=paper)
    again = desk.report("Aminah Ali", reference="M-1", document=paper)
    assert (again.uuid, again.known) == (first.uuid, True)
    with pytest.raises(CaseInvalid):
        desk.report("Aminah binti Ali", reference="M-1", document=("mykad", "910101105566", "MYS"))


def test_two_who_share_a_name_and_nothing_else_are_two_cases(desk: Office) -> None:
    day = local_day(desk.now)
    twice = f"Ali bin Ahmad;;{day};;Petaling"
    assert taken(desk, sent(desk, twice, f"Ali bin Ahmad;;{day};;Gombak", twice)) == (2, 1, 0)


def test_who_reports_to_an_office_does_not_learn_who_is_a_case_there(desk: Office) -> None:
    own = {"evidence": "none", "reference": "", "classification": "suspected"}
    there = desk.report(by=desk.officer, **own)
    asked = desk.report(by=desk.laboratory, **own)
    assert not asked.known
    assert asked.number != there.number
    assert desk.report(by=desk.laboratory, **own).number == asked.number
    assert desk.report(by=desk.officer, **own).known


def test_a_table_looked_at_for_the_wrong_disease_or_office_is_sent_again_for_the_right_one(desk: Office) -> None:
    usual = Profile.objects.get()
    copied = {each.attname: getattr(usual, each.attname) for each in Profile._meta.concrete_fields}
    Profile.objects.create(**{**copied, "id": None, "uuid": uuid7(), "disease": "campak", "name": "Campak"})
    row = f"Ali bin Ahmad;;{local_day(desk.now)};;Petaling"
    other = office("PKD Gombak")
    uuids = {sent(desk, row), sent(desk, row, disease="campak"), sent(desk, row, to=other.agency.pk), sent(desk, row)}
    assert len(uuids) == 3
    assert {queries.report_of(uuid=each, by=desk.laboratory).disease for each in uuids} == {"covid-19", "campak"}


def test_a_character_that_no_database_keeps_stops_its_row_and_not_the_table(desk: Office) -> None:
    day = local_day(desk.now)
    rows = (f"Ali bin Abu;;{day};M-1;Peta\0ling", f"Abu bin Ali;;{day};M-\x022;", f"Siti binti Abu;;{day};M-3;Petaling")
    assert taken(desk, sent(desk, *rows)) == (1, 0, 2)


@pytest.mark.parametrize(
    ("said", "ready"),
    [("{0} 09:30", 1), ("{0}T09:30:00", 1), ("{0:%d/%m/%Y} 14:05", 1), ("{0}9", 0), ("{0} atau esok", 0), ("14:05", 0)],
)
def test_a_day_may_have_an_hour_and_nothing_else_behind_it(desk: Office, said: str, ready: int) -> None:
    uuid = sent(desk, f"Ali bin Abu;;{said.format(local_day(desk.now))};M-1;")
    assert queries.report_of(uuid=uuid, by=desk.laboratory).ready == ready


@pytest.mark.parametrize("number", ["010101105566", "10101105566", "000101105566", "101105566"])
def test_a_mykad_of_which_a_spreadsheet_took_the_noughts_off_is_one(desk: Office, number: str) -> None:
    heading = "Nama;Tarikh sampel;No makmal;No pengenalan;Negara"
    rows = (f"Ali bin Abu;{local_day(desk.now)};M-1;{number};", f"Lim;{local_day(desk.now)};M-2;101105566;IDN")
    assert taken(desk, sent(desk, *rows, heading=heading)) == (2, 0, 0)
    papers = {row.document_key for row in Case.objects.all()}
    assert papers == {
        sealed.document_key(("mykad", number.zfill(12), "MYS")), sealed.document_key(("passport", "101105566", "IDN"))
    }  # fmt: skip


def test_an_officer_reports_a_table_of_people_who_live_elsewhere(desk: Office) -> None:
    from jejak.access.models import RoleGrant

    RoleGrant.objects.filter(user=desk.officer).update(state="MY-10", district="Petaling")
    row, heading = f"Ali bin Abu;{local_day(desk.now)};Johor;Muar", "Nama;Tarikh sampel;Negeri;Daerah"
    assert taken(desk, sent(desk, row, heading=heading, by=desk.officer), by=desk.officer) == (1, 0, 0)
    assert not queries.visible(by=desk.officer, now=desk.now).exists()
    assert queries.visible(by=desk.senior, now=desk.now).exists()


def bound(desk: Office, *, senior: str = "") -> None:
    """Let the officer's role be for Petaling, and the senior's for a district or all."""
    from jejak.access.models import RoleGrant

    RoleGrant.objects.filter(user=desk.officer).update(state="MY-10", district="Petaling")
    RoleGrant.objects.filter(user=desk.senior).update(state="MY-10" if senior else "", district=senior)


def test_a_slip_in_a_district_hides_no_case_of_a_table(desk: Office) -> None:
    bound(desk)
    day = local_day(desk.now)
    rows = [f"Orang {one};{day};Selangor;{where}" for one, where in enumerate(["Petalling", "PETALING", "", "Gombak"])]
    uuid = sent(desk, *rows, heading="Nama;Tarikh sampel;Negeri;Daerah")
    it = queries.report_of(uuid=uuid, by=desk.laboratory)
    (row,) = queries.report_rows(report=it, outcome="quarantined")
    assert (row.cells["district"], row.reasons) == ("Petalling", [["district", "misspelt"]])
    assert taken(desk, uuid) == (3, 0, 1)
    assert queries.visible(by=desk.officer, now=desk.now).count() == 2, "Petaling, and the one without a district"


def test_a_district_that_nobody_reaches_any_more_is_quarantined_when_it_is_taken_in(desk: Office) -> None:
    row, heading = f"Ali bin Abu;{local_day(desk.now)};Selangor;Gombak", "Nama;Tarikh sampel;Negeri;Daerah"
    uuid = sent(desk, row, heading=heading)
    bound(desk, senior="Klang")
    assert taken(desk, uuid) == (0, 0, 1)
    it = queries.report_of(uuid=uuid, by=desk.laboratory)
    assert [each.reasons for each in queries.report_rows(report=it, outcome="quarantined")] == [
        [["district", "unreached"]]
    ]


def test_a_slip_in_a_district_is_told_at_its_field_with_what_to_do(client: Any, desk: Office) -> None:
    bound(desk)
    client.force_login(desk.laboratory)
    said = {"disease": "covid-19", "office": desk.agency.pk, "name": "Tan Mei Ling", "sample": local_day(desk.now),
            "evidence": "laboratory", "reference": "M-1", "classification": "confirmed", "state": "MY-10"}  # fmt: skip
    answer = client.post(reverse("tracing:case-new"), {**said, "district": "Petalling"})
    assert answer.status_code == 422
    assert "biarkan kosong" in answer.context["form"].errors["district"][0]
    assert not Case.objects.exists()
    assert client.post(reverse("tracing:case-new"), {**said, "district": "petaling"}).status_code == 200
    assert Case.objects.get().district == "petaling"


@pytest.mark.parametrize(
    ("state", "district", "reached", "wrong"),
    [
        ("MY-10", "Petalling", [Scope("MY-10", "Petaling"), Scope()], "misspelt"),
        ("MY-10", "Muar", [Scope("MY-10", "Petaling"), Scope()], "misspelt"),
        ("", "Muar", [Scope("MY-10", "Petaling"), Scope()], ""),
        ("MY-10", "Zon Timur", [Scope("MY-10", "zon timur")], ""),
        ("MY-10", "", [Scope("MY-10", "Petaling")], ""),
        ("MY-10", "Gombak", [Scope("MY-10", "Petaling")], "unreached"),
        ("MY-01", "", [Scope("MY-10", "Petaling")], "unreached"),
        ("MY-10", "Petalling", [Scope("MY-10"), Scope()], ""),
        ("MY-10", "Petalling", [], ""),
    ],
)
def test_where_a_case_may_lie(state: str, district: str, reached: list[Scope], wrong: str) -> None:
    known = is_district(state=state, district=district)
    assert caserules.misplaced(of=Scope(state, district), reached=reached, known=known) == wrong


def test_a_table_of_65_537_rows_is_counted_whole(desk: Office) -> None:
    day, lines = local_day(desk.now), 65_537
    uuid = sent(desk, *(f"Orang {one};;{day};M-{one};Petaling" for one in range(lines)))
    it = queries.report_of(uuid=uuid, by=desk.laboratory)
    assert it.received == lines
    assert ReportRow.objects.filter(report__uuid=uuid).latest("number").number >= lines


def test_a_table_of_more_rows_than_are_taken_is_refused_whole_and_says_so(desk: Office) -> None:
    day = local_day(desk.now)
    with pytest.raises(UnreadableFile) as refused:
        sent(desk, *(f"O{one};;{day};M-{one};Petaling" for one in range(100_001)))
    assert str(refused.value).startswith("too-")
    assert not ReportRow.objects.exists()
