"""A trainer that counts words (naive Bayes): small, true to the contract, and nothing anybody ships."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from gleanery import ports
from gleanery.ports import UNWANTED, WANTED, Aim, Example, Fitted, Rating, Subject, Weighed


class CountingModel:
    """How often each word was met under each label."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self.labels = tuple(sorted(counts))
        self._counts = counts

    def rate(self, subjects: Sequence[Subject], words: int = 0) -> list[Rating]:
        return [self._rated(subject) for subject in subjects]

    def _rated(self, subject: Subject) -> Rating:
        logs = {label: sum(self._log(label, word) for word in words_of(subject)) for label in self.labels}
        most = max(logs.values())
        odds = {label: math.exp(log - most) for label, log in logs.items()}
        return Rating({label: one / sum(odds.values()) for label, one in odds.items()}, self.labels[-1])

    def _log(self, label: str, word: str) -> float:
        counts = self._counts[label]
        return math.log((counts.get(word, 0) + 1) / (sum(counts.values()) + 1_000))

    def words(self, label: str, most: int) -> tuple[tuple[Weighed, ...], tuple[Weighed, ...]]:
        return (), ()


class CountingWords:
    """Learns how often each word stands under each label; the goal's words count as one example."""

    name: ClassVar[str] = "counting-words"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = ports.Settings

    def __init__(self, settings: Any = None) -> None:
        pass

    def fit(
        self,
        examples: Sequence[Example],
        aims: Mapping[str, Aim] = MappingProxyType({}),
        background: Sequence[Subject] = (),
    ) -> Fitted:
        known = {one.label for one in examples}
        counts: dict[str, Counter[str]] = {one: Counter() for one in known or {WANTED, UNWANTED}}
        for one in examples:
            counts[one.label].update(words_of(one.subject))
        for label, aim in aims.items():
            counts.setdefault(label, Counter()).update(aim.words)
        return Fitted(json.dumps(counts).encode())

    def load(self, data: bytes) -> CountingModel:
        return CountingModel(json.loads(data))


def words_of(subject: Subject) -> list[str]:
    """The words in small letters."""
    return f"{subject.title} {subject.text}".casefold().split()
