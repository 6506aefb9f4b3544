"""Who has no phone is written in, and a card names one person, opens nothing, and is ended by its slip alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from jejak.formats import postercode
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.people import actions, queries, rules
from jejak.people.errors import (
    CardEnded,
    CardUnknown,
    NameMissing,
    PhoneInvalid,
    ReachInvalid,
    ReachMissing,
    ReachTooLong,
)
from jejak.people.models import Card, Person
from jejak.trail.errors import PurposeMissing
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
HOME = "12, Jalan Mawar, Kajang"


def test_a_write_in_with_a_phone_is_the_usual_claim() -> None:
    person = actions.write_in(name="Ali bin Abu", phone="012-345 6789", reach=HOME, at=NOW)
    assert person == actions.upsert_claimed(phone="+60123456789", name="ALI B. ABU", at=NOW)
    assert Person.objects.get(pk=person).reach_sealed is None


def test_without_a_phone_each_write_in_is_somebody_new_and_can_be_reached(officer: User, exercise: Purpose) -> None:
    first, second = (actions.write_in(name="Wan  Minah", reach=f"  {HOME} ", at=NOW) for _ in range(2))
    assert first != second
    found = queries.names_of([first], by=officer, purpose=exercise)[first]
    assert (found.name, found.phone, found.reach, found.level) == ("Wan Minah", "", HOME, rules.CLAIMED)


def test_nothing_readable_lies_in_the_table() -> None:
    person = Person.objects.get(pk=actions.write_in(name="Wan Minah", reach=HOME, at=NOW))
    for column in (person.name_sealed, person.reach_sealed):
        assert column is not None
        assert b"Minah" not in bytes(column)
        assert b"Mawar" not in bytes(column)
    assert (person.phone_key, person.door_key) == (None, None)


def test_a_form_sent_twice_makes_one_person() -> None:
    uuid = uuid7()
    first, second = (actions.write_in(name="Wan Minah", reach=HOME, at=NOW, uuid=uuid) for _ in range(2))
    assert first == second
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "phone", "reach", "error"),
    [
        ("", "", HOME, NameMissing),
        ("Ali", "", "", ReachMissing),
        ("Ali", "  ", " \n ", ReachMissing),
        ("Ali", "12", HOME, PhoneInvalid),
        ("Ali", "", "x" * 201, ReachTooLong),
        ("Ali", "", "x" * 1000, ReachTooLong),
        ("Ali", "", "--", ReachInvalid),
        ("Ali", "", "rumah\u202ekampung", ReachInvalid),
        ("Ali", "", "rumah\x00", ReachInvalid),
        ("Ali", "", "rumah \ufffd", ReachInvalid),
    ],
)
def test_who_could_not_be_reached_is_refused(name: str, phone: str, reach: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        actions.write_in(name=name, phone=phone, reach=reach, at=NOW)
    assert not Person.objects.exists()


def test_a_card_names_its_person_in_any_spelling_of_its_code() -> None:
    issued = actions.issue_card(name="Wan Minah", reach=HOME, at=NOW)
    assert queries.person_of_card(code=issued.code) == issued.person
    assert queries.person_of_card(code=issued.code.lower()) == issued.person
    assert Card.objects.get(pk=issued.number).issued_at == NOW


def test_two_cards_by_one_phone_and_name_are_one_person() -> None:
    first, second = (actions.issue_card(name="Ali bin Abu", phone="0123456789", at=NOW) for _ in range(2))
    assert first.person == second.person
    assert first.code != second.code


def test_what_is_refused_leaves_no_card() -> None:
    with pytest.raises(ReachMissing):
        actions.issue_card(name="Wan Minah", at=NOW)
    assert not Card.objects.exists()
    assert not Person.objects.exists()


def test_neither_slip_nor_poster_nor_garbage_names_anybody() -> None:
    issued = actions.issue_card(name="Wan Minah", reach=HOME, at=NOW)
    key = keyring().active("poster")
    poster = postercode.make(number=issued.number, key_version=key.id, secret=key.secret)
    for code in (issued.slip, poster, "", "x", "0" * 18, issued.code + "0", issued.code[:-1] + "?"):
        with pytest.raises(CardUnknown):
            queries.person_of_card(code=code)


def test_a_code_of_a_card_that_was_never_issued_names_nobody() -> None:
    from jejak.formats import cardcode

    key = keyring().active("poster")
    with pytest.raises(CardUnknown):
        queries.person_of_card(code=cardcode.make(number=4_711, key_version=key.id, secret=key.secret))


def test_a_slip_ends_its_card_once_and_a_card_ends_nothing() -> None:
    issued = actions.issue_card(name="Wan Minah", reach=HOME, at=NOW)
    other = actions.issue_card(name="Pak Mat", reach=HOME, at=NOW)
    with pytest.raises(CardUnknown):
        actions.end_card(slip=issued.code, at=NOW)
    later = NOW + timedelta(hours=1)
    assert actions.end_card(slip=issued.slip, at=later)
    assert not actions.end_card(slip=issued.slip, at=later + timedelta(hours=1))
    assert Card.objects.get(pk=issued.number).ended_at == later
    with pytest.raises(CardEnded):
        queries.person_of_card(code=issued.code)
    assert queries.person_of_card(code=other.code) == other.person


def test_an_officer_finds_whom_a_card_names_for_a_purpose_and_on_record(officer: User, exercise: Purpose) -> None:
    issued = actions.issue_card(name="Wan Minah", reach=HOME, at=NOW)
    actions.end_card(slip=issued.slip, at=NOW)  # it names her all the same
    [found] = queries.find_by_card(code=issued.code, by=officer, purpose=exercise)
    assert (found.id, found.name, found.reach) == (issued.person, "Wan Minah", HOME)
    entry = Entry.objects.get(action="people.find-by-card")
    assert (entry.by_id, list(entry.subjects.values_list("person_id", flat=True))) == (officer.pk, [issued.person])
    for other in (issued.slip, "0" * 18, "x"):
        assert queries.find_by_card(code=other, by=officer, purpose=exercise) == ()
    with pytest.raises(PurposeMissing):
        queries.find_by_card(code=issued.code, by=officer, purpose=Purpose("exercise", " "))


CODE = "00000004F7YPSZTA55"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CODE, CODE),
        (f" {CODE.lower()} ", CODE),
        (f"https://selangkah.example/c/{CODE}", CODE),
        (f"http://localhost:8000/c/{CODE}/", CODE),
        ("000000 04F7YP-SZTA55", CODE),
        ("012-345 6789", ""),
        ("+60 12-345 6789", ""),
        (CODE + "0", ""),
        (f"https://selangkah.example/p/{CODE}", ""),
        ("", ""),
        ("-" * 400, ""),
        ("0 " * 400, ""),
    ],
)
def test_a_cards_code_is_told_from_a_phone_number(text: str, code: str) -> None:
    assert rules.card_code(text=text) == code


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("card_ends_after_issued", "update people_card set ended_at = issued_at - interval '1 second'"),
        ("card_number_fits_code", "update people_card set id = 274877906944"),
        ("card_number_fits_code", "update people_card set id = 0"),
    ],
)
def test_the_database_holds_what_must_hold_of_a_card(constraint: str, change: str) -> None:
    actions.issue_card(name="Wan Minah", reach=HOME, at=NOW)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_person_with_a_card_is_not_deleted() -> None:
    issued = actions.issue_card(name="Wan Minah", reach=HOME, at=NOW)
    assert UUID(str(Person.objects.get(pk=issued.person).uuid)).version == 7
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        Person.objects.get(pk=issued.person).delete()
