"""The Merkle tree of an append-only log: its hashes, and proofs that an entry is in it and that it only grew.

::

    leaf  = SHA-256(0x00 ‖ entry)
    node  = SHA-256(0x01 ‖ left ‖ right)
    a tree of n > 1 leaves splits at the largest power of two below n; the root of no leaves is SHA-256("")

Hashes are 32 bytes, indexes count from 0. A *complete* subtree is named by level and index: it holds the leaves from
``index << level`` up to ``(index + 1) << level``.

Source: RFC 6962, 2.1 (the tree); RFC 9162, 2.1.3.2 and 2.1.4.2 (verification).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from jejak.kernel.problems import JejakError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Reader = Callable[[int, int], bytes]
    """Returns the hash of the complete subtree at a level and index."""

HASH_BYTES: Final = 32
LARGEST_SIZE: Final = (1 << 63) - 1
LONGEST_PATH: Final = 63
EMPTY_ROOT: Final = sha256(b"").digest()


class ProofError(JejakError):
    """The proof does not hold: the log is not what it was said to be, or the proof belongs to something else."""

    code = "proof-refused"


def hash_leaf(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over equal subtrees in order, of which the last may be smaller; of none, the empty root."""
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = iter(row)
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)] + odd
    return row[0]


class Range:
    """A tree that is only appended to: its size and the roots of its complete subtrees, at most 63, largest first."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Continue a tree, by default an empty one.

        :raises ValueError: a tree of this size does not have as many complete subtrees.
        """
        if not 0 <= size <= LARGEST_SIZE or size.bit_count() != len(hashes):
            message = f"a tree of {size} leaves is not made of {len(hashes)} complete subtrees"
            raise ValueError(message)
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        number = self.size
        while number & 1:
            leaf = sha256(b"\x01" + self.hashes.pop() + leaf).digest()
            number >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root."""
        if not self.hashes:
            return EMPTY_ROOT
        found = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            found = hash_node(left, found)
        return found


def read_range(*, size: int, read: Reader) -> Range:
    """Return the tree of ``size`` leaves as a `Range`."""
    start, hashes = 0, []
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            hashes.append(read(level, start >> level))
            start += 1 << level
    return Range(size, hashes)


def inclusion_path(*, index: int, size: int, read: Reader) -> list[bytes]:
    """Return the proof that leaf ``index`` is in the tree of ``size`` leaves, the leaf's sibling first.

    :raises ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        message = f"a tree of {size} leaves has no leaf {index}"
        raise ValueError(message)
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, read))
            end = middle
        else:
            path.append(_subtree(start, middle, read))
            start = middle
    return path[::-1]


def consistency_path(*, size1: int, size2: int, read: Reader) -> list[bytes]:
    """Return the proof that the tree of ``size2`` leaves begins with that of ``size1``; empty if they are equal.

    :raises ValueError: the first tree is empty or the larger.
    """
    if not 0 < size1 <= size2:
        message = f"there is no proof from {size1} to {size2} leaves"
        raise ValueError(message)
    path, start, end = [], 0, size2
    while end != size1:
        middle = start + _split(end - start)
        if size1 <= middle:
            path.append(_subtree(middle, end, read))
            end = middle
        else:
            path.append(_subtree(start, middle, read))
            start = middle
    if start:  # else the first tree is itself a subtree of the second, and whoever verifies knows its root
        path.append(_subtree(start, end, read))
    return path[::-1]


def verify_inclusion(*, leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Return if ``path`` proves that the leaf is number ``index`` of the tree of ``size`` leaves under ``root``.

    :raises ProofError: it does not.
    """
    if not 0 <= index < size <= LARGEST_SIZE:
        raise ProofError("the tree has no such leaf")
    _require_hashes(leaf_hash, root, *path)
    number, last, found = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise ProofError("the path is too long")
        if number & 1 or number == last:
            found = hash_node(sibling, found)
            number, last = _up(number, last)
        else:
            found = hash_node(found, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise ProofError("the path is too short")
    if found != root:
        raise ProofError("the root is another")


def verify_consistency(*, size1: int, size2: int, root1: bytes, root2: bytes, path: Sequence[bytes]) -> None:
    """Return if ``path`` proves that the tree ``size2``, ``root2`` begins with the leaves of ``size1``, ``root1``.

    Every tree begins with the empty one; a proof from size 0 would say nothing and is refused.

    :raises ProofError: it does not.
    """
    if not 0 < size1 <= size2 <= LARGEST_SIZE:
        raise ProofError(f"nothing is proved from {size1} to {size2} leaves")
    if size1 == size2:
        if path or root1 != root2:
            raise ProofError("one size has two roots, or a path that is not needed")
        return
    if not path:
        raise ProofError("the path is too short")
    _require_hashes(root1, root2, *path)
    power = size1 & (size1 - 1) == 0
    number, last = _down(size1 - 1, size2 - 1)
    old = new = root1 if power else path[0]
    for sibling in path if power else path[1:]:
        if last == 0:
            raise ProofError("the path is too long")
        if number & 1 or number == last:
            old, new = hash_node(sibling, old), hash_node(sibling, new)
            number, last = _up(number, last)
        else:
            new = hash_node(new, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise ProofError("the path is too short")
    if old != root1 or new != root2:
        raise ProofError("the earlier tree is not the beginning of the later one")


def _split(length: int) -> int:
    """Return the largest power of two below ``length``, which is at least 2."""
    return 1 << (length - 1).bit_length() - 1


def _subtree(start: int, end: int, read: Reader) -> bytes:
    """Return the root over the leaves from ``start`` to ``end``, ``start`` being where such a subtree can begin."""
    lefts = []
    while (length := end - start) & (length - 1):
        middle = start + _split(length)
        lefts.append(read(_split(length).bit_length() - 1, start // _split(length)))
        start = middle
    found = read(length.bit_length() - 1, start // length)
    for left in reversed(lefts):
        found = hash_node(left, found)
    return found


def _up(number: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the last node has no sibling and is passed up as it is."""
    while number and not number & 1:
        number, last = number >> 1, last >> 1
    return number, last


def _down(number: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the earlier tree ends with a complete subtree."""
    while number & 1:
        number, last = number >> 1, last >> 1
    return number, last


def _require_hashes(*hashes: bytes) -> None:
    if len(hashes) > LONGEST_PATH + 2 or any(len(found) != HASH_BYTES for found in hashes):
        raise ProofError("a hash has 32 bytes, and a path at most 63 hashes")
