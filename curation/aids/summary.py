"""The sentences that say most of a text: TextRank over the words they share.

Sentences are nodes, the cosine of their TF-IDF weights is the strength between two of them, and the ranks are those
of a random walk (Mihalcea and Tarau 2004, https://aclanthology.org/W04-3252/) that begins a little more often at the
head of the text, where writers put what matters. Nothing is written anew: the sentences stand in the text as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from curation.aids.stopwords import is_small
from curation.text.boundaries import UNSPACED, blank_addresses
from curation.text.measures import LONGEST_WORD, WORD
from curation.text.sentences import sentences

MOST_SENTENCES = 120
"""Sentences that are compared; what comes after them is in no summary."""

_DAMPING, _ROUNDS, _HEAD = 0.85, 25, 0.15
_FEWEST_TERMS, _MOST_CHARACTERS = 3, 400
_TOO_ALIKE = 0.6

_unspaced = re.compile(f"[{UNSPACED}]")

Matrix = npt.NDArray[np.float64]
Stretch = tuple[int, int]


def summary(text: str, language: str) -> list[Stretch]:
    """The stretches of one to three sentences in the order of the text; none of a text of up to three."""
    found = sentences(text)[:MOST_SENTENCES]
    clear = blank_addresses(text)
    terms = [terms_of(clear[start:end], language) for start, end in found]
    fit = [place for place, stretch in enumerate(found) if _is_fit(text, stretch, terms[place])]
    if len(found) <= 3 or len(fit) <= 2:
        return []
    vectors = _vectors([terms[place] for place in fit])
    alike = vectors @ vectors.T
    order = sorted(range(len(fit)), key=_by_rank(_ranks(alike)))
    chosen = _apart(order, alike, _wanted(len(fit)))
    return [found[fit[place]] for place in sorted(chosen)]


def terms_of(sentence: str, language: str) -> list[str]:
    """The words of a sentence that carry a topic, in small letters; pairs of characters in unspaced scripts."""
    words = (word.casefold() for word in WORD.findall(sentence))
    told = [word for word in words if 1 < len(word) <= LONGEST_WORD and not is_small(word, language)]
    return told if sentence.isascii() else told + _pairs(sentence)


def _pairs(sentence: str) -> list[str]:
    characters = _unspaced.findall(sentence)
    return [one + other for one, other in pairwise(characters)]


def _is_fit(text: str, stretch: Stretch, terms: Sequence[str]) -> bool:
    """Whether a sentence says something by itself: neither a fragment nor a quotation, and no question."""
    start, end = stretch
    sentence = text[start:end]
    return (
        len(terms) >= _FEWEST_TERMS
        and end - start <= _MOST_CHARACTERS
        and not sentence.startswith((">", "|", "```", "#"))
        and not sentence.endswith(("?", "？", "؟", ":"))
    )


def _wanted(many: int) -> int:
    """One sentence of up to six, two of up to twelve, else three."""
    return 1 if many <= 6 else 2 if many <= 12 else 3


def _vectors(sentences_: Sequence[Sequence[str]]) -> Matrix:
    """One row a sentence, of length 1: TF-IDF over the sentences of this text."""
    places: dict[str, int] = {}
    rows, columns = [], []
    for row, terms in enumerate(sentences_):
        for term in terms:
            rows.append(row)
            columns.append(places.setdefault(term, len(places)))
    counts = np.zeros((len(sentences_), len(places)))
    np.add.at(counts, (rows, columns), 1.0)
    held_by = np.count_nonzero(counts, axis=0)
    weighted: Matrix = np.log1p(counts) * np.log1p(len(sentences_) / held_by)
    vectors: Matrix = weighted / np.linalg.norm(weighted, axis=1, keepdims=True)
    return vectors


def _ranks(alike: Matrix) -> Matrix:
    """How often the walk comes by each sentence."""
    size = len(alike)
    strength = alike - np.diag(np.diag(alike))
    whole = strength.sum(axis=1, keepdims=True)
    steps = np.divide(strength, whole, out=np.full_like(strength, 1 / size), where=whole > 1e-9)
    begin = np.array([1 / (1 + _HEAD * place) for place in range(size)])
    begin /= begin.sum()
    ranks = begin
    for _ in range(_ROUNDS):
        ranks = (1 - _DAMPING) * begin + _DAMPING * (ranks @ steps)
    return ranks


def _by_rank(ranks: Matrix) -> Callable[[int], tuple[float, int]]:
    """A key that sorts by rank, then by place; rounded, so that every machine sorts alike."""
    rounded = [-round(float(rank), 9) for rank in ranks]
    return lambda place: (rounded[place], place)


def _apart(order: Sequence[int], alike: Matrix, wanted: int) -> list[int]:
    """The first of them that do not say the same."""
    chosen: list[int] = []
    for place in order:
        if len(chosen) == wanted:
            break
        if all(alike[place, other] < _TOO_ALIKE for other in chosen):
            chosen.append(place)
    return chosen
