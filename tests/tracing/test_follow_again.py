"""Whose follow-up ended is followed anew for what was found only since, and not for what was known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import actions
from jejak.tracing.followrules import Said
from jejak.tracing.models import Case, Contact, Exposure, FollowUp

if TYPE_CHECKING:
    from datetime import datetime

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FEVER = Said(well=False, symptoms=("fever",))


@pytest.fixture
def one(town: Town, office: Office) -> Contact:
    """A contact whom one case exposed, followed from today."""
    (made,) = contacts(office, town, 1)
    meets(office, made, last=made.last, found=made.found_at)
    start(office, made)
    return made


def meets(office: Office, one: Contact, *, last: datetime, found: datetime, case: Case | None = None) -> Case:
    """Let a case (another, if none is named) have exposed a contact until ``last``, which a run finds then."""
    ill = case or office.case(None, onset=local_day(last), name_sealed=b"x")
    Exposure.objects.filter(contact=one, case=ill, ended_at=None).update(ended_at=found)
    Exposure.objects.create(
        contact=one, case=ill, minutes=30, first=last, last=last, tier=1, observed=True, why=[], made_at=found
    )
    Contact.objects.filter(pk=one.pk).update(last=max(one.last, last))
    one.refresh_from_db()
    return ill


def start(office: Office, one: Contact, *, at: datetime | None = None) -> int:
    return actions.start_follow_ups(contacts=[one], by=office.officer, at=at or clock.now())


def over(office: Office, one: Contact) -> datetime:
    """Release somebody the day after the last one; return when."""
    row = FollowUp.objects.get()
    at = local_midnight(row.until + DAY) + timedelta(hours=9)
    actions.assess(uuid=one.uuid, said=Said(well=True), by=office.officer, at=at)
    actions.release(uuid=one.uuid, version=FollowUp.objects.get().version, why="over", by=office.officer, at=at)
    return at


def ended(office: Office, one: Contact, why: str) -> datetime:
    """End a follow-up early; return when."""
    at = clock.now()
    end: Any = actions.lost if why == "unreachable" else actions.release
    end(uuid=one.uuid, version=FollowUp.objects.get().version, why=why, by=office.officer, at=at)
    return at


def test_an_exposure_before_the_end_that_was_found_after_it_is_followed(office: Office, one: Contact) -> None:
    at = over(office, one)
    meets(office, one, last=at - DAY, found=at + DAY)
    assert start(office, one, at=at + 2 * DAY) == 1
    row = FollowUp.objects.get()
    assert (row.state, row.until) == ("following", local_day(at - DAY) + 10 * DAY)


def test_what_the_days_that_are_over_covered_is_not_followed_again(office: Office, one: Contact) -> None:
    before = one.last - DAY
    at = over(office, one)
    meets(office, one, last=before, found=at + DAY)
    assert start(office, one, at=at + 2 * DAY) == 0


@pytest.mark.parametrize("why", ["not-exposed", "wrong-person", "unreachable", "doctor"])
def test_who_was_let_go_early_is_followed_for_another_case_found_later(office: Office, one: Contact, why: str) -> None:
    at = ended(office, one, why)
    assert start(office, one, at=at + DAY) == 0
    meets(office, one, last=one.last - DAY, found=at + DAY)
    assert start(office, one, at=at + 2 * DAY) == 1


def test_who_died_is_not_followed_for_what_is_found_later(office: Office, one: Contact) -> None:
    at = ended(office, one, "died")
    meets(office, one, last=one.last - DAY, found=at + DAY)
    assert start(office, one, at=at + 2 * DAY) == 0


def test_the_same_exposure_told_anew_begins_nothing_but_a_longer_one_does(office: Office, one: Contact) -> None:
    at = ended(office, one, "not-exposed")
    case = Case.objects.get()
    meets(office, one, last=one.last, found=at + DAY, case=case)
    assert start(office, one, at=at + DAY) == 0
    meets(office, one, last=one.last + timedelta(hours=1), found=at + 2 * DAY, case=case)
    assert start(office, one, at=at + 2 * DAY) == 1


def test_who_became_a_case_is_followed_again_once_the_case_is_none(office: Office, one: Contact) -> None:
    made, at = became_case(office, one)
    assert start(office, one, at=at + DAY) == 0
    meets(office, one, last=at + DAY, found=at + DAY)
    assert start(office, one, at=at + DAY) == 0, "they are ill"
    Case.objects.filter(pk=made).update(classification="discarded")
    assert start(office, one, at=at + DAY) == 1
    assert FollowUp.objects.get().state == "following"


def test_who_recovered_is_followed_again_when_exposed_again(office: Office, one: Contact) -> None:
    made, at = became_case(office, one)
    Case.objects.filter(pk=made).update(closed_at=at + 20 * DAY, closed_why="completed")
    assert start(office, one, at=at + 20 * DAY) == 0
    meets(office, one, last=at + 30 * DAY, found=at + 30 * DAY)
    assert start(office, one, at=at + 31 * DAY) == 1


def became_case(office: Office, one: Contact) -> tuple[int, datetime]:
    at = clock.now()
    actions.assess(uuid=one.uuid, said=FEVER, by=office.officer, at=at)
    row = FollowUp.objects.get()
    return actions.make_case(uuid=one.uuid, version=row.version, by=office.officer, at=at).id, at


def test_who_begins_anew_is_asked_anew_what_passes(office: Office, one: Contact) -> None:
    facts = {"vaccination": "full", "symptoms": True, "recovered_within_60_days": True}
    wish = {"uuid": one.uuid, "version": FollowUp.objects.get().version, "by": office.officer, "at": clock.now()}
    actions.set_facts(**wish, facts=facts, source="document")
    at = ended(office, one, "doctor")
    meets(office, one, last=at + 45 * DAY, found=at + 45 * DAY)
    start(office, one, at=at + 46 * DAY)
    row = FollowUp.objects.get()
    assert (row.facts, row.facts_from) == ({"vaccination": "full"}, "document")
