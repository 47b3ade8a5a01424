"""Learning from decisions: logistic regression on words and pieces of words, around what a goal says of itself.

grams.py       texts as hashes of words, pairs of words and pieces of words
counting.py    how telling each is, and texts as sparse rows
regression.py  the weights that explain the examples best, and honest odds
aiming.py      how near a text is to the words of an aim
fitting.py     one label told from the rest, and what it says of examples it did not learn from
model.py       what was learned, as bytes and as something that rates

Refitted whole each time: with some hundred decisions it takes some hundredths of a second, gives the same model in
whatever order they came, and forgets what is left out. Nothing here knows who wrote or decided anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from curation.common_words import COMMON
from curation.learning.aiming import fields_of_aim
from curation.learning.fitting import Told, learn, prepared
from curation.learning.grams import fields_of, words_of
from curation.learning.model import Kept, Lexicon, packed, unpacked
from gleanery import ports
from gleanery.ports import UNWANTED, WANTED, Aim, Example, Fitted, Subject

SEEN = 3
"""In so many examples a word must stand to be kept in clear; the others are kept as hashes only."""


class LexicalSettings(ports.Settings):
    """There is nothing to set."""


class Lexical:
    """Learns from words, pairs of words and pieces of words."""

    name: ClassVar[str] = "lexical"
    api_version: ClassVar[int] = ports.API_VERSION
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[LexicalSettings]] = LexicalSettings

    def __init__(self, settings: LexicalSettings) -> None:
        self._settings = settings

    def fit(
        self,
        examples: Sequence[Example],
        aims: Mapping[str, Aim] = MappingProxyType({}),
        background: Sequence[Subject] = (),
    ) -> Fitted:
        """What is learned from the examples; `held_out` where there are two labels and enough of both."""
        order = sorted(range(len(examples)), key=lambda at: _key(examples[at]))
        sorted_examples = [examples[at] for at in order]
        labels = labels_of(sorted_examples, aims)
        given = prepared(
            [fields_of(one.subject) for one in sorted_examples],
            {label: aims[label] for label in labels if label in aims},
            [fields_of(one) for one in background],
        )
        said = [one.label for one in sorted_examples]
        told = [learn(given, said, label, leave_out=len(labels) == 2) for label in _told_apart(labels)]
        kept = Kept(
            f"{self.name}@{self.version}",
            labels,
            given.vocabulary.kept_hashes(),
            given.vocabulary.kept_telling(),
            tuple(one.learned for one in told),
            _shown(sorted_examples, aims.values()),
        )
        return Fitted(packed(kept), _held_out(told, labels, order))

    def load(self, data: bytes) -> Lexicon:
        """The model of these bytes. Raises: BadInput for bytes that are not of this trainer and version."""
        return Lexicon(unpacked(data, f"{self.name}@{self.version}"))


def labels_of(examples: Iterable[Example], aims: Mapping[str, Aim]) -> tuple[str, ...]:
    """What is told apart: wanted from unwanted, or the labels of the examples in their order."""
    found = {one.label for one in examples} | set(aims)
    if found <= {WANTED, UNWANTED}:
        return (WANTED, UNWANTED)
    return tuple(sorted(found))


def _told_apart(labels: Sequence[str]) -> Sequence[str]:
    """Of two labels the first is enough."""
    return labels[:1] if len(labels) == 2 else labels


def _key(example: Example) -> tuple[bytes, str, str, str]:
    subject = example.subject
    return subject.item_id.bytes, subject.title, subject.text, example.label


def _held_out(
    told: Sequence[Told], labels: Sequence[str], order: Sequence[int]
) -> tuple[Mapping[str, float], ...]:
    """In the order in which the examples came."""
    if len(labels) != 2 or told[0].held_out is None:
        return ()
    back = np.argsort(np.array(order, dtype=np.int64))
    return tuple({labels[0]: float(one), labels[1]: float(1 - one)} for one in told[0].held_out[back])


def _shown(examples: Sequence[Example], aims: Iterable[Aim]) -> dict[str, int]:
    """The words that may be shown, each with the number of examples it stands in."""
    seen = Counter(
        word for one in examples for word in {w for part in fields_of(one.subject) for w in words_of(part)}
    )
    own = {word for aim in aims for part in fields_of_aim(aim) for word in words_of(part)}
    wanted = {word for word, times in seen.items() if times >= SEEN} | own
    return {word: seen[word] for word in sorted(wanted - COMMON) if len(word) > 1 and not word.isdecimal()}
