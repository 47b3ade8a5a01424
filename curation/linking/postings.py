"""A sparse matrix of weights, rows by terms, kept both ways: by term to score, by row to look at one.

Rows are scored without touching those that share no term with what is asked; numpy alone, int32 and float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float32]
Scores: TypeAlias = NDArray[np.float64]


class Counts:
    """How often each term stands in each row: three arrays of the same length, sorted by row, then by term."""

    def __init__(self, rows: Iterable[Sequence[int]], terms: int) -> None:
        listed = [np.asarray(row, dtype=np.int64) for row in rows]
        sizes = np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))
        flat = np.concatenate(listed) if listed else np.zeros(0, dtype=np.int64)
        keys, times = np.unique(np.repeat(np.arange(len(listed)), sizes) * terms + flat, return_counts=True)
        self.size, self.terms = len(listed), terms
        self.row, self.term = (keys // terms).astype(np.int32), (keys % terms).astype(np.int32)
        self.times = times.astype(np.float32)

    def rarity(self) -> Floats:
        """By term: the logarithm of how few rows have it, damped so that one rare word outweighs no phrase."""
        users = np.bincount(self.term, minlength=self.terms)
        plain = np.log((1 + self.size) / (1 + users)) + 1
        return np.asarray(plain**RARITY, dtype=np.float32)


RARITY = 0.75
"""The power of the inverse document frequency: of 0.5 to 1.5 the best on both labelled sets, and on both halves."""


class Postings:
    """Rows of unit length: 1 + log(times) by the rarity of the term, over its length; times its scale where given."""

    def __init__(self, counts: Counts, rarity: Floats, scales: Floats | None = None) -> None:
        weight = (1 + np.log(counts.times)) * rarity[counts.term]
        length = np.sqrt(np.bincount(counts.row, weight * weight, minlength=counts.size))
        weight = (weight / length[counts.row]).astype(np.float32)
        if scales is not None:
            weight *= scales[counts.row]
        self.size = counts.size
        self._row_begins = _begins(counts.row, counts.size)
        self._rows, self._terms, self._weights = counts.row, counts.term, weight
        order = np.argsort(counts.term, kind="stable")
        self._begins = _begins(counts.term[order], counts.terms).tolist()
        self._by_term, self._by_term_weights = counts.row[order], weight[order]

    def scores(self, wanted: Iterable[tuple[int, float]]) -> tuple[Ints, Scores]:
        """The rows that have a term wanted, each once, and the sums of their weights by those wanted.

        Always added up in the same order, in time of the rows that are met, not of all that there are.
        """
        parts = [(slice(self._begins[term], self._begins[term + 1]), weight) for term, weight in wanted]
        if not parts:
            return np.zeros(0, dtype=np.int32), np.zeros(0)
        rows = np.concatenate([self._by_term[part] for part, _ in parts])
        added = np.concatenate([self._by_term_weights[part] * np.float32(weight) for part, weight in parts])
        meeting = np.arange(len(rows), dtype=np.int32)
        last = np.empty(self.size, dtype=np.int32)
        last[rows] = meeting
        at = last[rows]
        kept = at == meeting
        return rows[kept], np.bincount(at, added, minlength=len(rows))[kept]

    def within(self, first: int, last: int) -> Iterator[tuple[int, int, float]]:
        """Of the rows [first, last): (row, term, weight), by row."""
        part = slice(self._row_begins[first], self._row_begins[last])
        parts = (self._rows[part], self._terms[part], self._weights[part])
        return zip(*(one.tolist() for one in parts), strict=True)

    def words_in(self, row: int) -> int:
        """How many terms a row has."""
        return int(self._row_begins[row + 1] - self._row_begins[row])


def _begins(sorted_numbers: Ints, size: int) -> NDArray[np.int64]:
    return np.searchsorted(sorted_numbers, np.arange(size + 1))
