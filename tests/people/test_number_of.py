"""The number to which something is sent to a person, which nobody is shown."""

import pytest

from jejak.kernel import clock
from jejak.people import actions, queries
from jejak.people.models import Person

pytestmark = pytest.mark.django_db


def test_a_person_is_reached_under_their_own_number() -> None:
    person = actions.upsert_claimed(phone="0123456789", name="Aminah binti Ali", at=clock.now())
    assert queries.number_of(person=person) == "+60123456789"


def test_who_has_no_number_and_who_is_nobody_are_reached_under_none() -> None:
    person = actions.upsert_claimed(phone="0123456789", name="Aminah binti Ali", at=clock.now())
    Person.objects.filter(pk=person).update(phone_sealed=None, phone_key=None, door_key=None, level=2)
    assert [queries.number_of(person=one) for one in (person, person + 1_000_000)] == ["", ""]
