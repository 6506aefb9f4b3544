"""Files of visits: every row stored once or quarantined with its reason, and a receipt that adds up."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from jejak.kernel.keys import keyring
from jejak.kernel.sealing import sealer
from jejak.people import actions as people
from jejak.visits import actions, receipts, rowfiles
from jejak.visits.errors import UnreadableFile
from jejak.visits.models import Import, Quarantined, Visit

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2022, 1, 23, tzinfo=UTC)
COLUMNS = ["premises", "person", "phone", "name", "checked_in", "until", "zone", "device"]


@pytest.fixture
def shop(log: Any) -> str:
    """A premises' uuid; visits stay 1 minute there unless they say so."""
    from jejak.premises.models import Premises

    return str(Premises.objects.get(pk=log.premises(longest=60, stay_minutes=1)).uuid)


@pytest.fixture
def aminah(db: None) -> str:
    """A known person's uuid."""
    from jejak.people.models import Person

    return str(Person.objects.get(pk=people.upsert_claimed(phone="0123456789", name="Aminah", at=NOW)).uuid)


def write(path: Path, *rows: dict[str, str], columns: list[str] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take_in(path: Path) -> receipts.Receipt:
    return actions.import_visits(path, now=NOW, clock=lambda: NOW + timedelta(seconds=5))


def counts(receipt: receipts.Receipt) -> tuple[int, int, int, int]:
    assert receipt.received == receipt.accepted + receipt.duplicate + receipt.quarantined
    return receipt.received, receipt.accepted, receipt.duplicate, receipt.quarantined


def test_the_same_file_twice_changes_nothing(tmp_path: Path, shop: str, aminah: str) -> None:
    file = write(
        tmp_path / "v.csv",
        {
            "premises": shop,
            "person": aminah,
            "checked_in": "2022-01-21T10:00:00+08:00",
            "until": "2022-01-21T10:30:00+08:00",
        },
        {"premises": shop, "phone": "013-222 3333", "name": "Razak", "checked_in": "2022-01-21T02:00:00Z"},
        {"premises": "nowhere", "person": aminah, "checked_in": "2022-01-21T10:00:00+08:00"},
    )
    first = take_in(file)
    before = set(Visit.objects.values_list("id", "until", "person_id", "flags", "device_id"))
    second = take_in(file)
    assert (counts(first), counts(second)) == ((3, 2, 0, 1), (3, 0, 2, 1))
    assert set(Visit.objects.values_list("id", "until", "person_id", "flags", "device_id")) == before
    assert {row[3] for row in before} == {4}
    assert {row[1] for row in before} == {
        datetime(2022, 1, 21, 2, 30, tzinfo=UTC),
        datetime(2022, 1, 21, 2, 1, tzinfo=UTC),
    }
    assert Quarantined.objects.count() == 1
    assert Import.objects.count() == 1


REASONS: dict[str, dict[str, str]] = {
    "unknown-premises": {"premises": str(uuid4())},
    "unknown-zone": {"zone": "Tingkat 9"},
    "unreadable-check-in": {"checked_in": "2022-01-21T10:00:00"},
    "check-in-out-of-range": {"checked_in": "2022-01-25T10:00:00+08:00"},
    "unreadable-end": {"until": "soon"},
    "end-before-check-in": {"until": "2022-01-21T10:00:00+08:00"},
    "longer-than-a-day": {"until": "2022-01-22T10:00:01+08:00"},
    "unreadable-person": {"person": "aminah"},
    "unknown-person": {"person": str(uuid4())},
    "nobody-named": {"person": "", "phone": "0123456789"},
    "phone-invalid": {"person": "", "phone": "12", "name": "Tan"},
    "name-invalid": {"person": "", "phone": "0123456789", "name": "123"},
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_row_that_does_not_fit_is_quarantined_whole_with_its_reason(
    tmp_path: Path, shop: str, aminah: str, reason: str
) -> None:
    good = {"premises": shop, "person": aminah, "checked_in": "2022-01-21T10:00:00+08:00"}
    bad = good | REASONS[reason]
    found = take_in(write(tmp_path / "v.csv", good, bad, good | {"checked_in": "2022-01-21T11:00:00+08:00"}))
    assert counts(found) == (3, 2, 0, 1)
    assert {word: (one.rows, one.first) for word, one in found.reasons.items()} == {reason: (1, [2])}
    row = Quarantined.objects.get()
    text = sealer().unseal(table="visits_quarantined", column="sealed", row=row.uuid, sealed=bytes(row.sealed))
    assert (row.number, row.reason, json.loads(text)) == (
        2,
        reason,
        {name: value for name, value in bad.items() if value},
    )


def test_lines_with_too_many_columns_keep_their_number_and_text(tmp_path: Path, shop: str, aminah: str) -> None:
    path = tmp_path / "v.csv"
    lines = ["premises,person,checked_in"]
    lines += [f"{shop},{aminah},2022-01-21T10:0{minute}:00+08:00" for minute in range(5)]
    lines[2] += ",too,many"
    lines[5] += ",too,many"
    lines[1] = f"{uuid4()},{aminah},2022-01-21T10:00:00+08:00"
    path.write_text("\n".join(lines) + "\n")
    found = take_in(path)
    assert counts(found) == (5, 2, 0, 3)
    assert {word: one.first for word, one in found.reasons.items()} == {
        "unknown-premises": [1],
        "wrong-number-of-columns": [2, 5],
    }


def test_a_spreadsheets_csv_is_read_too(tmp_path: Path, shop: str, aminah: str) -> None:
    path = tmp_path / "v.csv"
    path.write_bytes(
        b'\xef\xbb\xbf"Premises" ; Person;CHECKED_IN;remark\r\n'
        + f'"{shop}";{aminah};2022-01-21T10:00:00+08:00;"a; b"\r\n{shop};{aminah};x\r\n'.encode()
        + f"{shop};{aminah};x;y\r\n".encode()
    )
    found = take_in(path)
    assert counts(found) == (3, 1, 0, 2)
    assert {word: one.first for word, one in found.reasons.items()} == {
        "wrong-number-of-columns": [2],
        "unreadable-check-in": [3],
    }
    assert found.ignored == ("remark",)


def test_bytes_that_are_no_utf8_spoil_their_row_only(tmp_path: Path, shop: str, aminah: str) -> None:
    path = tmp_path / "v.csv"
    good = f"{shop},{aminah},2022-01-21T10:00:00+08:00\n".encode()
    path.write_bytes(b"premises,person,checked_in\n" + good + b"\xff\xfe,x,y\n")
    assert counts(take_in(path)) == (2, 1, 0, 1)


def test_a_zone_is_found_by_name_and_a_premises_by_its_short_code(tmp_path: Path, log: Any, aminah: str) -> None:
    from jejak.formats import shortcode
    from jejak.premises.models import Poster, Premises, Zone

    premises = Premises.objects.get(pk=log.premises())
    zone = Zone.objects.create(premises=premises, name="Tingkat 1")
    code = shortcode.make(123456)
    Poster.objects.create(premises=premises, zone=zone, short_code=code, issued_at=NOW)
    file = write(
        tmp_path / "v.csv",
        {"premises": code.lower(), "person": aminah, "checked_in": "2022-01-21T10:00:00+08:00"},
        {
            "premises": str(premises.uuid),
            "zone": "tingkat 1",
            "person": aminah,
            "checked_in": "2022-01-21T11:00:00+08:00",
        },
    )
    assert take_in(file).clean
    assert set(Visit.objects.values_list("premises_id", "zone_id")) == {(premises.pk, zone.pk)}


def test_parquet_and_csv_of_the_same_visits_are_the_same_visits(tmp_path: Path, shop: str, aminah: str) -> None:
    moment = datetime(2022, 1, 21, 2, 0, 0, 123000, tzinfo=UTC)
    given = uuid4()
    table = pa.table(
        {
            "premises": pa.array([shop] * 3).dictionary_encode(),
            "person": pa.array([UUID(aminah).bytes] * 3, pa.binary(16)),
            "checked_in": pa.array(
                [moment, moment + timedelta(hours=1), None], pa.timestamp("us", "Asia/Kuala_Lumpur")
            ),
            "until": pa.array([None, moment + timedelta(hours=2), None], pa.timestamp("ms", "UTC")),
            "id": [None, str(given), None],
        }
    )
    pq.write_table(table, tmp_path / "v.parquet")
    assert counts(take_in(tmp_path / "v.parquet")) == (3, 2, 0, 1)
    assert Visit.objects.filter(id=given).exists()
    file = write(
        tmp_path / "v.csv", {"premises": shop, "person": aminah, "checked_in": "2022-01-21T10:00:00.123+08:00"}
    )
    assert counts(take_in(file)) == (1, 0, 1, 0)


def test_a_longer_stay_widens_what_searches_look_back(tmp_path: Path, shop: str, aminah: str) -> None:
    from jejak.premises.models import Premises

    file = write(
        tmp_path / "v.csv",
        {"premises": shop, "person": aminah, "checked_in": "2022-01-21T10:00:00Z", "until": "2022-01-21T18:00:01Z"},
    )
    take_in(file)
    assert Premises.objects.get(uuid=shop).longest_minutes == 481


def test_days_that_do_not_exist_yet_are_made_and_old_ones_told(tmp_path: Path, shop: str, aminah: str) -> None:
    file = write(tmp_path / "v.csv", {"premises": shop, "person": aminah, "checked_in": "2020-05-04T10:00:00+08:00"})
    found = take_in(file)
    assert (found.accepted, found.past) == (1, 1)


def test_batches_of_a_large_file_keep_their_numbers(
    tmp_path: Path, shop: str, aminah: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rowfiles, "BLOCK_BYTES", 4096)
    row = {"premises": shop, "person": aminah}
    rows = [row | {"checked_in": f"2022-01-21T{n // 60:02}:{n % 60:02}:00+08:00"} for n in range(1000)]
    for bad in (0, 137, 138, 999):
        rows[bad]["premises"] = "?"
    heard: list[tuple[int, float]] = []
    found = actions.import_visits(
        write(tmp_path / "v.csv", *rows),
        now=NOW,
        clock=lambda: NOW,
        progress=lambda counts, share: heard.append((counts.received, share)),
    )
    assert counts(found) == (1000, 996, 0, 4)
    assert found.reasons["unknown-premises"].first == [1, 138, 139, 1000]
    assert len(heard) > 5
    assert heard[-1][1] == 1.0


def test_a_receipt_carries_a_code_of_this_node(tmp_path: Path, shop: str, aminah: str) -> None:
    found = take_in(
        write(tmp_path / "v.csv", {"premises": shop, "person": aminah, "checked_in": "2022-01-21T10:00:00Z"})
    )
    secret = keyring().get("receipt", found.key).secret
    assert receipts.code(found, secret=secret) == found.mac
    assert json.loads(found.to_json())["received"] == 1


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "premises,checked_in\n"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, db: None, text: str) -> None:
    path = tmp_path / "v.csv"
    path.write_text(text)
    with pytest.raises(UnreadableFile):
        take_in(path)


def test_spaces_around_the_names_of_columns_lose_no_column(tmp_path: Path, shop: str, aminah: str) -> None:
    file = tmp_path / "v.csv"
    file.write_text(
        f"premises , person, checked_in, until\n{shop},{aminah},2022-01-21T10:00:00+08:00,2022-01-21T10:30:00+08:00\n"
    )
    assert counts(take_in(file)) == (1, 1, 0, 0)
    assert Visit.objects.get().until == datetime(2022, 1, 21, 2, 30, tzinfo=UTC)


def test_a_name_in_another_encoding_is_quarantined(tmp_path: Path, shop: str) -> None:
    """Read with marks for what is unreadable, José and Josè would be one person."""
    file = tmp_path / "v.csv"
    rows = "".join(f"{shop},012-345 6789,{name},2022-01-21T10:00:00+08:00\n" for name in ("José", "Josè", "Jo"))
    file.write_bytes(f"premises,phone,name,checked_in\n{rows}".encode("latin-1"))
    found = take_in(file)
    assert counts(found) == (3, 1, 0, 2)
    assert found.reasons["name-invalid"].first == [1, 2]


def test_a_column_that_stands_twice_is_refused(tmp_path: Path, db: None) -> None:
    file = tmp_path / "v.csv"
    file.write_text("premises,premises,person,checked_in\na,b,c,d\n")
    with pytest.raises(UnreadableFile, match="more than one column premises"):
        take_in(file)


def test_columns_of_the_wrong_type_are_refused_or_quarantined(tmp_path: Path, shop: str, aminah: str) -> None:
    moment = pa.array([NOW], pa.timestamp("us", "UTC"))
    right = {"premises": pa.array([shop]), "person": pa.array([aminah]), "checked_in": moment}
    file = tmp_path / "v.parquet"
    pq.write_table(pa.table(right | {"premises": moment}), file)
    assert counts(take_in(file)) == (1, 0, 0, 1)
    pq.write_table(pa.table(right | {"person": pa.array([[aminah]])}), file)
    with pytest.raises(UnreadableFile):
        take_in(file)


def test_an_import_cut_off_goes_on_where_it_stopped(
    tmp_path: Path, shop: str, aminah: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rowfiles, "BLOCK_BYTES", 4096)
    row = {"premises": shop, "person": aminah}
    rows = [row | {"checked_in": f"2022-01-21T{n // 60:02}:{n % 60:02}:00+08:00"} for n in range(600)]
    file = write(tmp_path / "v.csv", *rows)

    def stop(counts: receipts.Counts, _share: float) -> None:
        if counts.received > 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.import_visits(file, now=NOW, clock=lambda: NOW, progress=stop)
    stored = Visit.objects.count()
    assert 200 < stored < 600
    assert counts(take_in(file)) == (600, 600 - stored, stored, 0)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("import_digest_is_sha256", {"digest": "x"}),
        ("import_counts_add_up", {"finished_at": NOW, "received": 2, "accepted": 1}),
    ],
)
def test_the_constraints_of_imports_refuse(db: None, name: str, values: dict[str, Any]) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match=name):
        Import.objects.create(**{"digest": "0" * 64, "name": "v.csv", "started_at": NOW} | values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("quarantined_row_once", {"number": 1}),
        ("quarantined_row_counts_from_1", {"number": 0}),
        ("quarantined_reason_is_code", {"number": 2, "reason": "Too long"}),
    ],
)
def test_the_constraints_of_quarantined_rows_refuse(db: None, name: str, values: dict[str, Any]) -> None:
    from django.db import IntegrityError

    source = Import.objects.create(digest="0" * 64, name="v.csv", started_at=NOW)
    Quarantined.objects.create(source=source, number=1, reason="unknown-zone", sealed=b"")
    with pytest.raises(IntegrityError, match=name):
        Quarantined.objects.create(**{"source": source, "reason": "unknown-zone", "sealed": b""} | values)


def test_the_migrated_table_is_what_the_model_says(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select conname from pg_constraint where conrelid = 'visits_visit'::regclass and contype = 'c'")
        assert {row[0] for row in cursor.fetchall()} == {one.name for one in Visit._meta.constraints}
