"""What was learned, as bytes and as something that rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec
import numpy as np

from curation.learning.aiming import nearness
from curation.learning.counting import Numbers, Rows, Vocabulary
from curation.learning.grams import fields_of, words_of
from curation.learning.regression import likely
from gleanery.errors import BadInput
from gleanery.ports import UNWANTED, WANTED, Rating, Subject, Weighed


class Learned(msgspec.Struct, frozen=True):
    """One label told from the rest: little-endian float32 for each gram, and what stands beside them.

    `aimed`: how near to the aim each gram is, empty where there is none; `aim` weighs that. `slope` and `shift`
    make the odds honest.
    """

    words: bytes
    aimed: bytes
    aim: float
    base: float
    slope: float = 1.0
    shift: float = 0.0


class Kept(msgspec.Struct, frozen=True):
    """A model as it is kept (MessagePack): hashes as little-endian uint64, how telling they are as float32.

    `shown`: the words that may be shown, and in how many examples each was seen.
    """

    trainer: str
    labels: tuple[str, ...]
    hashes: tuple[bytes, bytes]
    telling: tuple[bytes, bytes]
    learned: tuple[Learned, ...]
    shown: dict[str, int]


def packed(kept: Kept) -> bytes:
    """A model as bytes: equal models, equal bytes."""
    return msgspec.msgpack.encode(kept)


def unpacked(data: bytes, trainer: str) -> Kept:
    """A model of these bytes. Raises: BadInput where they are broken, or another trainer's or version's."""
    try:
        kept = msgspec.msgpack.decode(data, type=Kept)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("These bytes are no model.", remedy="Have it fitted again.") from error
    if kept.trainer != trainer:
        raise BadInput(
            f"This model is of {kept.trainer!r}, not of {trainer!r}.", remedy="Have it fitted again."
        )
    return kept


def small(values: Numbers) -> bytes:
    """Numbers as they are kept."""
    return np.asarray(values, dtype="<f4").tobytes()


def _large(data: bytes) -> Numbers:
    return np.frombuffer(data, dtype="<f4").astype(np.float64)


class Column:
    """One label told from the rest, ready to rate."""

    def __init__(self, learned: Learned) -> None:
        self._words = _large(learned.words)
        self._aimed = _large(learned.aimed) if learned.aimed else np.zeros(len(self._words))
        self._learned = learned

    def odds(self, rows: Rows) -> tuple[Numbers, Numbers]:
        """The log-odds of each row, and what share of them comes from the examples."""
        learned = self._learned
        by_words, by_aim = rows.times(self._words), learned.aim * nearness(rows, self._aimed)
        size = np.abs(by_words) + np.abs(by_aim)
        share = np.abs(by_words) / np.where(size > 0, size, 1.0)
        return learned.slope * (by_words + by_aim + learned.base) + learned.shift, share

    def alone(self, rows: Rows) -> Numbers:
        """What each row adds to the log-odds."""
        learned = self._learned
        by_aim = learned.aim * nearness(rows, self._aimed)
        added: Numbers = learned.slope * (rows.times(self._words) + by_aim)
        return added


class Lexicon:
    """A model of words and pieces of words, ready to rate."""

    def __init__(self, kept: Kept) -> None:
        self.labels = kept.labels
        hashes = [np.frombuffer(one, dtype="<u8") for one in kept.hashes]
        self._vocabulary = Vocabulary(
            (hashes[0], hashes[1]), (_large(kept.telling[0]), _large(kept.telling[1]))
        )
        self._columns = [Column(one) for one in kept.learned]
        self._shown = kept.shown

    def rate(self, subjects: Sequence[Subject], words: int = 0) -> list[Rating]:
        """A rating for each subject, with up to `words` words for and as many against."""
        if not subjects:
            return []
        rows = self._vocabulary.rows([fields_of(one) for one in subjects])
        told = [column.odds(rows) for column in self._columns]
        scores, learned = self._scores([odds for odds, _ in told]), np.mean([one for _, one in told], axis=0)
        return [
            self._rating(subject, row, float(share), words)
            for subject, row, share in zip(subjects, scores, learned, strict=True)
        ]

    def words(self, label: str, most: int) -> tuple[tuple[Weighed, ...], tuple[Weighed, ...]]:
        """The words that speak most for a label, and most against it, whatever the subject."""
        return self._for_and_against(self._shown, label, most)

    def _scores(self, odds: Sequence[Numbers]) -> list[dict[str, float]]:
        if len(self._columns) == 1:
            chances = likely(odds[0])
            return [{self.labels[0]: float(one), self.labels[1]: float(1 - one)} for one in chances]
        each = np.array([likely(one) for one in odds]) + 1e-9
        shares = each / each.sum(axis=0)
        return [dict(zip(self.labels, map(float, column), strict=True)) for column in shares.T]

    def _rating(self, subject: Subject, scores: Mapping[str, float], learned: float, words: int) -> Rating:
        of = WANTED if set(self.labels) == {WANTED, UNWANTED} else max(scores, key=scores.__getitem__)
        if not words:
            return Rating(scores, of, learned=learned)
        here = {word for field in fields_of(subject) for word in words_of(field)}
        pro, contra = self._for_and_against(sorted(here & self._shown.keys()), of, words)
        return Rating(scores, of, pro, contra, learned)

    def _for_and_against(
        self, words: Iterable[str], label: str, most: int
    ) -> tuple[tuple[Weighed, ...], tuple[Weighed, ...]]:
        weighed = [Weighed(word, self._weights[label][word], self._shown[word]) for word in words]
        weighed.sort(key=lambda one: (-one.weight, one.word))
        pro = tuple(one for one in weighed[:most] if one.weight > NOTHING)
        contra = tuple(one for one in weighed[::-1][:most] if one.weight < -NOTHING)
        return pro, contra

    @cached_property
    def _weights(self) -> dict[str, dict[str, float]]:
        """By label: what each word that may be shown adds to the log-odds where it stands alone."""
        if not self._shown:
            return {label: {} for label in self.labels}
        rows = self._vocabulary.rows([(word,) for word in self._shown])
        added = [column.alone(rows) for column in self._columns]
        if len(added) == 1:
            added = [added[0], -added[0]]
        return {
            label: dict(zip(self._shown, map(float, one), strict=True))
            for label, one in zip(self.labels, added, strict=True)
        }


NOTHING = 0.05
"""Log-odds below which a word says nothing."""
