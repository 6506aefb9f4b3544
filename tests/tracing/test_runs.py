"""A run over cases: whom each met, once however many share them, and what another run changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.errors import RunImpossible
from jejak.tracing.marks import marks_of
from jejak.tracing.models import Contact, ContactEvent, Exposure, Run, RunCase
from jejak.tracing.rules import REMEMBERED
from jejak.tracing.sliders import Sliders
from jejak.tracing.windows import Direction
from jejak.trail.models import Entry
from jejak.visits.rules import DISPUTED

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def aminah(case: Town, office: Office) -> Any:
    """A case of Aminah, who fell ill on the day on which she met people."""
    return office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))


def found(run: Run | None = None) -> dict[str, tuple[int, int]]:
    """Return everybody's minutes and tier with an open exposure, by who they are."""
    rows = Exposure.objects.filter(ended_at=None).select_related("contact")
    return {str(one.contact.person_id): (one.minutes, one.tier) for one in rows}


def gone(name: str, case: Town) -> None:
    """Let somebody's visits have lasted a minute, as after a dispute."""
    with connection.cursor() as cursor:
        shorter = "update visits_visit set until = checked_in + interval '1 minute' where person_id = %s"
        cursor.execute(shorter, [case.persons[name]])


def begun(office: Office) -> Run:
    """Return a run over all cases that nobody has done yet."""
    chosen = [one.uuid for one in office.cases]
    uuid = actions.start_run(
        cases=chosen,
        direction=Direction.FORWARD,
        sliders=Sliders(),
        purpose="Kluster Tembok",
        by=office.officer,
        at=clock.now(),
    )
    return Run.objects.get(uuid=uuid)


def test_a_run_finds_whom_a_case_met_and_says_why(aminah: Any, case: Town, office: Office) -> None:
    run = office.run()
    assert (run.failed, run.finished_at is not None) == ("", True)
    razak, tan, link = (
        case.persons[name] for name in ("Razak bin Abu", "Tan Mei Ling", '=HYPERLINK("http://jahat.example","klik")')
    )
    assert found() == {str(razak): (90, 1), str(tan): (15, 2), str(link): (30, 2)}
    why = Exposure.objects.get(contact__person=razak).why
    shop = {
        "premises": case.places["Kedai Runcit"], "zone": None, "start": why[0]["start"], "end": why[0]["end"],
        "minutes": 60, "close": 60, "near": 1, "crowd": 2, "observed": True, "flags": 0,
    }  # fmt: skip
    assert why[0] == shop
    assert (why[1]["observed"], why[1]["minutes"], why[1]["crowd"]) == (False, 30, 3)
    row = RunCase.objects.get()
    assert (row.found, row.done_at is not None) == (3, True)


def test_the_same_run_again_changes_nothing(aminah: Any, office: Office) -> None:
    office.run()
    before = list(Exposure.objects.order_by("pk").values("pk", "minutes", "why", "ended_at"))
    events = ContactEvent.objects.count()
    again = office.run()
    assert list(Exposure.objects.order_by("pk").values("pk", "minutes", "why", "ended_at")) == before
    assert set(Exposure.objects.values_list("run", flat=True)) == {again.pk}
    assert (Contact.objects.count(), ContactEvent.objects.count()) == (3, events)


def test_somebody_whom_two_cases_met_is_one_contact(aminah: Any, case: Town, office: Office) -> None:
    case.person("Devi a/p Raju")
    case.visit("Devi a/p Raju", "Kedai Runcit", case.at(9), 90)
    office.case(case.persons["Devi a/p Raju"], onset=local_day(case.at(9)))
    office.run()
    razak = Contact.objects.get(person=case.persons["Razak bin Abu"])
    assert {one.case_id for one in razak.exposures.all()} == {one.pk for one in office.cases}
    assert not Contact.objects.filter(person=case.persons["Devi a/p Raju"]).exists(), "a case is no contact"


def test_a_later_run_ends_what_it_finds_no_more_and_keeps_it_readable(aminah: Any, case: Town, office: Office) -> None:
    office.run()
    tan = Contact.objects.get(person=case.persons["Tan Mei Ling"])
    razak = Contact.objects.get(person=case.persons["Razak bin Abu"])
    Contact.objects.filter(pk=razak.pk).update(released_at=clock.now())
    gone("Tan Mei Ling", case)
    office.run()
    tan.refresh_from_db()
    assert tan.closed_at is not None
    assert [one.kind for one in tan.events.order_by("pk")] == ["found", "exposure-ended", "unfounded"]
    assert tan.exposures.get().ended_at is not None
    gone("Razak bin Abu", case)
    office.run()
    razak.refresh_from_db()
    assert razak.closed_at is None, "whose name somebody has seen is not dropped without a person's decision"
    assert not razak.exposures.filter(ended_at=None).exists()


def test_a_run_for_longer_times_says_nothing_of_shorter_ones(aminah: Any, case: Town, office: Office) -> None:
    office.run(minutes=10)
    before = found()
    longer = office.run(minutes=45)
    assert found() == before
    assert Contact.objects.filter(closed_at=None).count() == len(before)
    listed = actions.show_run(uuid=longer.uuid, sliders=None, by=office.officer, at=clock.now())
    assert listed.matching == 1, "its own list holds whom it asked for"
    gone("Tan Mei Ling", case)
    office.run(minutes=45)
    assert found() == before
    office.run(minutes=10)
    assert set(before) - set(found()) == {str(case.persons["Tan Mei Ling"])}


def test_a_time_that_a_longer_run_finds_anew_is_not_counted_twice(aminah: Any, case: Town, office: Office) -> None:
    office.run(minutes=10)
    tan = case.persons["Tan Mei Ling"]
    case.visit("Tan Mei Ling", "Kedai Runcit", case.at(9, 30), 90)  # it comes in late that she was there before
    office.run(minutes=45)
    assert found()[str(tan)][0] == 90
    assert len(Exposure.objects.get(contact__person=tan, ended_at=None).why) == 1


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    aminah: Any, case: Town, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        case.person(f"Kes {number}")
        case.visit(f"Kes {number}", "Pasar Malam", case.at(14), 60)
        office.case(case.persons[f"Kes {number}"], onset=local_day(case.at(9)))
    monkeypatch.setattr("jejak.tracing.actions.runs.CHUNK", 1)
    moments = [clock.now() + timedelta(seconds=number) for number in range(9)]
    ticks = iter(moments[:3])
    run = begun(office)
    with pytest.raises(StopIteration):  # the worker dies after its third case
        actions.go_on(number=run.pk, clock=lambda: next(ticks))
    done = set(RunCase.objects.exclude(done_at=None).values_list("case", flat=True))
    assert len(done) == 3
    assert actions.unfinished() == [run.pk]
    assert actions.go_on(number=run.pk, clock=clock.now)
    assert RunCase.objects.filter(done_at=None).count() == 0
    kept = RunCase.objects.filter(done_at__in=moments)
    assert set(kept.values_list("case", flat=True)) == done, "what was done is not done again"
    assert actions.unfinished() == []


def test_the_trail_names_the_cases_of_a_chunk_and_nobody_whom_they_met(aminah: Any, case: Town, office: Office) -> None:
    run = office.run()
    entries = Entry.objects.filter(action="tracing.ran").order_by("pk")
    named = [set(one.subjects.values_list("person_id", flat=True)) for one in entries]
    assert named == [set(), {case.persons["Aminah binti Ali"]}]
    assert {(one.kind, one.reference, one.by_id) for one in entries} == {("run", str(run.uuid), office.officer.pk)}


def test_an_officer_who_lost_the_role_stops_their_run_and_a_colleague_lets_it_go_on(
    aminah: Any, office: Office
) -> None:
    from jejak.access.models import RoleGrant

    run = begun(office)
    RoleGrant.objects.filter(user=office.officer).update(ended_at=clock.now())
    assert not actions.go_on(number=run.pk, clock=clock.now)
    run.refresh_from_db()
    assert (run.failed != "", actions.unfinished(), Exposure.objects.count()) == (True, [], 0)
    RoleGrant.objects.filter(user=office.officer).update(ended_at=None)
    assert actions.resume(uuid=run.uuid, by=office.officer, at=clock.now()) == run.pk
    assert actions.go_on(number=run.pk, clock=clock.now)


def test_a_run_of_somebody_who_left_goes_on_in_the_name_of_the_colleague_who_lets_it(
    aminah: Any, office: Office
) -> None:
    from jejak.access.models import RoleGrant

    run = begun(office)
    RoleGrant.objects.filter(user=office.officer).update(ended_at=clock.now())
    assert not actions.go_on(number=run.pk, clock=clock.now)
    colleague = office.colleague("Zara Kerja")
    actions.resume(uuid=run.uuid, by=colleague, at=clock.now())
    assert actions.go_on(number=run.pk, clock=clock.now)
    entry = Entry.objects.filter(action="tracing.ran").order_by("-pk")[0]
    assert (entry.by_id, Exposure.objects.count()) == (colleague.pk, 3)


@pytest.mark.parametrize("more", [{"closed_why": "selesai"}, {"classification": "discarded"}, {"disease": "campak"}])
def test_a_run_goes_over_open_cases_of_one_disease(
    aminah: Any, case: Town, office: Office, more: dict[str, Any]
) -> None:
    if "closed_why" in more:
        more |= {"closed_at": clock.now() + timedelta(days=1)}
    other = office.case(case.persons["Tan Mei Ling"], onset=local_day(case.at(9)), **more)
    with pytest.raises(RunImpossible):
        office.run(aminah, other)
    assert Run.objects.count() == 0


def test_another_offices_case_is_no_case_to_run_over(aminah: Any, office: Office, officer: Any) -> None:
    stranger = office.colleague("Lim Lain")
    from jejak.access import actions as access

    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    with pytest.raises(RunImpossible):
        office.run(aminah, by=stranger)


def test_a_stay_that_the_case_remembered_finds_who_was_there(case: Town, office: Office) -> None:
    from jejak.tracing.models import CaseStay

    ill = office.case(None, onset=local_day(case.at(9)), name_sealed=b"x")
    CaseStay.objects.create(
        case=ill, premises_id=case.places["Kedai Runcit"], start=case.at(9), end=case.at(11), observed=False,
        source="case", added_by=office.officer, added_at=clock.now(),
    )  # fmt: skip
    office.run()
    razak = Exposure.objects.get(contact__person=case.persons["Razak bin Abu"])
    assert (razak.minutes, razak.observed) == (60, False)
    assert [mark.code for mark in marks_of(razak.flags)] == ["remembered"]
    scanned = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run(scanned)
    flags = Exposure.objects.filter(case=scanned).values_list("flags", flat=True)
    assert not any(each & REMEMBERED for each in flags)


def test_whom_an_interview_names_is_on_the_list_with_or_without_a_phone(
    aminah: Any, case: Town, office: Office
) -> None:
    from jejak.tracing.models import SaidContact

    facts = {
        "case": aminah, "name_sealed": b"x", "first_day": local_day(case.at(9)), "last_day": local_day(case.at(9)),
        "said_by": "case", "added_by": office.officer, "added_at": clock.now(),
    }  # fmt: skip
    SaidContact.objects.create(relation="household", **facts)
    SaidContact.objects.create(relation="workplace", person_id=case.persons["Tan Mei Ling"], **facts)
    office.run()
    office.run()
    unknown = Exposure.objects.get(contact__person=None)
    assert (unknown.tier, unknown.minutes, unknown.why[0]["said"]) == (1, 0, "household")
    tan = Exposure.objects.get(contact__person=case.persons["Tan Mei Ling"])
    assert (tan.minutes, [("said" in one) for one in tan.why]) == (15, [False, True])


def test_backward_and_forward_runs_leave_each_others_findings(aminah: Any, case: Town, office: Office) -> None:
    case.visit("Jauh binti Lain", "Kedai Runcit", case.at(10), 60)
    office.run(direction="forward")
    assert len(found()) == 4
    office.run(direction="backward")
    assert len(found()) == 4
    assert set(Exposure.objects.filter(ended_at=None).values_list("run__direction", flat=True)) == {"forward"}


def test_a_visit_that_its_visitor_disputes_is_found_and_marked_and_the_slider_leaves_it_out(
    aminah: Any, case: Town, office: Office
) -> None:
    case.person("Devi a/p Raju")
    case.visit("Devi a/p Raju", "Kedai Runcit", case.at(9), 90, flags=DISPUTED)
    run = office.run()
    devi = Exposure.objects.get(contact__person=case.persons["Devi a/p Raju"])
    assert (devi.minutes, devi.flags & DISPUTED) == (90, DISPUTED)
    everybody, certain = (
        actions.show_run(uuid=run.uuid, sliders=Sliders(doubtful=doubtful), by=office.officer, at=clock.now()).matching
        for doubtful in (True, False)
    )
    assert everybody - certain == 1
