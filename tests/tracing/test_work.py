"""The work list: several officers share it without stepping on each other."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.errors import ContactChanged, ContactHeld, ContactUnknown
from jejak.tracing.models import Contact
from jejak.tracing.queries.work import Filter, Place, page
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracing.conftest import Town
    from tracing.office import Office


def people(office: Office, town: Town, number: int) -> list[Contact]:
    """Return so many contacts whose names were released, the later the nearer the top."""
    at = town.at(9)
    made = []
    for each in range(number):
        person = town.person(f"Kontak {each}")
        when = at + timedelta(minutes=each)
        facts = {"first": when, "last": when, "tier": 1 + each % 2, "found_at": at, "released_at": at}
        made.append(Contact.objects.create(disease="covid-19", agency=office.agency, person_id=person, **facts))
    return made


@pytest.mark.django_db
def test_pages_follow_each_other_and_hold_everybody_once(town: Town, office: Office) -> None:
    made = people(office, town, 120)
    after, seen, sizes = None, [], []
    while True:
        found = page(asked=Filter(), after=after, by=office.officer)
        seen += [one.pk for one in found.contacts]
        sizes.append(len(found.contacts))
        if found.following is None:
            break
        after = Place.read(str(found.following))
    order = sorted(made, key=lambda one: (one.tier, -one.last.timestamp(), one.pk))
    assert (seen, sizes) == ([one.pk for one in order], [50, 50, 20])
    assert found.counts == {"new": 120, "to-call": 0, "unreachable": 0, "done": 0}


@pytest.mark.django_db
def test_contacts_are_the_whole_offices_whatever_district_a_role_names(town: Town, office: Office) -> None:
    people(office, town, 2)
    office.officer.role_grants.update(state="MY-10", district="Gombak")
    assert len(page(asked=Filter(), after=None, by=office.officer).contacts) == 2


@pytest.mark.django_db
def test_an_address_that_says_no_place_begins_at_the_top() -> None:
    for text in ("", "1", "1~gestern~3", "1~2026-01-01T00:00:00~3", "x~2026-01-01T00:00:00+00:00~3"):
        assert Place.read(text) is None


@pytest.mark.django_db
def test_who_holds_a_contact_keeps_colleagues_off_it_for_ten_minutes(town: Town, office: Office) -> None:
    one = people(office, town, 1)[0]
    colleague, now = office.colleague("Siti Rakan"), clock.now()
    version = actions.hold(uuid=one.uuid, version=one.version, by=office.officer, at=now)
    with pytest.raises(ContactHeld):
        actions.hold(uuid=one.uuid, version=version, by=colleague, at=now + timedelta(minutes=9))
    with pytest.raises(ContactHeld):
        actions.set_work(uuid=one.uuid, version=version, state="done", by=colleague, at=now + timedelta(minutes=9))
    later = now + timedelta(minutes=10)
    version = actions.hold(uuid=one.uuid, version=version, by=colleague, at=later)
    with pytest.raises(ContactHeld):
        actions.set_work(uuid=one.uuid, version=version, state="done", by=office.officer, at=later)
    actions.set_work(uuid=one.uuid, version=version, state="unreachable", by=colleague, at=later)
    one.refresh_from_db()
    assert (one.work, one.held_by, one.held_until) == ("unreachable", None, None)


@pytest.mark.django_db
def test_what_a_colleague_changed_meanwhile_is_looked_at_again_first(town: Town, office: Office) -> None:
    one = people(office, town, 1)[0]
    colleague, now = office.colleague("Siti Rakan"), clock.now()
    actions.set_work(uuid=one.uuid, version=one.version, state="done", by=colleague, at=now)
    with pytest.raises(ContactChanged):
        actions.set_work(uuid=one.uuid, version=one.version, state="to-call", by=office.officer, at=now)
    one.refresh_from_db()
    assert one.work == "done"


@pytest.mark.django_db
def test_another_offices_contact_is_not_there(town: Town, office: Office) -> None:
    from jejak.access import actions as access

    one = people(office, town, 1)[0]
    stranger = office.colleague("Lim Lain")
    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    now = clock.now()
    with pytest.raises(ContactUnknown):
        actions.hold(uuid=one.uuid, version=one.version, by=stranger, at=now)
    with pytest.raises(ContactUnknown):
        actions.show_contact(uuid=one.uuid, by=stranger, at=now)
    assert actions.show_work(asked=Filter(), after=None, by=stranger, at=now).lines == ()
    with pytest.raises(ContactUnknown):
        actions.assign_contacts(uuids=[one.uuid], officer=stranger.pk, by=office.officer, at=now)


@pytest.mark.django_db
def test_a_page_of_the_list_is_one_look_that_names_those_on_it(town: Town, office: Office) -> None:
    made = people(office, town, 60)
    found = actions.show_work(asked=Filter(), after=None, by=office.officer, at=clock.now())
    assert found.lines[0].name.startswith("Kontak ")
    entry = Entry.objects.get(action="tracing.work")
    named = set(entry.subjects.values_list("person_id", flat=True))
    assert named == {one.contact.person_id for one in found.lines}
    assert len(named) == 50 < len(made)
    actions.show_work(asked=Filter(), after=None, by=office.officer, at=clock.now())
    again = Entry.objects.filter(action="tracing.work").order_by("-pk")[0]
    assert again.subjects.count() == 0, "the same page again on that day names nobody twice"


@pytest.mark.django_db
def test_assigned_contacts_are_to_be_called_by_that_officer(town: Town, office: Office) -> None:
    made = people(office, town, 3)
    colleague, now = office.colleague("Siti Rakan"), clock.now()
    actions.hold(uuid=made[2].uuid, version=1, by=colleague, at=now)
    changed = actions.assign_contacts(uuids=[one.uuid for one in made], officer=colleague.pk, by=office.officer, at=now)
    assert changed == 2, "the one that somebody is at stays"
    mine = page(asked=Filter(work="to-call", whose="mine"), by=colleague)
    assert {one.pk for one in mine.contacts} == {one.pk for one in made[:2]}
    assert page(asked=Filter(work="to-call", whose="mine"), by=office.officer).contacts == ()


@pytest.mark.django_db
def test_a_contact_shows_who_why_and_what_happened(case: Town, office: Office) -> None:
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    run = office.run()
    actions.show_run(uuid=run.uuid, sliders=None, release=True, by=office.officer, at=clock.now())
    razak = Contact.objects.get(person=case.persons["Razak bin Abu"])
    shown = actions.show_contact(uuid=razak.uuid, by=office.officer, at=clock.now())
    assert (shown.who.name, shown.who.phone) == ("Razak bin Abu", "+60198887777")
    assert [(number, tier, one.minutes) for number, tier, one in shown.exposures] == [("KES-0001", 1, 90)]
    assert [one.kind for one in shown.events] == ["released", "found"]


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do things in threads that begin together; return what each gave, or the error it raised."""
    gate, given = Barrier(len(deeds)), [None] * len(deeds)

    def go(number: int) -> None:
        gate.wait()
        try:
            given[number] = deeds[number]()
        except Exception as error:  # noqa: BLE001 - told to the test
            given[number] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=[number]) for number in range(len(deeds))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return given


@pytest.mark.django_db(transaction=True)
def test_five_officers_who_take_the_same_contact_at_once_are_one(town: Town, office: Office) -> None:
    one = people(office, town, 1)[0]
    officers, now = [office.colleague(f"Rakan{number} Kerja") for number in range(5)], clock.now()
    given = at_once(
        *(lambda each=each: actions.hold(uuid=one.uuid, version=one.version, by=each, at=now) for each in officers)
    )
    assert sorted(str(type(each).__name__) for each in given) == ["ContactHeld"] * 4 + ["int"]


@pytest.mark.django_db(transaction=True)
def test_officers_who_ask_for_the_next_contact_at_once_are_given_different_ones(town: Town, office: Office) -> None:
    made = people(office, town, 4)
    officers, now = [office.colleague(f"Rakan{number} Kerja") for number in range(5)], clock.now()
    given = at_once(*(lambda each=each: actions.take_next(asked=Filter(), by=each, at=now) for each in officers))
    assert sorted(str(each) for each in given if each) == sorted(str(one.uuid) for one in made)
    assert given.count(None) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_that_find_the_same_person_at_once_make_one_contact(case: Town, office: Office) -> None:
    from jejak.tracing.models import Run
    from jejak.tracing.sliders import Sliders
    from jejak.tracing.windows import Direction

    case.person("Devi a/p Raju")
    case.visit("Devi a/p Raju", "Kedai Runcit", case.at(9), 90)
    runs = []
    for name in ("Aminah binti Ali", "Devi a/p Raju"):
        ill = office.case(case.persons[name], onset=local_day(case.at(9)))
        uuid = actions.start_run(
            cases=[ill.uuid], direction=Direction.FORWARD, sliders=Sliders(), purpose="Kluster Tembok",
            by=office.officer, at=clock.now(),
        )  # fmt: skip
        runs.append(Run.objects.get(uuid=uuid).pk)
    assert at_once(*(lambda number=number: actions.go_on(number=number, clock=clock.now) for number in runs)) == [
        True,
        True,
    ]
    razak = Contact.objects.get(person=case.persons["Razak bin Abu"])
    assert razak.exposures.filter(ended_at=None).count() == 2
