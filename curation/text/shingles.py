"""Texts as sets of hashed shingles, and how alike two such sets are. It needs numpy, the rest of a text does not."""

from __future__ import annotations

from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

_SEED = 20_260_115
_PLACES = 128
_SHINGLE = 5
_K, _L, _M = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_digest = Struct(f"<{_PLACES}I")
_HALF = np.uint64(32)

Hashes = NDArray[np.uint64]


def shingles(words: str) -> Hashes:
    """A 64-bit hash for each stretch of five characters, the same on every machine; shorter texts give one.

    With c the code points and K, L, M odd: c0 + K c1 + L (c2 + K c3) + M c4, modulo 2**64, then mixed.
    """
    padded = words.ljust(_SHINGLE)
    codes = np.frombuffer(padded.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    twos = codes[1:] * _K + codes[:-1]
    fours = twos[2:] * _L + twos[:-2]
    fives = codes[4:] * _M + fours[:-1]
    fives ^= fives >> _HALF
    fives *= _K
    return fives


def bands(hashes: Hashes) -> tuple[str, ...]:
    """The bands of a set of shingles: the low 16 bits of four places each, as 16 hexadecimal digits."""
    matrix: Any = RMinHash.digest_matrix_from_flat_token_hashes(hashes, (0, len(hashes)), _PLACES, _SEED)
    packed = _digest.pack(*matrix.to_rows()[0])
    low = bytearray(2 * _PLACES)
    low[::2], low[1::2] = packed[::4], packed[1::4]
    return tuple(low.hex(" ", 8).split(" "))


def jaccard(one: Hashes, other: Hashes) -> float:
    """The share of common members of two sets given as sorted arrays without repeats."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def likeness(one: str, other: str) -> float:
    """The Jaccard index of the shingles of two texts."""
    return jaccard(np.unique(shingles(one)), np.unique(shingles(other)))
