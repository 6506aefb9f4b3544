"""A case opens no way to everybody: a search for somebody else, or for other days, needs a second officer's word."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.cases import Office, case_of
from tracing.cases import office as opened

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.kernel import clock
from jejak.kernel.periods import Period
from jejak.kernel.places import local_day
from jejak.premises import queries as premises
from jejak.tracing import actions, queries
from jejak.tracing.caserules import OTHER_DAYS, OTHER_PERSON
from jejak.tracing.errors import ReleaseTooLarge
from jejak.tracing.models import Contact, Exposure
from jejak.tracing.state import View
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town

    from jejak.tracing.queries import CaseRef
    from jejak.tracing.records import Search

pytestmark = pytest.mark.django_db
RAZAK = "019-888 7777"


@pytest.fixture
def desk(officer: Any, demo_node: None) -> Office:
    return opened(officer=officer)


@pytest.fixture
def ref(desk: Office, case: Town) -> CaseRef:
    """Aminah's case, whom the log knows."""
    return case_of(desk.officer, person=case.persons["Aminah binti Ali"])


def searched(desk: Office, case: Town, ref: CaseRef, phone: str, *, days: int = 0) -> Search:
    window = Period(case.at(0) - timedelta(days=days), case.at(48) - timedelta(days=days))
    return actions.open_contacts_search(
        case=ref, phone=phone, window=window, minutes=1, by=desk.officer, purpose="Kes 2022/104", at=clock.now()
    )


def names_of(search: Search, desk: Office) -> Any:
    view = View.read({}, window=search.window, minutes=1)
    return actions.show_contacts(search=search, view=view, release=True, by=desk.officer, at=clock.now())


def test_the_names_round_the_case_itself_are_shown(desk: Office, case: Town, ref: CaseRef) -> None:
    search = searched(desk, case, ref, "012-345 6789")
    assert (search.strange, len(names_of(search, desk).rows)) == ("", 3)


def test_the_names_round_somebody_else_need_a_second_officer_and_the_trail_says_so(
    desk: Office, case: Town, ref: CaseRef, client: Any
) -> None:
    search = searched(desk, case, ref, RAZAK)
    assert search.strange == OTHER_PERSON
    with pytest.raises(ReleaseTooLarge):
        names_of(search, desk)
    assert Entry.objects.get(uuid=search.uuid).detail["strange"] == OTHER_PERSON
    assert Entry.objects.filter(refused="other-person").exists()
    client.force_login(desk.officer)
    address = reverse("tracing:contacts", args=[search.uuid])
    page = client.get("/language/en", {"next": address}, follow=True).content.decode()
    assert "this number is neither the case’s nor that of a known contact" in page

    actions.ask_large_release(search=search, people=9, by=desk.officer, reason="A contact told of them", at=clock.now())
    (asked,) = accounts.asked_by(by=desk.officer)
    access.approve(by=desk.senior, uuid=asked.uuid, needed=frozenset({"senior_health_officer"}), now=clock.now())
    assert names_of(search, desk).rows


def test_a_contact_whom_an_interview_names_belongs_to_the_case(desk: Office, case: Town, ref: CaseRef) -> None:
    said = actions.ContactSaid(
        "Razak bin Abu", "workplace", "case", local_day(case.at(9)), local_day(case.at(9)), phone=RAZAK
    )
    actions.add_contact(uuid=ref.uuid, by=desk.officer, at=clock.now(), said=said)
    assert searched(desk, case, ref, RAZAK).strange == ""


def test_a_contact_belongs_to_the_case_once_the_name_was_shown(desk: Office, case: Town, ref: CaseRef) -> None:
    at = case.at(10)
    contact = Contact.objects.create(
        disease="covid-19", agency=desk.agency, person_id=case.persons["Razak bin Abu"], first=at, last=at, tier=1,
        found_at=clock.now(),
    )  # fmt: skip
    Exposure.objects.create(
        contact=contact, case_id=ref.id, minutes=20, first=at, last=at, tier=1, observed=True, why=[]
    )
    assert searched(desk, case, ref, RAZAK).strange == OTHER_PERSON
    Contact.objects.update(released_at=clock.now())
    assert searched(desk, case, ref, RAZAK).strange == ""


def test_the_number_that_a_case_was_reported_with_is_its_own(desk: Office, case: Town) -> None:
    done = desk.report("Wan Azlan", phone="+60198887777")
    ref = queries.case_ref(text=done.number, by=desk.officer, now=clock.now())
    assert searched(desk, case, ref, RAZAK).strange == ""


def test_days_that_are_not_the_cases_need_a_second_officer(desk: Office, case: Town, ref: CaseRef) -> None:
    assert searched(desk, case, ref, "012-345 6789", days=40).strange == OTHER_DAYS
    window = Period(case.at(0) - timedelta(days=40), case.at(0) - timedelta(days=39))
    found = actions.open_visitors_search(
        case=ref, place=premises.place(case.places["Kedai Runcit"]), window=window, by=desk.officer,
        purpose="Kes 2022/104", at=clock.now(),
    )  # fmt: skip
    assert found.strange == OTHER_DAYS
