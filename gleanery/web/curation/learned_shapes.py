"""What the API says of what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from gleanery.flow.learning.drift import Distance, Drift
from gleanery.flow.learning.showing import GoalDetail, GoalLearned, Version
from gleanery.ports import Weighed


class WordShape(BaseModel):
    """A word, what it adds to the log-odds of being wanted, and in how many decided items it stands."""

    word: str
    weight: float
    seen: int


class BinShape(BaseModel):
    """Those rated within one tenth: the mean rating, the share that was approved, how many."""

    said: float
    came: float
    number: int


class VersionShape(BaseModel):
    """A version of a model; the measures are on decisions it did not learn from, null where there are too few."""

    number: int
    trainer: str
    why: str
    wanted: int
    unwanted: int
    background: int
    digest: str
    auc: float | None
    brier: float | None
    ece: float | None
    bins: list[BinShape]
    made_at: datetime
    emptied_why: str

    @classmethod
    def of(cls, version: Version) -> VersionShape:
        """A version as the API says it."""
        told = version.measures
        names = (
            "number",
            "trainer",
            "why",
            "wanted",
            "unwanted",
            "background",
            "digest",
            "made_at",
            "emptied_why",
        )
        return cls(
            **{name: getattr(version, name) for name in names},
            **{name: told.get(name) for name in ("auc", "brier", "ece")},
            bins=[
                BinShape(said=said, came=came, number=int(number))
                for said, came, number in told.get("bins", ())
            ],
        )


class DecisionShape(BaseModel):
    """A decision that was learned from; `held_out`: how likely the other decisions alone hold it to be wanted."""

    item: UUID
    wanted: bool
    at: datetime
    held_out: float | None


class WeekShape(BaseModel):
    """The ratings that were given before the decisions of a week, against these."""

    monday: date
    decisions: int
    auc: float | None
    brier: float | None


class DistanceShape(BaseModel):
    """How far what waits is from what was learned (0 the same, 1 nothing in common), and how far by chance alone."""

    now: float | None
    usual: float | None
    is_far: bool

    @classmethod
    def of(cls, told: Distance) -> DistanceShape:
        """A distance as the API says it."""
        return cls(now=told.now, usual=told.usual, is_far=told.is_far)


class DriftShape(BaseModel):
    """What changed since the model was learned."""

    weeks: list[WeekShape]
    words: DistanceShape
    sources: DistanceShape

    @classmethod
    def of(cls, drift: Drift) -> DriftShape:
        """A drift as the API says it."""
        weeks = [WeekShape(**vars(one)) for one in drift.weeks]
        return cls(weeks=weeks, words=DistanceShape.of(drift.words), sources=DistanceShape.of(drift.sources))


class OpposedShape(BaseModel):
    """Two nearly equal items of which one was approved and one rejected."""

    wanted: UUID
    unwanted: UUID
    likeness: float


class GoalShape(BaseModel):
    """What was learned for a goal; `version` is the one that rates. The lists are of one goal asked for alone."""

    goal: str
    title: str
    is_off: bool
    version: VersionShape | None
    words_for: list[WordShape]
    words_against: list[WordShape]
    versions: list[VersionShape] = []
    decisions: list[DecisionShape] = []
    drift: DriftShape | None = None
    opposed: list[OpposedShape] = []

    @classmethod
    def of(cls, learned: GoalLearned) -> GoalShape:
        """A goal as the API says it."""
        return cls(
            goal=learned.goal,
            title=learned.title,
            is_off=learned.is_off,
            version=VersionShape.of(learned.version) if learned.version else None,
            words_for=words_told(learned.words_for),
            words_against=words_told(learned.words_against),
        )

    @classmethod
    def whole(cls, told: GoalDetail) -> GoalShape:
        """A goal with its lists."""
        made = cls.of(told.learned)
        made.versions = [VersionShape.of(one) for one in told.versions]
        made.decisions = [
            DecisionShape(item=one.row.id, wanted=one.label == "wanted", at=one.at, held_out=one.held_out)
            for one in told.decisions
        ]
        made.drift = DriftShape.of(told.drift)
        made.opposed = [OpposedShape(**vars(one)) for one in told.opposed]
        return made


class GoalsShape(BaseModel):
    """Every goal."""

    items: list[GoalShape]
    total: int

    @classmethod
    def of(cls, goals: Sequence[GoalLearned]) -> GoalsShape:
        """All of them as the API says them."""
        return cls(items=[GoalShape.of(one) for one in goals], total=len(goals))


class RefitShape(BaseModel):
    """Whether it was fitted: not where it is off, or a worker is at it."""

    fitted: bool


def words_told(words: Sequence[Weighed]) -> list[WordShape]:
    """Words as the API says them."""
    return [WordShape(word=one.word, weight=one.weight, seen=one.seen) for one in words]
