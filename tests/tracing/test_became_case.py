"""Whoever is on the list to call and turns out to be a case is called as a contact no more, whoever said so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tracing.cases import laboratory
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.caserules import Given
from jejak.tracing.followrules import Said
from jejak.tracing.models import Case, Contact, Exposure, FollowUp, SaidContact
from jejak.tracing.queries import work

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
NAME, PHONE = "Salmah binti Din", "+60137778888"


def report(office: Office, name: str, phone: str, **more: Any) -> Case:
    now = clock.now()
    facts = {"sample": local_day(now), "evidence": "laboratory", "reference": "M-7", "classification": "confirmed"}
    given = Given(name=name, phone=phone, **{**facts, **more})
    done = actions.report_case(given=given, disease="covid-19", office=office.agency.pk, by=laboratory(), at=now)
    return Case.objects.get(pk=done.id)


def marks(one: Contact) -> tuple[str, ...]:
    one.refresh_from_db()
    return work.marks([one])[one.pk]


@pytest.fixture
def one(town: Town, office: Office) -> Contact:
    """A contact whom nobody called yet and nobody follows."""
    number = town.person(NAME, PHONE)
    (made,) = contacts(office, town, 1)
    Contact.objects.filter(pk=made.pk).update(person=number)
    return made


@pytest.fixture
def told(town: Town, office: Office) -> Contact:
    """A contact whom an interview alone knows, on the list."""
    ill = office.case(None, onset=local_day(clock.now()), name_sealed=b"x")
    day = local_day(town.at(9))
    said = actions.ContactSaid(NAME, "workplace", "case", day, day, phone=PHONE)
    uuid = actions.add_contact(uuid=ill.uuid, said=said, by=office.officer, at=clock.now())
    row = SaidContact.objects.get(uuid=uuid)
    facts = {"first": town.at(9), "last": town.at(10), "tier": 1, "found_at": town.at(9), "released_at": town.at(9)}
    return Contact.objects.create(disease="covid-19", agency=office.agency, said=row, **facts)


def test_a_laboratorys_report_takes_its_contact_off_those_to_call(office: Office, one: Contact) -> None:
    ill = report(office, NAME, PHONE)
    assert (marks(one), one.work) == (("became-case",), "done")
    event = one.events.latest("pk")
    assert (event.kind, event.by, event.facts) == ("became-case", None, {"case": ill.pk, "number": ill.number})


def test_a_contact_is_called_when_the_case_is_of_another_person_or_disease_or_none(
    office: Office, one: Contact
) -> None:
    from jejak.tracing.actions.becoming import mark_cases

    report(office, "Salleh bin Din", PHONE)
    assert (marks(one), one.work) == ((), "new")
    for more in ({"classification": "discarded"}, {"disease": "measles"}, {"closed_at": clock.now()}):
        ill = Case(person_id=one.person_id, classification="confirmed", disease="covid-19")
        for name, value in more.items():
            setattr(ill, name, value)
        mark_cases([ill], by=office.officer, at=clock.now())
        assert (marks(one), one.work) == ((), "new")


def test_whom_an_officer_says_a_case_is_of_is_called_no_more(office: Office, one: Contact) -> None:
    ill = report(office, "Salmah Din", PHONE)
    assert ill.person_id is None
    assert marks(one) == ()
    actions.match_case(uuid=ill.uuid, person=one.person_id, by=office.officer, at=clock.now())
    assert (marks(one), one.work, one.events.latest("pk").by) == (("became-case",), "done", office.officer)


def test_who_is_no_case_after_all_is_called_again(office: Office, one: Contact) -> None:
    ill = report(office, NAME, PHONE, classification="suspected", evidence="none", reference="")
    assert marks(one) == ("became-case",)
    actions.classify(uuid=ill.uuid, classification="discarded", evidence="none", by=office.officer, at=clock.now())
    assert (marks(one), one.work, one.events.latest("pk").kind) == ((), "to-call", "no-case")
    actions.classify(uuid=ill.uuid, classification="suspected", evidence="none", by=office.officer, at=clock.now())
    assert marks(one) == ("became-case",)
    actions.close_case(uuid=ill.uuid, why="discarded", by=office.officer, at=clock.now())
    assert (marks(one), one.work) == ((), "to-call")
    actions.reopen_case(uuid=ill.uuid, note="Ujian kedua positif", by=office.officer, at=clock.now())
    assert (marks(one), one.work) == (("became-case",), "done")


def test_a_case_that_is_somebody_else_lets_its_contact_be_called_again(office: Office, one: Contact) -> None:
    ill = report(office, NAME, PHONE)
    actions.match_case(uuid=ill.uuid, person=None, by=office.officer, at=clock.now())
    assert (marks(one), one.work) == ((), "to-call")


def test_one_of_two_cases_that_is_none_leaves_the_mark(office: Office, one: Contact) -> None:
    report(office, NAME, PHONE)
    other = report(office, NAME, PHONE, classification="suspected", reference="M-8")
    actions.close_case(uuid=other.uuid, why="discarded", by=office.officer, at=clock.now())
    assert marks(one) == ("became-case",)


def test_who_is_followed_and_becomes_a_case_is_marked_once(office: Office, one: Contact) -> None:
    actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now())
    report(office, NAME, PHONE)
    assert (marks(one), one.work) == (("became-case",), "done")


def test_whom_an_interview_alone_names_is_that_case_by_number_and_name(office: Office, told: Contact) -> None:
    ill = report(office, "SALMAH  BINTI DIN", PHONE)
    assert ill.person_id is None
    assert (marks(told), told.work) == (("became-case",), "done")
    actions.close_case(uuid=ill.uuid, why="discarded", by=office.officer, at=clock.now())
    assert (marks(told), told.work) == ((), "to-call")


def test_another_name_on_the_number_of_somebody_named_is_another_person(office: Office, told: Contact) -> None:
    report(office, "Salleh bin Din", PHONE)
    assert (marks(told), told.work) == ((), "new")


def test_the_line_of_whom_an_interview_named_becomes_that_of_the_person(
    office: Office, told: Contact, town: Town
) -> None:
    number = town.person(NAME, PHONE)
    report(office, NAME, PHONE)
    assert marks(told) == ("became-case",)
    assert (told.person_id, told.said) == (number, None)
    assert SaidContact.objects.get().person_id == number


def test_who_is_matched_by_a_document_with_a_number_is_the_one_an_interview_named(
    office: Office, told: Contact, town: Town
) -> None:
    number = town.person(NAME, PHONE)
    ill = report(office, "Salmah Din", "", document=("mykad", "900101145678", "MYS"))
    assert marks(told) == ()
    Case.objects.filter(pk=ill.pk).update(person=number)
    SaidContact.objects.update(person=number)
    ill.refresh_from_db()
    from jejak.tracing.actions.becoming import mark_cases

    mark_cases([ill], by=office.officer, at=clock.now())
    assert (marks(told), told.person_id) == (("became-case",), number)


def test_a_run_finds_nobody_of_whom_an_interview_alone_knows_that_they_are_a_case(town: Town, office: Office) -> None:
    ill = office.case(town.person("Aminah binti Ali"), onset=local_day(town.at(9)))
    day = local_day(town.at(9))
    for name, phone in ((NAME, PHONE), ("Nenek Contoh", "+60131112222")):
        said = actions.ContactSaid(name, "household", "case", day, day, phone=phone)
        actions.add_contact(uuid=ill.uuid, said=said, by=office.officer, at=clock.now())
    report(office, NAME, PHONE, sample=local_day(clock.now()) - timedelta(days=1))
    office.run(ill)
    (left,) = Contact.objects.filter(closed_at=None)
    assert left.said_id == SaidContact.objects.latest("pk").pk


@pytest.fixture
def followed(office: Office, one: Contact) -> Contact:
    """The same, exposed by another case and followed up."""
    source = office.case(None, onset=local_day(one.last), name_sealed=b"x")
    facts = {"minutes": 30, "first": one.first, "last": one.last, "tier": 1, "observed": True, "why": []}
    Exposure.objects.create(contact=one, case=source, made_at=one.found_at, **facts)
    actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now())
    return one


def now_of(one: Contact, office: Office) -> tuple[FollowUp, Any]:
    then = actions.show_contact_on(uuid=one.uuid, day=local_day(clock.now()), by=office.officer, at=clock.now())
    return FollowUp.objects.get(), then


@pytest.mark.parametrize("way", ["classified", "closed", "another"])
def test_the_follow_up_of_who_is_no_case_after_all_goes_on(office: Office, followed: Contact, way: str) -> None:
    before = FollowUp.objects.get()
    ill = report(office, NAME, PHONE, classification="suspected", evidence="none", reference="")
    assert FollowUp.objects.get().state == "became-case"
    by = {"by": office.officer, "at": clock.now()}
    if way == "classified":
        actions.classify(uuid=ill.uuid, classification="discarded", evidence="none", **by)
    elif way == "closed":
        actions.close_case(uuid=ill.uuid, why="discarded", **by)
    else:
        actions.match_case(uuid=ill.uuid, person=None, **by)
    row, then = now_of(followed, office)
    assert (row.state, row.ended_at, row.ended_why, row.due_on) == ("following", None, "", local_day(clock.now()))
    assert (row.until, row.started_at) == (before.until, before.started_at)
    assert row.version > before.version
    assert marks(followed) == ("following",)
    assert (then.follow.state, then.follow.until, then.work) == ("following", row.until, followed.work)
    assert followed.events.latest("pk").kind == "follow-up-resumed"


def test_a_follow_up_that_another_case_or_an_officer_ended_stays_ended(office: Office, followed: Contact) -> None:
    report(office, NAME, PHONE)
    other = report(office, NAME, PHONE, classification="suspected", reference="M-8")
    actions.close_case(uuid=other.uuid, why="discarded", by=office.officer, at=clock.now())
    assert FollowUp.objects.get().state == "became-case"


def test_whom_nothing_exposes_any_more_is_not_followed_again(office: Office, followed: Contact) -> None:
    ill = report(office, NAME, PHONE)
    Exposure.objects.update(ended_at=clock.now())
    actions.close_case(uuid=ill.uuid, why="discarded", by=office.officer, at=clock.now())
    assert (FollowUp.objects.get().state, Contact.objects.get().work) == ("became-case", "to-call")


def test_a_case_made_of_a_contact_that_is_none_lets_their_follow_up_go_on(office: Office, followed: Contact) -> None:
    fever = Said(well=False, symptoms=("fever",))
    actions.assess(uuid=followed.uuid, said=fever, by=office.officer, at=clock.now())
    version = FollowUp.objects.get().version
    made = actions.make_case(uuid=followed.uuid, version=version, by=office.officer, at=clock.now())
    actions.close_case(uuid=made.uuid, why="discarded", by=office.officer, at=clock.now())
    row, then = now_of(followed, office)
    assert (row.state, row.ill, then.follow.ill) == ("following", True, True)


def test_who_was_ill_once_is_not_followed_because_of_a_later_case_that_is_none(
    office: Office, followed: Contact
) -> None:
    ill = report(office, NAME, PHONE)
    actions.close_case(uuid=ill.uuid, why="followed-up", by=office.officer, at=clock.now())
    later = report(office, NAME, PHONE, classification="suspected", reference="M-9")
    actions.close_case(uuid=later.uuid, why="discarded", by=office.officer, at=clock.now())
    assert FollowUp.objects.get().state == "became-case"


def test_two_cases_of_somebody_that_are_none_let_the_follow_up_go_on(office: Office, followed: Contact) -> None:
    made = [report(office, NAME, PHONE, reference=number, classification="suspected") for number in ("M-7", "M-8")]
    assert made[0].person_id == made[1].person_id is not None
    for one in made:
        assert FollowUp.objects.get().state == "became-case"
        actions.close_case(uuid=one.uuid, why="discarded", by=office.officer, at=clock.now())
    assert FollowUp.objects.get().state == "following"
