"""Grams weighed by how telling they are: TF-IDF, as sparse rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from curation.learning.grams import Grams, Hashes, Places, grams

Numbers = NDArray[np.float64]
Fields = Sequence[str]

BATCH = 256
"""Texts that are cut at once, so that long ones do not pile up."""


class Table(Protocol):
    """Rows of numbers, sparse or not."""

    @property
    def size(self) -> tuple[int, int]: ...
    def times(self, weights: Numbers) -> Numbers: ...
    def times_rows(self, weights: Numbers) -> Numbers: ...
    def only(self, chosen: Places) -> Table: ...


@dataclass(frozen=True, slots=True)
class Dense:
    """Rows of numbers that are mostly not 0."""

    values: Numbers

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    def times(self, weights: Numbers) -> Numbers:
        """Each row's sum of its values, weighed by column."""
        added: Numbers = self.values @ weights
        return added

    def times_rows(self, weights: Numbers) -> Numbers:
        """Each column's sum of its values, weighed by row."""
        added: Numbers = weights @ self.values
        return added

    def only(self, chosen: Places) -> Dense:
        """The chosen rows, in that order."""
        return Dense(self.values[chosen])


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: the row, the column and the value of each entry; `size` is (rows, columns)."""

    row: Places
    column: Places
    value: Numbers
    size: tuple[int, int]

    def times(self, weights: Numbers) -> Numbers:
        """Each row's sum of its values, weighed by column."""
        return _sums(self.row, self.value * weights[self.column], self.size[0])

    def times_rows(self, weights: Numbers) -> Numbers:
        """Each column's sum of its values, weighed by row."""
        return _sums(self.column, self.value * weights[self.row], self.size[1])

    def columns(self, least: int = 1) -> NDArray[np.bool_]:
        """Which columns have so many entries."""
        return np.bincount(self.column, minlength=self.size[1]) >= least

    def within(self, columns: NDArray[np.bool_]) -> Rows:
        """The same rows, of these columns alone."""
        number, kept = np.cumsum(columns) - 1, columns[self.column]
        size = (self.size[0], int(columns.sum()))
        return Rows(self.row[kept], number[self.column[kept]], self.value[kept], size)

    def products(self) -> Numbers:
        """The inner product of each row with each; columns of a single row only count for itself."""
        met = self.within(self.columns(2))
        found = np.zeros((self.size[0], self.size[0]))
        for first in range(0, met.size[1], _BLOCK):
            here = (met.column >= first) & (met.column < first + _BLOCK)
            block = np.zeros((self.size[0], _BLOCK), np.float32)
            block[met.row[here], met.column[here] - first] = met.value[here]
            found += block @ block.T
        np.fill_diagonal(found, _sums(self.row, self.value**2, self.size[0]))
        return found

    def only(self, chosen: Places) -> Rows:
        """The chosen rows, in that order."""
        number = np.full(self.size[0], -1, dtype=np.int64)
        number[chosen] = np.arange(len(chosen))
        kept = number[self.row] >= 0
        row = number[self.row[kept]]
        return Rows(row, self.column[kept], self.value[kept], (len(chosen), self.size[1]))


def _sums(place: Places, values: Numbers, size: int) -> Numbers:
    added: Numbers = np.bincount(place, values, size).astype(
        np.float64, copy=False
    )  # of nothing it gives integers
    return added


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The grams that count, by family sorted by hash, and how telling each is (its inverse document frequency)."""

    hashes: tuple[Hashes, Hashes]
    telling: tuple[Numbers, Numbers]

    @property
    def width(self) -> int:
        """How many grams there are."""
        return sum(len(family) for family in self.hashes)

    def only(self, columns: NDArray[np.bool_]) -> Vocabulary:
        """The grams of these columns alone."""
        first, second = np.split(columns, [len(self.hashes[0])])
        return Vocabulary(
            (self.hashes[0][first], self.hashes[1][second]), (self.telling[0][first], self.telling[1][second])
        )

    def kept_hashes(self) -> tuple[bytes, bytes]:
        """The hashes as little-endian uint64, by family."""
        return self.hashes[0].astype("<u8").tobytes(), self.hashes[1].astype("<u8").tobytes()

    def kept_telling(self) -> tuple[bytes, bytes]:
        """How telling each is, as little-endian float32, by family."""
        return self.telling[0].astype("<f4").tobytes(), self.telling[1].astype("<f4").tobytes()

    def rows(self, texts: Sequence[Fields]) -> Rows:
        """The texts as rows; those of each family have length one, so that neither outweighs the other."""
        return self.rows_of(cut(texts))

    def rows_of(self, texts: Cut) -> Rows:
        """The same of texts that are cut already."""
        parts = [self._rows(some, first) for first, some in texts.parts]
        joined = [np.concatenate(one) for one in zip(*parts, strict=True)] if parts else _EMPTY
        return Rows(joined[0], joined[1], joined[2], (texts.number, self.width))

    def _rows(self, some: tuple[Grams, Grams], first: int) -> tuple[Places, Places, Numbers]:
        found = [self._weigh(family, one, BATCH) for family, one in enumerate(some)]
        row, column, value = (np.concatenate(one) for one in zip(*found, strict=True))
        return row + first, column, value

    def _weigh(self, family: int, found: Grams, texts: int) -> tuple[Places, Places, Numbers]:
        known, width = self.hashes[family], len(self.hashes[family])
        if not width:
            return _EMPTY
        place = np.minimum(np.searchsorted(known, found.hashes), width - 1)
        is_known = known[place] == found.hashes
        entry, times = np.unique(found.texts[is_known] * width + place[is_known], return_counts=True)
        row, column = entry // width, entry % width
        value = (1 + np.log(times)) * self.telling[family][column]
        length = np.sqrt(np.bincount(row, value**2, texts))
        return row, column + family * len(self.hashes[0]), value / length[row]


class Cut(NamedTuple):
    """Texts cut into grams: so many, in parts with the number of the first text of each."""

    number: int
    parts: Sequence[tuple[int, tuple[Grams, Grams]]]


def cut(texts: Sequence[Fields]) -> Cut:
    """Texts cut into grams."""
    firsts = range(0, len(texts), BATCH)
    return Cut(len(texts), [(first, grams(texts[first : first + BATCH])) for first in firsts])


_EMPTY = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
_BLOCK = 4_096


def vocabulary(texts: Cut, first: int, least: int = 1) -> Vocabulary:
    """The grams that stand in `least` of the `first` texts; how telling each is, is counted in all of them."""
    families = [
        _family([(at, some[family]) for at, some in texts.parts], first, texts.number, least)
        for family in range(2)
    ]
    return Vocabulary((families[0][0], families[1][0]), (families[0][1], families[1][1]))


def _family(
    parts: Sequence[tuple[int, Grams]], texts: int, everything: int, least: int
) -> tuple[Hashes, Numbers]:
    if not parts:
        return np.zeros(0, np.uint64), np.zeros(0)
    number = np.concatenate([one.texts + at for at, one in parts])
    hashes, place = np.unique(np.concatenate([one.hashes for _, one in parts]), return_inverse=True)
    width = max(len(hashes), 1)
    entries = np.unique(number * width + place)
    documents = np.bincount(entries % width, minlength=len(hashes))
    own = np.bincount(entries[entries < texts * width] % width, minlength=len(hashes)) >= least
    telling = np.log((1 + everything) / (1 + documents)) + 1
    return hashes[own], telling[own]
