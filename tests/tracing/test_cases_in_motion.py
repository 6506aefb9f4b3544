"""Cases that change while they are worked on: discarded, closed, handed over, assigned, seen as they were."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from jejak.access.models import RoleGrant
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions, queries
from jejak.tracing.errors import CaseInvalid, CaseOver, TracingError
from jejak.tracing.models import CaseEvent, Contact, ContactEvent, Exposure, Run, RunCase
from jejak.tracing.sliders import Sliders
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def aminah(case: Town, office: Office) -> Any:
    return office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))


@pytest.fixture
def elsewhere(office: Office) -> User:
    from jejak.access import actions as access

    colleague = office.colleague("Lim Lain")
    colleague.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    colleague.save()
    return colleague


def said(office: Office, of: Any, **more: Any) -> Any:
    day = local_day(clock.now())
    facts = {"name": "Nenek Contoh", "relation": "household", "said_by": "case", "first": day, "last": day, **more}
    return actions.add_contact(uuid=of.uuid, said=actions.ContactSaid(**facts), by=office.officer, at=clock.now())


def begun(office: Office, *cases: Any) -> Run:
    uuid = actions.start_run(
        cases=[one.uuid for one in cases], direction=Direction.FORWARD, sliders=Sliders(),
        purpose="Kluster Tembok minggu ini", by=office.officer, at=clock.now(),
    )  # fmt: skip
    return Run.objects.get(uuid=uuid)


@pytest.mark.parametrize("way", ["classify", "close"])
def test_a_case_that_is_none_exposes_nobody(aminah: Any, case: Town, office: Office, way: str) -> None:
    other = office.case(None, onset=local_day(case.at(9)), name_sealed=b"x")
    actions.add_stay(
        uuid=other.uuid, by=office.officer, at=clock.now(),
        said=actions.StaySaid(case.at(10), case.at(12), "case", case.places["Kedai Runcit"]),
    )  # fmt: skip
    run = office.run()
    seen = Contact.objects.get(person=case.persons["Razak bin Abu"])
    Contact.objects.filter(pk=seen.pk).update(released_at=clock.now())
    if way == "classify":
        actions.classify(
            uuid=aminah.uuid, classification="discarded", evidence="laboratory", reference="M-9", by=office.officer,
            at=clock.now(),
        )  # fmt: skip
    else:
        actions.close_case(uuid=aminah.uuid, why="discarded", by=office.officer, at=clock.now())
    assert not Exposure.objects.filter(case=aminah, ended_at=None).exists()
    assert Exposure.objects.filter(case=other, ended_at=None).exists(), "what another case did stands"
    kinds = set(ContactEvent.objects.exclude(contact=seen).values_list("kind", flat=True))
    assert {"exposure-ended", "unfounded"} <= kinds
    seen.refresh_from_db()
    assert seen.closed_at is None
    listed = actions.show_run(uuid=run.uuid, sliders=None, by=office.officer, at=clock.now())
    assert {one for row in listed.rows for one in row.cases} <= {other.number}


@pytest.mark.parametrize("way", ["closed", "discarded", "handed over"])
def test_a_run_leaves_out_what_was_closed_or_handed_over_before_its_turn(
    aminah: Any, case: Town, office: Office, elsewhere: User, way: str
) -> None:
    still = office.case(case.persons["Jauh binti Lain"], onset=local_day(case.at(9)))
    run = begun(office, aminah, still)
    by = {"by": office.officer, "at": clock.now()}
    if way == "closed":
        actions.close_case(uuid=aminah.uuid, why="followed-up", **by)
    elif way == "discarded":
        actions.classify(uuid=aminah.uuid, classification="discarded", evidence="laboratory", reference="M-9", **by)
    else:
        there = elsewhere.agency_id or 0
        actions.hand_over(uuid=aminah.uuid, office=there, state="", district="", note="pindah rumah", **by)
    assert actions.go_on(number=run.pk, clock=clock.now)
    assert not Exposure.objects.filter(case=aminah).exists()
    assert RunCase.objects.filter(run=run, done_at=None).count() == 0


def test_a_case_handed_over_takes_along_whom_an_interview_named(aminah: Any, office: Office, elsewhere: User) -> None:
    said(office, aminah)
    office.run()
    there = elsewhere.agency_id or 0
    actions.hand_over(
        uuid=aminah.uuid, office=there, state="", district="", note="pindah rumah", by=office.officer, at=clock.now()
    )
    run = office.run(aminah, by=elsewhere)
    assert run.failed == ""
    assert Contact.objects.filter(said__isnull=False, agency=there).count() == 1
    assert Contact.objects.filter(said__isnull=False).count() == 2


def test_who_was_met_outside_the_window_is_no_contact(aminah: Any, office: Office) -> None:
    onset = aminah.onset
    said(office, aminah, name="Lama Sekali", first=onset - timedelta(days=60), last=onset - timedelta(days=20))
    said(office, aminah, name="Serumah", first=onset - timedelta(days=300), last=local_day(clock.now()))
    office.run()
    (line,) = Contact.objects.filter(said__isnull=False)
    assert local_day(line.first) == onset - timedelta(days=2), "living together counts from the window's first day"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("9999-12-31", "9999-12-31", "last"), ("0001-01-01", "", "first"), ("2024-01-01", "2024-01-02", "last")],
)
def test_a_slip_in_a_year_is_told_and_breaks_no_run(
    officer_client: Any, aminah: Any, first: str, last: str, field: str
) -> None:
    address = reverse("tracing:case-contact", args=[aminah.uuid])
    facts = {"name": "Nenek", "relation": "household", "said_by": "case", "first": first, "last": last or first}
    answer = officer_client.post(address, {f"contact-{name}": value for name, value in facts.items()})
    assert answer.status_code == 422
    assert answer.context["forms"]["contact"].errors


@pytest.mark.django_db(transaction=True)
def test_a_colleague_who_closed_a_case_a_moment_ago_is_not_overwritten(aminah: Any, office: Office) -> None:
    told: list[object] = []
    colleague = office.colleague("Zara Kerja")

    def change() -> None:
        try:
            actions.change_dates(
                uuid=aminah.uuid, onset=aminah.onset, sample=aminah.onset, today=local_day(clock.now()), by=colleague,
                at=clock.now(),
            )  # fmt: skip
        except TracingError as refused:
            told.append(refused)
        finally:
            connections.close_all()

    other = Thread(target=change)
    with transaction.atomic():
        actions.close_case(uuid=aminah.uuid, why="followed-up", by=office.officer, at=clock.now())
        other.start()
        waited(until_blocked)
    other.join()
    assert [type(each) for each in told] == [CaseOver]
    assert [one.kind for one in CaseEvent.objects.filter(case=aminah)] == ["closed"]


def until_blocked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return bool(cursor.fetchone()[0])


def waited(so: Any) -> None:
    for _ in range(500):
        if so():
            return
        sleep(0.01)
    pytest.fail("nobody waits")


def test_a_district_in_capitals_is_the_same_district(office: Office, case: Town) -> None:
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)), state="MY-10", district="PETALING")
    RoleGrant.objects.filter(user=office.officer).update(state="MY-10", district="Petaling")
    assert queries.visible(by=office.officer, now=clock.now()).filter(pk=ill.pk).exists()
    assert actions.show_case(uuid=ill.uuid, by=office.officer, at=clock.now()).row.number == ill.number


def test_a_case_is_assigned_to_nobody_who_could_not_see_it(officer_client: Any, office: Office, case: Town) -> None:
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)), state="MY-10", district="Gombak")
    far = office.colleague("Zul Jauh")
    RoleGrant.objects.filter(user=far).update(state="MY-10", district="Klang")
    with pytest.raises(CaseInvalid):
        actions.assign_case(uuid=ill.uuid, officer=far.pk, by=office.officer, at=clock.now())
    page = officer_client.get(reverse("tracing:case", args=[ill.uuid]))
    offered = [name for _number, name in page.context["forms"]["assign"].fields["officer"].choices]
    assert "Zul Jauh" not in offered


def test_contacts_are_counted_as_they_were_known_on_that_day(aminah: Any, case: Town, office: Office) -> None:
    office.run()
    earlier, later = clock.now() - timedelta(days=2), clock.now() + timedelta(days=2)
    razak = office.case(case.persons["Razak bin Abu"], onset=local_day(case.at(9)))
    uuid = actions.start_run(
        cases=[razak.uuid], direction=Direction.FORWARD, sliders=Sliders(minutes=10),
        purpose="Kluster Tembok minggu ini", by=office.officer, at=later,
    )  # fmt: skip
    assert actions.go_on(number=Run.objects.get(uuid=uuid).pk, clock=lambda: later)

    def on(of: Any, day: Any) -> int:
        return actions.show_case_on(uuid=of.uuid, day=local_day(day), by=office.officer, at=clock.now()).contacts

    assert (on(aminah, earlier), on(aminah, clock.now())) == (0, 3)
    assert on(razak, clock.now()) == 0, "a contact of another case by then, of this one later"
    assert on(razak, later) == 1


def test_looking_at_shared_places_takes_nothing_from_whom_one_may_see(aminah: Any, case: Town, office: Office) -> None:
    run = office.run()
    before = actions.show_run(uuid=run.uuid, sliders=None, by=office.officer, at=clock.now()).let.shown
    other = office.case(case.persons["Razak bin Abu"], onset=local_day(case.at(9)))
    run = office.run(aminah, other)
    actions.show_shared(uuid=run.uuid, by=office.officer, at=clock.now())
    assert actions.show_run(uuid=run.uuid, sliders=None, by=office.officer, at=clock.now()).let.shown == before == 0


def test_whom_somebody_takes_back_is_no_contact_by_that_word(aminah: Any, case: Town, office: Office) -> None:
    by = {"by": office.officer, "at": clock.now()}
    nenek = said(office, aminah)
    twice = [said(office, aminah, name="Tan Mei Ling", phone="01122223333", relation="workplace") for _ in range(2)]
    run = office.run()
    tan = Contact.objects.get(person=case.persons["Tan Mei Ling"])
    assert [("said" in one) for one in tan.exposures.get(ended_at=None).why] == [False, True, True]
    actions.take_back(uuid=aminah.uuid, said=nenek, **by)
    assert not Exposure.objects.filter(contact__said__isnull=False, ended_at=None).exists()
    assert actions.show_run(uuid=run.uuid, sliders=None, by=office.officer, at=clock.now()).matching == 3
    for left, one in zip([[False, True], [False]], twice, strict=True):
        actions.take_back(uuid=aminah.uuid, said=one, **by)
        assert [("said" in each) for each in tan.exposures.get(ended_at=None).why] == left
    found = set(Exposure.objects.filter(ended_at=None).values_list("pk", flat=True))
    office.run()
    assert set(Exposure.objects.filter(ended_at=None).values_list("pk", flat=True)) == found, "a run says the same"


def test_a_case_is_not_handed_to_a_district_in_which_nobody_would_see_it(
    aminah: Any, office: Office, elsewhere: User
) -> None:
    RoleGrant.objects.filter(user=elsewhere).update(state="MY-10", district="Gombak")
    to = {"uuid": aminah.uuid, "office": elsewhere.agency_id or 0, "state": "MY-10", "note": "pindah rumah"}
    with pytest.raises(CaseInvalid):
        actions.hand_over(**to, district="Gombakk", by=office.officer, at=clock.now())
    actions.hand_over(**to, district="gombak", by=office.officer, at=clock.now())
    assert queries.visible(by=elsewhere, now=clock.now()).filter(pk=aminah.pk).exists()
