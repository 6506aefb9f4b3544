"""Following contacts up: begun once, by the table of the day, and worked out anew when the last exposure changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from tracing.contacts import contacts
from tracing.test_work import at_once

from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.models import Contact, ContactEvent, FollowUp, Profile, QuarantineTable

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


def start(office: Office, *made: Any, at: Any = None) -> int:
    return actions.start_follow_ups(contacts=made, by=office.officer, at=at or clock.now())


def test_a_contact_is_followed_from_today_by_the_table_of_the_last_exposures_day(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    assert start(office, one) == 1
    row, last = one.follow_up, local_day(one.last)
    assert (row.state, row.due_on) == ("following", local_day(clock.now()))
    assert row.quarantine_until == last + timedelta(days=7), "nobody knows whether they are vaccinated"
    assert row.until == last + timedelta(days=10)
    assert row.table.valid_from.isoformat() == "2022-03-01"
    assert [each.kind for each in one.events.all()] == ["followed"]


def test_beginning_twice_changes_nothing(town: Town, office: Office) -> None:
    made = contacts(office, town, 3)
    assert start(office, *made[:2]) == 2
    assert start(office, *made) == 1
    assert FollowUp.objects.count() == ContactEvent.objects.count() == 3


def test_a_disease_without_a_table_is_followed_by_its_profile_alone(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1, disease="measles")
    measles = Profile.objects.get()
    measles.pk, measles.uuid, measles.disease, measles.follow = None, uuid7(), "measles", 21
    measles.save()
    start(office, one)
    row = FollowUp.objects.get()
    assert (row.until, row.quarantine_until, row.table) == (local_day(one.last) + timedelta(days=21), None, None)


def test_who_was_told_late_is_asked_once_at_least(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    later = clock.now() + timedelta(days=20)
    start(office, one, at=later)
    assert FollowUp.objects.get().until == local_day(later)


def test_a_later_exposure_lengthens_and_a_corrected_one_shortens(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    start(office, one)
    was = FollowUp.objects.get().until
    one.last += timedelta(days=2)
    one.save()
    assert actions.follow_exposures(contacts=[one.pk], by=office.officer, at=clock.now()) == 1
    assert FollowUp.objects.get().until == was + timedelta(days=2)
    assert actions.follow_exposures(contacts=[one.pk], by=office.officer, at=clock.now()) == 0
    one.last -= timedelta(days=2)
    one.save()
    start(office, one)
    assert FollowUp.objects.get().until == was
    assert [each.kind for each in one.events.order_by("pk")] == ["followed", "follow-up-changed", "follow-up-changed"]


def newer(one: Contact) -> QuarantineTable:
    """Make a table that holds from the day after a contact's last exposure."""
    from_day = local_day(one.last) + timedelta(days=1)
    rows = [{"when": {}, "days": 14, "tests": []}]
    return QuarantineTable.objects.create(
        disease="covid-19", valid_from=from_day, rows=rows, source="KKM", made_at=clock.now()
    )


def test_a_later_exposure_is_followed_by_the_table_of_its_day(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    start(office, one)
    table = newer(one)
    one.last += timedelta(days=2)
    one.save()
    actions.follow_exposures(contacts=[one.pk], by=office.officer, at=clock.now())
    row = FollowUp.objects.get()
    assert (row.table, row.quarantine_until) == (table, local_day(one.last) + timedelta(days=14))


def test_an_exposure_of_the_same_day_keeps_the_table_they_were_given(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    start(office, one)
    given = FollowUp.objects.get().table
    rows = [{"when": {}, "days": 14, "tests": []}]
    QuarantineTable.objects.create(
        disease="covid-19", valid_from=given.valid_from, version=2, rows=rows, source="KKM", made_at=clock.now()
    )
    one.last += timedelta(minutes=5)
    one.save()
    assert actions.follow_exposures(contacts=[one.pk], by=office.officer, at=clock.now()) == 0
    assert FollowUp.objects.get().table == given


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("follow_up_state_known", {"state": "lurking", "due_on": None, "ended_at": clock.now(), "ended_why": "over"}),
        ("follow_up_ends_with_reason", {"state": "released", "due_on": None}),
        ("follow_up_ends_with_reason", {"due_on": None}),
        ("follow_up_apart_while_followed", {"quarantine_until": "2030-01-02", "until": "2030-01-01"}),
        ("follow_up_extended_within", {"extended_until": "2031-01-01"}),
        ("follow_up_facts_from_somebody", {"facts": {"vaccination": "full"}}),
        ("follow_up_symptoms_from_somebody", {"symptoms_from": "hearsay"}),
        ("follow_up_apart_within", {"apart_until": "2031-01-01"}),
    ],
)
def test_what_no_follow_up_can_be(town: Town, office: Office, name: str, wrong: dict[str, Any]) -> None:
    start(office, *contacts(office, town, 1))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        FollowUp.objects.update(**wrong)


def test_a_profile_follows_for_one_to_28_days() -> None:
    with pytest.raises(IntegrityError, match="profile_follow_in_range"), transaction.atomic():
        Profile.objects.update(follow=29)


def test_a_run_that_finds_them_exposed_later_lengthens_the_follow_up(case: Town, office: Office) -> None:
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run()
    razak = Contact.objects.get(person=case.persons["Razak bin Abu"])
    start(office, razak)
    was = FollowUp.objects.get().until
    case.visit("Aminah binti Ali", "Kedai Runcit", case.at(33), 60)
    case.visit("Razak bin Abu", "Kedai Runcit", case.at(33), 60)
    office.run()
    assert FollowUp.objects.get().until == was + timedelta(days=1)
    assert razak.events.filter(kind="follow-up-changed").count() == 1


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("quarantine_table_version_once", {}),
        ("quarantine_table_version_counts", {"version": 0}),
        ("quarantine_table_sourced", {"version": 2, "source": ""}),
    ],
)
def test_what_no_table_of_quarantine_can_be(name: str, wrong: dict[str, Any]) -> None:
    first = QuarantineTable.objects.get()
    same = {"disease": first.disease, "valid_from": first.valid_from, "rows": first.rows, "source": "KKM"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        QuarantineTable.objects.create(made_at=clock.now(), **same | wrong)


@pytest.mark.django_db(transaction=True)
def test_two_batches_that_begin_at_once_follow_each_contact_once(town: Town, office: Office) -> None:
    made = contacts(office, town, 5)
    given = at_once(*(lambda: start(office, *made) for _each in range(4)))
    assert sorted(given) == [0, 0, 0, 5]
    assert ContactEvent.objects.filter(kind="followed").count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_end_a_follow_up_at_once_end_it_once(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    start(office, one)
    ends = {"uuid": one.uuid, "version": 1, "at": clock.now()}
    others = [office.colleague(f"Rakan{number} Kerja") for number in range(2)]
    given = at_once(
        lambda: actions.lost(**ends, why="moved", by=others[0]),
        lambda: actions.release(**ends, why="doctor", by=others[1]),
    )
    assert sorted(type(each).__name__ for each in given) == ["FollowUpRefused", "NoneType"]
    assert ContactEvent.objects.filter(kind="follow-up-ended").count() == 1
