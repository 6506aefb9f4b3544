"""Turning columns of text into columns of numbers, and naming what is wrong with each row that does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jejak.formats import shortcode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jejak.visits.rowfiles import Batch

    Numbers = NDArray[np.int64]
    Bytes16 = NDArray[np.void]

MINUTE: Final = 60_000_000
DAY: Final = 1440 * MINUTE
FIRST_MOMENT: Final = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
LOCAL_OFFSET: Final = 8 * 60 * MINUTE  # Malaysia has had no other since 1982
NONE: Final = -1
UUID_LENGTH: Final = 36
HEX_AT: Final = np.array([at for at in range(UUID_LENGTH) if at not in {8, 13, 18, 23}])
NIBBLES: Final = np.full(256, 255, dtype=np.uint8)
for _digit in range(16):
    NIBBLES[ord(f"{_digit:x}")] = NIBBLES[ord(f"{_digit:X}")] = _digit


@dataclass(frozen=True, slots=True)
class Places:
    """What the node knows of its premises: arrays by position, and the words by which a file may name one."""

    ids: Numbers
    stay: Numbers
    longest: Numbers
    by_word: Mapping[str, tuple[int, int]]  # uuid or short code -> position, zone
    zones: Mapping[tuple[int, str], int]  # premises, uuid or name -> zone


@dataclass(slots=True)
class Rows:
    """Rows as numbers; ``reason`` is empty where nothing is wrong. Moments are microseconds since 1970."""

    place: Numbers  # position in `Places`
    zone: Numbers  # 0 for none
    checked_in: Numbers
    until: Numbers
    person: NDArray[np.uint8]  # 16 bytes a row; zeros where phone and name are given instead
    claimed: NDArray[np.bool_]  # by phone and name
    given_id: NDArray[np.uint8]  # 16 bytes a row; zeros where none was given
    reason: NDArray[np.object_]

    @property
    def good(self) -> NDArray[np.bool_]:
        """Which rows nothing is wrong with."""
        return np.equal(self.reason, "").astype(bool)

    def days(self) -> set[date]:
        """Return the local days of the rows that nothing is wrong with."""
        local = self.checked_in[self.good] + LOCAL_OFFSET
        return {date(1970, 1, 1) + timedelta(days=int(day)) for day in np.unique(local // DAY)}


def parse(batch: Batch, *, places: Places, latest: datetime) -> Rows:
    """Return a batch as numbers; rows after ``latest`` are wrong."""
    columns, count = batch.columns, len(batch.numbers)
    reason = np.full(count, "", dtype=object)
    place, zone = _places(columns["premises"], places)
    _mark(reason, place == NONE, "unknown-premises")
    zone = _zones(columns["zone"], places, place, zone)
    _mark(reason, zone == NONE, "unknown-zone")
    checked_in, readable = moments(columns["checked_in"])
    _mark(reason, ~readable, "unreadable-check-in")
    _mark(reason, (checked_in < FIRST_MOMENT) | (checked_in > latest.timestamp() * 1_000_000), "check-in-out-of-range")
    until, readable = moments(columns["until"])
    given = _filled(columns["until"])
    _mark(reason, given & ~readable, "unreadable-end")
    until = np.where(given, until, checked_in + places.stay[place] * MINUTE)
    _mark(reason, until <= checked_in, "end-before-check-in")
    _mark(reason, until > checked_in + DAY, "longer-than-a-day")
    person, valid = identifiers(columns["person"])
    claimed = ~_filled(columns["person"])
    _mark(reason, ~claimed & ~valid, "unreadable-person")
    _mark(reason, claimed & ~(_filled(columns["phone"]) & _filled(columns["name"])), "nobody-named")
    given_id, valid = identifiers(columns["id"])
    _mark(reason, _filled(columns["id"]) & ~valid, "unreadable-id")
    return Rows(place, np.maximum(zone, 0), checked_in, until, person, claimed, given_id, reason)


def _mark(reason: NDArray[np.object_], wrong: NDArray[np.bool_], word: str) -> None:
    """Write down what is wrong, where nothing was before: a row gets its first reason."""
    reason[wrong & (reason == "")] = word


def _filled(column: pa.Array) -> NDArray[np.bool_]:
    if pa.types.is_timestamp(column.type):
        return np.asarray(pc.is_valid(column))
    return np.asarray(pc.not_equal(column, ""))


def _places(column: pa.Array, places: Places) -> tuple[Numbers, Numbers]:
    """Return position and zone (0 none) of each row's premises; position -1 where it is not known."""
    encoded = pc.dictionary_encode(column)
    found = [_place(word, places.by_word) for word in encoded.dictionary.to_pylist()]
    table = np.array(found or [(NONE, 0)], dtype=np.int64)
    at = np.asarray(encoded.indices)
    return table[at, 0], table[at, 1]


def _place(word: str, by_word: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    text = word.strip().lower()
    if text in by_word:
        return by_word[text]
    try:
        return by_word.get(shortcode.parse(text), (NONE, 0))
    except shortcode.ShortCodeError:
        return by_word.get(_canonical(text), (NONE, 0))


def _canonical(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _zones(column: pa.Array, places: Places, place: Numbers, zone: Numbers) -> Numbers:
    filled = np.flatnonzero(_filled(column))
    if not len(filled):
        return zone
    zone = zone.copy()
    words = column.take(pa.array(filled)).to_pylist()
    for at, word in zip(filled.tolist(), words, strict=True):
        premises = int(places.ids[place[at]]) if place[at] != NONE else NONE
        zone[at] = places.zones.get((premises, word.strip().lower()), NONE)
    return zone


def moments(column: pa.Array) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return moments as microseconds since 1970 and which could be read; each needs an offset from UTC."""
    if pa.types.is_timestamp(column.type):
        if column.type.tz is None:
            return np.zeros(len(column), dtype=np.int64), np.zeros(len(column), dtype=bool)
        return _micros(column), np.asarray(pc.is_valid(column))
    filled = pc.if_else(pc.not_equal(column, ""), column, None)
    try:
        return _micros(filled.cast(pa.timestamp("us", "UTC"))), np.asarray(pc.is_valid(filled))
    except pa.ArrowInvalid:  # some row is not readable: find out which, one by one
        read = [_moment(text) for text in column.to_pylist()]
        return (
            np.array([value or 0 for value in read], dtype=np.int64),
            np.array([value is not None for value in read], dtype=bool),
        )


def _micros(column: pa.Array) -> Numbers:
    return np.asarray(pc.fill_null(column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), 0))


def _moment(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    passed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def identifiers(column: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return UUIDs as 16 bytes a row, and which rows hold one; others are zeros."""
    usual = np.asarray(pc.equal(pc.binary_length(column), UUID_LENGTH))
    found = np.zeros((len(column), 16), dtype=np.uint8)
    valid = np.zeros(len(column), dtype=bool)
    if usual.any():
        text = column if usual.all() else column.filter(pa.array(usual))
        letters = np.frombuffer("".join(text.to_pylist()).encode(), dtype=np.uint8)
        if len(letters) == UUID_LENGTH * len(text):  # else some letter is not ASCII, and none of these is sure
            nibbles = NIBBLES[letters.reshape(-1, UUID_LENGTH)[:, HEX_AT]]
            found[usual] = nibbles[:, 0::2] << 4 | nibbles[:, 1::2] & 15
            valid[usual] = (nibbles < 16).all(axis=1)  # noqa: PLR2004 - 16 digits
    for at in np.flatnonzero(~usual & np.asarray(pc.not_equal(column, ""))).tolist():
        canonical = _canonical(column[at].as_py())
        if canonical:
            found[at], valid[at] = np.frombuffer(UUID(canonical).bytes, dtype=np.uint8), True
    found[~valid] = 0
    return found, valid
