"""An entry commits to its record and tells nothing of it; a log grows as the plain tree does."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from jejak.formats import merkle, tiles
from jejak.formats.tiles import Tile
from jejak.ledger import rules
from jejak.ledger.errors import RecordRefused
from jejak.ledger.rules import Entry, Growth, Kind

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
records = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), values, max_size=5)


def test_the_bytes_are_those_of_the_documentation() -> None:
    record = rules.canonical({"b": 1, "a": "é"})
    assert record == '{"a":"é","b":1}'.encode()
    salt = bytes(range(32))
    made = rules.commitment(salt=salt, record=record)
    assert made == sha256(b"jejak/commit/v1\0" + salt + record).digest()
    entry = Entry(7, 1, made).encode()
    assert entry == b"JJK1\x07\x01" + made
    assert len(entry) == rules.ENTRY_BYTES
    assert rules.parse(entry) == Entry(7, 1, made)


@given(st.integers(1, 255), st.integers(1, 255), st.binary(min_size=32, max_size=32))
def test_every_entry_is_read_back(kind: int, schema: int, commitment: bytes) -> None:
    entry = Entry(kind, schema, commitment)
    assert rules.parse(entry.encode()) == entry


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"JJK1",
        bytes(38),
        b"JJK2\x01\x01" + bytes(32),
        b"JJK1\0\x01" + bytes(32),
        b"JJK1\x01\0" + bytes(32),
        b"JJK1\x01\x01" + bytes(33),
    ],
)
def test_what_is_no_entry_of_ours_is_known(data: bytes) -> None:
    assert rules.parse(data) is None


@given(records)
def test_a_record_has_one_spelling_whatever_the_order_of_its_members(record: dict[str, Any]) -> None:
    try:
        text = rules.canonical(record)
    except RecordRefused:
        pytest.fail("a plain record was refused")
    assert json.loads(text) == record
    assert rules.canonical(dict(reversed(record.items()))) == text
    assert rules.canonical(json.loads(text)) == text


flat = st.dictionaries(
    st.text(max_size=6),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=9) | st.integers(-(2**53) + 1, 2**53 - 1),
)


@given(flat)
def test_the_short_way_spells_as_the_library_does(record: dict[str, Any]) -> None:
    assert rules.canonical(record) == rfc8785.dumps(record)


def test_every_letter_is_spelled_as_the_library_does() -> None:
    letters = [chr(number) for number in (*range(0xD800), *range(0xE000, 0x11000))]
    for start in range(0, len(letters), 1000):
        record = {"a": "".join(letters[start : start + 1000])}
        assert rules.canonical(record) == rfc8785.dumps(record)


def test_a_record_that_holds_itself_is_refused() -> None:
    record: dict[str, Any] = {}
    record["a"] = record
    with pytest.raises(RecordRefused):
        rules.canonical(record)


@pytest.mark.parametrize(
    "record",
    [
        {"a": 1.5},
        {"a": b"x"},
        {"a": {1: 2}},
        {"a": 2**60},
        {"a": "\ud800"},
        {"a": {1, 2}},
        {1: "a"},
        {"a": 2**53},
        {"a": "\ud800", "b": 1},
        {"\ud800": 1},
        {"a": "x" * 60_000},
        [1],
        "text",
    ],
)
def test_what_has_no_one_spelling_is_refused(record: Any) -> None:
    with pytest.raises(RecordRefused):
        rules.canonical(record)


@pytest.mark.parametrize(
    "fields", [{"number": 0}, {"number": 256}, {"schema": 0}, {"schema": 256}, {"name": "x"}, {"name": "A.b"}]
)
def test_a_kind_fits_an_entry(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Kind(**({"number": 1, "name": "a.b", "schema": 1} | fields))


def test_a_salt_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        rules.commitment(salt=b"short", record=b"{}")


def test_the_log_is_named_for_its_address_without_the_scheme() -> None:
    assert rules.origin_of("https://jejak.example") == "jejak.example/ledger"
    assert rules.origin_of("http://127.0.0.1:8000") == "127.0.0.1:8000/ledger"


@settings(deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_a_log_grown_in_any_steps_is_the_plain_tree(steps: list[int]) -> None:
    held: dict[Tile, bytes] = {}
    size = 0
    for step in steps:
        growth = rules.grown(size=size, fetch=held.__getitem__)
        growth.add([entry(number) for number in range(size, size + step)])
        size += step
        held.update(growth.take())
        assert growth.root() == merkle.root_of([merkle.hash_leaf(entry(number)) for number in range(size)])
    assert set(tiles.tiles_of(size)) <= set(held)
    read = tiles.TileReader(size=size, fetch=held.__getitem__)
    assert merkle.read_range(size=size, read=read).root() == growth.root()
    bundles = [tile for tile in tiles.tiles_of(size) if tile.level == tiles.ENTRIES]
    found = [one for tile in bundles for one in tiles.unbundle(held[tile], width=tile.width)]
    assert found == [entry(number) for number in range(size)]


def test_a_log_of_more_than_a_tile_of_tiles_grows_right() -> None:
    growth = Growth()
    leaves = [merkle.hash_leaf(entry(number)) for number in range(66_000)]
    for start in range(0, 66_000, 22_000):
        growth.add([entry(number) for number in range(start, start + 22_000)])
        made = dict(growth.take())
    assert growth.root() == merkle.root_of(leaves)
    assert made[Tile(2, 0, 1)] == merkle.root_of(leaves[:65_536])


def entry(number: int) -> bytes:
    return b"entry %d" % number
