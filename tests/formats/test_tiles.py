"""Tiles lie where the specification says, and what is read out of them is the tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejak.formats import merkle, tiles
from jejak.formats.tiles import ENTRIES, Tile, TileError


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
        (Tile(ENTRIES, 999), "tile/entries/999"),
        (Tile(ENTRIES, 1000, 255), "tile/entries/x001/000.p/255"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
    ],
)
def test_a_tile_has_the_path_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse(path) == tile


@given(st.integers(-1, 63), st.integers(0, tiles.LARGEST_INDEX), st.integers(1, 256))
def test_every_path_is_read_back(level: int, index: int, width: int) -> None:
    assert tiles.parse(Tile(level, index, width).path) == Tile(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/x000/001",
        "tile/0/1234",
        "tile/0/001/234",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1000",
        "tile/0/000/",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/data/000",
        "tile/0/" + "x999/" * 8 + "999",
        "tile/0/" + "x999/" * 4000 + "999",
    ],
)
def test_a_path_in_any_other_form_is_refused(path: str) -> None:
    with pytest.raises(TileError):
        tiles.parse(path)


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    found = [tile.path for tile in tiles.tiles_of(70_000)]
    hashes = [path for path in found if "entries" not in path]
    assert len([path for path in hashes if path.startswith("tile/0/") and ".p/" not in path]) == 273
    assert hashes[273:] == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert found[:2] == ["tile/entries/000", "tile/entries/001"]
    assert [tile.path for tile in tiles.tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.tiles_of(0)) == []


@settings(deadline=None)
@given(st.integers(0, 200_000), st.integers(0, 3_000))
def test_what_grew_are_the_tiles_that_were_not_there_before(since: int, more: int) -> None:
    fresh = set(tiles.tiles_of(since + more)) - set(tiles.tiles_of(since))
    assert set(tiles.tiles_of(since + more, since=since)) == fresh


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    data = tiles.bundle(entries)
    assert tiles.unbundle(data, width=len(entries)) == entries
    for wrong in ({"data": data + b"\0", "width": len(entries)}, {"data": data, "width": len(entries) + 1}):
        with pytest.raises(TileError):
            tiles.unbundle(**wrong)  # type: ignore[arg-type]
    for length in range(len(data)):
        with pytest.raises(TileError):
            tiles.unbundle(data[:length], width=len(entries))


def test_the_bytes_are_those_of_the_specification() -> None:
    assert tiles.bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    assert len(tiles.bundle([bytes(65_535)])) == 65_537
    with pytest.raises(TileError, match="65535"):
        tiles.bundle([bytes(65_536)])


def test_a_tile_of_another_length_is_refused() -> None:
    assert tiles.split(bytes(64), width=2) == [bytes(32)] * 2
    for length in (0, 63, 65, 96):
        with pytest.raises(TileError):
            tiles.split(bytes(length), width=2)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 700, 66_000])
def test_proofs_read_out_of_tiles_hold(size: int) -> None:
    leaves = [merkle.hash_leaf(number.to_bytes(4)) for number in range(size)]
    held = files(leaves)
    read = tiles.TileReader(size=size, fetch=held.__getitem__)
    root = merkle.read_range(size=size, read=read).root()
    assert root == merkle.root_of(leaves)
    for index in {0, size // 2, size - 1, min(size - 1, 256)}:
        path = merkle.inclusion_path(index=index, size=size, read=read)
        merkle.verify_inclusion(leaf_hash=leaves[index], index=index, size=size, path=path, root=root)
    with pytest.raises(TileError):
        read(0, size)
    with pytest.raises(TileError):
        read(62, 0)


def files(leaves: list[bytes]) -> dict[Tile, bytes]:
    held, row, level = {}, leaves, 0
    while row:
        for start in range(0, len(row), 256):
            part = row[start : start + 256]
            held[Tile(level, start // 256, len(part))] = b"".join(part)
        row = [merkle.root_of(row[start : start + 256]) for start in range(0, len(row) - 255, 256)]
        level += 1
    return held
