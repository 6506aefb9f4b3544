"""Repeatable chance: a generator per purpose, and numbers that are a function of their inputs alone."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return a generator that draws the same for the same seed and purpose, whatever else was drawn."""
    words = [crc32(word.encode()) if isinstance(word, str) else word for word in purpose]
    return np.random.default_rng([seed, *words])


def scatter(values: U64) -> U64:
    """Return 64 well-mixed bits for every value. Source: SplitMix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        mixed = values + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def scattered(*columns: NDArray[np.int64] | int) -> U64:
    """Return 64 well-mixed bits for every row of integer columns."""
    mixed: U64 = np.zeros(1, dtype=np.uint64)
    for column in columns:
        mixed = scatter(mixed ^ np.asarray(column, dtype=np.int64).view(np.uint64))
    return mixed
