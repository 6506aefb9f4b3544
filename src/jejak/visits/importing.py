"""Storing batches of a file: places and persons found, rows staged, stored once, the rest quarantined with a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import psycopg
from django.db import connection, transaction

from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import rules as people
from jejak.people.errors import PersonRefused
from jejak.store import sql
from jejak.visits.models import Import, Quarantined
from jejak.visits.rowparsing import MINUTE, Places

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from numpy.typing import NDArray

    from jejak.visits.receipts import Counts
    from jejak.visits.rowfiles import Batch
    from jejak.visits.rowparsing import Numbers, Rows

SEALED_IN: Final = ("visits_quarantined", "sealed")
DEVICE_INDEX: Final = "visits.device"
EPOCH_2000: Final = 946_684_800_000_000
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
COPY: Final = (
    "copy visits_staged (premises_id, checked_in, id, until, person, person_id, zone_id, device_id)"
    " from stdin (format binary)"
)
FIELDS: Final = (
    *(("premises_id", ">i8"), ("checked_in", ">i8"), ("id", "V16"), ("until", ">i8")),
    *(("person", "V16"), ("person_id", ">i8"), ("zone_id", ">i8"), ("device_id", ">i8")),
)
ROW: Final = np.dtype(
    [("fields", ">i2"), *(part for name, kind in FIELDS for part in ((f"{name}_length", ">i4"), (name, kind)))]
)
HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"


def known_places() -> Places:
    """Return every premises of the node, as the parser looks them up."""
    places = _all("import_places")
    at = {row[0]: position for position, row in enumerate(places)}
    by_word = {row[1]: (position, 0) for position, row in enumerate(places)}
    by_word |= {code: (at[premises], zone) for code, premises, zone in _all("import_codes")}
    zones: dict[tuple[int, str], int] = {}
    for premises, uuid, name, zone in _all("import_zones"):
        zones |= {(premises, uuid): zone, (premises, name.strip().lower()): zone}
    columns = np.array([(row[0], row[2], row[3]) for row in places] or [(0, 1, 1)], dtype=np.int64)
    return Places(columns[:, 0], columns[:, 1], columns[:, 2], by_word, zones)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch ready to be stored; what it needs of the database is only who the claimed persons are."""

    batch: Batch
    rows: Rows
    claims: dict[tuple[str, str], people.Claim]
    staged: NDArray[np.void]
    again: NDArray[np.bool_]  # rows that tell of the same visit as one before them in the batch


def prepare(*, batch: Batch, rows: Rows, places: Places) -> Prepared:
    """Return a parsed batch as the rows that go to the database; touches no database, so a thread may do it ahead."""
    claims = _claims(batch, rows)
    staged = _staged(batch, rows, places, claims)
    return Prepared(batch, rows, claims, staged, _again(staged, rows.good))


@transaction.atomic
def store(*, prepared: Prepared, places: Places, source: Import, counts: Counts, kept_from: datetime) -> None:
    """Store one batch and count where each of its rows went; all of it or, if cut off, nothing.

    Visits before ``kept_from`` are stored too, and counted as such: the next retention run deletes them.
    """
    batch, rows, staged = prepared.batch, prepared.rows, prepared.staged
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    _name_claimed(raw, prepared)
    good = np.flatnonzero(rows.good)
    _widen(raw, rows, places, good)
    stored, strangers = _store(raw, staged[rows.good & ~prepared.again])
    unknown = np.isin(rows.person.view("V16").ravel(), _keys(strangers)) & rows.good & ~rows.claimed
    rows.reason[unknown] = "unknown-person"
    counts.received += len(batch.numbers) + len(batch.broken)
    counts.accepted += stored
    counts.duplicate += len(good) - int(unknown.sum()) - stored
    counts.past += int((rows.checked_in[rows.good] < kept_from.timestamp() * 1_000_000).sum())
    _quarantine(_refused(batch, rows), source=source, counts=counts)


def _all(name: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.load("visits", name))
        return list(cursor.fetchall())


def _claims(batch: Batch, rows: Rows) -> dict[tuple[str, str], people.Claim]:
    """Return a claim for each phone and name of the batch; a row whose phone or name cannot be used gets its reason."""
    claims: dict[tuple[str, str], people.Claim] = {}
    for at in np.flatnonzero(rows.claimed & rows.good).tolist():
        given = _given(batch, at)
        if given not in claims:
            try:
                claims[given] = _claim(*given)
            except PersonRefused as refused:
                rows.reason[at] = refused.code
    return claims


def _given(batch: Batch, at: int) -> tuple[str, str]:
    return batch.columns["phone"][at].as_py(), batch.columns["name"][at].as_py()


def _claim(phone: str, name: str) -> people.Claim:
    return people.claim(
        phone=people.e164(phone=phone),
        name=people.tidy_name(name=name),
        uuid=uuid7(),
        sealer=sealer(),
        index=blind_index(),
    )


def _name_claimed(raw: psycopg.Connection[Any], prepared: Prepared) -> None:
    """Put the numbers of claimed persons into their rows; those not known yet are made."""
    if not prepared.claims:
        return
    rows = prepared.rows
    each = list({claim.door_key: claim for claim in prepared.claims.values()}.values())
    columns: list[list[object]] = [
        [getattr(claim, name) for claim in each]
        for name in ("uuid", "door_key", "phone_key", "phone_sealed", "name_sealed")
    ]
    moment = np.datetime64(int(rows.checked_in[rows.good].min()), "us").item().isoformat() + "Z"
    with psycopg.RawCursor(raw) as cursor:
        made = cursor.execute(
            sql.load("people", "upsert_claimed").encode(), [*columns, [moment] * len(each)]
        ).fetchall()
        there = cursor.execute(sql.load("people", "by_door_key").encode(), [columns[1]]).fetchall()
    numbers = {bytes(key): number for number, key in (*made, *there)}
    for at in np.flatnonzero(rows.claimed & rows.good).tolist():
        prepared.staged["person_id"][at] = numbers[prepared.claims[_given(prepared.batch, at)].door_key]


def _widen(raw: psycopg.Connection[Any], rows: Rows, places: Places, good: Numbers) -> None:
    """Raise the longest stay of premises where these rows stay longer, in the database and here."""
    place = rows.place[good]
    needed = -((rows.checked_in[good] - rows.until[good]) // MINUTE)
    longer = np.flatnonzero(needed > places.longest[place])
    if not len(longer):
        return
    np.maximum.at(places.longest, place[longer], needed[longer])
    which = np.unique(place[longer])
    values = {"premises": places.ids[which].tolist(), "minutes": places.longest[which].tolist()}
    raw.execute(sql.load("visits", "import_widen").encode(), values)


def _staged(batch: Batch, rows: Rows, places: Places, claims: dict[tuple[str, str], people.Claim]) -> NDArray[np.void]:
    """Return the rows as PostgreSQL's binary COPY writes them."""
    token = rows.person.copy()
    for at in np.flatnonzero(rows.claimed & rows.good).tolist():
        token[at] = np.frombuffer(claims[_given(batch, at)].door_key, dtype=np.uint8)
    device = _devices(batch, token)
    values = {
        "premises_id": places.ids[rows.place],
        "checked_in": rows.checked_in - EPOCH_2000,
        "id": _ids(rows, token, device).view("V16").ravel(),
        "until": rows.until - EPOCH_2000,
        "person": np.ascontiguousarray(rows.person).view("V16").ravel(),
        "person_id": 0,
        "zone_id": rows.zone,
        "device_id": device,
    }
    staged = np.empty(len(token), dtype=ROW)
    staged["fields"] = len(FIELDS)
    for name, _ in FIELDS:
        staged[f"{name}_length"], staged[name] = ROW[name].itemsize, values[name]
    return staged


def _again(staged: NDArray[np.void], good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which good rows have the premises and id of a good row before them."""
    rows = np.flatnonzero(good)
    # The id's time and mixed bits differ wherever the visit does; its halves sort faster than its bytes.
    halves = np.ascontiguousarray(staged["id"][rows]).view(">u8").reshape(-1, 2).astype(np.uint64)
    keys = _mixed(_mixed(halves[:, 0]) ^ halves[:, 1]) ^ _mixed(staged["premises_id"][rows].astype(np.uint64))
    _, first = np.unique(keys, return_index=True)
    again = good.copy()
    again[rows[first]] = False
    return again


def _devices(batch: Batch, token: NDArray[np.uint8]) -> Numbers:
    """Return 63 bits for each row's device: keyed for one that was named, else of the person."""
    person = token.view(">u8").astype(np.uint64)
    device = (_mixed(person[:, 0] ^ np.uint64(1)) ^ _mixed(person[:, 1])) >> np.uint64(1)
    encoded = batch.columns["device"].dictionary_encode()
    words: list[str] = encoded.dictionary.to_pylist()
    if words in ([], [""]):
        return device.astype(np.int64)
    named = np.array([int.from_bytes(blind_index().of(DEVICE_INDEX, word)[:8]) >> 1 for word in words], dtype=np.int64)
    at = np.asarray(encoded.indices)
    empty = words.index("") if "" in words else -1
    return np.where(at == empty, device.astype(np.int64), named[at])


def _ids(rows: Rows, token: NDArray[np.uint8], device: Numbers) -> NDArray[np.uint8]:
    """Return each row's id: its own, or one that the same visit always gets.

    UUIDv8 (RFC 9562 section 5.8): 48 bits of time as in version 7, then 74 bits mixed from person, zone and device.
    Premises and time stand beside the id in the key, so two visits can only clash if these mix alike.
    """
    person = token.view(">u8").astype(np.uint64)
    place = _mixed(rows.zone.astype(np.uint64) ^ _mixed(device.astype(np.uint64)))
    high, low = _mixed(person[:, 0] ^ place), _mixed(person[:, 1] ^ _mixed(person[:, 0]) ^ place)
    made = np.empty((len(token), 2), dtype=">u8")
    milliseconds = (rows.checked_in // 1000).astype(np.uint64)
    made[:, 0] = milliseconds << np.uint64(16) | np.uint64(0x8000) | high & np.uint64(0x0FFF)
    made[:, 1] = np.uint64(1 << 63) | low & np.uint64((1 << 62) - 1)
    given = np.asarray(rows.given_id.any(axis=1))
    return np.where(given[:, None], rows.given_id, made.view(np.uint8).reshape(-1, 16))


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return 64 bits of which each depends on all of ``value``. Source: splitmix64 (Steele, Lea, Flood 2014)."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ value >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ value >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return value ^ value >> np.uint64(31)


def _store(raw: psycopg.Connection[Any], staged: NDArray[np.void]) -> tuple[int, list[UUID]]:
    """Return how many visits were new, and the persons whom nobody knows."""
    if not len(staged):
        return 0, []
    first, last = (EPOCH + timedelta(microseconds=int(end(staged["checked_in"]))) for end in (np.min, np.max))
    with psycopg.Cursor(raw) as cursor:
        cursor.execute(sql.load("visits", "import_stage").encode())
        cursor.execute("truncate visits_staged")
        with cursor.copy(COPY) as copy:
            copy.write(HEADER + staged.tobytes() + TRAILER)
        bounds = {"first": first, "last": last}
        try:
            with raw.transaction():
                cursor.execute(sql.load("visits", "import_new").encode(), bounds)
        except psycopg.errors.UniqueViolation:  # somebody stored one of these visits in this moment
            cursor.execute(sql.load("visits", "import_new").encode() + b" on conflict do nothing", bounds)
        stored = cursor.rowcount
        if stored == len(staged):
            return stored, []
        cursor.execute(sql.load("visits", "import_known").encode())
        return stored, [row[0] for row in cursor.fetchall()]


def _keys(persons: list[UUID]) -> NDArray[np.void]:
    return np.frombuffer(b"".join(person.bytes for person in persons), dtype="V16")


def _refused(batch: Batch, rows: Rows) -> Iterable[tuple[int, str, str]]:
    """Return number, reason and text of each row that could not be taken."""
    for number, text in batch.broken:
        yield number, "wrong-number-of-columns", text
    for at in np.flatnonzero(~rows.good).tolist():
        row = {name: str(value) for name, value in batch.row(at).items() if value}
        yield batch.numbers[at], str(rows.reason[at]), json.dumps(row, ensure_ascii=False)


def _quarantine(refused: Iterable[tuple[int, str, str]], *, source: Import, counts: Counts) -> None:
    table, column = SEALED_IN
    rows = []
    for number, reason, text in refused:
        counts.quarantine(number, reason)
        uuid = uuid7()
        sealed = sealer().seal(table=table, column=column, row=uuid, text=text)
        rows.append(Quarantined(uuid=uuid, source=source, number=number, reason=reason, sealed=sealed))
    Quarantined.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
