"""Which posts have a band, for a million posts in memory: numbers in numpy arrays, filed a block of posts at a time.

Of a million generated posts 96 % of the bands are one post's alone, and one band in ten thousand, those of the
commonest words, makes nine in ten of all chance meetings. So of a band only the first `MOST_OF_A_BAND` posts count: a
band that more have tells nothing, and look-alikes share rarer ones besides.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MOST, MOST_OF_A_BAND = 20, 20
"""Candidates kept for a post, and posts that count of one band."""

_MIX, _FULL, _AT_ONCE = np.uint64(0x9E3779B97F4A7C15), 0.7, 1 << 18

Bands = NDArray[np.uint64]
Numbers = NDArray[np.int64]


class Table:
    """Places of bands by open addressing. Of a band that one post has, `value` is the post; else ~row in Others."""

    def __init__(self) -> None:
        self._bands = np.zeros(1 << 16, np.uint64)
        self.value = np.zeros(1 << 16, np.int32)
        self._used = 0

    def file(self, bands: Bands, posts: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """The place of each band, and whether it is there only since this post. Zero stands for no band."""
        bands = np.where(bands == 0, np.uint64(1), bands)
        while self._used + len(bands) > _FULL * len(self._bands):
            self._grow()
        places, is_new = self._put(bands, posts)
        self._used += int(is_new.sum())
        return places, is_new

    def _put(self, bands: Bands, values: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        last = np.uint64(len(self._bands) - 1)
        places = (((bands * _MIX) >> np.uint64(24)) & last).astype(np.int64)
        is_new = np.zeros(len(bands), bool)
        left = np.arange(len(bands))
        while len(left):
            at = places[left]
            free = left[self._bands[at] == 0][
                ::-1
            ]  # backwards: of several that want a place the first has it
            self._bands[places[free]], self.value[places[free]] = bands[free], values[free]
            is_new[free] = (self._bands[places[free]] == bands[free]) & (
                self.value[places[free]] == values[free]
            )
            left = left[self._bands[at] != bands[left]]
            places[left] = (places[left] + 1) & int(last)
        return places, is_new

    def _grow(self) -> None:
        bands, values = self._bands, self.value
        self._bands, self.value = np.zeros(4 * len(bands), np.uint64), np.zeros(4 * len(bands), np.int32)
        for start in range(0, len(bands), _AT_ONCE):
            piece = slice(start, start + _AT_ONCE)
            held = bands[piece] != 0
            self._put(bands[piece][held], values[piece][held])


class Others:
    """The first posts of each band that more than one post has, a row each."""

    def __init__(self) -> None:
        self._rows = np.zeros((1 << 12, MOST_OF_A_BAND), np.int32)
        self._filled = np.zeros(1 << 12, np.int64)
        self._used = 0

    def begin(self, posts: NDArray[np.int32]) -> Numbers:
        """A new row for each of these posts, which it begins with."""
        rows = np.arange(self._used, self._used + len(posts))
        self._used += len(posts)
        while self._used > len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._filled = np.concatenate([self._filled, np.zeros_like(self._filled)])
        self._rows[rows, 0], self._filled[rows] = posts, 1
        return rows

    def add(self, rows: Numbers, posts: Numbers) -> tuple[Numbers, Numbers]:
        """File posts, in order, each in a row; (post, other) for each that stood in the row before it."""
        order = np.argsort(rows, kind="stable")
        rows, posts = rows[order], posts[order]
        before = self._filled[rows] + _rank(rows)
        fits = before < MOST_OF_A_BAND
        self._rows[rows[fits], before[fits]] = posts[fits]
        seen = np.arange(MOST_OF_A_BAND) < before[:, None]
        pairs = np.broadcast_to(posts[:, None], seen.shape)[seen], self._rows[rows][seen].astype(np.int64)
        np.add.at(self._filled, rows[fits], 1)
        return pairs


class Index:
    """Files posts by their bands and says which earlier ones share most of them."""

    def __init__(self) -> None:
        self._table, self._others = Table(), Others()

    def meet(self, first: int, bands: Bands) -> list[list[int]]:
        """File a block of posts, numbered from `first`, a row of bands each; for each the best earlier ones.

        The same as one by one: a post meets those before it in the block too.
        """
        posts = np.repeat(np.arange(first, first + len(bands)), bands.shape[1])
        places, is_new = self._table.file(bands.ravel(), posts)
        places, posts = places[~is_new], posts[~is_new]
        value = self._table.value
        single = np.unique(places[value[places] >= 0])
        value[single] = ~self._others.begin(value[single])
        return _best(*self._others.add((~value[places]).astype(np.int64), posts), first, len(bands))


def _best(posts: Numbers, others: Numbers, first: int, count: int) -> list[list[int]]:
    """For each post those that come most often beside it, at most MOST; of equals the older."""
    apart = posts != others
    pairs, times = np.unique((posts[apart] - first) << 32 | others[apart], return_counts=True)
    owners, others = pairs >> 32, pairs & 0xFFFFFFFF
    order = np.lexsort((others, -times, owners))
    owners, others = owners[order], others[order]
    kept = _rank(owners) < MOST
    ends = np.searchsorted(owners[kept], np.arange(count + 1))
    chosen = others[kept].tolist()
    return [chosen[start:end] for start, end in pairwise(ends)]


def _rank(sorted_groups: Numbers) -> Numbers:
    """Of sorted numbers: how many equal ones stand before each."""
    places = np.arange(len(sorted_groups))
    begins = np.r_[True, sorted_groups[1:] != sorted_groups[:-1]] if len(places) else places.astype(bool)
    return places - np.maximum.accumulate(np.where(begins, places, 0)) if len(places) else places
