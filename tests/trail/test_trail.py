"""The trail: no look without a named account and a purpose, written with the fact, never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from jejak.access.models import User
from jejak.trail import actions, queries
from jejak.trail.errors import ActorMissing, PurposeMissing
from jejak.trail.models import Entry, Subject


def test_an_entry_names_who_what_why_and_whom(officer: User) -> None:
    entry = actions.record(
        by=officer, action="visits.contacts", purpose="  kes   demam campak ", persons=[7, 3, 7], detail={"minutes": 15}
    )
    kept = queries.entry(entry.uuid)
    assert kept is not None
    assert (kept.by_id, kept.by_name, kept.action, kept.purpose) == (
        officer.pk,
        officer.name,
        "visits.contacts",
        "kes demam campak",
    )
    assert queries.persons_in([kept.pk]) == {kept.pk: [3, 7]}
    assert kept.detail == {"minutes": 15}


def test_the_moment_is_the_databases_unless_it_is_given(officer: User) -> None:
    moment = datetime(2022, 1, 21, tzinfo=UTC)
    assert queries.entry(actions.record(by=officer, action="a", purpose="ujian", at=moment).uuid).at == moment  # type: ignore[union-attr]
    fresh = queries.entry(actions.record(by=officer, action="a", purpose="ujian").uuid)
    assert fresh is not None
    assert abs((fresh.at - datetime.now(tz=UTC)).total_seconds()) < 60


@pytest.mark.parametrize("purpose", ["", "   ", "ab", "\n\t\n"])
def test_without_a_purpose_nothing_is_written(officer: User, purpose: str) -> None:
    with pytest.raises(PurposeMissing):
        actions.record(by=officer, action="a", purpose=purpose)
    assert not Entry.objects.exists()


def test_without_a_named_account_nothing_is_written(db: None) -> None:
    with pytest.raises(ActorMissing):
        actions.record(by=User(name="nobody yet"), action="a", purpose="ujian")
    with pytest.raises(ActorMissing):
        actions.record(by=None, action="a", purpose="ujian")  # type: ignore[arg-type]


def test_persons_of_a_further_page_join_the_entry_once(officer: User) -> None:
    entry = actions.record(by=officer, action="a", purpose="ujian", persons=[1, 2])
    actions.name_persons(entry_id=entry.pk, persons=[2, 3])
    assert queries.persons_in([entry.pk]) == {entry.pk: [1, 2, 3]}


def test_an_entry_goes_when_the_fact_it_is_about_is_rolled_back(officer: User) -> None:
    with transaction.atomic():
        actions.record(by=officer, action="a", purpose="ujian", persons=[1])
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_a_person_sees_who_looked_newest_first(officer: User) -> None:
    first = actions.record(by=officer, action="a", purpose="ujian", persons=[5], at=datetime(2022, 1, 1, tzinfo=UTC))
    second = actions.record(
        by=officer, action="b", purpose="ujian", persons=[5, 6], at=datetime(2022, 1, 2, tzinfo=UTC)
    )
    assert [entry.uuid for entry in queries.entries_about(5)] == [second.uuid, first.uuid]
    assert [entry.uuid for entry in queries.entries_about(6)] == [second.uuid]


def test_an_officer_finds_their_own_searches_with_how_many_they_named(officer: User) -> None:
    actions.record(by=officer, action="a", purpose="ujian", persons=[1, 2, 3])
    [found] = queries.entries_by(officer.pk, actions=["a"])
    assert found.persons_named == 3
    assert queries.entries_by(officer.pk + 1) == []
    assert queries.count_by_account(actions=["a"]) == {officer.pk: 1}


@pytest.mark.parametrize("fields", [{"purpose": ""}, {"action": ""}])
def test_the_database_refuses_an_entry_without_purpose_or_action(db: None, fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(**{"by_id": 1, "by_name": "X", "action": "a", "purpose": "ujian", **fields})


def test_the_database_refuses_to_name_a_person_twice(officer: User) -> None:
    entry = actions.record(by=officer, action="a", purpose="ujian", persons=[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.create(entry=entry, person_id=1)
