"""Rows that are about the same, by a matcher: pairs that share a band are compared, as at home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from gleanery.flow.evaluating.cases import Case
from gleanery.flow.evaluating.metrics import Hits
from gleanery.flow.evaluating.outcomes import Outcome, Progress, tell_hits
from gleanery.ports import Matcher

LARGEST = 200
"""Rows that share one band; more of them share what says nothing, and the rest is left out, as at home."""

Pair = tuple[int, int]


def paired(cases: Sequence[Case], matcher: Matcher, seed: int, progress: Progress) -> Outcome:
    """Precision and recall of the pairs that are one item by themselves, and of those a person is asked about."""
    outcome = Outcome()
    there = _expected(cases)
    found = _likenesses(cases, matcher, progress)
    at = {"grouped": matcher.group_at, "grouped or suggested": matcher.suggest_at}
    for name, least in at.items():
        hits = _hits(cases, {pair for pair, alike in found.items() if alike >= least}, there)
        told = Outcome()
        tell_hits(told, hits, ["pair"], [""] * len(cases), seed)
        outcome.kinds[name] = told.kinds["pair"]
        prefix = "" if name == "grouped" else "suggested_"
        outcome.measures.update({f"{prefix}{key}": value for key, value in told.measures.items()})
    return outcome


def _expected(cases: Sequence[Case]) -> set[Pair]:
    """The pairs of rows that name one another, or the same third one."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        groups[case.expected or case.id].append(place)
    return {pair for rows in groups.values() for pair in combinations(rows, 2)}


def _likenesses(cases: Sequence[Case], matcher: Matcher, progress: Progress) -> dict[Pair, float]:
    """How alike the pairs are that share a key or a band."""
    shared: dict[str, list[int]] = defaultdict(list)
    found: dict[Pair, float] = {}
    for place, case in enumerate(cases):
        keys = {f"key:{key}" for key in matcher.keys(case.subject)}
        sketch = matcher.sketch(case.subject)
        bands = {f"band:{band}" for band in sketch.bands} if sketch else set()
        for other in {one for key in keys | bands for one in shared[key][-LARGEST:]}:
            same = any(other in shared[key] for key in keys)
            found[other, place] = 1.0 if same else matcher.likeness(cases[other].subject, case.subject)
        for key in keys | bands:
            shared[key].append(place)
        progress("rows", place + 1, len(cases))
    return found


def _hits(cases: Sequence[Case], said: set[Pair], there: set[Pair]) -> Hits:
    """By row, the later one of each pair."""
    counts = np.zeros((3, len(cases), 1))
    for number, pairs in enumerate((said, said & there, there)):
        for _, later in pairs:
            counts[number, later, 0] += 1
    return Hits(counts[0], counts[1], counts[2], counts[1])
