"""A record is kept with the fact it is about, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from ledger.conftest import NOTE, NOTICE

from jejak.ledger import actions, rules, sequencing
from jejak.ledger.errors import NoTransaction, RecordRefused
from jejak.ledger.models import Place, Record, State, Waiting


def test_a_record_is_kept_with_a_salt_of_its_own_and_waits(db: None) -> None:
    one = actions.append(kind=NOTE, record={"b": 1, "a": "x"})
    other = actions.append(kind=NOTE, record={"b": 1, "a": "x"})
    kept = {record.pk: record for record in Record.objects.all()}
    assert kept[one].record == '{"a":"x","b":1}'
    assert bytes(kept[one].salt or b"") != bytes(kept[other].salt or b"")
    assert bytes(kept[one].commitment) != bytes(kept[other].commitment)
    assert bytes(kept[one].commitment) == rules.commitment(salt=bytes(kept[one].salt or b""), record=b'{"a":"x","b":1}')
    assert set(Waiting.objects.values_list("record_id", flat=True)) == {one, other}
    assert not kept[one].opened


def test_a_batch_is_kept_in_its_order(db: None) -> None:
    numbers = actions.append_all(kind=NOTICE, records=[{"number": number} for number in range(300)])
    assert numbers == sorted(numbers)
    kept = Record.objects.filter(pk__in=numbers).order_by("pk")
    assert [record.record for record in kept] == [f'{{"number":{number}}}' for number in range(300)]
    assert all(record.opened for record in kept)
    assert actions.append_all(kind=NOTE, records=[]) == []


def test_a_record_goes_when_its_fact_is_rolled_back(db: None) -> None:
    with transaction.atomic():
        actions.append(kind=NOTE, record={})
        transaction.set_rollback(True)
    assert not Record.objects.exists()
    assert not Waiting.objects.exists()


def test_without_a_transaction_nothing_is_kept(transactional_db: None) -> None:
    with pytest.raises(NoTransaction):
        actions.append(kind=NOTE, record={})
    assert not Record.objects.exists()


def test_what_has_no_one_spelling_is_not_kept(db: None) -> None:
    with pytest.raises(RecordRefused):
        actions.append(kind=NOTE, record={"a": 0.1})


RECORD: dict[str, Any] = {"kind": 1, "schema": 1, "record": "{}", "salt": bytes(32), "commitment": bytes(32)}


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("ledger_record_kind_fits", {"kind": 0}),
        ("ledger_record_kind_fits", {"schema": 256}),
        ("ledger_record_commitment_sized", {"commitment": b"x"}),
        ("ledger_record_salt_sized", {"salt": b"x"}),
        ("ledger_record_with_its_salt", {"salt": None}),
        ("ledger_record_with_its_salt", {"record": None}),
        ("ledger_record_opened_stays", {"record": None, "salt": None, "opened": True}),
    ],
)
def test_the_database_refuses_a_record_that_could_not_be_checked(
    db: None, constraint: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Record.objects.create(**(RECORD | fields))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("ledger_state_is_one", {"id": 2}),
        ("ledger_state_counts", {"size": -1}),
        ("ledger_state_root_sized", {"root": b"x"}),
        ("ledger_state_has_origin", {"origin": ""}),
    ],
)
def test_the_database_refuses_a_state_that_makes_no_sense(db: None, constraint: str, fields: dict[str, Any]) -> None:
    good = {"id": 1, "origin": "x", "size": 0, "root": bytes(32)}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        State.objects.create(**(good | fields))


def test_the_database_gives_a_place_once_and_a_record_one_place(db: None) -> None:
    record = Record.objects.create(**RECORD)
    Place.objects.create(index=0, record=record)
    for index, wanted in ((0, None), (1, record)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Place.objects.create(index=index, record=wanted)
    with pytest.raises(IntegrityError, match="ledger_place_counts"), transaction.atomic():
        Place.objects.create(index=-1)


@pytest.mark.parametrize("table", ["ledger_record", "ledger_place", "ledger_waiting"])
def test_the_apps_role_changes_no_record_and_no_place(db: None, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"update {table} set {'index = 1' if table == 'ledger_place' else 'record_id = 1' if table == 'ledger_waiting' else 'record = null'}"
        )
    if table != "ledger_waiting":
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"delete from {table}")


def test_retention_destroys_record_and_salt_and_keeps_the_commitment(
    log: Any, database: Any, append: Callable[..., list[int]]
) -> None:
    secret, public, young = append(2), append(1, kind=NOTICE), append(1, first=5)
    sequencing.sequence()
    with psycopg.connect(database.owner) as owner:
        owner.execute("update ledger_record set at = at - interval '100 days' where not id = any (%s)", [young])
    erase = "select ledger_erase(%s, now() - interval '91 days')"
    with psycopg.connect(database.app) as connected, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connected.execute(erase, [9])
    with psycopg.connect(database.retention) as connected:
        assert connected.execute(erase, [1]).fetchone() == (1,), "only what lies below the place"
        assert connected.execute(erase, [9]).fetchone() == (1,), "neither what was published nor what is young"
        assert connected.execute(erase, [9]).fetchone() == (0,)
    for early in ("now() - interval '89 days'", "null"):
        with psycopg.connect(database.retention) as connected, pytest.raises(psycopg.errors.InvalidParameterValue):
            connected.execute(f"select ledger_erase(9, {early})".encode())
    with psycopg.connect(database.app) as connected:
        rows = connected.execute(
            "select id, record, salt, length(commitment) from ledger_record order by id"
        ).fetchall()
    assert [row[0] for row in rows if row[1] is None and row[2] is None] == secret
    assert {row[3] for row in rows} == {32}
    assert [row[0] for row in rows if row[1] is not None] == [*public, *young]
