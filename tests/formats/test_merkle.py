"""Proofs hold for the right leaf of the right tree and for nothing else."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conformance import vectors
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import merkle
from jejak.formats.merkle import ProofError

LARGEST = 256
LEAVES = [merkle.hash_leaf(number.to_bytes(2)) for number in range(LARGEST + 1)]


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = plain_split(len(leaves))
    return sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def plain_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def plain_path(m: int, start: int, end: int) -> list[bytes]:
    """RFC 6962, 2.1.1: PATH(m, D[n])."""
    if end - start == 1:
        return []
    k = plain_split(end - start)
    if m < k:
        return [*plain_path(m, start, start + k), whole(start + k, end)]
    return [*plain_path(m - k, start + k, end), whole(start, start + k)]


def plain_subproof(m: int, start: int, end: int, *, known: bool) -> list[bytes]:
    """RFC 6962, 2.1.2: SUBPROOF(m, D[n], b)."""
    n = end - start
    if m == n:
        return [] if known else [whole(start, end)]
    k = plain_split(n)
    if m <= k:
        return [*plain_subproof(m, start, start + k, known=known), whole(start + k, end)]
    return [*plain_subproof(m - k, start + k, end, known=False), whole(start, start + k)]


@cache
def whole(start: int, end: int) -> bytes:
    return plain_root(LEAVES[start:end])


def read(level: int, index: int) -> bytes:
    assert (index + 1) << level <= LARGEST + 1
    return whole(index << level, (index + 1) << level)


@pytest.mark.parametrize("path", vectors("merkle/inclusion"))
def test_published_inclusion_vectors(path: Path) -> None:
    case = json.loads(path.read_text())
    given = {
        "leaf_hash": b64decode(case["leafHash"] or ""),
        "index": case["leafIdx"],
        "size": case["treeSize"],
        "path": [b64decode(text) for text in case["proof"] or []],
        "root": b64decode(case["root"] or ""),
    }
    if case["wantErr"]:
        with pytest.raises(ProofError):
            merkle.verify_inclusion(**given)
    else:
        merkle.verify_inclusion(**given)


@pytest.mark.parametrize("path", vectors("merkle/consistency"))
def test_published_consistency_vectors(path: Path) -> None:
    case = json.loads(path.read_text())
    given = {
        "size1": case["size1"],
        "size2": case["size2"],
        "root1": b64decode(case["root1"] or ""),
        "root2": b64decode(case["root2"] or ""),
        "path": [b64decode(text) for text in case["proof"] or []],
    }
    if case["wantErr"]:
        with pytest.raises(ProofError):
            merkle.verify_consistency(**given)
    else:
        merkle.verify_consistency(**given)


def test_every_root_up_to_256_leaves_is_that_of_the_plain_twin() -> None:
    grown = merkle.Range()
    for size in range(LARGEST + 1):
        assert grown.root() == merkle.root_of(LEAVES[:size]) == whole(0, size)
        assert merkle.read_range(size=size, read=read).hashes == grown.hashes
        grown.append(LEAVES[size])


def test_every_leaf_of_every_tree_up_to_256_leaves_is_proved() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            path = merkle.inclusion_path(index=index, size=size, read=read)
            assert path == plain_path(index, 0, size)
            merkle.verify_inclusion(leaf_hash=LEAVES[index], index=index, size=size, path=path, root=whole(0, size))


def test_every_pair_of_trees_up_to_256_leaves_is_proved_consistent() -> None:
    for size2 in range(1, LARGEST + 1):
        for size1 in range(1, size2 + 1):
            path = merkle.consistency_path(size1=size1, size2=size2, read=read)
            assert path == plain_subproof(size1, 0, size2, known=True)
            merkle.verify_consistency(size1=size1, size2=size2, root1=whole(0, size1), root2=whole(0, size2), path=path)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 100])
def test_a_proof_holds_for_no_other_leaf_place_size_or_root(size: int) -> None:
    for index in range(size):
        path = merkle.inclusion_path(index=index, size=size, read=read)
        right = {"leaf_hash": LEAVES[index], "index": index, "size": size, "path": path, "root": whole(0, size)}
        wrong: list[dict[str, Any]] = [
            {"leaf_hash": LEAVES[size]},
            {"root": LEAVES[size]},
            {"path": [*path, path[-1]] if path else [LEAVES[0]]},
        ]
        wrong += [{"index": other} for other in range(-1, size + 1) if other != index]
        if path:
            wrong += [{"path": path[:-1]}, {"path": path[1:]}, {"path": [path[0][:31], *path[1:]]}]
        for change in wrong:
            with pytest.raises(ProofError):
                merkle.verify_inclusion(**(right | change))  # type: ignore[arg-type]


@given(st.integers(1, LARGEST), st.integers(1, LARGEST), st.data())
def test_a_flipped_bit_breaks_a_consistency_proof(one: int, other: int, data: st.DataObject) -> None:
    size1, size2 = sorted((one, other))
    path = merkle.consistency_path(size1=size1, size2=size2, read=read)
    parts = [whole(0, size1), whole(0, size2), *path]
    position = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    parts[position] = (int.from_bytes(parts[position]) ^ 1 << bit).to_bytes(32)
    with pytest.raises(ProofError):
        merkle.verify_consistency(size1=size1, size2=size2, root1=parts[0], root2=parts[1], path=parts[2:])


@given(
    st.integers(-2, 2**70),
    st.integers(-2, 2**70),
    st.lists(st.binary(max_size=40), max_size=70),
    st.binary(max_size=40),
)
def test_nothing_invented_does_anything_but_be_refused(one: int, other: int, path: list[bytes], root: bytes) -> None:
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf_hash=root, index=one, size=other, path=path, root=LEAVES[0])
    if one != other:
        with pytest.raises(ProofError):
            merkle.verify_consistency(size1=one, size2=other, root1=root, root2=LEAVES[0], path=path)


def test_what_cannot_be_proved_is_not_attempted() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_path(index=index, size=size, read=read)
    for size1, size2 in ((0, 3), (4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no proof"):
            merkle.consistency_path(size1=size1, size2=size2, read=read)
    with pytest.raises(ValueError, match="complete subtrees"):
        merkle.Range(3, [LEAVES[0]])
