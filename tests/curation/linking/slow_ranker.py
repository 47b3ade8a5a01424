"""The ranking of concepts as plain sums over dictionaries: slow, and short enough to be believed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from curation.linking.postings import RARITY
from curation.linking.ranker import ALTERNATIVE, Part
from curation.linking.terms import terms_of
from gleanery.ports import Concept


def scores(concepts: Sequence[Concept], parts: Sequence[Part]) -> list[float]:
    """By concept: half of its best label's cosine with a part, and half of the whole concept's with all parts."""
    wholes = [
        Counter(term for text in (*one.labels, one.description) for term in terms_of(text))
        for one in concepts
    ]
    users = Counter(term for whole in wholes for term in whole)
    rarity = {
        term: (math.log((1 + len(concepts)) / (1 + count)) + 1) ** RARITY for term, count in users.items()
    }
    everything: Counter[str] = sum((part.times for part in parts), Counter())
    return [
        (
            _cosine(rarity, whole, everything)
            + max(
                part.counts
                * (1 if label in one.preferred or not one.preferred else ALTERNATIVE)
                * _cosine(rarity, Counter(terms_of(label)), part.times)
                for label in one.labels
                for part in parts
            )
        )
        / 2
        for one, whole in zip(concepts, wholes, strict=True)
    ]


def _cosine(rarity: Mapping[str, float], one: Counter[str], other: Counter[str]) -> float:
    first, second = _weights(rarity, one), _weights(rarity, other)
    length = math.sqrt(sum(x * x for x in first.values()) * sum(x * x for x in second.values()))
    return sum(weight * second.get(term, 0) for term, weight in first.items()) / length if length else 0.0


def _weights(rarity: Mapping[str, float], times: Counter[str]) -> dict[str, float]:
    return {term: (1 + math.log(count)) * rarity[term] for term, count in times.items() if term in rarity}
