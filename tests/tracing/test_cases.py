"""Cases are reported once, found by their office alone, and every change leaves an event and an entry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from tracing.cases import Office, office

from jejak.access.errors import AccessError
from jejak.kernel.places import local_day
from jejak.tracing import actions, queries
from jejak.tracing.errors import CaseInvalid, CaseOver, CaseUnknown
from jejak.tracing.models import Case, CaseEvent, CaseStay, Report
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Office:
    return office()


def only() -> Case:
    return Case.objects.get()


def named(action: str) -> set[int]:
    entry = Entry.objects.filter(action=action, refused="").latest("pk")
    return set(entry.subjects.values_list("person_id", flat=True))


def test_a_laboratorys_report_becomes_a_case_of_the_office_and_tells_it_nobodys_name(desk: Office) -> None:
    reported = desk.report()
    row = only()
    assert (row.number, row.agency_id, row.officer_id, row.classification) == (
        reported.number, desk.agency.pk, None, "confirmed",
    )  # fmt: skip
    assert b"Aminah" not in bytes(row.name_sealed or b"")
    assert CaseEvent.objects.get().kind == "reported"
    with pytest.raises(CaseUnknown):
        queries.case(uuid=row.uuid, by=desk.laboratory, now=desk.now)


def test_who_wrote_this_number_under_this_name_is_matched_and_named_on_the_trail(desk: Office, case: Town) -> None:
    desk.report()
    assert only().person_id == case.persons["Aminah binti Ali"]
    assert named("tracing.case-reported") == {case.persons["Aminah binti Ali"]}


def test_another_name_on_the_number_is_nobody_until_an_officer_says_who(desk: Office, case: Town) -> None:
    desk.report("Siti binti Abu")
    row = only()
    assert row.person_id is None
    with pytest.raises(CaseInvalid):
        actions.match_case(uuid=row.uuid, person=case.persons["Razak bin Abu"], by=desk.officer, at=desk.now)
    actions.match_case(uuid=row.uuid, person=case.persons["Aminah binti Ali"], by=desk.officer, at=desk.now)
    assert only().person_id == case.persons["Aminah binti Ali"]
    assert named("tracing.case-changed") == {case.persons["Aminah binti Ali"]}
    assert CaseStay.objects.filter(source="scan").count() == 2


def test_stays_kept_twice_are_kept_once(desk: Office, case: Town) -> None:
    desk.report()
    for _ in range(2):
        actions.match_case(uuid=only().uuid, person=case.persons["Aminah binti Ali"], by=desk.officer, at=desk.now)
    assert CaseStay.objects.count() == 2


@pytest.mark.parametrize("reference", ["M-77", ""])
def test_the_same_report_again_is_the_same_case(desk: Office, reference: str) -> None:
    facts: dict[str, Any] = {"reference": reference}
    if not reference:
        facts |= {"evidence": "none", "classification": "suspected"}
    first, again = desk.report(**facts), desk.report(**facts)
    assert (first.known, again.known, again.uuid) == (False, True, first.uuid)
    assert Case.objects.count() == 1


def test_two_of_one_family_on_one_phone_are_two_cases(desk: Office) -> None:
    facts: dict[str, Any] = {"reference": "", "evidence": "none", "classification": "suspected"}
    desk.report("Ali bin Abu", **facts)
    desk.report("Abu bin Ali", **facts)
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sample": None}, "onset"),
        ({"evidence": "none", "reference": ""}, "classification"),
        ({"reference": ""}, "reference"),
        ({"evidence": "rumour"}, "evidence"),
        ({"classification": "sure"}, "classification"),
        ({"district": "x" * 81}, "district"),
    ],
)
def test_a_report_that_makes_no_case_is_refused_with_its_field(desk: Office, given: dict[str, Any], field: str) -> None:
    with pytest.raises(CaseInvalid) as caught:
        desk.report(**given)
    assert caught.value.field == field
    assert not Case.objects.exists()


@pytest.mark.parametrize("days", [1, -366])
def test_a_day_to_come_or_a_year_ago_is_a_slip(desk: Office, days: int) -> None:
    with pytest.raises(CaseInvalid):
        desk.report(sample=local_day(desk.now) + timedelta(days=days))


def test_an_owner_or_a_helper_at_the_desk_reports_nobody(desk: Office, owner: Any) -> None:
    with pytest.raises(AccessError):
        desk.report(by=owner)


def test_another_office_has_no_such_case(desk: Office) -> None:
    other = office("PKD Klang")
    row_id = desk.report().uuid
    with pytest.raises(CaseUnknown):
        actions.close_case(uuid=row_id, why="other", by=other.officer, at=desk.now)
    assert queries.cases(asked=queries.Asked(), by=other.officer, now=desk.now).total == 0
    assert Entry.objects.filter(by_id=other.officer.pk).exclude(refused="").exists()


def test_a_role_for_one_district_lists_no_other_district(desk: Office) -> None:
    desk.report()
    desk.report("Tan Mei Ling", phone="+60112222333", district="Gombak")
    desk.officer.role_grants.update(state="MY-10", district="Gombak")
    assert [row.district for row in queries.cases(asked=queries.Asked(), by=desk.officer, now=desk.now).rows] == [
        "Gombak"
    ]


def test_a_case_is_found_by_number_reference_district_officer_and_phone(desk: Office) -> None:
    number = desk.report().number
    desk.report("Tan Mei Ling", phone="+60112222333", district="Gombak")
    for text in (number, number[-4:].lower(), "M-Aminah binti Ali", "petal", "012-345 6789"):
        rows = queries.cases(asked=queries.Asked(text=text), by=desk.officer, now=desk.now).rows
        assert [row.number for row in rows] == [number], text


def test_a_list_is_narrowed_sorted_and_paged(desk: Office) -> None:
    for serial in range(3):
        desk.report(f"Orang {serial}", phone="", reference=f"M-{serial}", district=f"Daerah {serial}")
    actions.assign_case(
        uuid=Case.objects.get(reference="M-1").uuid, officer=desk.officer.pk, by=desk.senior, at=desk.now
    )

    def listed(**asked: Any) -> list[str]:
        rows = queries.cases(asked=queries.Asked(**asked), by=desk.officer, now=desk.now).rows
        return [row.district[-1] for row in rows]

    assert listed(order="district") == ["0", "1", "2"]
    assert listed(order="-district") == ["2", "1", "0"]
    assert listed(whose=queries.MINE) == ["1"]
    assert sorted(listed(whose=queries.NOBODY)) == ["0", "2"]
    assert listed(evidence="none") == listed(state="closed") == listed(classification="suspected") == []
    page = queries.cases(asked=queries.Asked(page=9), by=desk.officer, now=desk.now)
    assert (page.number, page.mine, page.nobody, page.everybody) == (1, 1, 2, 3)


def test_only_evidence_confirms(desk: Office) -> None:
    uuid = desk.report(evidence="none", reference="", classification="suspected").uuid
    with pytest.raises(CaseInvalid):
        actions.classify(uuid=uuid, classification="confirmed", evidence="none", by=desk.officer, at=desk.now)
    with pytest.raises(CaseInvalid):
        actions.classify(uuid=uuid, classification="confirmed", evidence="clinical", by=desk.officer, at=desk.now)
    actions.classify(
        uuid=uuid, classification="confirmed", evidence="clinical", reference="KK-9", note="Gejala jelas",
        by=desk.officer, at=desk.now,
    )  # fmt: skip
    event = CaseEvent.objects.latest("pk")
    assert (only().classification, event.kind, event.facts["classification"]) == (
        "confirmed",
        "classified",
        "confirmed",
    )
    assert b"Gejala" not in bytes(event.note_sealed or b"")


def test_a_laboratorys_number_stands_for_one_case(desk: Office) -> None:
    desk.report(reference="M-1")
    other = desk.report("Tan Mei Ling", reference="M-2")
    with pytest.raises(CaseInvalid) as caught:
        actions.classify(
            uuid=other.uuid, classification="confirmed", evidence="laboratory", reference="M-1", by=desk.officer,
            at=desk.now,
        )  # fmt: skip
    assert caught.value.problem == "taken"


def test_a_case_goes_to_a_colleague_and_to_nobody_elsewhere(desk: Office) -> None:
    uuid, other = desk.report().uuid, office("PKD Klang")
    with pytest.raises(CaseInvalid):
        actions.assign_case(uuid=uuid, officer=other.officer.pk, by=desk.officer, at=desk.now)
    actions.assign_case(uuid=uuid, officer=desk.officer.pk, by=desk.senior, at=desk.now)
    assert only().officer_id == desk.officer.pk


def test_a_case_handed_over_is_the_other_offices_and_no_more_ours(desk: Office) -> None:
    uuid, other = desk.report().uuid, office("PKD Klang")
    to: dict[str, Any] = {"office": other.agency.pk, "state": "MY-10", "district": "Klang"}
    with pytest.raises(CaseInvalid):
        actions.hand_over(uuid=uuid, note="", by=desk.officer, at=desk.now, **to)
    with pytest.raises(CaseInvalid):
        actions.hand_over(uuid=uuid, note="Tinggal di Klang", by=desk.officer, at=desk.now, **{**to, "office": 0})
    actions.hand_over(uuid=uuid, note="Tinggal di Klang", by=desk.officer, at=desk.now, **to)
    assert queries.case(uuid=uuid, by=other.officer, now=desk.now).district == "Klang"
    with pytest.raises(CaseUnknown):
        queries.case(uuid=uuid, by=desk.officer, now=desk.now)


def test_a_closed_case_is_changed_only_once_reopened(desk: Office) -> None:
    uuid = desk.report().uuid
    with pytest.raises(CaseInvalid):
        actions.close_case(uuid=uuid, why="", by=desk.officer, at=desk.now)
    actions.close_case(uuid=uuid, why="followed-up", by=desk.officer, at=desk.now)
    with pytest.raises(CaseOver):
        actions.assign_case(uuid=uuid, officer=None, by=desk.officer, at=desk.now)
    actions.reopen_case(uuid=uuid, note="Ujian kedua positif", by=desk.officer, at=desk.now)
    actions.reopen_case(uuid=uuid, note="Lagi sekali", by=desk.officer, at=desk.now)
    assert only().closed_at is None
    assert [event.kind for event in CaseEvent.objects.order_by("pk")] == ["reported", "closed", "reopened"]


def test_days_are_changed_to_possible_ones(desk: Office) -> None:
    uuid, today = desk.report().uuid, local_day(desk.now)
    with pytest.raises(CaseInvalid):
        actions.change_dates(uuid=uuid, onset=None, sample=None, today=today, by=desk.officer, at=desk.now)
    actions.change_dates(
        uuid=uuid, onset=today - timedelta(days=3), sample=today, today=today, by=desk.officer, at=desk.now
    )
    assert only().onset == today - timedelta(days=3)


CASES: dict[str, dict[str, Any]] = {
    "case_dated": {"onset": None, "sample": None},
    "case_evidence_known": {"evidence": "rumour"},
    "case_classification_known": {"classification": "sure"},
    "case_confirmed_by_evidence": {"evidence": "none"},
    "case_closed_with_reason": {"closed_why": "other"},
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_database_refuses_what_no_case_can_be(desk: Office, name: str) -> None:
    desk.report()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Case.objects.update(**CASES[name])


def test_the_database_refuses_a_reference_twice_an_unknown_event_and_a_report_nobody_agreed_to(desk: Office) -> None:
    desk.report(reference="M-1")
    desk.report("Tan Mei Ling", reference="M-2")
    with pytest.raises(IntegrityError, match="case_reference_once"), transaction.atomic():
        Case.objects.update(reference="M-3")
    event = CaseEvent.objects.earliest("pk")
    event.pk, event.uuid, event.kind = None, Case.objects.earliest("pk").uuid, "forgotten"
    with pytest.raises(IntegrityError, match="case_event_kind_known"), transaction.atomic():
        event.save(force_insert=True)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CaseEvent.objects.update(kind="closed")
    with pytest.raises(IntegrityError, match="report_finished_once_agreed"), transaction.atomic():
        Report.objects.create(
            digest=b"1", name="a.csv", way="file", disease="covid-19", by=desk.officer, office=desk.agency, at=desk.now,
            finished_at=desk.now,
        )  # fmt: skip


def test_an_opened_case_shows_its_windows_stays_and_events_and_names_whom_it_is_of(desk: Office, case: Town) -> None:
    uuid = desk.report().uuid
    seen = actions.show_case(uuid=uuid, by=desk.officer, at=desk.now)
    assert (seen.name, seen.phone, seen.matched and seen.matched.name) == (
        "Aminah binti Ali", "+60123456789", "Aminah binti Ali",
    )  # fmt: skip
    assert [each.stay.place for each in seen.stays] == ["Kedai Runcit", "Pasar Malam"]
    assert seen.backward.start < seen.forward.start < seen.forward.end
    assert [event.kind for event in seen.events] == ["reported"]
    assert named("tracing.case-shown") == {case.persons["Aminah binti Ali"]}


def test_who_wrote_under_the_number_is_named_when_offered(desk: Office, case: Town) -> None:
    uuid = desk.report("Siti binti Abu").uuid
    seen = actions.show_case(uuid=uuid, by=desk.officer, at=desk.now)
    assert [each.name for each in seen.candidates] == ["Aminah binti Ali"]
    assert named("tracing.case-shown") == {case.persons["Aminah binti Ali"]}


def test_a_case_is_seen_as_it_was_on_a_day(desk: Office, case: Town) -> None:
    uuid, later = desk.report().uuid, desk.now + timedelta(days=3)
    today = local_day(desk.now)
    actions.match_case(uuid=uuid, person=case.persons["Aminah binti Ali"], by=desk.officer, at=later)
    actions.classify(
        uuid=uuid, classification="discarded", evidence="laboratory", reference="M-9", by=desk.officer, at=later
    )
    before = actions.show_case_on(uuid=uuid, day=today - timedelta(days=1), by=desk.officer, at=later)
    then = actions.show_case_on(uuid=uuid, day=today, by=desk.officer, at=later)
    now = actions.show_case_on(uuid=uuid, day=local_day(later), by=desk.officer, at=later)
    assert before.event is None
    assert then.event
    assert then.event.facts.classification == "confirmed"
    assert now.event
    assert now.event.facts.classification == "discarded"
    assert (len(then.stays), len(now.stays)) == (0, 2)
    assert then.forward
    assert now.forward
    assert then.forward.end < now.forward.end
