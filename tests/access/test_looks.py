"""Looks at others' data: permitted, one entry that names exactly whom they showed, and no answer without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from jejak.access import actions, purposes
from jejak.access.errors import BudgetSpent, LookOver, LookUnsaid, PurposeRefused
from jejak.access.purposes import Field, PurposeKind
from jejak.trail import actions as trail
from jejak.trail import queries as looked
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2100, 3, 2, 9, tzinfo=UTC)
READ = "contoh.read"
PURPOSE = Purpose("contoh", "An exercise with invented people", "kes-1")


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    allows = {READ: frozenset({"health_officer"})}
    purposes.register(PurposeKind(code="contoh", label="Example", allows=allows, sees=frozenset({Field.NAME})))
    yield
    purposes._kinds.pop("contoh")


def test_a_look_leaves_one_entry_that_names_whom_it_showed(officer: User) -> None:
    with actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
        look.shows([7, 8], detail={"found": 2})
        look.shows([8, 9], detail={"page": 1})
    entry = Entry.objects.get()
    assert (entry.action, entry.kind, entry.reference, entry.at) == (READ, "contoh", "kes-1", NOW)
    assert entry.detail == {"found": 2, "page": 1}
    assert looked.persons_in([entry.pk]) == {entry.pk: [7, 8, 9]}
    assert look.entry == entry


def test_a_look_that_showed_nobody_says_so(officer: User) -> None:
    with actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
        look.shows(())
    assert [*looked.persons_in([Entry.objects.get().pk]).values()] == [[]]


def test_a_look_that_says_nothing_is_rolled_back_with_what_was_done_in_it(officer: User) -> None:
    with pytest.raises(LookUnsaid), actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW):
        trail.record(by=officer, action="contoh.done", purpose="a change beside the look", at=NOW)
    assert not Entry.objects.exists()


def test_a_look_that_fails_leaves_no_entry_and_keeps_its_error(officer: User) -> None:
    with pytest.raises(ZeroDivisionError), actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
        look.shows([7 // 0])
    assert not Entry.objects.exists()


def test_who_may_not_look_reads_nothing(owner: User) -> None:
    read = []
    with (
        pytest.raises(PurposeRefused),
        actions.look(by=owner, action=READ, purpose=PURPOSE, persons=[7], at=NOW) as look,
    ):
        read.append(look)
    assert not read
    assert [entry.refused for entry in looked.refusals(since=NOW)] == ["role"]


def test_more_people_than_are_left_of_the_day_are_not_shown(officer: User) -> None:
    trail.record(by=officer, action=READ, purpose=PURPOSE, persons=range(9_999), at=NOW)
    with (
        pytest.raises(BudgetSpent),
        actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look,
    ):
        look.shows([1, 2])
    assert Entry.objects.filter(refused="").count() == 1
    assert [entry.refused for entry in looked.refusals(since=NOW)] == ["budget-people"]
    with actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
        look.shows([1])


def test_a_reading_goes_on_in_the_look_that_is_given(officer: User) -> None:
    with actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
        with actions.within(look, by=officer, action="contoh.other", purpose=PURPOSE) as inner:
            inner.shows([1, 2, 3])
            assert inner.kind == look.kind
        look.shows([1])
    assert [*looked.persons_in([Entry.objects.get().pk]).values()] == [[1]], (
        "what its caller shows is named, not all that was read"
    )


def test_a_reading_without_a_look_is_permitted_and_recorded_by_itself(officer: User, owner: User) -> None:
    with actions.within(None, by=officer, action=READ, purpose=PURPOSE, persons=[1], at=NOW) as look:
        look.shows([1])
    assert [*looked.persons_in([Entry.objects.get().pk]).values()] == [[1]]
    with (
        pytest.raises(PurposeRefused),
        actions.within(None, by=owner, action=READ, purpose=PURPOSE, at=NOW) as look,
    ):
        look.shows([1])


def test_the_moment_is_the_databases_where_nobody_says_it(officer: User) -> None:
    with actions.look(by=officer, action=READ, purpose=PURPOSE) as look:
        look.shows(())
    assert look.at is not None
    assert Entry.objects.get().at == look.at


def test_a_look_that_is_over_or_anothers_permits_no_reading(officer: User, owner: User) -> None:
    with transaction.atomic():
        with actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
            look.shows(())
            for by, purpose in [(owner, PURPOSE), (officer, Purpose("contoh", PURPOSE.text, "kes-2"))]:
                with pytest.raises(LookOver):
                    look.covers(by=by, purpose=purpose)
        with pytest.raises(LookOver), actions.within(look, by=officer, action=READ, purpose=PURPOSE) as inner:
            inner.shows([1])


def test_what_the_purpose_does_not_need_is_masked(officer: User) -> None:
    with actions.look(by=officer, action=READ, purpose=PURPOSE, at=NOW) as look:
        look.shows(())
        assert (look.name("Siti binti Ali"), look.phone("+60123456789")) == ("Siti binti Ali", "••••••••6789")
