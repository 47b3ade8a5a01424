"""The concepts of all frameworks, ranked by the words they share with a text.

A concept's score is that of its best label, as a bag of words, and that of all its words with its description. The
first finds what is named, the second what is described; each is a cosine. The preferred label breaks ties.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple, TypeAlias

import numpy as np

from curation.linking.postings import Counts, Ints, Postings, Scores
from curation.linking.terms import terms_of
from curation.text.folding import fold
from gleanery.ports import Concept

ALTERNATIVE = 0.95
"""What an alternative label counts: of concepts that share a label, the one preferably called so comes first."""

Wanted: TypeAlias = list[tuple[int, float]]
"""Terms by number, each with its weight."""

NEARNESS = 0.75
"""What nearness counts beside the words that are shared; of 0.5 to 1.5 none is distinctly better."""

NEAR = 40
"""Concepts by score of which those with too small a share of a label are left out."""


class Part(NamedTuple):
    """A part of a text: how often each term stands in it, and what it counts beside the others."""

    times: Counter[str]
    counts: float = 1.0


class Ranked(NamedTuple):
    """A concept by its place in the list given, with its score, and how its best label stands in the text.

    `share`: the part (0..1) of that label, by the rarity of its words, that the text has. `words`: how many words
    the label has. `near`: how near (0..1) the text is to it in meaning, 0 where that was not asked. `part`: the part of
    the text, by its place, that gives most; `terms`: those that it shares with the label, or with the description where
    with no label.
    """

    place: int
    score: float
    share: float
    words: int
    near: float
    part: int
    terms: frozenset[str]


class Ranker:
    """Ranks concepts; the same in whatever order they are given, equal ones by framework and IRI."""

    def __init__(self, concepts: Sequence[Concept], unwanted: Collection[str] = ()) -> None:
        """`unwanted`: folded labels that do not count."""
        self._places = sorted(range(len(concepts)), key=lambda place: _identity(concepts[place]))
        self._rows = np.zeros(len(concepts), dtype=np.int32)
        self._rows[self._places] = np.arange(len(concepts))
        ordered = [concepts[place] for place in self._places]
        vocabulary = Vocabulary()
        rows: list[Sequence[int]] = []
        scales: list[float] = []
        whole: list[Sequence[int]] = []
        begins = [0]
        for concept in ordered:
            labels = _label_rows(concept, unwanted, vocabulary)
            rows += labels
            scales += labels.values()
            begins.append(len(rows))
            said = [vocabulary.of_label(label) for label in sorted(set(concept.labels))]
            whole.append([*chain.from_iterable(said), *vocabulary.numbers(concept.description)])
        size = len(vocabulary.known) or 1
        counts = Counts(whole, size)
        self._known = vocabulary.known
        self._names = list(vocabulary.known)
        self._rarity = counts.rarity()
        self._whole = Postings(counts, self._rarity)
        self._labels = Postings(Counts(rows, size), self._rarity, np.array(scales, dtype=np.float32))
        self._begins, self._scales = begins, scales
        self._owners = np.repeat(np.arange(len(ordered), dtype=np.int32), np.diff(begins))

    def __len__(self) -> int:
        return len(self._places)

    def best(
        self,
        parts: Sequence[Part],
        most: int,
        *,
        least_share: float = 0.0,
        also: Collection[int] = (),
        near: Scores | None = None,
    ) -> list[Ranked]:
        """The concepts that the parts of a text share most with, best first: at most `most`, and those of `also`.

        What the best part gives counts as much as what the whole text gives. Of the `NEAR` best those count whose
        best label stands in the best part to `least_share` (0..1).

        `near`: by the place of each concept, how near (0..1) the text is to it in meaning. It is added to the score,
        and a concept may be near instead of sharing words.
        """
        wanted = [self._wanted(part.times) for part in parts]
        if not any(wanted) and near is None:
            return []
        heard, where = self._heard(parts, wanted)
        everything = (
            wanted[0] if len(parts) == 1 else self._wanted(sum((part.times for part in parts), Counter()))
        )
        rows, scores = self._whole.scores(everything)
        scores = (scores + heard[rows]) / 2
        meant = np.zeros(len(self._places)) if near is None else near[self._places]
        if near is not None:
            rows, scores = self._with(rows, scores, meant * NEARNESS)

        def told(at: int) -> Ranked:
            row = int(rows[at])
            return self._told(row, float(scores[at]), float(meant[row]), int(where[row]), parts)

        best = map(told, _highest(rows, scores, max(most, NEAR)))
        found = list(islice((one for one in best if max(one.share, one.near) >= least_share), most))
        known = {one.place for one in found}
        others = np.flatnonzero(np.isin(rows, self._rows[[place for place in also if place not in known]]))
        return [*found, *map(told, others.tolist())]

    def _with(self, rows: Ints, scores: Scores, more: Scores) -> tuple[Ints, Scores]:
        """All concepts, with more added to the scores of those met."""
        whole = more.copy()
        whole[rows] += scores
        return np.arange(len(whole), dtype=np.int32), whole

    def _heard(self, parts: Sequence[Part], wanted: Sequence[Wanted]) -> tuple[Scores, Ints]:
        """By concept: what its best label scores in the part that speaks for it most, and that part."""
        heard = np.zeros(len(self._places))
        where = np.zeros(len(self._places), dtype=np.int32)
        for place, (part, asked) in enumerate(zip(parts, wanted, strict=True)):
            if not asked:
                continue
            labels, scores = self._labels.scores(asked)
            best = np.zeros(len(self._places))
            np.maximum.at(best, self._owners[labels], scores * part.counts)
            where[best > heard] = place
            np.maximum(heard, best, out=heard)
        return heard, where

    def _wanted(self, times: Mapping[str, int]) -> Wanted:
        """What a text asks for, of unit length, by the number of the term."""
        known = sorted((self._known[term], count) for term, count in times.items() if term in self._known)
        weights = [(1 + math.log(count)) * float(self._rarity[number]) for number, count in known]
        length = math.sqrt(sum(weight * weight for weight in weights))
        return [(number, weight / length) for (number, _), weight in zip(known, weights, strict=True)]

    def _told(self, row: int, score: float, near: float, part: int, parts: Sequence[Part]) -> Ranked:
        times = parts[part].times if parts else {}
        asked = {self._known[term] for term in times if term in self._known}
        shares: dict[int, float] = {}
        shared: dict[int, list[int]] = {}
        for label, term, weight in self._labels.within(self._begins[row], self._begins[row + 1]):
            if term in asked:
                shares[label] = shares.get(label, 0.0) + (weight / self._scales[label]) ** 2
                shared.setdefault(label, []).append(term)
        if shares:
            label = max(shares, key=lambda one: (shares[one], len(shared[one]), -one))
            terms, share, words = shared[label], shares[label], self._labels.words_in(label)
        else:
            terms = [term for _, term, _ in self._whole.within(row, row + 1) if term in asked]
            share, words = 0.0, 0
        names = frozenset(self._names[term] for term in terms)
        return Ranked(self._places[row], score, share, words, near, part, names)


class Vocabulary:
    """Terms by number, in the order in which they were first met."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self._labels: dict[str, list[int]] = {}

    def numbers(self, text: str) -> list[int]:
        """The numbers of a text's terms, new ones taken in."""
        known = self.known
        return [known.setdefault(term, len(known)) for term in terms_of(text)]

    def of_label(self, label: str) -> list[int]:
        """The same of a label, which is asked for more than once: by itself and in the whole of a concept."""
        if (found := self._labels.get(label)) is None:
            found = self._labels[label] = self.numbers(label)
        return found


def _label_rows(
    concept: Concept, unwanted: Collection[str], vocabulary: Vocabulary
) -> dict[tuple[int, ...], float]:
    """Each way in which the concept is called, as the terms of a label, each once, and what it counts.

    One row without terms for a concept whose labels do not count.
    """
    rows: dict[tuple[int, ...], float] = {}
    preferred = set(concept.preferred)
    for label in sorted(set(concept.labels)):
        if fold(label).text.strip() in unwanted:
            continue
        row = tuple(sorted(vocabulary.of_label(label)))
        if row:
            counts = 1.0 if label in preferred or not preferred else ALTERNATIVE
            rows[row] = max(counts, rows.get(row, 0.0))
    return rows or {(): 1.0}


def _highest(rows: Ints, scores: Scores, most: int) -> list[int]:
    """Where the highest scores stand, best first, equal ones by their rows."""
    near = np.arange(len(scores))
    if len(scores) > most:
        near = np.flatnonzero(scores >= np.partition(scores, len(scores) - most)[len(scores) - most])
    order = np.lexsort((rows[near], -scores[near]))
    return [int(at) for at in near[order[:most]]]


def _identity(concept: Concept) -> tuple[str, str, tuple[str, ...], str]:
    return concept.framework, concept.iri, concept.labels, concept.description
