"""The list of a run: sliders change the counts before anybody is named, names come page by page and are on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.errors import ReleaseTooLarge, RunUnknown
from jejak.tracing.models import Contact, Exposure
from jejak.tracing.sliders import Sliders
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(case: Town, office: Office) -> Any:
    """A run over Aminah's case."""
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    return office.run(minutes=10)


def shown(run: Any, office: Office, **more: Any) -> Any:
    more = {"sliders": None, "by": office.officer, "at": clock.now()} | more
    return actions.show_run(uuid=run.uuid, **more)


def subjects() -> set[int]:
    entry = Entry.objects.filter(action="tracing.run-shown").order_by("-pk")[0]
    return set(entry.subjects.values_list("person_id", flat=True))


def test_sliders_change_the_counts_and_name_nobody(run: Any, office: Office) -> None:
    everybody = shown(run, office)
    assert (everybody.total, everybody.matching, everybody.rows, everybody.let.hidden) == (3, 3, (), 3)
    assert dict(everybody.sums.tiers) == {1: 1, 2: 2}
    assert shown(run, office, sliders=Sliders(minutes=20)).matching == 2
    assert shown(run, office, sliders=Sliders(minutes=10, crowd=2)).matching == 2
    assert shown(run, office, sliders=Sliders(minutes=70, estimated=False)).matching == 0
    assert subjects() == set()


def test_a_list_in_memory_is_the_one_that_the_database_has_now(run: Any, case: Town, office: Office) -> None:
    assert shown(run, office).matching == 3
    tan = Contact.objects.get(person=case.persons["Tan Mei Ling"])
    changed = Exposure.objects.get(contact=tan)
    changed.why[0]["minutes"] = 5
    changed.save()
    assert shown(run, office).matching == 2, "an exposure that was corrected where it stands"
    Exposure.objects.filter(contact=tan).update(ended_at=clock.now())
    assert (shown(run, office).total, shown(run, office).matching) == (2, 2)
    Contact.objects.exclude(pk=tan.pk).update(closed_at=clock.now())
    assert shown(run, office).total == 0


def test_names_are_shown_page_by_page_and_put_on_the_work_list(run: Any, case: Town, office: Office) -> None:
    page = shown(run, office, sliders=Sliders(minutes=20), release=True)
    assert [row.who.name for row in page.rows] == ["Razak bin Abu", '=HYPERLINK("http://jahat.example","klik")']
    assert subjects() == {case.persons[row.who.name] for row in page.rows}
    assert Contact.objects.exclude(released_at=None).count() == 2
    again = shown(run, office)
    assert (len(again.rows), again.let.hidden, subjects()) == (2, 1, set())
    colleague = office.colleague("Siti Rakan")
    assert shown(run, office, by=colleague).rows == (), "a colleague's own look names them"


def test_a_case_without_evidence_needs_a_second_officer_before_names(case: Town, office: Office) -> None:
    from jejak.access import actions as access
    from jejak.access.queries import asked_by

    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)), evidence="none")
    run = office.run()
    first = shown(run, office)
    assert (first.bare, first.let.weak, first.let.fits) == (("KES-0001",), True, False)
    with pytest.raises(ReleaseTooLarge):
        shown(run, office, release=True)
    assert Contact.objects.exclude(released_at=None).count() == 0
    actions.ask_run_release(
        uuid=run.uuid, people=3, by=office.officer, reason="Makmal lewat, kluster besar", at=clock.now()
    )
    assert shown(run, office).let.waits
    senior = office.colleague("Wan Ketua", role="senior_health_officer")
    request = asked_by(by=office.officer)[0]
    access.approve(by=senior, uuid=request.uuid, needed=frozenset({"senior_health_officer"}), now=clock.now())
    assert len(shown(run, office, release=True).rows) == 3


def test_another_offices_run_is_not_there(run: Any, office: Office) -> None:
    from jejak.access import actions as access

    stranger = office.colleague("Lim Lain")
    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    with pytest.raises(RunUnknown):
        shown(run, office, by=stranger)


def test_a_crowd_ranks_below_a_dinner_of_the_same_length(case: Town, office: Office) -> None:
    case.place("Stadium")
    case.visit("Aminah binti Ali", "Stadium", case.at(18), 50)
    for number in range(60):
        case.person(f"Penonton {number}")
        case.visit(f"Penonton {number}", "Stadium", case.at(18), 50)
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    page = shown(office.run(), office, release=True)
    assert page.total == 63
    assert [row.who.name for row in page.rows[:3]] == [
        "Razak bin Abu",
        '=HYPERLINK("http://jahat.example","klik")',
        "Tan Mei Ling",
    ]
    assert shown(office.run(), office, sliders=Sliders(crowd=50)).matching == 3
