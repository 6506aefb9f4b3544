"""A row changed behind Jejak's back is found and named; a restored backup goes on where the log ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection, transaction
from ledger.conftest import NOTE, NOTICE

from jejak.formats import merkle
from jejak.ledger import forgetting, opening, sequencing
from jejak.ledger.actions import announce_deletion, announce_restored
from jejak.ledger.continuing import continue_log
from jejak.ledger.errors import LogForked
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.models import Place, Record, State, Waiting
from jejak.ledger.queries import Kept
from jejak.ledger.reconciling import reconcile
from jejak.ledger.rules import commitment

Append = Callable[..., list[int]]


@pytest.fixture
def numbers(log: LogFiles, append: Append) -> list[int]:
    kept = append(300)
    sequencing.sequence()
    return kept


def behind(database: Any, statement: str, *values: object) -> None:
    """Change the database as its owner, who may do anything."""
    with psycopg.connect(database.owner) as connection:
        connection.execute(statement.encode(), values)


def test_an_untouched_database_agrees_with_the_log(numbers: list[int], append: Append) -> None:
    append(1)
    done = reconcile(readers={})
    assert (done.entries, done.erased, done.lost, done.findings) == (300, 0, 0, [])


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "update ledger_record set record = '{\"number\":8}' where id = %s",
            "record {} was changed since entry 7 of the log committed to it",
        ),
        (
            "update ledger_record set salt = sha256('x') where id = %s",
            "record {} was changed since entry 7 of the log committed to it",
        ),
        (
            "update ledger_record set commitment = sha256('x') where id = %s",
            "record {} is not the one that entry 7 of the log commits to",
        ),
        (
            "update ledger_record set kind = 9 where id = %s",
            "record {} is not the one that entry 7 of the log commits to",
        ),
    ],
)
def test_a_row_changed_by_sql_is_found_and_named(
    numbers: list[int], database: Any, statement: str, finding: str
) -> None:
    behind(database, statement, numbers[7])
    assert reconcile(readers={}).findings == [finding.format(numbers[7])]


@pytest.mark.parametrize("text", ["nonsense", "", "[]", "null", "[" * 100_000, "1" * 5000])
def test_what_is_no_record_any_more_is_named_and_ends_no_check(numbers: list[int], database: Any, text: str) -> None:
    behind(database, "update ledger_record set record = %s where id = %s", text, numbers[7])
    behind(database, "update ledger_record set salt = sha256('x') where id = %s", numbers[8])
    assert reconcile(readers={}).findings == [
        f"record {numbers[index]} was changed since entry {index} of the log committed to it" for index in (7, 8)
    ]


def test_a_record_let_in_by_sql_that_is_none_is_named(log: LogFiles, append: Append, database: Any) -> None:
    [number] = append(1)
    text, salt = "nonsense", bytes(32)
    made = commitment(salt=salt, record=text.encode())
    values = (text, salt, made, number)
    behind(database, "update ledger_record set record = %s, salt = %s, commitment = %s where id = %s", *values)
    sequencing.sequence()
    assert reconcile(readers={}).findings == [f"record {number}, entry 0, is none that Jejak would have kept"]


@pytest.mark.parametrize("text", ["nonsense", "[]", "{}", '{"class":"trail","kept_from":"x"}', "9" * 5000])
@pytest.mark.parametrize("waits", [True, False])
def test_a_retention_entry_made_illegible_covers_nothing_and_stops_nothing(
    log: LogFiles, append: Append, database: Any, text: str, *, waits: bool
) -> None:
    with transaction.atomic():
        first = announce_deletion(of="trail", kept_from=date(2026, 1, 1), on=date(2026, 4, 1))
        announce_deletion(of="trail", kept_from=date(2026, 1, 2), on=date(2026, 4, 2))
    if not waits:
        sequencing.sequence()
    made = commitment(salt=bytes(32), record=text.encode())
    values = (text, bytes(32), made, first)
    behind(database, "update ledger_record set record = %s, salt = %s, commitment = %s where id = %s", *values)
    assert forgetting.kept_from(of="trail") == date(2026, 1, 2)
    named = [] if waits else [f"record {first} is not the one that entry 0 of the log commits to"]
    assert reconcile(readers={}).findings == named
    sequencing.sequence()


def test_a_published_record_changed_by_sql_stays_published_as_it_was(
    log: LogFiles, append: Append, database: Any
) -> None:
    first, _second = append(2, kind=NOTICE)
    sequencing.sequence()
    before = opening.read((log.folder / "opened/000.json").read_bytes())
    behind(database, "update ledger_record set record = '{\"number\":99}' where id = %s", first)
    append(1, kind=NOTICE, first=2)
    sequencing.sequence()
    after = opening.read((log.folder / "opened/000.json").read_bytes())
    assert [after[index] for index in (0, 1)] == [before[0], before[1]]
    assert after[2][0] == {"number": 2}
    assert reconcile(readers={}).findings == [f"record {first} was changed since entry 0 of the log committed to it"]


def test_a_record_changed_while_it_waits_is_named_and_the_log_goes_on(
    log: LogFiles, append: Append, database: Any
) -> None:
    first, _second = append(2, kind=NOTICE)
    behind(database, "update ledger_record set record = 'nonsense' where id = %s", first)
    head = sequencing.sequence()
    assert head
    assert head.size == 2
    assert set(opening.read((log.folder / "opened/000.json").read_bytes())) == {1}
    assert reconcile(readers={}).findings == [f"record {first} was changed since entry 0 of the log committed to it"]


def test_a_row_that_nobody_can_read_is_told_with_its_record_and_the_others_are_compared(numbers: list[int]) -> None:
    def reader(records: Sequence[Kept]) -> list[str]:
        if any(one.number == numbers[7] for one in records):
            message = "timestamp too large (after year 10K): 'infinity'"
            raise DataError(message)
        return [f"record {one.number} is odd" for one in records if one.number == numbers[9]]

    assert reconcile(readers={NOTE.number: reader}).findings == [
        f"a row that record {numbers[7]} speaks of cannot be read: timestamp too large (after year 10K): 'infinity'",
        f"record {numbers[9]} is odd",
    ]


def test_a_place_or_record_deleted_by_sql_is_found_and_named(numbers: list[int], database: Any) -> None:
    behind(database, "delete from ledger_place where index = 7")
    astray = f"record {numbers[7]} is in no place of the log and does not wait for one"
    assert reconcile(readers={}).findings == ["entry 7 has no place in the database", astray]
    behind(database, "delete from ledger_record where id = %s", numbers[7])
    assert reconcile(readers={}).findings == ["entry 7 has no place in the database"]
    behind(database, "insert into ledger_place (index) values (7)")
    done = reconcile(readers={})
    assert done.findings == ["entry 7 has lost its record, and no entry of a restored backup covers it"]
    assert done.lost == 0


def test_places_exchanged_by_sql_are_found(numbers: list[int], database: Any) -> None:
    behind(database, "update ledger_place set record_id = null where index = 1")
    behind(database, "update ledger_place set record_id = %s where index = 2", numbers[1])
    assert reconcile(readers={}).findings == [
        "entry 1 has lost its record, and no entry of a restored backup covers it",
        f"record {numbers[1]} is not the one that entry 2 of the log commits to",
        f"record {numbers[2]} is in no place of the log and does not wait for one",
    ]


def test_a_record_that_no_retention_entry_covers_is_a_loss(numbers: list[int], database: Any) -> None:
    behind(database, "update ledger_record set record = null, salt = null where id = %s", numbers[7])
    done = reconcile(readers={})
    assert (done.erased, done.findings) == (
        0,
        [f"record {numbers[7]}, entry 7, was erased, and no retention entry covers it"],
    )


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("delete from ledger_waiting where record_id = %s", "record {} is in no place of the log and does not wait"),
        (
            "insert into ledger_place (index, record_id) select 999, %s where true",
            "place 999 lies beyond the log",
        ),
    ],
)
def test_what_waits_and_would_never_enter_is_named(
    numbers: list[int], append: Append, database: Any, statement: str, finding: str
) -> None:
    [number] = append(1)
    behind(database, statement, number)
    [found] = reconcile(readers={}).findings
    assert finding.format(number) in found


def test_a_record_deleted_before_it_entered_stops_nobody_and_is_named(
    log: LogFiles, append: Append, database: Any
) -> None:
    first, lost, last = append(3)
    behind(database, "delete from ledger_record where id = %s", lost)
    assert sequencing.sequence().size == 2  # type: ignore[union-attr]
    assert list(Place.objects.order_by("index").values_list("record_id", flat=True)) == [first, last]
    assert reconcile(readers={}).findings == [f"record {lost} waits for the log and is not there"]


def test_a_record_inserted_by_sql_is_named(numbers: list[int], database: Any) -> None:
    behind(
        database,
        "insert into ledger_record (kind, schema, record, salt, commitment, opened) "
        "values (2, 2, '{}', sha256('s'), sha256('x'), true)",
    )
    [found] = reconcile(readers={}).findings
    assert "is in no place of the log and does not wait" in found


def test_a_published_record_marked_as_secret_is_named(log: LogFiles, append: Append, database: Any) -> None:
    [number] = append(1, kind=NOTICE)
    sequencing.sequence()
    assert reconcile(readers={}, opened=[NOTICE.number]).findings == []
    behind(database, "update ledger_record set opened = false where id = %s", number)
    assert reconcile(readers={}, opened=[NOTICE.number]).findings == [
        f"record {number} is of a published kind and marked as not published"
    ]


def test_a_secret_record_marked_as_published_is_named_and_not_published(
    log: LogFiles, append: Append, database: Any
) -> None:
    [secret] = append(1)
    append(1, kind=NOTICE, first=1)
    sequencing.sequence()
    behind(database, "update ledger_record set opened = true where id = %s", secret)
    append(1, kind=NOTICE, first=2)
    sequencing.sequence()
    assert set(opening.read((log.folder / "opened/000.json").read_bytes())) == {1, 2}
    assert reconcile(readers={}, opened=[NOTICE.number]).findings == [
        f"record {secret} is of a kind that is not published and marked as published"
    ]


def test_a_published_record_marked_as_secret_while_it_waits_is_published(
    log: LogFiles, append: Append, database: Any
) -> None:
    [number] = append(1, kind=NOTICE)
    behind(database, "update ledger_record set opened = false where id = %s", number)
    sequencing.sequence()
    assert set(opening.read((log.folder / "opened/000.json").read_bytes())) == {0}


def test_every_published_kind_of_the_rooms_is_known_to_be_one() -> None:
    from jejak.config.registries import ledger_kinds
    from jejak.ledger.rules import published_kinds

    kinds = ledger_kinds().values()
    assert {kind.number for kind in kinds if kind.opened} == published_kinds() & {kind.number for kind in kinds}


def test_a_noted_root_that_is_another_is_found(numbers: list[int]) -> None:
    State.objects.update(root=bytes(32))
    assert reconcile(readers={}).findings == ["the database noted another root than the log's for 300 entries"]


def test_a_sequencer_at_work_is_no_finding(numbers: list[int], append: Append) -> None:
    """Between places and tiles the database is ahead, and nothing is wrong."""
    append(5)
    found: list[list[str]] = []

    def look() -> None:
        found.append(reconcile(readers={}).findings)
        connection.close()

    def step(name: str) -> None:
        if name == "committed":
            other = threading.Thread(target=look)
            other.start()
            other.join(30)

    sequencing.sequence(step=step)
    assert found == [[]]


def test_readers_are_asked_about_the_rows_of_their_kind(numbers: list[int]) -> None:
    asked: list[Kept] = []

    def reader(records: Sequence[Kept]) -> list[str]:
        asked.extend(records)
        return ["row 5 differs"]

    assert reconcile(readers={NOTE.number: reader, 99: reader}).findings == ["row 5 differs"]
    assert [kept.number for kept in asked] == numbers


def test_another_size_than_the_logs_is_found(numbers: list[int]) -> None:
    State.objects.update(size=299)
    assert "the log has 300 entries, the database noted 299" in reconcile(readers={}).findings


def restored(database: Any, log: LogFiles, numbers: list[int], *, size: int, waiting: list[int]) -> None:
    """Bring the database back to when the log had ``size`` entries and ``waiting`` had just been kept."""
    leaves = [merkle.hash_leaf(entry) for entry in _entries(numbers)]
    behind(database, "delete from ledger_place where index >= %s", size)
    behind(database, "delete from ledger_record where id > %s and not id = any (%s)", numbers[size - 1], waiting)
    for number in waiting:
        behind(database, "insert into ledger_waiting (record_id) values (%s)", number)
    State.objects.update(size=size, root=merkle.root_of(leaves[:size]))


def _entries(numbers: list[int]) -> list[bytes]:
    from jejak.ledger.rules import Entry

    kept = Record.objects.in_bulk(numbers)
    return [Entry(kept[one].kind, kept[one].schema, bytes(kept[one].commitment)).encode() for one in numbers]


def test_a_restored_backup_goes_on_where_the_log_ended(
    log: LogFiles, numbers: list[int], append: Append, database: Any
) -> None:
    published = log.published()
    restored(database, log, numbers, size=200, waiting=[numbers[250], numbers[210]])
    append(1)
    learnt = continue_log()
    assert learnt is not None
    assert learnt.found == (210, 250)
    assert learnt.lost == tuple(index for index in range(200, 300) if index not in {210, 250})
    assert log.published() == published
    assert Waiting.objects.count() == 1
    head = sequencing.sequence()
    assert head is not None
    assert head.size == 301
    assert len(reconcile(readers={}).findings) == 98
    announce_restored(known=200, published=300, now=datetime(2022, 1, 21, tzinfo=UTC))
    done = reconcile(readers={})
    assert (done.findings, done.lost) == ([], 98)
    assert Place.objects.get(index=250).record_id == numbers[250]
    assert continue_log().lost == ()  # type: ignore[union-attr]


def test_a_database_with_another_history_does_not_go_on(log: LogFiles, numbers: list[int], database: Any) -> None:
    restored(database, log, numbers, size=200, waiting=[])
    State.objects.update(root=bytes(32))
    with pytest.raises(LogForked):
        continue_log()
    assert Place.objects.count() == 200


def test_an_empty_database_learns_the_whole_log(log: LogFiles, numbers: list[int], database: Any) -> None:
    behind(database, "truncate ledger_place, ledger_waiting, ledger_record, ledger_state")
    learnt = continue_log()
    assert learnt is not None
    assert learnt.lost == tuple(range(300))
    assert sequencing.sequence().size == 300  # type: ignore[union-attr]
