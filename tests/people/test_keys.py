"""Searchable although sealed: by what somebody has in hand, on the trail; whoever walks digits learns nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from people.twice import BORN, MYKAD, NOW, person, show, steward

from jejak.access import actions as access
from jejak.access.errors import BudgetSpent, PurposeRefused
from jejak.access.rules import AccountKind
from jejak.people import documents
from jejak.people.errors import KeysMissing, TooManyFound
from jejak.people.models import Person
from jejak.people.queries import find_by_keys
from jejak.trail.errors import ActorMissing, PurposeMissing
from jejak.trail.models import Entry, Subject
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.people.documents import Document

pytestmark = pytest.mark.django_db
WHY = Purpose("merge-search", "Somebody at the counter")
NAME = "Ali bin Abu"


@pytest.fixture
def by() -> User:
    return steward()


@pytest.fixture
def ali(by: User) -> int:
    number = person(NAME)
    show(number, by=by, mykad=MYKAD, birth=BORN)
    return number


def mykad(number: str = MYKAD) -> Document:
    return documents.read(kind="mykad", number=number)


def found(by: User, **keys: Any) -> list[int]:
    return [one.id for one in find_by_keys(by=by, purpose=WHY, now=NOW, **keys)]


NEAR = "800201-14-5576"
SWAPPED = "800201-14-5656"


@pytest.mark.parametrize(
    "keys",
    [
        {"last4": "6789", "name": NAME},
        {"last4": "6789", "name": "ALI B. ABU"},
        {"last4": "6789", "name": "Ali Abu"},
        {"name": "Haji Ali bin Abu", "birth_year": 1980},
        {"document": mykad()},
        {"document": mykad(), "name": "Somebody Else", "birth": date(1990, 1, 1)},
        {"document": mykad(NEAR), "name": NAME, "birth": BORN},
        {"document": mykad(SWAPPED), "name": "Ali Abu", "birth": BORN},
    ],
)
def test_whoever_showed_a_document_is_found(by: User, ali: int, keys: dict[str, Any]) -> None:
    assert found(by, **keys) == [ali]


@pytest.mark.parametrize(
    "keys",
    [
        {"last4": "6789", "name": "Siti binti Ali"},
        {"last4": "6788", "name": NAME},
        {"name": NAME, "birth_year": 1981},
        {"document": mykad(NEAR)},
        {"document": mykad(NEAR), "name": NAME},
        {"document": mykad(NEAR), "birth": BORN},
        {"document": mykad(NEAR), "name": NAME, "birth": date(1980, 2, 2)},
        {"document": mykad(NEAR), "name": "Siti binti Ali", "birth": BORN},
        {"document": mykad("800201-14-5577"), "name": NAME, "birth": BORN},
    ],
)
@pytest.mark.usefixtures("ali")
def test_whoever_it_is_not_is_not_found(by: User, keys: dict[str, Any]) -> None:
    assert found(by, **keys) == []


@pytest.mark.parametrize(
    "keys",
    [{}, {"name": NAME}, {"last4": "6789"}, {"last4": "89", "name": NAME}, {"birth_year": 1980}, {"birth": BORN}],
)
@pytest.mark.usefixtures("ali")
def test_too_little_to_search_by_is_refused(by: User, keys: dict[str, Any]) -> None:
    with pytest.raises(KeysMissing):
        found(by, **keys)


def test_somebody_claimed_at_a_door_is_not_searchable_so(by: User) -> None:
    person(NAME)
    assert found(by, last4="6789", name=NAME) == []


def test_what_the_purpose_does_not_need_is_masked(by: User, ali: int) -> None:
    one = find_by_keys(document=mykad(), by=by, purpose=WHY, now=NOW)[0]
    assert (one.id, one.name, one.phone) == (ali, NAME, "••••••••6789")


def test_each_search_is_on_the_trail_of_whom_it_found_without_what_was_typed(by: User, ali: int) -> None:
    found(by, document=mykad(NEAR), name=NAME, birth=BORN)
    entry = Entry.objects.get(action="people.find-by-keys")
    assert entry.detail == {"keys": ["document", "name", "birth"], "found": 1}
    assert list(Subject.objects.filter(entry=entry).values_list("person_id", flat=True)) == [ali]


def test_a_number_nearly_that_of_two_with_one_name_and_birth_date_finds_neither(by: User, ali: int) -> None:
    twin = person(NAME, "011-1111 2222")
    show(twin, by=by, mykad="800201-14-5586", birth=BORN)
    assert found(by, document=mykad(NEAR), name=NAME, birth=BORN) == []
    assert found(by, document=mykad(), name=NAME, birth=BORN) == [ali]


def test_a_name_that_too_many_have_needs_another_key(by: User, ali: int) -> None:
    key = Person.objects.get(pk=ali).name_year_key
    for number in range(20):
        Person.objects.filter(pk=person(f"Orang {number}")).update(name_year_key=key, level=2)
    with pytest.raises(TooManyFound):
        found(by, name=NAME, birth_year=1980)
    assert Entry.objects.get(action="people.find-by-keys").detail["found"] == 21
    assert not Subject.objects.filter(entry__action="people.find-by-keys").exists()


class TestAnAttackerWalkingDigits:
    """Learns nothing."""

    def test_who_knows_neither_name_nor_birth_date_gets_the_same_nothing_near_and_far(self, by: User, ali: int) -> None:
        near = list(documents.variants(mykad()))[:40]
        far = list(documents.variants(mykad("750530-14-1234")))[:40]
        for guess in ({}, {"name": NAME}, {"birth": BORN}, {"name": "Siti", "birth": BORN}):
            assert {tuple(found(by, document=one, **guess)) for one in (*near[:10], *far[:10])} == {()}
        assert not Subject.objects.filter(person_id=ali, entry__action="people.find-by-keys").exists()

    def test_the_201st_number_in_ten_minutes_is_refused_and_reported(self, by: User) -> None:
        walked = [mykad(f"800201-14-{number:04}") for number in range(5600, 5800)]
        for one in walked:
            assert found(by, document=one) == []
        with pytest.raises(BudgetSpent):
            found(by, document=mykad(NEAR))
        assert Entry.objects.filter(refused="budget-looks", by_id=by.pk).count() == 1

    @pytest.mark.parametrize("role", ["health_officer", "auditor", "agency_manager", "operator"])
    @pytest.mark.usefixtures("ali")
    def test_who_has_no_such_purpose_gets_one_refusal_whatever_is_asked(self, role: str) -> None:
        other = access.add_account(email="lain@contoh.example", name="Lain", kind=AccountKind.STAFF, role=role)
        for keys in ({"document": mykad()}, {"document": mykad(NEAR), "name": NAME, "birth": BORN}, {}):
            with pytest.raises(PurposeRefused, match="role"):
                found(other, **keys)
        assert Entry.objects.filter(refused="role").count() == 3

    @pytest.mark.parametrize("guest", [None, AnonymousUser()])
    @pytest.mark.usefixtures("ali")
    def test_a_guest_never_gets_it(self, guest: Any) -> None:
        with pytest.raises(ActorMissing):
            find_by_keys(document=mykad(), by=guest, purpose=WHY, now=NOW)

    @pytest.mark.usefixtures("ali")
    def test_nobody_gets_it_without_a_purpose(self, by: User) -> None:
        with pytest.raises(PurposeMissing):
            find_by_keys(document=mykad(), by=by, purpose=Purpose("merge-search", " "), now=NOW)
        with pytest.raises(PurposeRefused, match="kind-unknown"):
            find_by_keys(document=mykad(), by=by, purpose=Purpose("", "just looking"), now=NOW)
