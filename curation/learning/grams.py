"""Texts cut into words, pairs of words and pieces of words, as numbers: nothing here keeps a word.

Many texts at once: they are laid one after the other, and the polynomial hash of any stretch is the difference of
two sums (Karp and Rabin, https://doi.org/10.1147/rd.312.0249), so that no text is walked sign by sign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curation.text.folding import fold
from gleanery.ports import Subject

MOST_SIGNS = 2_000
"""Signs of a text that are read: what an item is about stands in its beginning."""

PIECES = (3, 4, 5)
"""Lengths of the pieces of words, with the gap before and after a word."""

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
Marks = NDArray[np.bool_]

_word = re.compile(r"\w+(?:[+#]+(?!\w))?")
_GAP, _FIELD, _TEXT = " ", "\t", "\n"
_NUMBER = 0x9E3779B97F4A7C15
_BASE, _INVERSE = np.uint64(_NUMBER), np.uint64(pow(_NUMBER, -1, 2**64))
_SALTS = (np.uint64(0x2545F4914F6CDD1D), np.uint64(0xD6E8FEB86659FD93))


class Grams(NamedTuple):
    """The grams of one family: of each the number of its text, and its hash."""

    texts: Places
    hashes: Hashes


def fields_of(subject: Subject) -> tuple[str, ...]:
    """What of a subject is learned from: its title twice, its words, its tags; no address and nobody's name."""
    return (subject.title, subject.title, subject.text, " ".join(subject.tags))


def words_of(text: str) -> list[str]:
    """The words of a text as they are counted: folded, with the signs that end such names as c++ and c#."""
    return _word.findall(fold(text[:MOST_SIGNS]).text)


def grams(texts: Sequence[Sequence[str]]) -> tuple[Grams, Grams]:
    """The grams of texts, each of some fields, by family; a pair of words stands within one field."""
    laid = _Laid("".join(_line(fields) for fields in texts) + _TEXT)
    starts, ends = laid.words()
    paired = starts[1:] == ends[:-1] + 1
    pairs = starts[:-1][paired], ends[1:][paired]
    pieces = [laid.pieces(length) for length in PIECES]
    return laid.grams([(starts, ends), pairs], 0), laid.grams(pieces, 1)


def hashes_of(words: Sequence[str]) -> Hashes:
    """The hashes that single words are counted under."""
    laid = _Laid("".join(f"{_TEXT}{_GAP}{word}{_GAP}" for word in words) + _TEXT)
    return laid.grams([laid.words()], 0).hashes


def _line(fields: Sequence[str]) -> str:
    return _TEXT + _FIELD.join(f"{_GAP}{_GAP.join(words_of(field))}{_GAP}" for field in fields)


class _Laid:
    """Texts laid one after the other, each begun by a line feed, with what finds and hashes stretches of them."""

    def __init__(self, text: str) -> None:
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
        begins = codes == ord(_TEXT)
        self._is_end = begins | (codes == ord(_FIELD))
        self._is_gap = self._is_end | (codes == ord(_GAP))
        self._text = np.cumsum(begins) - 1
        powers = np.cumprod(np.full(len(codes), _BASE))
        self._back = np.cumprod(np.full(len(codes), _INVERSE))
        self._sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * powers)])

    def words(self) -> tuple[Places, Places]:
        """Where words begin, and where they end."""
        turns = np.flatnonzero(self._is_gap[1:] != self._is_gap[:-1]) + 1
        return turns[::2], turns[1::2]

    def pieces(self, length: int) -> tuple[Places, Places]:
        """Where the stretches of this length begin, and end, that lie in one word and the gaps around it."""
        gaps = np.concatenate([[0], np.cumsum(self._is_gap)])
        count = max(len(self._is_gap) - length + 1, 0)
        inner = gaps[length - 1 : length - 1 + count] - gaps[1 : 1 + count]
        edges = self._is_end[:count] | self._is_end[length - 1 : length - 1 + count]
        starts = np.flatnonzero((inner == 0) & ~edges)
        return starts, starts + length

    def grams(self, places: Sequence[tuple[Places, Places]], family: int) -> Grams:
        """The grams at these places."""
        starts = np.concatenate([one for one, _ in places])
        ends = np.concatenate([one for _, one in places])
        raw = (self._sums[ends] - self._sums[starts]) * self._back[starts] + _SALTS[family]
        raw ^= raw >> np.uint64(29)
        return Grams(self._text[starts], raw * _SALTS[1 - family])
