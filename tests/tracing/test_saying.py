"""Whom interviews name is one contact, however many name them, and the log's person once it knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.models import Contact, Exposure, SaidContact

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
NAME, PHONE = "Nenek binti Tua", "013-777 8888"


def names(ill: Any, case: Town, office: Office, *, name: str = NAME, phone: str = PHONE) -> Any:
    day = local_day(case.at(9))
    said = actions.ContactSaid(
        name=name, phone=phone, reach="", relation="household", first=day, last=day, said_by="case"
    )
    return actions.add_contact(uuid=ill.uuid, said=said, by=office.officer, at=clock.now())


@pytest.fixture
def ill(case: Town, office: Office) -> list[Any]:
    """Two cases of the office."""
    day = local_day(case.at(9))
    return [office.case(case.persons[name], onset=day) for name in ("Aminah binti Ali", "Jauh binti Lain")]


def hers() -> list[Contact]:
    """Return the open lines with an exposure that was told."""
    told = [one.contact_id for one in Exposure.objects.filter(ended_at=None) if "household" in str(one.why)]
    return list(Contact.objects.filter(pk__in=told, closed_at=None))


def test_two_interviews_that_name_one_person_make_one_contact(ill: list[Any], case: Town, office: Office) -> None:
    for one, name in zip(ill, (NAME, "NENEK  BINTI TUA"), strict=True):
        names(one, case, office, name=name)
    office.run(minutes=10)
    (line,) = hers()
    assert set(line.exposures.filter(ended_at=None).values_list("case", flat=True)) == {one.pk for one in ill}


def test_people_of_one_household_who_share_a_number_stay_two(ill: list[Any], case: Town, office: Office) -> None:
    names(ill[0], case, office)
    names(ill[1], case, office, name="Datuk bin Tua")
    office.run(minutes=10)
    assert len(hers()) == 2


def test_a_word_taken_back_ends_its_own_case_alone(ill: list[Any], case: Town, office: Office) -> None:
    first, _second = (names(one, case, office) for one in ill)
    office.run(minutes=10)
    actions.take_back(uuid=ill[0].uuid, said=first, by=office.officer, at=clock.now())
    (line,) = hers()
    assert list(line.exposures.filter(ended_at=None).values_list("case", flat=True)) == [ill[1].pk]
    office.run(minutes=10)
    assert [one.pk for one in hers()] == [line.pk]


@pytest.mark.parametrize("met", [False, True])
def test_whom_the_log_knows_later_keeps_the_line(ill: list[Any], case: Town, office: Office, met: bool) -> None:
    names(ill[0], case, office)
    office.run(minutes=10)
    (before,) = hers()
    case.person(NAME, "0137778888")
    if met:
        case.visit(NAME, "Kedai Runcit", case.at(9, 30), 60)
    office.run(minutes=10)
    (line,) = hers()
    assert (line.pk, line.person_id, line.said_id) == (before.pk, case.persons[NAME], None)
    assert SaidContact.objects.get().person_id == case.persons[NAME]
    assert Contact.objects.filter(person=case.persons[NAME], closed_at=None).count() == 1


def test_a_line_that_the_log_made_before_is_united_with_it(ill: list[Any], case: Town, office: Office) -> None:
    names(ill[0], case, office)
    office.run(minutes=10)
    case.person(NAME, "0137778888")
    case.visit(NAME, "Kedai Runcit", case.at(9, 30), 60)
    said = SaidContact.objects.get()
    Contact.objects.create(
        disease="covid-19", agency=office.agency, person_id=case.persons[NAME], first=said.added_at,
        last=said.added_at, tier=4, found_at=said.added_at,
    )  # fmt: skip
    office.run(minutes=10)
    (line,) = hers()
    assert (line.person_id, line.said_id) == (case.persons[NAME], None)
    assert Contact.objects.filter(person=case.persons[NAME], closed_at=None).count() == 1
