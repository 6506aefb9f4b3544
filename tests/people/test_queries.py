"""Names and phones are opened for a purpose only, and the look is recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from jejak.access import actions as access
from jejak.people import actions, queries
from jejak.people.errors import PhoneInvalid
from jejak.trail.errors import PurposeMissing
from jejak.trail.models import Entry, Subject
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User

PURPOSE = Purpose("exercise", "case 1")
NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def allowed(exercise: Purpose) -> None:
    """Let the officer read for `PURPOSE`."""


@pytest.fixture
def two(db: None) -> tuple[int, int]:
    """Two who share a phone."""
    return (
        actions.upsert_claimed(phone="012-345 6789", name="Ali bin Abu", at=NOW),
        actions.upsert_claimed(phone="+60123456789", name="Siti binti Hassan", at=NOW),
    )


def test_two_who_share_a_phone_are_two(two: tuple[int, int], officer: User) -> None:
    found = queries.find_by_phone(phone="0123456789", by=officer, purpose=PURPOSE)
    assert [(person.id, person.name, person.phone) for person in found] == [
        (two[0], "Ali bin Abu", "+60123456789"),
        (two[1], "Siti binti Hassan", "+60123456789"),
    ]


def test_the_same_name_spelt_otherwise_is_the_same_person(two: tuple[int, int]) -> None:
    assert actions.upsert_claimed(phone="60123456789", name="TUAN HAJI ALI B. ABU", at=NOW) == two[0]


def test_a_look_leaves_a_trail_of_whom_it_showed(two: tuple[int, int], officer: User) -> None:
    queries.names_of([*two, 999_999], by=officer, purpose=PURPOSE)
    entry = Entry.objects.get(action="people.names")
    assert (entry.by_id, entry.purpose) == (officer.pk, PURPOSE.text)
    assert set(Subject.objects.filter(entry=entry).values_list("person_id", flat=True)) == set(two)


def test_who_records_the_look_itself_leaves_no_second_entry(two: tuple[int, int], officer: User) -> None:
    with access.look(by=officer, action="contoh.page", purpose=PURPOSE, at=NOW) as look:
        found = queries.names_of(two, by=officer, purpose=PURPOSE, look=look)
        look.shows(two[:1])
    assert {person.name for person in found.values()} == {"Ali bin Abu", "Siti binti Hassan"}
    assert set(Subject.objects.values_list("person_id", flat=True)) == {two[0]}
    assert not Entry.objects.filter(action="people.names").exists()


@pytest.mark.parametrize("purpose", ["", "  ", "x"])
def test_without_a_purpose_nothing_is_opened(two: tuple[int, int], officer: User, purpose: str) -> None:
    with pytest.raises(PurposeMissing):
        queries.names_of(two, by=officer, purpose=Purpose("exercise", purpose))
    with pytest.raises(PurposeMissing):
        queries.find_by_phone(phone="0123456789", by=officer, purpose=Purpose("exercise", purpose))


def test_a_number_nobody_wrote_finds_nobody(two: tuple[int, int], officer: User) -> None:
    assert queries.find_by_phone(phone="0139999999", by=officer, purpose=PURPOSE) == ()
    with pytest.raises(PhoneInvalid):
        queries.find_by_phone(phone="12", by=officer, purpose=PURPOSE)
