"""Learning from decisions: what a trainer is given, and what it gives back.

A trainer learns to tell labels apart by examples: for a goal those that curators wanted from those they did not,
elsewhere topics or spam. What it learned is bytes that the house keeps, versions and deletes; a model made of them
says how likely each label is, and which words spoke for it and against it. It rates content, never people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, runtime_checkable

from gleanery.ports.given import Subject
from gleanery.ports.said import Settings

WANTED, UNWANTED = "wanted", "unwanted"
"""The labels of what was approved for a goal, and of what was rejected."""


@dataclass(frozen=True, slots=True)
class Example:
    """What was said of a subject."""

    subject: Subject
    label: str


@dataclass(frozen=True, slots=True)
class Aim:
    """What is known of a label before any example: a goal's title, words, description, its competencies' labels."""

    title: str = ""
    words: tuple[str, ...] = ()
    description: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word and what it adds to the log-odds of a label; `seen` in how many examples."""

    word: str
    weight: float
    seen: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a model says of one subject.

    `scores`: by label how likely it is (0..1, adding up to 1). `words_for` and `words_against` the label `of`,
    heaviest first; only words seen in several examples or named by the aim. `learned`: how much of the rating comes
    from the examples (0..1); the rest comes from the aim.
    """

    scores: Mapping[str, float]
    of: str
    words_for: tuple[Weighed, ...] = ()
    words_against: tuple[Weighed, ...] = ()
    learned: float = 0.0

    @property
    def score(self) -> float:
        """How likely the label `of` is."""
        return self.scores[self.of]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned, as bytes that hold no word seen in fewer than three examples.

    `held_out`: for each example what a model that did not learn from it says (as `Rating.scores`), for measuring;
    empty where there are too few of a kind to leave some out.
    """

    data: bytes
    held_out: tuple[Mapping[str, float], ...] = ()


@runtime_checkable
class Model(Protocol):
    """What was learned, ready to rate; deterministic."""

    labels: tuple[str, ...]

    def rate(self, subjects: Sequence[Subject], words: int = 0) -> list[Rating]:
        """A rating for each subject, with up to `words` words for and as many against."""

    def words(self, label: str, most: int) -> tuple[tuple[Weighed, ...], tuple[Weighed, ...]]:
        """The words that speak most for a label, and most against it, whatever the subject."""


@runtime_checkable
class Trainer(Protocol):
    """Learns from examples (entry-point group `gleanery.trainers`): pure, deterministic, no network, no clock.

    A changed model from the same examples needs a new `version`.
    """

    name: ClassVar[str]
    api_version: ClassVar[int]
    version: ClassVar[str]
    Settings: ClassVar[type[Settings]]

    def __init__(self, settings: Any) -> None: ...

    def fit(
        self,
        examples: Sequence[Example],
        aims: Mapping[str, Aim] = MappingProxyType({}),
        background: Sequence[Subject] = (),
    ) -> Fitted:
        """Learn from the examples, in whatever order they come; none, or of one label only, is no error.

        `aims`: by label what is known beforehand. `background`: what else there is to read, of no label. With aims
        for WANTED or examples of WANTED and UNWANTED the labels are these two, else those of the examples.
        """

    def load(self, data: bytes) -> Model:
        """The model of these bytes. Raises: BadInput for bytes that are not of this trainer and version."""
