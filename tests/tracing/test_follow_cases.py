"""Whoever is followed up and turns out to be a case is followed no more, and is one case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.actions.becoming import mark_cases
from jejak.tracing.followrules import Said
from jejak.tracing.models import Case, Contact, FollowUp

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(town: Town, office: Office) -> Contact:
    """A contact who is followed from today."""
    (made,) = contacts(office, town, 1)
    actions.start_follow_ups(contacts=[made], by=office.officer, at=clock.now())
    return made


def sick(office: Office, one: Contact, **more: Any) -> Case:
    return office.case(one.person_id, onset=local_day(clock.now()), name_sealed=b"x", **more)


def test_who_is_reported_ends_as_a_case_and_leaves_the_lists(office: Office, one: Contact) -> None:
    ill = sick(office, one)
    mark_cases([ill], by=office.officer, at=clock.now())
    row, event = FollowUp.objects.get(), one.events.latest("pk")
    assert (row.state, row.ended_by, row.due_on) == ("became-case", office.officer, None)
    assert event.facts == {"state": "became-case", "why": "case", "case": ill.pk, "number": ill.number}


def test_another_offices_report_ends_it_and_says_nothing_of_the_reporter(office: Office, one: Contact) -> None:
    ill = sick(office, one)
    mark_cases([ill], by=ill.reported_by, at=clock.now())
    assert (FollowUp.objects.get().state, FollowUp.objects.get().ended_by) == ("became-case", None)
    assert one.events.latest("pk").by is None


@pytest.mark.parametrize("more", [{"classification": "discarded", "evidence": "none"}, {"disease": "measles"}])
def test_what_is_no_case_of_the_disease_ends_nothing(office: Office, one: Contact, more: dict[str, str]) -> None:
    ill = sick(office, one)
    for name, value in more.items():
        setattr(ill, name, value)
    mark_cases([ill], by=office.officer, at=clock.now())
    assert FollowUp.objects.get().state == "following"


def test_a_case_of_theirs_is_not_made_twice(office: Office, one: Contact) -> None:
    ill, now = sick(office, one), clock.now()
    actions.assess(uuid=one.uuid, said=Said(well=False, symptoms=("fever",)), by=office.officer, at=now)
    version = FollowUp.objects.get().version
    done = actions.make_case(uuid=one.uuid, version=version, by=office.officer, at=now)
    assert (done.id, done.known, Case.objects.count()) == (ill.pk, True, 1)
    assert FollowUp.objects.get().state == "became-case"


def test_making_a_case_ends_the_follow_up_once(office: Office, one: Contact) -> None:
    now = clock.now()
    actions.assess(uuid=one.uuid, said=Said(well=False, symptoms=("fever",)), by=office.officer, at=now)
    actions.make_case(uuid=one.uuid, version=FollowUp.objects.get().version, by=office.officer, at=now)
    assert FollowUp.objects.get().ended_by == office.officer
    assert one.events.filter(kind="follow-up-ended").count() == 1


def test_a_report_ends_what_every_office_follows(town: Town, office: Office, one: Contact) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    now = clock.now()
    other = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=now)
    facts = {"first": one.first, "last": one.last, "tier": 1, "found_at": now, "released_at": now}
    theirs = Contact.objects.create(disease=one.disease, agency=other, person_id=one.person_id, **facts)
    actions.start_follow_ups(contacts=[theirs], by=office.officer, at=now)
    actions.assess(uuid=one.uuid, said=Said(well=False, symptoms=("fever",)), by=office.officer, at=now)
    actions.make_case(uuid=one.uuid, version=FollowUp.objects.get(contact=one).version, by=office.officer, at=now)
    row = FollowUp.objects.get(contact=theirs)
    assert (row.state, row.ended_why, row.ended_by) == ("became-case", "case", None)
