"""What was learned and from which decisions, for people: by goal, by decision, and by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.config import GoalSettings
from gleanery.errors import BadInput
from gleanery.flow.desk import Row, rows_listed
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.flow.learning.drift import Drift, Opposed, drift_of, opposed
from gleanery.flow.learning.examples import STEP, goals_learned
from gleanery.flow.learning.fitting import current
from gleanery.flow.learning.rating import loaded, may_rate, models_in
from gleanery.flow.subjects import item_words
from gleanery.model.items import Decision, FindingRow, Item
from gleanery.model.learned import LearnedFrom, LearnedModel, LearningOff
from gleanery.ports import WANTED, Rating, Weighed

MOST_WORDS, MOST_DECISIONS, FEW_WORDS = 20, 200, 8
Kinds = Literal["none", "wanted", "unwanted", "both"]


@dataclass(frozen=True)
class Version:
    """A version of what was learned, without its words."""

    number: int
    trainer: str
    why: str
    wanted: int
    unwanted: int
    background: int
    digest: str
    measures: Mapping[str, Any]
    made_at: datetime
    emptied_why: str

    @property
    def kinds(self) -> Kinds:
        """Which kinds of decisions it was learned from."""
        if self.wanted and self.unwanted:
            return "both"
        return "wanted" if self.wanted else "unwanted" if self.unwanted else "none"


@dataclass(frozen=True)
class GoalLearned:
    """What was learned for a goal; `version` is the one that rates, None for none."""

    goal: str
    title: str
    is_off: bool
    version: Version | None
    words_for: Sequence[Weighed] = ()
    words_against: Sequence[Weighed] = ()


@dataclass(frozen=True)
class Said:
    """A decision that was learned from, its item as a list shows it, and how likely that was held without it."""

    row: Row
    label: str
    at: datetime
    held_out: float | None

    @property
    def is_surprising(self) -> bool:
        """Whether the other decisions say the opposite."""
        wanted = self.label == WANTED
        return self.held_out is not None and (self.held_out < 0.1 if wanted else self.held_out > 0.9)


@dataclass(frozen=True)
class GoalDetail:
    """All about what was learned for a goal. `rows`: the items of the opposed decisions, as a list shows them."""

    learned: GoalLearned
    versions: Sequence[Version]
    decisions: Sequence[Said]
    drift: Drift
    opposed: Sequence[Opposed]
    rows: Mapping[UUID, Row]


@dataclass(frozen=True)
class Spoke:
    """What a goal's model says of an item, and the words that spoke for it and against it."""

    goal: str
    title: str
    number: int
    rating: Rating


def overview(house: House) -> list[GoalLearned]:
    """What was learned for each goal."""
    with house.store.read() as session:
        off = set(session.exec(select(LearningOff.goal)))
        return [_learned(house, session, goal, off) for goal in goals_learned(house)]


def goal_named(house: House, name: str) -> GoalSettings:
    """The goal of this name. Raises: BadInput."""
    goals = {goal.name: goal for goal in goals_learned(house)}
    if name not in goals:
        raise BadInput(f"There is no goal {name!r}.", remedy=f"There are: {', '.join(goals)}.")
    return goals[name]


def detail(house: House, name: str) -> GoalDetail:
    """All about what was learned for one goal. Raises: BadInput for an unknown one."""
    goal = goal_named(house, name)
    with house.store.read() as session:
        learned = _learned(house, session, goal, set(session.exec(select(LearningOff.goal))))
        pairs = opposed(session, name)
        ids = {one for pair in pairs for one in (pair.wanted, pair.unwanted)}
        items = session.exec(select(Item).where(col(Item.id).in_(ids))).all()
        return GoalDetail(
            learned,
            [_version(row) for row in _versions(session, name)],
            _decisions(house, session, learned),
            drift_of(house, session, name),
            pairs,
            {row.id: row for row in rows_listed(house, session, items)},
        )


def _learned(house: House, session: Session, goal: GoalSettings, off: set[str]) -> GoalLearned:
    row = current(session, goal.name)
    if row is None:
        return GoalLearned(goal.name, goal.title, goal.name in off, None)
    model = loaded(house, row)
    told = model.words(WANTED, MOST_WORDS) if model is not None else ((), ())
    return GoalLearned(goal.name, goal.title, goal.name in off, _version(row), *told)


def _versions(session: Session, goal: str) -> Sequence[LearnedModel]:
    query = select(LearnedModel).where(LearnedModel.goal == goal)
    return session.exec(query.order_by(col(LearnedModel.number).desc())).all()


def _version(row: LearnedModel) -> Version:
    return Version(
        row.number,
        row.trainer,
        row.why,
        row.wanted,
        row.unwanted,
        row.background,
        row.digest,
        row.measures,
        row.made_at,
        row.emptied_why,
    )


def _decisions(house: House, session: Session, learned: GoalLearned) -> list[Said]:
    if learned.version is None:
        return []
    rows = session.exec(
        select(LearnedFrom, Decision.at, Item)
        .join(Decision, col(Decision.id) == col(LearnedFrom.decision_id))
        .join(Item, col(Item.id) == col(LearnedFrom.item_id))
        .where(LearnedFrom.goal == learned.goal, LearnedFrom.number == learned.version.number)
        .order_by(col(Decision.at).desc(), col(Decision.id))
        .limit(MOST_DECISIONS)
    ).all()
    shown = {row.id: row for row in rows_listed(house, session, [item for _, _, item in rows])}
    return [Said(shown[item.id], one.label, at, one.held_out) for one, at, item in rows]


# --------------------------------------------------------------------------- of one item


def words_on(house: House, text: str) -> list[Spoke]:
    """What each goal's model says of an item, with its words; nothing where it may not be rated. Raises: BadInput."""
    with house.store.read() as session:
        item = find_item(session, text)
        words, models = item_words(house, session, item), models_in(house, session)
    if words is None or not may_rate(words):
        return []
    titles = {goal.name: goal.title for goal in goals_learned(house)}
    subject = words.subject()
    return [
        Spoke(goal, titles[goal], number, model.rate([subject], FEW_WORDS)[0])
        for goal, (number, model) in models.by_goal.items()
    ]


@dataclass(frozen=True)
class Replayed:
    """A rating that was given, and the same asked of the version that gave it; None where its words are gone."""

    goal: str
    number: int
    given: float
    now: float | None
    emptied_why: str


def replay(house: House, text: str) -> list[Replayed]:
    """The kept rating of an item beside what the versions that gave it say of its words today. Raises: BadInput."""
    with house.store.read() as session:
        item = find_item(session, text)
        words = item_words(house, session, item)
        row = session.exec(
            select(FindingRow).where(FindingRow.item_id == item.id, FindingRow.step == STEP)
        ).first()
        told = []
        for flag in row.flags if row is not None else ():
            goal, _, number = flag.rpartition("#")
            kept = session.get(LearnedModel, (goal, int(number)))
            model = loaded(house, kept) if kept is not None else None
            now = model.rate([words.subject()])[0].scores[WANTED] if model is not None and words else None
            given = row.scores[f"{STEP}:{goal}"] if row is not None else 0.0
            told.append(Replayed(goal, int(number), given, now, kept.emptied_why if kept is not None else ""))
    return told
