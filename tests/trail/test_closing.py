"""A day of the trail is one ledger entry; each row can be proved to whom it names, and a changed one is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from jejak.access.models import User
from jejak.formats.merkle import ProofError
from jejak.ledger import actions as ledger
from jejak.ledger import queries as ledger_queries
from jejak.ledger import sequencing
from jejak.ledger.reconciling import reconcile
from jejak.trail import actions, closing, rules
from jejak.trail.entries import DAY
from jejak.trail.models import Day, Entry, Leaf, Subject
from jejak.trail.rules import Actor, Part

NOON = datetime(2022, 1, 21, 4, tzinfo=UTC)  # noon in Malaysia
NIGHT = datetime(2022, 1, 21, 16, 20, tzinfo=UTC)


def close(now: datetime = NIGHT) -> list[Day]:
    return closing.close_days(now=now, node="selangor")


def look(officer: Actor, *persons: int, at: datetime = NOON, detail: dict[str, object] | None = None) -> Entry:
    return actions.record(
        by=officer, action="visits.contacts", purpose="kes campak", persons=persons, at=at, detail=detail
    )


def test_a_day_becomes_one_entry_over_entries_and_persons(officer: User) -> None:
    look(officer, 3, 7)
    look(officer, 7, detail={"share": 0.25, "minutes": 15})
    [day] = close()
    assert (day.agency, day.day, day.leaves) == ("selangor", date(2022, 1, 21), 5)
    kept = ledger_queries.entry(day.record)
    assert (kept.kind, kept.opened) == (DAY.number, False)
    hashes = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("position")]
    assert kept.record == rules.day_record(agency="selangor", day="2022-01-21", hashes=hashes)
    assert len({bytes(leaf.salt or b"") for leaf in Leaf.objects.all()}) == 5
    assert close() == []


@dataclass(frozen=True)
class Employed:
    """An account of an agency, or of none."""

    id: int
    name: str
    agency: str = ""


def test_each_agency_has_its_own_entry(db: None) -> None:
    for number, agency in enumerate(("JKN Selangor", "PKD Petaling", "JKN Selangor", "")):
        look(Employed(number + 1, "Pegawai", agency), 7)
    days = close()
    assert [(day.agency, day.leaves) for day in days] == [("JKN Selangor", 4), ("PKD Petaling", 2), ("selangor", 2)]


def test_a_day_runs_to_local_midnight(officer: User) -> None:
    before, after = datetime(2022, 1, 21, 15, 59, 59, tzinfo=UTC), datetime(2022, 1, 21, 16, tzinfo=UTC)
    for moment in (before, after):
        look(officer, at=moment)
    [day] = close()
    assert day.leaves == 1
    [following] = close(NIGHT + timedelta(days=1))
    assert (following.day, following.leaves) == (date(2022, 1, 22), 1)


def test_what_comes_after_its_day_was_closed_enters_the_next(officer: User) -> None:
    entry = look(officer, 1)
    close()
    actions.name_persons(entry_id=entry.pk, persons=[2])
    look(officer, 3)
    assert close() == []
    [day] = close(NIGHT + timedelta(days=1))
    assert (day.day, day.leaves) == (date(2022, 1, 22), 3)


def test_a_clock_set_back_closes_nothing_twice(officer: User) -> None:
    look(officer, 1)
    [day] = close()
    assert close(NIGHT - timedelta(days=400)) == []
    look(officer, 2, at=NOON - timedelta(days=400))
    [early] = close(NIGHT - timedelta(days=400))
    assert (early.day, early.leaves) == (day.day - timedelta(days=400), 2)
    assert close() == []


def test_a_quiet_day_has_no_entry(db: None) -> None:
    assert close() == []
    assert not Day.objects.exists()


def test_each_row_is_proved_to_whoever_is_given_it(officer: User) -> None:
    entry = look(officer, *range(1, 20))
    [day] = close()
    record = ledger_queries.entry(day.record).record
    assert record is not None
    for part, numbers in ((Part.ENTRY, [entry.pk]), (Part.SUBJECT, Subject.objects.values_list("pk", flat=True))):
        for number in numbers:
            proof = closing.row_proof(part=part, number=number)
            assert proof is not None
            assert proof.record == day.record
            rules.verify_row(proof, record=record)
            for wrong in (
                replace(proof, row={**proof.row, "person": 99}),
                replace(proof, salt=bytes(32)),
                replace(proof, position=(proof.position + 1) % 20),
                replace(proof, leaves=19),
                replace(proof, path=proof.path[1:]),
            ):
                with pytest.raises(ProofError):
                    rules.verify_row(wrong, record=record)


def test_a_persons_proof_tells_of_nobody_else(officer: User) -> None:
    entry = look(officer, 5, 6)
    close()
    proof = closing.row_proof(part=Part.SUBJECT, number=Subject.objects.get(person_id=5).pk)
    assert proof is not None
    assert dict(proof.row) == {"entry": str(entry.uuid), "person": 5}
    assert closing.row_proof(part=Part.SUBJECT, number=0) is None


def test_a_row_of_an_open_day_has_no_proof_yet(officer: User) -> None:
    assert closing.row_proof(part=Part.ENTRY, number=look(officer).pk) is None


def test_the_worker_closes_days_every_night(officer: User) -> None:
    from procrastinate.contrib.django import app

    from jejak.kernel.settings import settings
    from jejak.trail import jobs

    look(officer)
    jobs.close_days(0)
    assert Day.objects.get().agency == settings().node_id
    app.perform_import_paths()
    crons = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert crons["trail.close_days"].split()[2:] == ["*"] * 3


LEAF: dict[str, Any] = {"position": 9, "part": 0, "row": 99, "salt": bytes(32), "hash": bytes(32)}


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("trail_leaf_place_once", {"position": 0}),
        ("trail_leaf_part_known", {"part": 2}),
        ("trail_leaf_salt_sized", {"salt": b"x"}),
        ("trail_leaf_hash_sized", {"hash": b"x"}),
        ("trail_leaf_counts", {"position": -1}),
    ],
)
def test_the_database_refuses_a_leaf_that_makes_no_sense(
    officer: User, constraint: str, fields: dict[str, Any]
) -> None:
    look(officer)
    [day] = close()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Leaf.objects.create(**({"day": day} | LEAF | fields))


def test_the_database_refuses_a_row_in_two_days_and_a_day_twice(officer: User) -> None:
    entry = look(officer)
    [day] = close()
    with pytest.raises(IntegrityError, match="trail_leaf_row_once"), transaction.atomic():
        Leaf.objects.create(**({"day": day} | LEAF | {"row": entry.pk}))
    with pytest.raises(IntegrityError, match="trail_day_once"), transaction.atomic():
        Day.objects.create(agency="selangor", day=day.day, leaves=1, record=99)
    with pytest.raises(IntegrityError, match="trail_day_has_leaves"), transaction.atomic():
        Day.objects.create(agency="x", day=day.day, leaves=0, record=99)
    with pytest.raises(IntegrityError, match="record"), transaction.atomic():
        Day.objects.create(agency="x", day=day.day, leaves=1, record=day.record)


@pytest.fixture
def closed(transactional_db: None, officer: User) -> Iterator[Entry]:
    """A day that is in the log."""
    folder = sequencing.log_files().folder
    shutil.rmtree(folder, ignore_errors=True)
    entry = look(officer, 5, 6)
    close()
    sequencing.sequence()
    yield entry
    shutil.rmtree(folder, ignore_errors=True)


def found(database: Any, statement: str = "select 1") -> list[str]:
    with psycopg.connect(database.owner) as connection:
        connection.execute(statement.encode())
    return reconcile(readers={DAY.number: closing.differences}).findings


def test_a_day_put_in_by_sql_so_that_a_row_never_enters_the_ledger_is_named(
    closed: Entry, database: Any, officer: User
) -> None:
    hidden = look(officer, 8)
    statement = f"""
        with made as (
            insert into trail_day (agency, day, leaves, record) values ('selangor', '2020-01-01', 1, 999) returning id
        )
        insert into trail_leaf (day_id, position, part, row, hash) select id, 0, 0, {hidden.pk}, sha256('x') from made
    """
    said = "the trail's day selangor 2020-01-01 claims record 999, which is no day's"
    assert found(database, statement) == [said]


def test_a_day_put_in_by_sql_is_named_where_the_ledger_knows_of_none(closed: Entry, database: Any) -> None:
    shutil.rmtree(sequencing.log_files().folder)
    statement = "truncate ledger_record, ledger_place, ledger_waiting, ledger_state"
    record = Day.objects.get().record
    assert f"the trail's day selangor 2022-01-21 claims record {record}, which is no day's" in found(
        database, statement
    )


def test_a_day_that_says_another_number_of_leaves_is_named(closed: Entry, database: Any) -> None:
    there = Leaf.objects.count()
    said = f"the trail's day selangor 2022-01-21 says 99 leaves, and the ledger {there}"
    assert found(database, "update trail_day set leaves = 99") == [said]


def test_an_untouched_trail_agrees_with_the_ledger(closed: Entry, database: Any) -> None:
    assert found(database) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "update trail_entry set purpose = 'lain'",
            "trail entry {entry} of selangor 2022-01-21 was changed since the ledger committed to it",
        ),
        (
            "update trail_entry set by_name = 'Lain'",
            "trail entry {entry} of selangor 2022-01-21 was changed since the ledger committed to it",
        ),
        (
            "update trail_subject set person_id = 99 where person_id = 5",
            "trail subject {subject} of selangor 2022-01-21 was changed since the ledger committed to it",
        ),
        (
            "delete from trail_subject where person_id = 5",
            "trail subject {subject} of selangor 2022-01-21 is gone, and no retention entry covers it",
        ),
        (
            "update trail_leaf set salt = sha256('x') where part = 0",
            "trail entry {entry} of selangor 2022-01-21 was changed since the ledger committed to it",
        ),
        (
            "delete from trail_leaf where position = 2",
            "the trail of selangor 2022-01-21 has other leaves than the ledger committed to",
        ),
        (
            "update trail_day set agency = 'lain'",
            "the trail of lain 2022-01-21 has other leaves than the ledger committed to",
        ),
        ("truncate trail_day cascade", "the trail's day of record {record} is gone"),
    ],
)
def test_a_row_changed_by_sql_is_found_and_named(closed: Entry, database: Any, statement: str, said: str) -> None:
    named = {"entry": closed.pk, "subject": Subject.objects.get(person_id=5).pk, "record": Day.objects.get().record}
    assert found(database, statement) == [said.format(**named)]


def test_a_gap_that_a_retention_entry_covers_is_accepted(closed: Entry, database: Any) -> None:
    gone = "delete from trail_subject; delete from trail_entry; update trail_leaf set salt = null"
    with transaction.atomic():
        ledger.announce_deletion(of="trail", day=date(2022, 1, 20), rows=3, kept_from=date(2022, 1, 21))
        ledger.announce_deletion(of="visits", day=date(2022, 1, 21), rows=3, kept_from=date(2022, 1, 22))
    assert len(found(database, gone)) == 3
    with transaction.atomic():
        ledger.announce_deletion(of="trail", day=date(2022, 1, 21), rows=3, kept_from=date(2022, 1, 22))
    assert found(database) == []
